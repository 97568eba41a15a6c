"""The HTTP server of one process: every front end on one aiohttp application, and its orderly end."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Final

from aiohttp import web

from alfred.health import add_health
from alfred.jobs import running_jobs
from alfred.logs import AccessLog
from alfred.settings import Settings
from alfred.sockets import BACKLOG, url_of
from alfred.wiring import House, open_house

log = logging.getLogger(__name__)

GOODBYE_SECONDS: Final = 60.0
"""How long requests in flight may go on after the order to stop; longer streams are cut and settled as partial."""


def make_app(house: House) -> web.Application:
    """The application: the proxy, the chat endpoints, health."""
    app = web.Application(client_max_size=house.settings.limits.max_body_bytes)
    add_health(app, house)
    return app


async def run_server(
    settings: Settings, bound: socket.socket, *, with_jobs: bool, ready: Callable[[str], None]
) -> None:
    """Serve until SIGTERM or SIGINT, then let what is in flight finish. `ready` is told the URL."""
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(settings))
        if with_jobs:
            await stack.enter_async_context(running_jobs(house))
        runner = web.AppRunner(make_app(house), access_log_class=AccessLog, shutdown_timeout=GOODBYE_SECONDS)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.SockSite(runner, bound, backlog=BACKLOG).start()
        ready(url_of(bound))
        await told_to_stop()
        log.info("stopping: no new requests, those in flight may finish")


async def run_worker(settings: Settings) -> None:
    """Do what falls due until SIGTERM or SIGINT."""
    async with open_house(settings) as house, running_jobs(house):
        log.info("working on what falls due")
        await told_to_stop()


async def told_to_stop() -> None:
    """Wait for SIGTERM or SIGINT; a second one ends the process at once."""
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    await told.wait()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.remove_signal_handler(number)
