"""The truth about the trail: every event against its seal, every seal against the chain, every head against its key.

Nothing is repaired. A consistent trail that is shorter than it was is found only with a head that was kept elsewhere.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import Row, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.audit.record import salted_hash
from core.audit.sealer import head_from
from core.audit.seals import SignedHead, event_hash, first_link, next_link
from core.storage.database import Database
from core.storage.retry import Persistence
from core.storage.tables import audit_blocks, audit_events, audit_seals, audit_texts, audit_unsealed

PAGE: Final = 1_000
MOST_FLAWS: Final = 100
"""More than that says nothing new."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is not as it was sealed. `number` is the event's place in the chain, if it has one."""

    number: int | None
    event_id: str | None
    what: str


@dataclass(slots=True)
class Trail:
    """What was looked at, and what is wrong with it, in the order of the chain: the first flaw names the bad event."""

    events: int = 0
    blocks: int = 0
    waiting: int = 0
    flaws: list[Flaw] = field(default_factory=list)


async def verify(
    database: Database, organization_id: str, *, trusted: Collection[str], kept: SignedHead | None = None
) -> Trail:
    """Compare an organization's whole trail with its seals, in one snapshot.

    `trusted` are the public keys (hexadecimal) whose heads count; `kept` is a head from outside the database.
    Raises StorageUnavailable.
    """

    async def once() -> Trail:
        async with database.snapshot() as connection:
            keys = {*trusted, *([kept.public_key] if kept else [])}
            return await _Walk(connection, organization_id, trusted=keys, kept=kept).walk()

    return await Persistence(asyncio.sleep).run(once)


