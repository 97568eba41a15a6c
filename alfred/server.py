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

from alfred.dispatching import running_dispatcher
from alfred.jobs import running_jobs
from alfred.logs import AccessLog
from alfred.proxying import open_proxy
from alfred.say import saying
from alfred.settings import Settings
from alfred.slacking import SlackFront, open_slack, open_workspaces
from alfred.sockets import BACKLOG, url_of
from alfred.taking_over import taking_over
from alfred.teams import open_teams
from alfred.wiring import House, office_of, open_house
from proxy.app import add_proxy
from proxy.parts import Proxy
from proxy.patience import Patience, PatientRunner

log = logging.getLogger(__name__)

GOODBYE_SECONDS: Final = 60.0
"""How long requests in flight may go on after the order to stop; longer streams are cut and settled as partial."""


def make_app(house: House, proxy: Proxy, *, patience: Patience, slack: SlackFront | None = None) -> web.Application:
    """The application: the proxy with its health pages, and the chat endpoints."""
    app = web.Application(client_max_size=house.settings.limits.max_body_bytes)
    add_proxy(app, proxy, patience=patience)
    app.router.add_post("/v1/alfred/say", saying(house, office_of(house)))
    if slack is not None:
        slack.add_to(app)
    return app


async def run_server(
    settings: Settings, bound: socket.socket, *, with_jobs: bool, ready: Callable[[str], None]
) -> None:
    """Serve until SIGTERM or SIGINT, then let what is in flight finish. `ready` is told the URL."""
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(settings))
        proxy = await stack.enter_async_context(open_proxy(house))
        workspaces = await stack.enter_async_context(open_workspaces(house))
        teams = await stack.enter_async_context(open_teams(house))
        if with_jobs:
            await stack.enter_async_context(running_jobs(house))
            await stack.enter_async_context(running_dispatcher(house, workspaces=workspaces, teams=teams))
        patience = Patience(settings.limits.request_timeout_seconds)
        slack = open_slack(house, workspaces)
        app = make_app(house, proxy, patience=patience, slack=slack)
        teams_app = None if teams is None else teams.app(office_of(house))
        if teams_app is not None:
            teams_app.add_to(app)
        runner = PatientRunner(
            app,
            patience,
            access_log_class=AccessLog,
            shutdown_timeout=GOODBYE_SECONDS,
        )
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        await web.SockSite(runner, bound, backlog=BACKLOG).start()
        if slack is not None:
            await stack.enter_async_context(slack.connected())
        if teams_app is not None:
            await stack.enter_async_context(taking_over(teams_app.desk, of="Teams"))
        ready(url_of(bound))
        await told_to_stop()
        log.info("stopping: no new requests, those in flight may finish")


async def run_worker(settings: Settings) -> None:
    """Do what falls due and tell people of it, until SIGTERM or SIGINT."""
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(settings))
        workspaces = await stack.enter_async_context(open_workspaces(house))
        teams = await stack.enter_async_context(open_teams(house))
        await stack.enter_async_context(running_jobs(house))
        await stack.enter_async_context(running_dispatcher(house, workspaces=workspaces, teams=teams))
        log.info("working on what falls due")
        await told_to_stop()


def announce(url: str) -> None:
    """Say where the server is."""
    log.info("listening on %s", url)


async def told_to_stop() -> None:
    """Wait for SIGTERM or SIGINT; a second one ends the process at once."""
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    await told.wait()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.remove_signal_handler(number)
