"""What was acknowledged before it was answered, while the line to the database breaks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from core.directory.link_workspace import LinkWorkspace
from core.directory.platforms import Platform
from core.notify.backlog import LEASE, Backlog, Unanswered
from core.storage.database import Database
from core.storage.faults import StorageUnavailable
from tests.company import find_company
from tests.fault_proxy import At, FaultProxy, faulty
from tests.ledger.backends import no_pause

pytestmark = pytest.mark.postgres


@dataclass
class Shaky:
    """What alice waits for, over a line which tests can cut, and what another server sees."""

    line: FaultProxy
    backlog: Backlog
    others: Backlog
    entry: Unanswered

    async def left(self, *, after: timedelta = LEASE) -> list[Unanswered]:
        """What another server takes over."""
        return await self.others.take_over("slack", wall=self.entry.heard_at + after)


@pytest.fixture
async def shaky(postgres_acme: Database) -> AsyncIterator[Shaky]:
    acme = await find_company(postgres_acme)
    await acme.run(LinkWorkspace, by="operator", platform=Platform.SLACK, workspace_id="T0ACME")
    entry = Unanswered(
        id="late_1",
        platform="slack",
        workspace_id="T0ACME",
        kind="command",
        payload={"text": "balance"},
        heard_at=acme.clock.now(),
    )
    async with (
        faulty(postgres_acme.url.render_as_string(hide_password=False)) as line,
        Database(line.url) as database,
    ):
        yield Shaky(line, Backlog(database, pause=no_pause), Backlog(postgres_acme), entry)


@pytest.mark.parametrize("at", list(At))
async def test_what_is_kept_and_forgotten_while_the_line_breaks_is_there_and_then_is_not(shaky: Shaky, at: At) -> None:
    shaky.line.lose(at)
    await shaky.backlog.keep(shaky.entry)
    assert await shaky.left() == [shaky.entry]
    shaky.line.lose(at)
    await shaky.backlog.forget(shaky.entry)
    assert shaky.line.lost == 2
    assert await shaky.left(after=2 * LEASE) == []


async def test_with_the_database_away_it_is_said_and_afterwards_all_goes_on(shaky: Shaky) -> None:
    await shaky.line.go_away()
    with pytest.raises(StorageUnavailable):
        await shaky.backlog.keep(shaky.entry)
    shaky.line.come_back()
    await shaky.backlog.keep(shaky.entry)
    await shaky.line.go_away()
    with pytest.raises(StorageUnavailable):
        await shaky.backlog.forget(shaky.entry)
    assert await shaky.left() == [shaky.entry]
