"""One authorised call on its way, and the two ways it ends: settled or released."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from aiohttp import web

from core.pricing.price import Parts
from core.spending.calls import Authorised, Call, Settled
from proxy.chat_request import ChatRequest
from proxy.metering import Bill, Meter
from proxy.parts import Proxy
from proxy.upstreams.upstream import Upstream

ENDPOINT: Final = "chat/completions"


@dataclass(slots=True, kw_only=True)
class Errand:
    """One authorised call. `started` and `first_byte` are monotonic seconds."""

    proxy: Proxy
    http: web.Request
    asked: ChatRequest
    authorised: Authorised
    meter: Meter
    upstream: Upstream
    started: float
    first_byte: float | None = None

    async def settle(self, parts: Parts, *, status: str, is_estimated: bool) -> tuple[Bill, Settled | None]:
        """Book it."""
        bill = self.meter.bill(parts)
        call = Call(
            provider=self.upstream.name,
            model=self.asked.model,
            endpoint=ENDPOINT,
            status=status,
            input_tokens=parts.input_tokens,
            cached_tokens=parts.cached_tokens,
            output_tokens=parts.output_tokens,
            reasoning_tokens=parts.reasoning_tokens,
            cost_usd=bill.usd,
            latency_ms=self._milliseconds(self.proxy.monotonic()),
            first_byte_ms=None if self.first_byte is None else self._milliseconds(self.first_byte),
            is_estimated=is_estimated or bill.is_ceiling,
            tags=self.asked.attribution.tags,
        )
        return bill, await self.proxy.settling.settle(self.authorised, actual=bill.credits, call=call)

    async def release(self) -> None:
        """The call cost nothing."""
        await self.proxy.settling.release(self.authorised)

    def _milliseconds(self, at: float) -> int:
        return round((at - self.started) * 1000)
