"""Group commit: many callers, one writer, one transaction for all that has queued.

A batch locks the union of its accounts in id order, applies the machine to each operation in arrival order, writes each
changed account once and all rows in bulk, commits once, then answers every caller. A lone caller never waits for
company; under load batches grow by themselves.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, Self, TypeVar

from sqlalchemy import Table

from core.ledger.books import Books, NeedsAccounts
from core.ledger.hold_ids import is_hold_id, malformed
from core.ledger.rows import account_from, account_state, hold_end, hold_from, hold_row
from core.refusals import Refusal, Refused
from core.storage.faults import StorageUnavailable
from core.storage.hot import Changes, HotStore, Key, Row
from core.storage.retry import Pause, Persistence
from core.storage.tables import holds, postings


class Result(Protocol):
    """What an operation answers when it is not refused."""

    @property
    def is_replay(self) -> bool:
        """Whether it had been done before."""
        ...


R = TypeVar("R", bound=Result)
R_co = TypeVar("R_co", bound=Result, covariant=True)

LONGEST_BATCH: Final = 1_000

log = logging.getLogger(__name__)


class Operation(Protocol[R_co]):
    """What the machine decides in memory: `core.ledger.holding`."""

    @property
    def organization_id(self) -> str:
        """Whose books."""
        ...

    @property
    def hold_id(self) -> str:
        """The hold it is about."""
        ...

    def wants(self) -> list[str]:
        """Accounts to lock."""
        ...

    def apply(self, books: Books) -> R_co | Refusal:
        """Decide and write in memory."""
        ...


Alongside = Callable[[Any], Iterable[tuple[Table, Row]]]
"""From an operation's result to the rows (in the table's column order) that are committed with it; pure.

It is not asked for a refusal, nor for a repetition, whose rows were committed the first time.
"""


def nothing(_result: object) -> Iterable[tuple[Table, Row]]:
    """No rows alongside."""
    return ()


@dataclass(slots=True, eq=False)
class _Waiting:
    operation: Operation[Any]
    alongside: Alongside
    answer: asyncio.Future[Any]
    outcome: Any = None
    """A result, a refusal, or the exception that the operation met."""


@dataclass(slots=True)
class Counts:
    """What the book has done, for metrics."""

    batches: int = 0
    operations: int = 0


class Book:
    """The writer. Use as an async context manager; `submit` from any task of the same loop."""

    def __init__(self, store: HotStore, *, pause: Pause = asyncio.sleep) -> None:
        self._store: Final = store
        self.persistence: Final = Persistence(pause)
        self._queue: list[_Waiting] = []
        self._wake: Final = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_closing = False
        self.counts: Final = Counts()

    async def __aenter__(self) -> Self:
        self._tasks = [asyncio.create_task(self._write(), name=f"book {n}") for n in range(self._store.writers)]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Finish what has queued, then stop; nothing is taken any more."""
        self._is_closing = True
        self._wake.set()
        await asyncio.gather(*self._tasks)
        await self._store.close()

    async def submit(self, operation: Operation[R], alongside: Alongside = nothing) -> R:
        """Have an operation decided and committed; it is durable when this returns.

        Raises Refused; raises StorageUnavailable when the database is away: what became of the operation is then found
        by submitting it again under the same id. A caller that is cancelled does not undo it.
        """
        if self._is_closing:
            raise StorageUnavailable
        if not is_hold_id(operation.hold_id):  # no database need see it
            raise Refused(malformed(operation.hold_id))
        answer: asyncio.Future[R | Refusal] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(operation, alongside, answer))
        self._wake.set()
        result = await answer
        if isinstance(result, Refusal):
            raise Refused(result)
        return result

    async def _write(self) -> None:
        """One writer: takes what has queued, commits it, answers."""
        while self._queue or not self._is_closing:
            await self._wake.wait()
            batch, self._queue = self._queue[:LONGEST_BATCH], self._queue[LONGEST_BATCH:]
            if not self._queue and not self._is_closing:
                self._wake.clear()
            if batch:
                await self._serve(batch)

    async def _serve(self, batch: list[_Waiting]) -> None:
        """Commit a batch and answer it; what the database cannot take fails alone."""
        try:
            await self.persistence.run(lambda: self._commit(batch))
        except StorageUnavailable as error:
            _fail(batch, error)
        except Exception as error:  # noqa: BLE001  the writer must outlive any defect; it is logged and answered
            await self._isolate(batch, error)
        else:
            self.counts.batches += 1
            self.counts.operations += len(batch)
            _answer(batch)

    async def _isolate(self, batch: list[_Waiting], error: Exception) -> None:
        """Find the row that the database refuses by halves."""
        if len(batch) == 1:
            log.error("an operation failed", exc_info=error)
            _fail(batch, error)
            return
        middle = len(batch) // 2
        await self._serve(batch[:middle])
        await self._serve(batch[middle:])

    async def _commit(self, batch: list[_Waiting]) -> None:
        """Lock and decide until every operation has its accounts and none has to be thrown out."""
        hold_keys = sorted({(waiting.operation.organization_id, waiting.operation.hold_id) for waiting in batch})
        wanted = {(waiting.operation.organization_id, name) for waiting in batch for name in waiting.operation.wants()}
        while batch:
            decision = _Decision(batch, frozenset(wanted))
            try:
                await self._store.batch(decision, account_keys=sorted(wanted), hold_keys=hold_keys)
            except _Again as again:
                wanted |= again.missing
                batch = [waiting for waiting in batch if waiting not in again.thrown_out]
            else:
                return


