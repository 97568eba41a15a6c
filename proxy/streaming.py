"""A streamed answer: passed on event by event, read to its end also when nobody listens any more, then settled.

`[DONE]` is kept back until the call is settled, and what it cost stands in a comment before it: whoever has read
`[DONE]` finds the balance as it is.
"""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

from core.pricing.price import Parts
from proxy.errand import Errand
from proxy.headers import known_after, known_before
from proxy.problems import Problem, error_body
from proxy.refused_upstream import cut_off, nothing_came
from proxy.sse import Tap, comment, event
from proxy.upstreams.upstream import Answer, Failure, UpstreamCut
from proxy.usage import likely_parts, parts_of

HEADERS: Final = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-cache",
    "X-Accel-Buffering": "no",
}


async def stream(errand: Errand, answer: Answer) -> web.StreamResponse:
    """Pass the stream on. Raises Problem when it broke off before anything came."""
    tap, listener = Tap(hides_usage=not errand.asked.wants_usage), _Listener(errand)
    failure = await _pump(errand, answer, tap=tap, listener=listener)
    if tap.usage is None and not tap.output_events and (failure is not None or tap.has_failed):
        return await _end_without_output(errand, failure, tap=tap, listener=listener)
    parts, is_estimated = _parts(errand, tap)
    was_cut = failure is not None and not tap.has_ended
    bill, settled = await errand.settle(parts, status="partial" if was_cut else "ok", is_estimated=is_estimated)
    last = comment(known_after(parts, bill=bill, settled=settled)) + tap.end
    if was_cut and failure is not None:
        last = _error_event(errand, cut_off(failure)) + last
    return await listener.end(last)


async def _end_without_output(
    errand: Errand, failure: Failure | None, *, tap: Tap, listener: _Listener
) -> web.StreamResponse:
    await errand.release()
    if failure is None:  # the provider has said in the stream what went wrong
        return await listener.end(tap.end)
    if not listener.has_begun:
        raise nothing_came(failure)
    return await listener.end(_error_event(errand, nothing_came(failure)))


def _error_event(errand: Errand, problem: Problem) -> bytes:
    return event(error_body(problem, request_id=errand.authorised.hold_id))


async def _pump(errand: Errand, answer: Answer, *, tap: Tap, listener: _Listener) -> Failure | None:
    """Everything up to the end; why there was none."""
    try:
        is_whole = await _pass_on(errand, answer, tap=tap, listener=listener)
    except UpstreamCut as cut:
        return cut.failure
    await listener.hear(tap.flush())
    return None if is_whole else Failure.TIMEOUT


async def _pass_on(errand: Errand, answer: Answer, *, tap: Tap, listener: _Listener) -> bool:
    """Event by event; False when nobody has listened for too long."""
    deadline = _Deadline(errand)
    async for chunk in answer.chunks():
        if errand.first_byte is None:
            errand.first_byte = errand.proxy.monotonic()
        await listener.hear(tap.feed(chunk))
        if await deadline.has_passed(listener):
            return False
    return True


def _parts(errand: Errand, tap: Tap) -> tuple[Parts, bool]:
    parts = parts_of(tap.usage)
    if parts is not None:
        return parts, False
    prompt_bytes = errand.asked.prompt_bytes
    seen = likely_parts(prompt_bytes=prompt_bytes, output_bytes=tap.output_bytes, output_events=tap.output_events)
    return seen, True


class _Listener:
    """The caller of a stream, who may go away at any moment, or stop reading."""

    def __init__(self, errand: Errand) -> None:
        self._errand: Final = errand
        self._response: Final = web.StreamResponse(headers=HEADERS | known_before(errand.authorised))
        self.has_begun = False
        self.is_gone = False

    async def hear(self, data: bytes) -> None:
        """Pass bytes on, to a caller who is still there."""
        if not data or self.is_gone:
            return
        try:
            async with asyncio.timeout(self._errand.proxy.bounds.stall_seconds):
                await self._write(data)
        except (ConnectionError, TimeoutError):
            self.is_gone = True

    async def _write(self, data: bytes) -> None:
        if not self.has_begun:
            self.has_begun = True
            await self._response.prepare(self._errand.http)
        await self._response.write(data)

    async def end(self, last: bytes) -> web.StreamResponse:
        """Pass the last bytes on and close the stream."""
        await self.hear(last)
        if self.is_gone:
            transport = self._errand.http.transport
            if transport is not None:
                transport.abort()
        return self._response


class _Deadline:
    """Keeps the hold of a long stream alive, and ends a stream that nobody has listened to for long enough."""

    def __init__(self, errand: Errand) -> None:
        self._errand: Final = errand
        self._half: Final = errand.proxy.settling.ttl.total_seconds() / 2
        self._extend_at = errand.started + self._half
        self._give_up_at: float | None = None

    async def has_passed(self, listener: _Listener) -> bool:
        """Whether it is over."""
        now = self._errand.proxy.monotonic()
        if now >= self._extend_at:
            self._extend_at = now + self._half
            await self._errand.proxy.settling.extend(self._errand.authorised)
        if not listener.is_gone:
            return False
        if self._give_up_at is None:
            self._give_up_at = now + self._errand.proxy.bounds.drain_seconds
        return now >= self._give_up_at
