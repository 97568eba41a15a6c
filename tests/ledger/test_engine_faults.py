"""The engine when the database fails: nothing is lost, nothing moves twice, and callers hear a code and a sentence."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest
from sqlalchemy import event, text, update

from core.access.matrix import Permission
from core.access.places import organization_place
from core.engine import Engine
from core.ledger.verify import verify
from core.storage.database import Database
from core.storage.faults import Fault, StorageFull, StorageUnavailable
from core.storage.tables import accounts, organizations
from core.storage.transaction import Actor, AuditNote, Place, Transaction
from tests.company import OPERATOR, Company, Fund, Funded, find_company
from tests.fault_proxy import At, FaultProxy, faulty


async def at_once(_seconds: float) -> None:
    """Waiting between tries is not what these tests are about."""


def gift(acme: Company, amount: int = 100, *, id: str = "g-1", whose: str = "alice") -> Fund:
    return Fund(id=id, organization_id=acme.id, actor=OPERATOR, account=acme.account(whose), amount=amount)


@dataclass(frozen=True)
class Shaky:
    """Acme, and an engine that reaches its database over a line which tests can cut."""

    acme: Company
    line: FaultProxy
    engine: Engine


@pytest.fixture
async def shaky(postgres_acme: Database) -> AsyncIterator[Shaky]:
    acme = await find_company(postgres_acme)
    async with (
        faulty(postgres_acme.url.render_as_string(hide_password=False)) as line,
        Database(line.url) as database,
    ):
        yield Shaky(acme, line, Engine(database, clock=acme.clock, new_id=acme.new_id, pause=at_once))


# ----------------------------------------------------------------------------------------------- lost connections


@pytest.mark.postgres
@pytest.mark.parametrize("moment", list(At))
async def test_a_command_whose_connection_is_lost_is_done_once(shaky: Shaky, moment: At) -> None:
    shaky.line.lose(moment)
    assert await shaky.engine.run(gift(shaky.acme)) == Funded(100)
    assert (shaky.line.lost, shaky.engine.persistence.faults) == (1, Counter({Fault.AWAY: 1}))
    assert await shaky.acme.balances() == {"alice": 100}
    assert (await verify(shaky.acme.database)).drift == []


@pytest.mark.postgres
async def test_a_commit_that_is_lost_until_the_engine_gives_up_is_found_by_repeating_the_id(shaky: Shaky) -> None:
    shaky.line.lose(At.COMMIT_AFTER, At.STATEMENT_BEFORE, At.STATEMENT_BEFORE)
    with pytest.raises(StorageUnavailable) as told:
        await shaky.engine.run(gift(shaky.acme))
    assert told.value.code == "database_unavailable"
    assert await shaky.acme.balances() == {"alice": 100}
    assert await shaky.engine.run(gift(shaky.acme)) == Funded(100)
    assert await shaky.acme.balances() == {"alice": 100}


@pytest.mark.postgres
async def test_with_the_database_away_nothing_moves_and_all_is_well_when_it_comes_back(shaky: Shaky) -> None:
    await shaky.engine.run(gift(shaky.acme))
    await shaky.line.go_away()
    with pytest.raises(StorageUnavailable) as told:
        await shaky.engine.run(gift(shaky.acme, id="g-2"))
    assert type(told.value) is StorageUnavailable
    assert "nothing was charged" in told.value.sentence
    shaky.line.come_back()
    assert await shaky.acme.balances() == {"alice": 100}
    await shaky.engine.run(gift(shaky.acme, id="g-2"))
    assert await shaky.acme.balances() == {"alice": 200}


@pytest.mark.postgres
async def test_a_restart_of_the_server_breaks_every_idle_connection_and_no_command(shaky: Shaky) -> None:
    await asyncio.gather(*(shaky.engine.run(gift(shaky.acme, 1, id=f"before-{number}")) for number in range(8)))
    await shaky.line.cut()
    await asyncio.gather(*(shaky.engine.run(gift(shaky.acme, 1, id=f"after-{number}")) for number in range(8)))
    assert await shaky.acme.balances() == {"alice": 16}


# --------------------------------------------------------------------------- serialization failures and deadlocks


UNTIL_SOMEBODY_WAITS = """
DO $$ BEGIN
    WHILE NOT EXISTS (
        SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()
    ) LOOP
        PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
    END LOOP;
END $$
"""
"""Returns when a session of this database waits for another's lock."""