class _Walk:
    """One pass over one organization's chain."""

    def __init__(
        self, connection: AsyncConnection, organization_id: str, *, trusted: Collection[str], kept: SignedHead | None
    ) -> None:
        self._connection: Final = connection
        self._organization: Final = organization_id
        self._trusted: Final = trusted
        self._kept: Final = kept
        self._trail: Final = Trail()
        self._link = first_link(organization_id)
        self._number = 0

    async def walk(self) -> Trail:
        heads = await self._heads()
        ends = {signed.head.events: signed for signed in heads}
        async for row in self._seals():
            await self._event(row, ends=ends)
            if len(self._trail.flaws) >= MOST_FLAWS:
                break
        else:
            self._after(heads)
            await self._strays()
        self._trail.flaws.sort(key=lambda flaw: (flaw.number is None, flaw.number or 0))
        await self._name_the_first()
        return self._trail

    async def _name_the_first(self) -> None:
        """A flaw of a block or of the end stands at a number; say whose that is, if its seal is still there."""
        flaws = self._trail.flaws
        if not flaws or flaws[0].event_id is not None or flaws[0].number is None:
            return
        found = await self._connection.execute(
            select(audit_seals.c.event_id).where(
                audit_seals.c.organization_id == self._organization, audit_seals.c.number == flaws[0].number
            )
        )
        flaws[0] = replace(flaws[0], event_id=found.scalar_one_or_none())

    async def _heads(self) -> list[SignedHead]:
        found = await self._connection.execute(
            select(audit_blocks)
            .where(audit_blocks.c.organization_id == self._organization)
            .order_by(audit_blocks.c.position)
        )
        heads = [head_from(row) for row in found]
        self._trail.blocks = len(heads)
        before = 0
        for position, signed in enumerate(heads, start=1):
            head = signed.head
            what = self._wrong_with(signed)
            if head.position != position:
                what = f"block {position} is missing"
            if what is not None:
                self._flaw(before + 1, None, what)
                break  # what follows a missing block says the same again
            before = head.events
        return heads

    def _wrong_with(self, signed: SignedHead) -> str | None:
        position = signed.head.position
        if signed.public_key not in self._trusted:
            return f"block {position} is signed with a key that is not trusted: {signed.public_key}"
        return None if signed.is_genuine else f"the head of block {position} was changed: its signature is wrong"

    async def _seals(self) -> AsyncIterator[tuple[Row[Any], Mapping[str, Any] | None, Mapping[str, Row[Any]]]]:
        """Every seal with its event and the words of it that are still there."""
        last = 0
        while rows := await self._page(last):
            ids = [row.event_id for row in rows]
            mine = (audit_events.c.organization_id == self._organization, audit_events.c.id.in_(ids))
            found = await self._connection.execute(select(audit_events).where(*mine))
            events = {row.id: row._asdict() for row in found}
            words = await self._words(ids)
            for row in rows:
                yield row, events.get(row.event_id), words.get(row.event_id, {})
            last = rows[-1].number

    async def _page(self, last: int) -> Sequence[Row[Any]]:
        found = await self._connection.execute(
            select(audit_seals)
            .where(audit_seals.c.organization_id == self._organization, audit_seals.c.number > last)
            .order_by(audit_seals.c.number)
            .limit(PAGE)
        )
        return found.all()

    async def _words(self, ids: Sequence[str]) -> dict[str, dict[str, Row[Any]]]:
        found = await self._connection.execute(
            select(audit_texts).where(
                audit_texts.c.organization_id == self._organization, audit_texts.c.event_id.in_(ids)
            )
        )
        words: dict[str, dict[str, Row[Any]]] = {}
        for row in found:
            words.setdefault(row.event_id, {})[row.field] = row
        return words

    async def _event(
        self,
        sealed: tuple[Row[Any], Mapping[str, Any] | None, Mapping[str, Row[Any]]],
        *,
        ends: Mapping[int, SignedHead],
    ) -> None:
        seal, event, words = sealed
        if seal.number != self._number + 1:
            self._flaw(self._number + 1, None, f"the seals {self._number + 1} to {seal.number - 1} are missing")
        elif (what := self._what_is_wrong(seal, event, words=words)) is not None:
            self._flaw(seal.number, seal.event_id, what)
        self._trail.events += 1
        self._number = seal.number
        self._link = seal.link  # as it stands, so that one flaw is told once
        end = ends.get(seal.number)
        if end is not None and end.head.link != seal.link:
            self._flaw(
                seal.number, seal.event_id, f"block {end.head.position} was sealed with another chain up to here"
            )
        self._compare_kept(seal)

    def _what_is_wrong(
        self, seal: Row[Any], event: Mapping[str, Any] | None, *, words: Mapping[str, Row[Any]]
    ) -> str | None:
        if event is None:
            return "the event was deleted"
        if event_hash(event) != seal.event_hash:
            return "the event was changed"
        if next_link(self._link, number=seal.number, hashed=seal.event_hash) != seal.link:
            return "the event is not where it was sealed: something was moved, inserted or removed"
        hashes = event["text_hashes"]
        for name, word in sorted(words.items()):
            if hashes.get(name) != salted_hash(salt=word.salt, text=word.text):
                return f"its words were changed: {name}"
        return None

    def _compare_kept(self, seal: Row[Any]) -> None:
        kept = self._kept
        if kept is not None and seal.number == kept.head.events and seal.link != kept.head.link:
            self._flaw(seal.number, seal.event_id, "the head that was kept says otherwise: the chain was made anew")

    def _after(self, heads: Sequence[SignedHead]) -> None:
        """What is too short or too long at the end."""
        sealed = heads[-1].head.events if heads else 0
        if self._number < sealed:
            self._flaw(self._number + 1, None, f"the seals {self._number + 1} to {sealed} are missing at the end")
        elif self._number > sealed:
            self._flaw(sealed + 1, None, f"the seals {sealed + 1} to {self._number} are in no block")
        kept = self._kept
        if kept is not None and self._number < kept.head.events:
            self._flaw(
                self._number + 1,
                None,
                f"the trail was cut: the head that was kept has {kept.head.events} events, here are {self._number}",
            )

    async def _strays(self) -> None:
        """Events that are neither sealed nor waiting, and waiting rows without an event."""
        mine = audit_events.c.organization_id == self._organization
        sealed = self._beside(audit_seals.c.organization_id, audit_seals.c.event_id)
        waits = self._beside(audit_unsealed.c.organization_id, audit_unsealed.c.event_id)
        stray = await self._connection.execute(
            select(audit_events.c.id)
            .outerjoin(audit_seals, sealed)
            .outerjoin(audit_unsealed, waits)
            .where(mine, audit_seals.c.event_id.is_(None), audit_unsealed.c.event_id.is_(None))
            .order_by(audit_events.c.id)
            .limit(MOST_FLAWS)
        )
        for event_id in stray.scalars():
            self._flaw(None, event_id, "the event was inserted: it has no seal and waits for none")
        lost = await self._connection.execute(
            select(audit_unsealed.c.event_id)
            .outerjoin(audit_events, waits)
            .where(audit_unsealed.c.organization_id == self._organization, audit_events.c.id.is_(None))
            .order_by(audit_unsealed.c.event_id)
            .limit(MOST_FLAWS)
        )
        for event_id in lost.scalars():
            self._flaw(None, event_id, "the event was deleted before it was sealed")
        await self._waiting()

    async def _waiting(self) -> None:
        count = await self._connection.execute(
            select(func.count()).where(audit_unsealed.c.organization_id == self._organization)
        )
        self._trail.waiting = count.scalar_one()

    def _beside(self, organization: Any, event: Any) -> Any:  # noqa: ANN401  columns and a condition
        return and_(organization == audit_events.c.organization_id, event == audit_events.c.id)

    def _flaw(self, number: int | None, event_id: str | None, what: str) -> None:  # noqa: PLR0917  the fields of a Flaw
        self._trail.flaws.append(Flaw(number, event_id, what))
