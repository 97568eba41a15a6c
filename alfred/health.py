"""`/healthz`: the process lives. `/readyz`: it can do its work, which takes the database."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web
from sqlalchemy import text

from alfred.wiring import House
from core.storage.database import Database
from core.storage.retry import DATABASE_ERRORS

PATIENCE_SECONDS: Final = 3.0


def add_health(app: web.Application, house: House) -> None:
    """Add both routes."""

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(_: web.Request) -> web.Response:
        is_ready = await _answers(house.database)
        body = {"status": "ready" if is_ready else "not ready", "database": "ok" if is_ready else "away"}
        return web.json_response(body, status=200 if is_ready else 503)

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)


async def _answers(database: Database) -> bool:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS), database.snapshot() as connection:
            await connection.execute(text("SELECT 1"))
    except (*DATABASE_ERRORS, TimeoutError):
        return False
    return True
