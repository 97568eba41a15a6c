"""GET /v1/alfred/quota: what the key's holder has."""

from __future__ import annotations

from aiohttp import web

from core.reporting.balance import Balance
from core.storage.transaction import Actor
from proxy.as_json import as_json
from proxy.authenticate import authenticate
from proxy.parts import PROXY


async def quota(http: web.Request) -> web.Response:
    """The balance sheet."""
    proxy = http.app[PROXY]
    principal = await authenticate(http.headers, proxy.principals, now=proxy.clock.now())
    sheet = await proxy.engine.ask(
        Balance(
            organization_id=principal.organization_id,
            actor=Actor.user(principal.user_id),
            user_id=principal.user_id,
        )
    )
    return as_json(sheet)
