"""How this house reaches Microsoft Teams, and Teams it."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from aiohttp import ClientSession, TCPConnector

from alfred.clocks import WallClock
from alfred.setting_groups import Teams
from alfred.wiring import House
from bot.commands.office import Office
from bot.delivering.copies import ToCopies
from bot.delivering.people import ToPeople
from bot.delivering.rooms import ToTeams
from core.notify.channel import Channel
from core.storage.transaction import Clock

if TYPE_CHECKING:
    from bot.teams.app import TeamsApp
    from bot.teams.gate import Gate
    from bot.teams.port import ChatPort
    from bot.teams.sdk_botbuilder import BotbuilderPort


CONNECTIONS: Final = 200
"""To one host at a time: more than the dispatcher has under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Both directions: the gate for what comes in, the paced port for what goes out."""

    house: House
    gate: Gate
    sdk: BotbuilderPort
    port: ChatPort

    def app(self, office: Office) -> TeamsApp:
        """The front end."""
        from bot.teams.app import TeamsApp  # noqa: PLC0415  its SDK takes time that others need not pay

        return TeamsApp(office, self.house.database, gate=self.gate, sdk=self.sdk, port=self.port, wall=WallClock().now)


@asynccontextmanager
async def open_teams(house: House) -> AsyncIterator[Line | None]:
    """None without settings for Teams."""
    if house.settings.teams is None:
        yield None
        return
    # However many messages wait for Microsoft, keys and tokens come from other hosts, and by other connections.
    async with ClientSession(connector=TCPConnector(limit=0, limit_per_host=CONNECTIONS)) as session:
        yield _line(house.settings.teams, house, session=session)


def teams_channels(house: House, line: Line | None, *, wall: Clock) -> tuple[Channel, ...]:
    """Messages to people, the changes of those that show a request, posts for teams; in the same lines as answers."""
    from bot.teams.channel import TeamsTransport  # noqa: PLC0415  see above
    from bot.teams.port import Unopened  # noqa: PLC0415  see above
    from bot.teams.rooms import TeamsRooms  # noqa: PLC0415  see above

    port = Unopened() if line is None else line.port
    transport, rooms = TeamsTransport(house.database, port, wall=wall), TeamsRooms(house.database, port)
    people, copies = ToPeople(house.database, transport, wall=wall), ToCopies(house.database, transport)
    return people, copies, ToTeams(house.engine, rooms)


def _line(teams: Teams, house: House, *, session: ClientSession) -> Line:
    from bot.teams.app_token import AppToken, Credentials, login_url  # noqa: PLC0415  see above
    from bot.teams.gate import Gate  # noqa: PLC0415
    from bot.teams.keys import KeySet  # noqa: PLC0415
    from bot.teams.pacing import Paced  # noqa: PLC0415
    from bot.teams.registration import BOT_FRAMEWORK, SERVICE_HOSTS, Registration  # noqa: PLC0415
    from bot.teams.sdk_botbuilder import BotbuilderPort  # noqa: PLC0415

    registration = Registration(
        app_id=teams.app_id,
        tenant_id=teams.tenant_id,
        service_hosts=SERVICE_HOSTS | frozenset(teams.service_hosts),
        allows_loopback=teams.development,
        is_development=teams.development,
    )
    gate = Gate(registration, KeySet(BOT_FRAMEWORK, session, monotonic=time.monotonic), now=WallClock().now)
    password = teams.app_password
    token = (
        AppToken(
            Credentials(app_id=teams.app_id, password=password.get_secret_value(), url=login_url(teams.tenant_id)),
            session,
            monotonic=time.monotonic,
        )
        if password is not None
        else None
    )
    sdk = BotbuilderPort(registration, token, may_go_to=gate.may_send_to, session=session)
    port = Paced(sdk, monotonic=time.monotonic, jitter=random.SystemRandom().random, pause=asyncio.sleep)
    return Line(house=house, gate=gate, sdk=sdk, port=port)
