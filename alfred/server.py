"""The HTTP server of one process: every front end on one aiohttp application, and its orderly end."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Final

from aiohttp import web

from alfred.clocks import WallClock
from alfred.dispatching import running_dispatcher
from alfred.jobs import running_jobs
from alfred.logs import AccessLog
from alfred.proxying import open_proxy
from alfred.say import saying
from alfred.setting_groups import Slack
from alfred.settings import Settings
from alfred.slacking import open_workspaces
from alfred.sockets import BACKLOG, url_of
from alfred.stop import Stop
from alfred.wiring import House, office_of, open_house
from bot.commands.office import Office
from proxy.app import add_proxy
from proxy.parts import Proxy
from proxy.patience import Patience, PatientRunner

if TYPE_CHECKING:
    from bot.slack.app import SlackApp
    from bot.slack.workspaces import Workspaces

log = logging.getLogger(__name__)

GOODBYE_SECONDS: Final = 60.0
"""How long requests in flight may go on after the order to stop; longer streams are cut and settled as partial."""


def make_app(
    house: House, proxy: Proxy, *, patience: Patience, workspaces: Workspaces | None = None
) -> web.Application:
    """The application: the proxy with its health pages, and the chat endpoints; Slack's where there are workspaces."""
    app = web.Application(client_max_size=house.settings.limits.max_body_bytes)
    add_proxy(app, proxy, patience=patience)
    office = office_of(house)
    app.router.add_post("/v1/alfred/say", saying(house, office))
    if house.settings.slack is not None and workspaces is not None:
        slack_of(house.settings.slack, office, workspaces=workspaces).add_to(app)
    return app


def slack_of(slack: Slack, office: Office, *, workspaces: Workspaces) -> SlackApp:
    """The Slack front end. Raises Stop without a signing secret."""
    from bot.slack.app import slack_app  # noqa: PLC0415  its SDK takes half a second that others need not pay

    if slack.signing_secret is None:
        raise Stop("slack.signing_secret is missing: this version takes Slack's requests over HTTP only.")
    return slack_app(
        office=office,
        workspaces=workspaces,
        signing_secret=slack.signing_secret.get_secret_value(),
        now=WallClock().now,
    )


async def run_server(
    settings: Settings, bound: socket.socket, *, with_jobs: bool, ready: Callable[[str], None]
) -> None:
    """Serve until SIGTERM or SIGINT, then let what is in flight finish. `ready` is told the URL."""
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(settings))
        proxy = await stack.enter_async_context(open_proxy(house))
        workspaces = await stack.enter_async_context(open_workspaces(settings))
        if with_jobs:
            await stack.enter_async_context(running_jobs(house))
            await stack.enter_async_context(running_dispatcher(house, workspaces=workspaces))
        patience = Patience(settings.limits.request_timeout_seconds)
        runner = PatientRunner(
            make_app(house, proxy, patience=patience, workspaces=workspaces),
            patience,
            access_log_class=AccessLog,
            shutdown_timeout=GOODBYE_SECONDS,
        )
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        await web.SockSite(runner, bound, backlog=BACKLOG).start()
        ready(url_of(bound))
        await told_to_stop()
        log.info("stopping: no new requests, those in flight may finish")


async def run_worker(settings: Settings) -> None:
    """Do what falls due and tell people of it, until SIGTERM or SIGINT."""
    async with AsyncExitStack() as stack:
        house = await stack.enter_async_context(open_house(settings))
        workspaces = await stack.enter_async_context(open_workspaces(settings))
        await stack.enter_async_context(running_jobs(house))
        await stack.enter_async_context(running_dispatcher(house, workspaces=workspaces))
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
