"""Putting the proxy into an application."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Final

from aiohttp import web

from proxy.chat_completions import chat_completions
from proxy.errors import answering_errors
from proxy.health import healthz, readyz
from proxy.models import models
from proxy.parts import PROXY, Proxy
from proxy.past_calls import past_call
from proxy.patience import NoRawBytes, Patience
from proxy.quota import quota

SHUTDOWN_SECONDS: Final = 30.0
"""How long the end of the process waits for calls under way."""


def add_proxy(app: web.Application, proxy: Proxy, *, patience: Patience) -> None:
    """Add routes, middlewares and the end of calls to an application that a PatientRunner will run.

    Other routes below /v1/ may be added too; they get request ids and OpenAI's error shape as well.
    """
    app[PROXY] = proxy
    app.middlewares.append(patience.middleware())
    app.middlewares.append(answering_errors(proxy.new_id))
    app.on_response_prepare.append(_name_no_versions)
    app.cleanup_ctx.append(_ending_calls)
    app.add_routes(
        [
            web.post("/v1/chat/completions", chat_completions),
            web.get("/v1/models", models, allow_head=False),
            web.get("/v1/alfred/quota", quota, allow_head=False),
            web.get("/v1/alfred/requests/{id}", past_call, allow_head=False),
            web.get("/healthz", healthz),
            web.get("/readyz", readyz),
        ]
    )
    _keep_raw_bytes_out_of_the_log()


async def _name_no_versions(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers["Server"] = "Alfred"


async def _ending_calls(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[PROXY].settling.drain(SHUTDOWN_SECONDS)


def _keep_raw_bytes_out_of_the_log() -> None:
    server_log = logging.getLogger("aiohttp.server")
    if not any(isinstance(known, NoRawBytes) for known in server_log.filters):
        server_log.addFilter(NoRawBytes())
