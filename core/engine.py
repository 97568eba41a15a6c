"""The one door: `run(command)` changes state, `ask(question)` reads it.

The engine knows only the shape of a command, so a new deed touches nothing here. Transaction, idempotency, permission,
audit, outbox and retry are done once, here, for all deeds.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any, Final, TypeVar, get_type_hints
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from core.access.check import require
from core.audit.record import record
from core.refusals import Because, Refusal, Refused, refuse
from core.storage.database import Database
from core.storage.field_types import fault_in
from core.storage.inserting import insert_into
from core.storage.retry import Pause, Persistence
from core.storage.tables import commands, organizations, outbox
from core.storage.transaction import RESERVED, Actor, Clock, Command, NewId, Question, Transaction, plain

LONGEST_ID: Final = 200
MOST_TRIES: Final = 50
"""Of what was refused and is changed and sent again."""

R = TypeVar("R")


class Engine:
    """Runs commands and questions against one database. `pause` waits between tries."""

    def __init__(self, database: Database, *, clock: Clock, new_id: NewId, pause: Pause = asyncio.sleep) -> None:
        self.database: Final = database
        self.clock: Final = clock
        self.new_id: Final = new_id
        self.persistence: Final = Persistence(pause)

    async def run(self, command: Command[R], *, at: datetime | None = None) -> R:
        """Do a command once, however often it is repeated, and return its receipt.

        `at` is the due moment of a job's command; by default now. Raises Refused (also for a repetition of a refused
        id), and StorageUnavailable when the database is away or full: then the outcome is found by repeating the id.
        """
        _require_fields(command)
        if not 0 < len(command.id) <= LONGEST_ID:
            raise Refused(refuse(Because.MALFORMED_ID, most=LONGEST_ID))
        outcome = await self.persistence.run(lambda: self._attempt(command, at or self.clock.now()))
        if isinstance(outcome, Refusal):
            raise Refused(outcome)
        return outcome

    async def has_run(self, command: Command[R]) -> bool:
        """Whether this actor has used the command's id: `run` then gives its outcome again, whatever is true by now.

        Raises Refused for fields of other types, StorageUnavailable.
        """
        _require_fields(command)
        return await self.persistence.run(lambda: self._is_known(command))

    async def id_to_try(self, *, organization_id: str, actor: Actor, id: str) -> str:
        """The id under which what was refused as `id` may be tried again, with other contents: a refusal moved nothing.

        `id` itself as long as none is stored for it, else the first of `id~2`, `id~3`, … of which that is so. Raises
        StorageUnavailable.
        """
        tries = [id, *(f"{id}~{number}" for number in range(2, MOST_TRIES + 1))]
        refused = await self.persistence.run(lambda: self._refused(tries, organization_id=organization_id, actor=actor))
        return next((one for one in tries if one not in refused), tries[-1])

    async def ask(self, question: Question[R]) -> R:
        """Answer a question from one snapshot of the database. Raises Refused, StorageUnavailable."""
        _require_fields(question)
        return await self.persistence.run(lambda: self._answer(question))

    async def _attempt(self, command: Command[R], now: datetime) -> R | Refusal:
        async with self.database.begin() as connection:
            tx = await self._open(connection, command, request_id=command.id, now=now)
            contents = _content_hash(command)
            if not await _claim(tx, command, contents=contents):
                return await _stored(tx, command, contents=contents)
            outcome = await _execute(tx, command)
            await _store(tx, command, outcome=outcome)
            return outcome

    async def _is_known(self, command: Command[R]) -> bool:
        async with self.database.snapshot() as connection:
            found = await connection.execute(select(commands.c.id).where(*_key(command)))
            return found.one_or_none() is not None

    async def _refused(self, ids: list[str], *, organization_id: str, actor: Actor) -> set[str]:
        async with self.database.snapshot() as connection:
            found = await connection.execute(
                select(commands.c.id, commands.c.outcome).where(
                    commands.c.organization_id == organization_id,
                    commands.c.actor_id == actor.id,
                    commands.c.id.in_(ids),
                )
            )
            return {row.id for row in found if "refused" in row.outcome}

    async def _answer(self, question: Question[R]) -> R:
        async with self.database.snapshot() as connection:
            tx = await self._open(connection, question, request_id="", now=self.clock.now())
            await require(tx, needs=question.needs, place=await question.place(tx))
            return await question.answer(tx)

    async def _open(
        self, connection: AsyncConnection, work: Command[R] | Question[R], *, request_id: str, now: datetime
    ) -> Transaction:
        found = await connection.execute(
            select(organizations.c.time_zone).where(organizations.c.organization_id == work.organization_id)
        )
        # The command that makes an organization, and one that names none that exists, have no zone to find.
        zone = ZoneInfo(found.scalar_one_or_none() or "UTC")
        return Transaction(connection, work.organization_id, work.actor, request_id, now, zone, self.new_id)


async def _execute(tx: Transaction, command: Command[R]) -> R | Refusal:
    """The command inside its savepoint: a refusal undoes everything but the command row."""
    try:
        async with tx.connection.begin_nested():
            await require(tx, needs=command.needs, place=await command.place(tx))
            receipt = await command.execute(tx)
            await record(tx)
            await _write_events(tx)
            return receipt
    except Refused as refused:
        return refused.refusal


async def _claim(tx: Transaction, command: Command[R], *, contents: str) -> bool:
    """Insert the command row; False when the id exists (on Postgres after waiting for the other transaction)."""
    row = {
        "organization_id": command.organization_id,
        "actor_id": command.actor.id,
        "id": command.id,
        "name": type(command).__name__,
        "content_hash": contents,
        "at": tx.now,
    }
    claimed = await tx.execute(insert_into(tx.connection, commands).values(**row).on_conflict_do_nothing())
    return claimed.rowcount == 1


async def _stored(tx: Transaction, command: Command[R], *, contents: str) -> R | Refusal:
    """The outcome of the first time."""
    row = (await tx.execute(select(commands).where(*_key(command)))).one()
    if row.content_hash != contents:
        return refuse(Because.SAME_ID_OTHER_CONTENTS, id=command.id)
    if "refused" in row.outcome:
        return Refusal(Because(row.outcome["refused"]), row.outcome["facts"])
    receipt: R = _receipt_type(type(command)).validate_python(row.outcome["receipt"])
    return receipt


async def _store(tx: Transaction, command: Command[R], *, outcome: object) -> None:
    stored: dict[str, Any]
    if isinstance(outcome, Refusal):
        stored = {"refused": outcome.because.value, "facts": dict(outcome.facts)}
    else:
        stored = {"receipt": TypeAdapter(type(outcome)).dump_python(outcome, mode="json")}
    await tx.execute(update(commands).where(*_key(command)).values(outcome=stored))


async def _write_events(tx: Transaction) -> None:
    if tx.events:
        rows = [
            {
                "organization_id": tx.organization_id,
                "id": tx.new_id("evt"),
                "type": name,
                "payload": payload,
                "at": tx.now,
            }
            for name, payload in tx.events
        ]
        await tx.execute(insert(outbox), rows)


def _key(command: Command[R]) -> tuple[Any, ...]:
    return (
        commands.c.organization_id == command.organization_id,
        commands.c.actor_id == command.actor.id,
        commands.c.id == command.id,
    )


def _require_fields(work: Command[R] | Question[R]) -> None:
    """Refuse what the fields do not take, or no database does, before anything is asked; it leaves no trace."""
    fault = fault_in(work)
    if fault is not None:
        raise Refused(refuse(Because.BAD_VALUE, field=fault[0], why=fault[1]))


def _content_hash(command: Command[R]) -> str:
    """SHA-256 over the command's name and fields; repetitions of an id must agree in it."""
    contents = {
        item.name: _hashable(getattr(command, item.name)) for item in fields(command) if item.name not in RESERVED
    }
    text = json.dumps([type(command).__name__, contents], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _hashable(value: object) -> Any:  # noqa: ANN401  JSON has this type
    if hasattr(value, "__dataclass_fields__"):
        return {name: _hashable(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, set | frozenset):
        return sorted(map(_hashable, value), key=json.dumps)  # a set has no order of its own
    return [_hashable(item) for item in value] if isinstance(value, list | tuple) else plain(value)


@cache
def _receipt_type(command: type) -> TypeAdapter[Any]:
    return TypeAdapter(get_type_hints(command.execute)["return"])  # type: ignore[attr-defined]
