"""POST /v1/chat/completions."""

from __future__ import annotations

from aiohttp import web

from core.directory.principals import Principal
from proxy.authenticate import authenticate
from proxy.body import read_body
from proxy.chat_request import ChatRequest, parse_chat
from proxy.errand import Errand
from proxy.errors import REQUEST_ID
from proxy.forwarding import forward
from proxy.metering import meter_for
from proxy.parts import PROXY


async def chat_completions(http: web.Request) -> web.StreamResponse:
    """Authenticate, read, then carry the call to its end whatever the caller does."""
    proxy = http.app[PROXY]
    principal = await authenticate(http.headers, proxy.principals, now=proxy.clock.now())
    raw = await read_body(http, most=proxy.bounds.body_bytes, seconds=proxy.bounds.body_seconds)
    return await proxy.settling.carry(_call(http, principal=principal, asked=parse_chat(raw, http.headers)))


async def _call(http: web.Request, *, principal: Principal, asked: ChatRequest) -> web.StreamResponse:
    """Estimate, hold, forward."""
    proxy, started = http.app[PROXY], http.app[PROXY].monotonic()
    upstream = proxy.routes.to(asked.model)
    meter = meter_for(
        principal, proxy.policy, provider=upstream.catalogue_name, model=asked.model, at=proxy.clock.now()
    )
    cap = asked.output_cap or proxy.policy.default_output_cap
    estimate = meter.estimate(input_tokens=asked.prompt_bound, output_tokens=cap * asked.choices)
    authorised = await proxy.spending.authorise(
        principal, hold_id=http[REQUEST_ID], estimate=estimate, project=asked.attribution.project
    )
    return await forward(
        Errand(
            proxy=proxy,
            http=http,
            asked=asked,
            authorised=authorised,
            meter=meter,
            upstream=upstream,
            started=started,
        )
    )
