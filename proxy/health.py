"""GET /healthz (the process lives) and /readyz (it can serve: the database answers; and how the providers are)."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web
from sqlalchemy import text

from core.storage.database import Database
from core.storage.retry import DATABASE_ERRORS
from proxy.parts import PROXY

PATIENCE_SECONDS: Final = 2.0


async def healthz(_http: web.Request) -> web.Response:
    """Alive."""
    return web.json_response({"status": "ok"})


async def readyz(http: web.Request) -> web.Response:
    """200 while calls can be paid, else 503. A provider that is down does not make the others unready."""
    proxy = http.app[PROXY]
    is_there = await _answers(proxy.engine.database)
    content = {
        "status": "ok" if is_there else "unavailable",
        "database": "up" if is_there else "down",
        "providers": {upstream.name: upstream.state for upstream in proxy.routes.upstreams},
    }
    return web.json_response(content, status=200 if is_there else 503)


async def _answers(database: Database) -> bool:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), database.snapshot() as connection:
            await connection.execute(text("SELECT 1"))
    except (*DATABASE_ERRORS, TimeoutError):
        return False
    return True
