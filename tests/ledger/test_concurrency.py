"""Many callers, two processes, a killed one, and one that is poisoned: exactly what is covered passes, once."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import Table, select, text

from core.ledger.book import Book
from core.ledger.books import Books
from core.ledger.ending import Ended, ExpireHold
from core.ledger.holding import Held
from core.refusals import Because, Refusal, Refused
from core.storage.database import Database
from core.storage.hot import Row
from core.storage.tables import holds
from tests.ledger.backends import ORG, no_pause
from tests.ledger.crashing import CrashingSqlite, Fault, Plan
from tests.ledger.loading import ANN, NOW, TTL, book_of, hold_all, place, record, settle
from tests.ledger.sheets import fund, sheet

K = 137
"""What ann's credits cover."""


@pytest.fixture
async def ann(database: Database) -> Database:
    """Ann with 137 credits."""
    return await fund(database, K)


async def test_a_thousand_holds_at_once_admit_exactly_what_the_account_covers(ann: Database) -> None:
    async with book_of(ann) as book:
        assert await hold_all(book, range(1_000)) == K
    assert await sheet(ann) == {"spent": 0, "held": K, "available": 0, "open holds": K}


async def test_two_books_in_one_process_admit_exactly_what_the_account_covers(ann: Database) -> None:
    async with book_of(ann) as one, book_of(ann) as other:
        admitted = await asyncio.gather(hold_all(one, range(500)), hold_all(other, range(500, 1_000)))
    assert sum(admitted) == K
    assert await sheet(ann) == {"spent": 0, "held": K, "available": 0, "open holds": K}


async def test_two_processes_admit_exactly_what_the_account_covers(ann: Database) -> None:
    processes = [await _process(ann, "hold", first=first, count=500) for first in (0, 500)]
    for process in processes:
        assert await _line(process) == "ready"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
    admitted = [int(await _line(process)) for process in processes]
    assert [await process.wait() for process in processes] == [0, 0]
    assert sum(admitted) == K
    assert await sheet(ann) == {"spent": 0, "held": K, "available": 0, "open holds": K}


async def test_the_same_thousand_ids_from_two_books_hold_once(ann: Database) -> None:
    async with book_of(ann) as one, book_of(ann) as other:
        await asyncio.gather(hold_all(one, range(100)), hold_all(other, range(100)))
    assert await sheet(ann) == {"spent": 0, "held": 100, "available": K - 100, "open holds": 100}


async def test_a_process_killed_in_mid_load_loses_and_doubles_nothing(database: Database) -> None:
    await fund(database, 100_000)
    process = await _process(database, "work", first=0, count=5_000)
    told = [(await _line(process)).split() for _ in range(120)]
    process.kill()
    rest = (await process.communicate())[0].decode().splitlines()
    told += [line.split() for line in rest if line.startswith(("held ", "settled "))]
    settled = {int(number) for verb, number in told if verb == "settled"}
    async with database.snapshot() as connection:
        known = {row.id: row.state for row in await connection.execute(select(holds.c.id, holds.c.state))}
    assert {known[settle(number).hold_id] for number in settled} == {"settled"}, "what was answered is durable"
    done = sum(state == "settled" for state in known.values())
    still_open = [name for name, state in known.items() if state == "open"]
    assert await sheet(database) == {
        "spent": done,
        "held": 2 * len(still_open),
        "available": 100_000 - done - 2 * len(still_open),
        "settled holds": done,
    } | ({"open holds": len(still_open)} if still_open else {})
    async with book_of(database) as book:
        for number in sorted(settled)[:20]:
            assert (await book.submit(settle(number), record)).is_replay
        later = NOW + TTL
        await asyncio.gather(*(book.submit(ExpireHold(ORG, name, later, later.date())) for name in still_open))
    after = await sheet(database)
    assert (after["spent"], after["held"]) == (done, 0)


async def _process(database: Database, job: str, *, first: int, count: int) -> Process:
    url = database.url.render_as_string(hide_password=False)
    arguments = ("-m", "tests.ledger.loading", url, job, str(first), str(count))
    return await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=PIPE, stdout=PIPE)