class _Again(Exception):
    """Raised out of the transaction, which rolls back."""

    def __init__(self, *, missing: set[Key], thrown_out: set[_Waiting]) -> None:
        super().__init__()
        self.missing = missing
        self.thrown_out = thrown_out


class _Decision:
    """The machine applied to one batch: from locked rows to changes."""

    def __init__(self, batch: Sequence[_Waiting], wanted: frozenset[Key]) -> None:
        self._batch = batch
        self._wanted = wanted

    def __call__(self, account_rows: Sequence[Row], hold_rows: Sequence[Row]) -> Changes:
        """Decide every operation in arrival order.

        Raises _Again when some reach further than was locked, or raised: what they did to the books before is void.
        """
        shelves = self._shelves(account_rows, hold_rows)
        inserts: defaultdict[Table, list[Row]] = defaultdict(list)
        missing: set[Key] = set()
        thrown_out: set[_Waiting] = set()
        for waiting in self._batch:
            organization_id = waiting.operation.organization_id
            try:
                _decide(waiting, shelves[organization_id], rows=inserts)
            except NeedsAccounts as needs:
                missing |= {(organization_id, name) for name in needs.ids}
            except Refused as refused:
                waiting.outcome = refused.refusal
                thrown_out.add(waiting)
            except Exception as error:  # noqa: BLE001  a defect of one operation is its caller's alone
                waiting.outcome = error
                thrown_out.add(waiting)
        if missing:  # the books were half decided: who was thrown out may have met that
            raise _Again(missing=missing, thrown_out=set())
        if thrown_out:
            raise _Again(missing=set(), thrown_out=thrown_out)
        return _changes(shelves, inserts)

    def _shelves(self, account_rows: Sequence[Row], hold_rows: Sequence[Row]) -> dict[str, Books]:
        shelves = {waiting.operation.organization_id: Books({}) for waiting in self._batch}
        for row in account_rows:
            account = account_from(row)
            shelves[account.organization_id].accounts[account.id] = account
        for row in hold_rows:
            hold = hold_from(row)
            shelves[hold.organization_id].holds[hold.id] = hold
        for organization_id, books in shelves.items():
            names = {name for owner, name in self._wanted if owner == organization_id}
            books.absent = frozenset(names - set(books.accounts))
        return shelves


def _decide(waiting: _Waiting, books: Books, *, rows: defaultdict[Table, list[Row]]) -> None:
    outcome = waiting.outcome = waiting.operation.apply(books)
    if not isinstance(outcome, Refusal) and not outcome.is_replay:
        for table, row in waiting.alongside(outcome):
            rows[table].append(row)


def _changes(shelves: dict[str, Books], inserts: dict[Table, list[Row]]) -> Changes:
    changes = Changes(inserts=inserts)
    for books in shelves.values():
        changes.accounts += [account_state(account) for account in books.changed.values()]
        new = books.new_holds
        changes.ended_holds += [hold_end(hold) for name, hold in books.ended_holds.items() if name not in new]
        if new:
            inserts.setdefault(holds, []).extend(hold_row(hold) for hold in new.values())
        if books.postings:
            inserts.setdefault(postings, []).extend(books.postings)
    return changes


def _answer(batch: Sequence[_Waiting]) -> None:
    for waiting in batch:
        if isinstance(waiting.outcome, Exception):
            log.error("an operation failed", exc_info=waiting.outcome)
            _fail([waiting], waiting.outcome)
        elif not waiting.answer.done():
            waiting.answer.set_result(waiting.outcome)


def _fail(batch: Sequence[_Waiting], error: Exception) -> None:
    for waiting in batch:
        if not waiting.answer.done():
            waiting.answer.set_exception(error)
