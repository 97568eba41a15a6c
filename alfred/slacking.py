"""How this house reaches Slack, and Slack this house."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiohttp import ClientSession, ClientTimeout, web

from alfred.clocks import WallClock
from alfred.environment import unseen_by_bolt
from alfred.setting_groups import Slack
from alfred.taking_over import taking_over
from alfred.wiring import House, office_of
from bot.commands.office import Office
from bot.delivering.copies import ToCopies
from bot.delivering.people import ToPeople
from bot.delivering.rooms import ToTeams
from core.notify.channel import Channel
from core.storage.transaction import Clock

if TYPE_CHECKING:
    from bot.slack.app import SlackApp
    from bot.slack.install.pages import InstallPages
    from bot.slack.workspaces import Workspaces

CALL_SECONDS: Final = 10
"""The longest that one call of the Web API may take."""


@asynccontextmanager
async def open_workspaces(house: House) -> AsyncIterator[Workspaces | None]:
    """The installs, their tokens kept fresh while the block runs; None without settings for Slack."""
    slack = house.settings.slack
    if slack is None:
        yield None
        return
    from bot.slack.workspaces import OneWorkspace  # noqa: PLC0415  its SDK takes time that others need not pay

    async with ClientSession(timeout=ClientTimeout(total=CALL_SECONDS)) as session:
        if slack.bot_token is not None:
            yield OneWorkspace(slack.bot_token.get_secret_value(), api_url=slack.api_url, session=session)
            return
        from alfred.slack_installing import installed_workspaces  # noqa: PLC0415  as above

        workspaces = installed_workspaces(house, slack, session=session)
        keeping = asyncio.create_task(workspaces.keep_fresh(), name="Slack tokens")
        try:
            yield workspaces
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])
            await workspaces.close()


def slack_channels(office: Office, workspaces: Workspaces | None, *, wall: Clock) -> tuple[Channel, ...]:
    """Messages to people, the changes of those that show a request, posts for teams, which wait in the same lines, and
    Homes.
    """
    from bot.slack.channel import SlackTransport  # noqa: PLC0415  see above
    from bot.slack.finding import Finding  # noqa: PLC0415  see above
    from bot.slack.home import Home  # noqa: PLC0415  see above
    from bot.slack.home_channel import SlackHome  # noqa: PLC0415  see above
    from bot.slack.port import Port  # noqa: PLC0415  see above
    from bot.slack.rooms import SlackRooms  # noqa: PLC0415  see above
    from bot.slack.windows import Windows  # noqa: PLC0415  see above
    from bot.slack.workspaces import Unopened  # noqa: PLC0415  see above

    opened, database = workspaces or Unopened(), office.engine.database
    port = Port(opened)
    finding = Finding(office.engine, port, identities=office.identities, now=wall.now)
    transport, teams = SlackTransport(database, port, finding), ToTeams(office.engine, SlackRooms(port))
    home = SlackHome(database, Home(office, Windows(opened)))
    return ToPeople(database, transport, wall=wall), ToCopies(database, transport), teams, home


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackFront:
    """The Slack front end of a server: what it answers, its install page where it has one, its socket."""

    house: House
    settings: Slack
    app: SlackApp
    workspaces: Workspaces
    pages: InstallPages | None

    def add_to(self, app: web.Application) -> None:
        """Answer there."""
        self.app.add_to(app)
        if self.pages is not None:
            self.pages.add_to(app)

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """While the block runs: by Socket Mode, where the settings have an app token. What was left is answered."""
        async with taking_over(self.app.desk, of="Slack"), self._socket():
            yield

    @asynccontextmanager
    async def _socket(self) -> AsyncIterator[None]:
        if self.settings.app_token is None:
            yield
            return
        from alfred.slack_greeting import greeting  # noqa: PLC0415  as below
        from bot.slack.socket_mode import socket_mode  # noqa: PLC0415  its SDK takes time that others need not pay

        token, api_url = self.settings.app_token.get_secret_value(), self.settings.api_url
        async with greeting(self.house, self.workspaces), socket_mode(self.app.incoming, token, api_url=api_url):
            yield


def open_slack(house: House, workspaces: Workspaces | None) -> SlackFront | None:
    """The front end; None where there are no workspaces."""
    slack = house.settings.slack
    if slack is None or workspaces is None:
        return None
    from alfred.slack_installing import install_pages  # noqa: PLC0415  as above
    from bot.slack.app import slack_app  # noqa: PLC0415  as above
    from bot.slack.install.installed import InstalledWorkspaces  # noqa: PLC0415  as above

    with unseen_by_bolt():
        app = slack_app(
            office=office_of(house),
            workspaces=workspaces,
            signing_secret=None if slack.signing_secret is None else slack.signing_secret.get_secret_value(),
            now=WallClock().now,
        )
    pages = install_pages(house, slack, workspaces=workspaces) if isinstance(workspaces, InstalledWorkspaces) else None
    return SlackFront(house=house, settings=slack, app=app, workspaces=workspaces, pages=pages)
