"""The Teams front end on our own aiohttp application."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Protocol

from aiohttp import web

from bot.commands.office import Office
from bot.delivering.late import Late
from bot.teams.desk import PATIENCE_SECONDS, Desk
from bot.teams.endpoint import PATH, Endpoint
from bot.teams.gate import Gate
from bot.teams.heard import Activity, heard
from bot.teams.people import People
from bot.teams.port import ChatPort
from bot.teams.posting import Posting
from core.directory.platforms import Platform
from core.storage.database import Database


class Turns(Protocol):
    """Runs an admitted activity as the SDK wants it."""

    async def turn(self, activity: Activity, answer: Any) -> dict[str, Any] | None:  # noqa: ANN401  the SDK's own shape
        """The body for an invoke."""
        ...


class TeamsApp:
    """The endpoint and the desk behind it. `wall` is the wall clock."""

    def __init__(
        self,
        office: Office,
        database: Database,
        *,
        gate: Gate,
        sdk: Turns,
        port: ChatPort,
        wall: Callable[[], datetime],
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        people, late = People(office, database, port=port, wall=wall), Late(office, Platform.TEAMS, now=wall)
        self.desk: Final = Desk(office, people, posting=Posting(port), late=late, patience=patience)
        self._sdk: Final = sdk
        self._endpoint: Final = Endpoint(gate, self._turn)

    def add_to(self, app: web.Application) -> None:
        """Answer `POST /api/messages` there; on shutdown what is under way is finished first."""
        app.router.add_post(PATH, self._endpoint.serve)
        app.on_shutdown.append(self._close)
        app.on_cleanup.append(self._close)  # what the last requests have begun

    async def _turn(self, activity: Activity) -> dict[str, Any] | None:
        async def answer(admitted: Activity) -> dict[str, Any] | None:
            return await self.desk.answer(heard(admitted))

        return await self._sdk.turn(activity, answer)

    async def _close(self, _app: web.Application) -> None:
        await self.desk.close()
