"""GET /v1/alfred/requests/{id}: what became of one of the caller's own calls."""

from __future__ import annotations

from aiohttp import web

from core.reporting.find_call import FindCall
from core.storage.transaction import Actor
from proxy.as_json import as_json
from proxy.authenticate import authenticate
from proxy.parts import PROXY


async def past_call(http: web.Request) -> web.Response:
    """Its state and, once settled, its usage."""
    proxy = http.app[PROXY]
    principal = await authenticate(http.headers, proxy.principals, now=proxy.clock.now())
    call = await proxy.engine.ask(
        FindCall(
            organization_id=principal.organization_id,
            actor=Actor.user(principal.user_id),
            call_id=http.match_info["id"],
        )
    )
    return as_json(call)
