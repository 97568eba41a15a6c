"""On connecting: whose workspace the one token is for; a demo takes it in without being told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from aiohttp import ClientError
from sqlalchemy import select

from alfred.clocks import read_deployment
from alfred.ids import new_id
from alfred.wiring import House
from core.directory.link_workspace import LinkWorkspace
from core.directory.platforms import Platform
from core.refusals import Refused
from core.storage.faults import StorageUnavailable
from core.storage.tables import organizations
from core.storage.transaction import Actor

if TYPE_CHECKING:
    from bot.slack.workspaces import Workspaces

log = logging.getLogger(__name__)


@asynccontextmanager
async def greeting(house: House, workspaces: Workspaces) -> AsyncIterator[None]:
    """Look beside the block whose workspace the one token is for; nobody waits for it."""
    if house.settings.slack is None or house.settings.slack.bot_token is None:
        yield
        return
    looking = asyncio.create_task(greet(house, workspaces), name="Slack greeting")
    try:
        yield
    finally:
        looking.cancel()
        await asyncio.wait([looking])


async def greet(house: House, workspaces: Workspaces) -> None:
    """Say in the log which workspace the one token is for. A demo's organization takes it in without being told."""
    from slack_sdk.errors import SlackApiError, SlackClientError  # noqa: PLC0415  takes time that others need not pay

    from bot.slack.faults import said  # noqa: PLC0415  as above

    try:
        install = await workspaces.install("")
        told = await install.client.auth_test()
    except SlackApiError as error:
        log.error("Slack does not take the bot token: %s", said(error))  # noqa: TRY400  no trace
        return
    except (SlackClientError, ClientError, TimeoutError, OSError) as error:
        log.warning("Slack cannot be reached: %s", type(error).__name__)
        return
    workspace_id = str(told["enterprise_id" if told.get("is_enterprise_install") else "team_id"])
    log.info("Slack workspace %s, %s", told.get("team"), workspace_id)
    is_demo, _ = await read_deployment(house.database)
    if is_demo:
        await _take_in(house, workspace_id)


async def _take_in(house: House, workspace_id: str) -> None:
    """Link a workspace to the one organization of a demo."""
    async with house.database.snapshot() as connection:
        found = (await connection.execute(select(organizations.c.organization_id).limit(2))).scalars().all()
    if len(found) != 1:
        log.warning("a demo with %d organizations: `alfred admin slack workspace %s --org …`", len(found), workspace_id)
        return
    try:
        await house.engine.run(
            LinkWorkspace(
                id=new_id("cmd"),
                organization_id=found[0],
                actor=Actor.operator("demo"),
                platform=Platform.SLACK,
                workspace_id=workspace_id,
            )
        )
    except Refused as refused:
        log.warning("the demo could not take %s in: %s", workspace_id, refused.refusal.because.value)
    except StorageUnavailable as away:
        log.warning("the demo could not take %s in: %s", workspace_id, away.code)
