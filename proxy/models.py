"""GET /v1/models: what callers may name as `model`."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

from aiohttp import web

from proxy.authenticate import authenticate
from proxy.parts import PROXY
from proxy.upstreams.routes import serves
from proxy.upstreams.upstream import Upstream, UpstreamFailed

CREATED: Final = 0
"""OpenAI's shape has the field; nobody here knows when a model was made."""
WILD: Final = frozenset("*?[")

log = logging.getLogger(__name__)


async def models(http: web.Request) -> web.Response:
    """Names from the settings, and, where those are patterns, what the provider lists that fits them."""
    proxy = http.app[PROXY]
    await authenticate(http.headers, proxy.principals, now=proxy.clock.now())
    listed: dict[str, str] = {}
    for upstream in proxy.routes.upstreams:
        listed = {**await _served(upstream), **listed}
    data = [{"id": name, "object": "model", "created": CREATED, "owned_by": listed[name]} for name in sorted(listed)]
    return web.json_response({"object": "list", "data": data})


async def _served(upstream: Upstream) -> Mapping[str, str]:
    named = {pattern: upstream.name for pattern in upstream.patterns if WILD.isdisjoint(pattern)}
    if len(named) == len(upstream.patterns):
        return named
    try:
        offered = await upstream.models()
    except UpstreamFailed as failed:
        log.info("a provider lists no models", extra={"provider": upstream.name, "failure": failed.failure.value})
        return named
    return {name: owner for name, owner in offered.items() if serves(upstream, name)} | named
