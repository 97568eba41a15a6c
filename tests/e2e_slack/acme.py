"""Acme's demo in a folder, its server, and a Slack workspace that they talk in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select

from alfred.data_folder import DataFolder
from alfred.demo.acme import PEOPLE
from alfred.ids import new_id
from alfred.settings import load_settings
from alfred.wiring import House, open_house
from core.directory.link_identity import LinkIdentity
from core.directory.link_workspace import LinkWorkspace
from core.directory.platforms import Platform
from core.storage.tables import users
from core.storage.transaction import Actor
from tests.e2e.demo import Demo, log_shown, new_demo
from tests.e2e.waiting import free_port
from tests.e2e_slack.local_slack import (
    APP_TOKEN,
    BOT_TOKEN,
    SIGNING_SECRET,
    TEAM,
    LocalSlack,
    Mode,
    account_of,
    local_slack,
)
from tests.flows.running import Server, serving

HANDLES: Final = tuple(person.handle for person in PEOPLE)


_OF_MODE: Final[Mapping[Mode, dict[str, str]]] = {
    "events": {"ALFRED_SLACK__BOT_TOKEN": BOT_TOKEN, "ALFRED_SLACK__SIGNING_SECRET": SIGNING_SECRET},
    "socket": {"SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN},
}
"""The settings of each, by our names and by Slack's own."""


@dataclass(frozen=True, slots=True)
class Acme:
    """All of it, running."""

    demo: Demo
    slack: LocalSlack
    server: Server


@asynccontextmanager
async def acme_in_slack(folder: Path, *, mode: Mode) -> AsyncIterator[Acme]:
    """The first of April, with everybody linked; the server and the workspace end with the block."""
    demo = await new_demo(folder)
    await _link(folder)
    port = free_port()
    url = f"http://127.0.0.1:{port}/slack/events"
    async with local_slack(folder, mode=mode, request_url=url, people=HANDLES) as slack:
        given = _OF_MODE[mode] | {"ALFRED_SLACK__API_URL": slack.api_url}
        with serving(folder, "up", "--demo", "--port", str(port), **given) as server, log_shown(server):
            await slack.until(lambda now: mode == "events" or now.is_connected, what="Alfred on the socket")
            yield Acme(demo, slack, server)


async def _link(folder: Path) -> None:
    async with open_house(load_settings(defaults=DataFolder(folder / ".alfred").defaults())) as house:
        async with house.database.snapshot() as connection:
            people = {row.handle: row for row in await connection.execute(select(users))}
        organization_id = people["alice"].organization_id
        await house.engine.run(
            LinkWorkspace(
                id=new_id("cmd"),
                organization_id=organization_id,
                actor=Actor.operator("e2e"),
                platform=Platform.SLACK,
                workspace_id=TEAM,
            )
        )
        for handle in HANDLES:
            await _link_person(house, organization_id, user_id=people[handle].id, account=account_of(handle))


async def _link_person(house: House, organization_id: str, *, user_id: str, account: str) -> None:
    await house.engine.run(
        LinkIdentity(
            id=new_id("cmd"),
            organization_id=organization_id,
            actor=Actor.user(user_id),
            user_id=user_id,
            platform=Platform.SLACK,
            workspace_id=TEAM,
            external_id=account,
        )
    )
