"""Tokens that end are renewed in time, once for all processes, and none is lost."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from secrets import token_bytes

from aiohttp import ClientSession
from sqlalchemy import update

from bot.slack.install.installed import InstalledWorkspaces, Times
from core.directory.installs import Installs, StoredInstall, Tokens
from core.storage.faults import StorageUnavailable
from core.storage.tables import chat_installs
from core.storage.vault import Vault
from tests.company import Company
from tests.edges.slack_installs.server import (
    VAULT_KEY,
    Server,
    at_once,
    server,
)
from tests.edges.slack_site import SlackSite


async def test_two_processes_that_renew_at_once_use_the_refresh_token_once(company: Company, api: SlackSite) -> None:
    async with server(company, api) as one, server(company, api) as two:
        await one.installs()
        company.clock.advance(hours=10, minutes=1)
        api.slowly.clear()
        renewing = asyncio.create_task(one.workspaces.renew_ending())
        await api.is_refreshing.wait()
        await two.workspaces.renew_ending()
        again = asyncio.create_task(one.workspaces.renew_ending())
        api.slowly.set()
        await asyncio.gather(renewing, again)
        assert api.refreshed == ["xoxe-1-secret-T0ACME-1"]
        for process in (one, two):
            assert (await process.workspaces.install("T0ACME")).bot_token == "xoxe.xoxb-secret-T0ACME-2"


async def test_a_token_that_has_ended_is_renewed_once_for_all_who_wait_for_it(company: Company, api: SlackSite) -> None:
    async with server(company, api) as one, server(company, api) as two:
        await one.installs()
        company.clock.advance(hours=13)
        installs = await asyncio.gather(*(process.workspaces.install("T0ACME") for process in (one, two) * 5))
        assert {install.bot_token for install in installs} == {"xoxe.xoxb-secret-T0ACME-2"}
        assert api.refreshed == ["xoxe-1-secret-T0ACME-1"]
        company.clock.advance(hours=13)
        assert (await two.workspaces.install("T0ACME")).bot_token == "xoxe.xoxb-secret-T0ACME-3"


async def test_a_worker_that_died_in_a_renewal_holds_up_nobody_for_longer_than_a_minute(on_sqlite: Server) -> None:
    await on_sqlite.installs()
    company = on_sqlite.company
    async with company.database.begin() as connection:
        lease = company.clock.now() + timedelta(hours=11, seconds=60)
        await connection.execute(update(chat_installs).values(leased_until=lease))
    company.clock.advance(hours=11)
    await on_sqlite.workspaces.renew_ending()
    assert on_sqlite.api.refreshed == []
    company.clock.advance(seconds=61)
    await on_sqlite.workspaces.renew_ending()
    assert on_sqlite.api.refreshed == ["xoxe-1-secret-T0ACME-1"]


async def test_while_slack_is_broken_the_token_that_is_there_stays_in_use(on_sqlite: Server) -> None:
    await on_sqlite.installs()
    on_sqlite.company.clock.advance(hours=11)
    on_sqlite.api.is_broken = True
    await on_sqlite.workspaces.renew_ending()
    assert (await on_sqlite.workspaces.install("T0ACME")).bot_token == "xoxe.xoxb-secret-T0ACME-1"
    on_sqlite.api.is_broken = False
    await on_sqlite.workspaces.renew_ending()
    assert (await on_sqlite.workspaces.install("T0ACME")).bot_token == "xoxe.xoxb-secret-T0ACME-2"


class AwayOnce(Installs):
    """The database goes away between Slack's answer and the row, once."""

    is_away = True

    async def renewed(self, install: StoredInstall, tokens: Tokens) -> bool:
        """Fails the first time."""
        if self.is_away:
            self.is_away = False
            raise StorageUnavailable
        return await super().renewed(install, tokens)


async def test_a_new_token_is_not_lost_because_the_database_went_away(on_sqlite: Server) -> None:
    await on_sqlite.installs()
    company = on_sqlite.company
    company.clock.advance(hours=11)
    installs = AwayOnce(company.database, Vault(VAULT_KEY, random_bytes=token_bytes))
    times = Times(now=company.clock.now, monotonic=lambda: 0.0, pause=at_once)
    async with ClientSession() as session:
        workspaces = InstalledWorkspaces(
            installs, on_sqlite.workspaces.oauth, times=times, api_url=f"{on_sqlite.api.url}/api", session=session
        )
        await workspaces.renew_ending()
        await workspaces.close()
    assert (await on_sqlite.workspaces.install("T0ACME")).bot_token == "xoxe.xoxb-secret-T0ACME-2"


async def test_a_token_that_does_not_end_is_never_renewed(on_sqlite: Server) -> None:
    await on_sqlite.installs(access_token="xoxb-secret-for-ever", refresh_token=None, expires_in=None)
    on_sqlite.company.clock.advance(days=400)
    await on_sqlite.workspaces.renew_ending()
    assert (await on_sqlite.workspaces.install("T0ACME")).bot_token == "xoxb-secret-for-ever"
    assert on_sqlite.api.refreshed == []