async def _line(process: Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


# --------------------------------------------------------------------------- neighbours in a batch


@dataclass(frozen=True)
class Poisoned:
    """A defect: it raises after it has touched the books."""

    organization_id: str
    hold_id: str

    def wants(self) -> list[str]:
        return [ANN]

    def apply(self, books: Books) -> Held:
        books.account(ANN).credits += 1_000_000
        books.changed[ANN] = books.account(ANN)
        raise ZeroDivisionError


async def _outcomes(work: list[Any]) -> list[str]:
    done = await asyncio.gather(*work, return_exceptions=True)
    return [type(outcome).__name__ for outcome in done]


async def test_one_poisoned_operation_in_a_batch_fails_alone(ann: Database) -> None:
    async with book_of(ann) as book:
        work = [book.submit(place(number)) for number in range(10)]
        work.insert(5, book.submit(Poisoned(ORG, place(99).hold_id)))
        assert await _outcomes(work) == [*["Held"] * 5, "ZeroDivisionError", *["Held"] * 5]
    assert await sheet(ann) == {"spent": 0, "held": 10, "available": K - 10, "open holds": 10}


async def test_a_row_that_the_database_refuses_fails_its_own_operation_alone(ann: Database) -> None:
    def unwritable(ended: Ended) -> list[tuple[Table, Row]]:
        return [(table, (*row[:2], "\ud800", *row[3:])) for table, row in record(ended)]

    async with book_of(ann) as book:
        await asyncio.gather(*(book.submit(place(number)) for number in range(8)))
        work = [book.submit(settle(number), unwritable if number == 3 else record) for number in range(8)]
        names = await _outcomes(work)
    assert names[:3] + names[4:] == ["Ended"] * 7
    assert names[3] not in {"Ended", "StorageUnavailable"}
    assert await sheet(ann) == {"spent": 7, "held": 1, "available": K - 8, "open holds": 1, "settled holds": 7}


async def test_an_unknown_account_refuses_its_own_operation_alone(ann: Database) -> None:
    stranger = replace(place(1), sources=(*place(1).sources, replace(place(1).sources[0], account="personal:nobody")))
    async with book_of(ann) as book:
        done = await asyncio.gather(
            book.submit(place(0)),
            book.submit(replace(stranger, amount=500)),
            book.submit(place(2)),
            return_exceptions=True,
        )
    assert isinstance(done[1], Refused)
    assert done[1].refusal == Refusal(Because.UNKNOWN_ACCOUNT, {"account": "personal:nobody"})
    assert await sheet(ann) == {"spent": 0, "held": 2, "available": K - 2, "open holds": 2}


async def test_a_caller_that_is_cancelled_does_not_undo_its_hold_nor_harm_its_neighbours(ann: Database) -> None:
    async with book_of(ann) as book:
        tasks = [asyncio.create_task(book.submit(place(number))) for number in range(6)]
        await asyncio.sleep(0)
        tasks[2].cancel()
        assert await _outcomes(list(tasks)) == ["Held", "Held", "CancelledError", "Held", "Held", "Held"]
        assert (await book.submit(place(2))).is_replay
    assert await sheet(ann) == {"spent": 0, "held": 6, "available": K - 6, "open holds": 6}


async def test_a_book_that_closes_answers_everybody_first(ann: Database) -> None:
    async with book_of(ann) as book:
        tasks = [asyncio.create_task(book.submit(place(number))) for number in range(40)]
        await asyncio.sleep(0)
    assert {type(task.result()).__name__ for task in tasks} == {"Held"}
    assert await sheet(ann) == {"spent": 0, "held": 40, "available": K - 40, "open holds": 40}


async def test_a_batch_that_is_interrupted_right_after_its_begin_leaves_room_for_the_next(
    sqlite_database: Database,
) -> None:
    await fund(sqlite_database, 100)
    plan = Plan()
    store = CrashingSqlite(str(sqlite_database.url.database), sqlite_database.writer, plan=plan)
    async with Book(store, pause=no_pause) as book:
        await book.submit(place(1, amount=10))
        plan.arrange(Fault.CONNECTION, statements=0, is_after=True)
        held = await book.submit(place(2, amount=20))
    assert (held.amount, held.is_replay) == (20, False)


async def test_a_batch_that_is_interrupted_while_it_reads_goes_on_though_somebody_wrote_meanwhile(
    sqlite_database: Database,
) -> None:
    async def somebody_writes(_seconds: float) -> None:
        async with sqlite_database.begin() as connection:
            await connection.execute(text("CREATE TABLE meanwhile (n INTEGER)"))

    await fund(sqlite_database, 100)
    plan = Plan()
    store = CrashingSqlite(str(sqlite_database.url.database), sqlite_database.writer, plan=plan)
    async with Book(store, pause=somebody_writes) as book:
        await book.submit(place(1, amount=10))
        plan.arrange(Fault.CONNECTION, statements=1, is_after=True)
        held = await book.submit(place(2, amount=20))
    assert (held.amount, held.is_replay) == (20, False)