async def until_somebody_waits_for_a_lock(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(text("SET LOCAL statement_timeout = '30s'"))  # a red test, not one that hangs
        await connection.execute(text(UNTIL_SOMEBODY_WAITS))


@pytest.fixture
async def strict_url(postgres_acme: Database) -> str:
    """A deployment whose transactions are REPEATABLE READ, so that whoever waited for a row meets 40001."""
    strict = f"ALTER DATABASE {postgres_acme.url.database} SET default_transaction_isolation = 'repeatable read'"
    async with postgres_acme.begin() as connection:
        await connection.execute(text(strict))
    return postgres_acme.url.render_as_string(hide_password=False)


@pytest.mark.postgres
async def test_a_serialization_failure_is_run_again(postgres_acme: Database, strict_url: str) -> None:
    acme = await find_company(postgres_acme)
    await acme.fund("alice", 1)
    async with Database(strict_url) as strict:
        engine = Engine(strict, clock=acme.clock, new_id=acme.new_id, pause=at_once)
        async with postgres_acme.begin() as other:
            await other.execute(update(accounts).values(version=accounts.c.version + 1))
            running = asyncio.create_task(engine.run(gift(acme)))
            await until_somebody_waits_for_a_lock(postgres_acme)
        assert await running == Funded(100)
    assert engine.persistence.faults == Counter({Fault.RETRY: 1})
    assert await acme.balances() == {"alice": 101}
    assert (await verify(postgres_acme)).drift == []


@dataclass(frozen=True, slots=True)
class Done:
    """The receipt of the deeds below."""


@pytest.mark.postgres
async def test_two_deeds_in_a_deadlock_are_both_done(postgres_acme: Database) -> None:
    acme = await find_company(postgres_acme)
    both_hold_one = asyncio.Barrier(2)
    tries: Counter[str] = Counter()

    @dataclass(frozen=True, kw_only=True)
    class LocksTwo:
        """Against the rule, which is to lock accounts by id in one statement."""

        id: str
        organization_id: str
        actor: Actor
        accounts: tuple[str, ...]
        needs: ClassVar[str] = Permission.ALLOCATE

        async def place(self, tx: Transaction) -> Place:
            return organization_place(tx)

        async def execute(self, tx: Transaction) -> Done:
            tries[self.id] += 1
            first, second = self.accounts
            await self._touch(tx, first)
            if tries[self.id] == 1:
                await both_hold_one.wait()
            await self._touch(tx, second)
            tx.record(AuditNote("test.done", organization_place(tx)))
            return Done()

        async def _touch(self, tx: Transaction, account: str) -> None:
            await tx.execute(update(accounts).where(accounts.c.id == account).values(version=accounts.c.version + 1))

    there = (acme.account("alice"), acme.account("bob"))
    one, other = (
        LocksTwo(id=name, organization_id=acme.id, actor=OPERATOR, accounts=order)
        for name, order in (("there", there), ("back", there[::-1]))
    )
    assert set(await asyncio.gather(acme.engine.run(one), acme.engine.run(other))) == {Done()}
    assert (sum(tries.values()), acme.engine.persistence.faults) == (3, Counter({Fault.RETRY: 1}))


# ------------------------------------------------------------------------------------------------------- SQLite


async def test_a_full_disk_is_told_and_moves_nothing(sqlite_acme: Database) -> None:
    acme = await find_company(sqlite_acme)
    async with Database(sqlite_acme.url.render_as_string(hide_password=False)) as small:
        room = limit_pages(small)
        engine = Engine(small, clock=acme.clock, new_id=acme.new_id, pause=at_once)
        given = await give_one_by_one_until_full(acme, engine)
        assert await acme.balances() == {"alice": given}
        room["pages"] = 1_000_000
        await small.engine.dispose()
        await engine.run(gift(acme, 1, id=f"g-{given}"))
        assert await acme.balances() == {"alice": given + 1}
    assert (await verify(sqlite_acme)).drift == []


async def give_one_by_one_until_full(acme: Company, engine: Engine) -> int:
    """How many gifts were acknowledged; the one that was not has left no trace."""
    for number in count():
        before = await acme.traces()
        try:
            await engine.run(gift(acme, 1, id=f"g-{number}"))
        except StorageFull:
            assert await acme.traces() == before
            return number
    raise AssertionError


def limit_pages(database: Database) -> dict[str, int]:
    """A file that cannot grow: SQLite says the same as on a full disk."""
    room = {"pages": 1}  # SQLite takes the pages there are when that is more

    @event.listens_for(database.engine.sync_engine, "connect")
    def limit(connection: Any, _record: object) -> None:  # noqa: ANN401  the driver's own type
        connection.execute(f"PRAGMA max_page_count={room['pages']}")

    return room


async def test_a_file_that_another_process_is_writing_is_waited_for(sqlite_acme: Database) -> None:
    acme = await find_company(sqlite_acme)
    async with Database(sqlite_acme.url.render_as_string(hide_password=False)) as other:
        async with other.begin() as connection:
            await connection.execute(update(organizations).values(name="Acme & Co."))
            running = asyncio.create_task(acme.engine.run(gift(acme)))
        assert await running == Funded(100)
    assert await acme.balances() == {"alice": 100}


async def test_a_database_that_is_no_more_is_unavailable(sqlite_acme: Database, tmp_path: Path) -> None:
    acme = await find_company(sqlite_acme)
    async with Database(f"sqlite+aiosqlite:///{tmp_path / 'gone' / 'alfred.db'}") as gone:
        engine = Engine(gone, clock=acme.clock, new_id=acme.new_id, pause=at_once)
        with pytest.raises(StorageUnavailable) as told:
            await engine.run(gift(acme))
    assert "gone" not in f"{told.value} {told.value.sentence}"
