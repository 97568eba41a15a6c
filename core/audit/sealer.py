"""Sealing: one organization's waiting events become a block of the chain with a signed head.

It writes no event of its own, or it would never come to an end: the block is its record.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from core.audit.seals import Head, SignedHead, Signer, event_hash, first_link, next_link
from core.storage.database import Database
from core.storage.retry import Persistence
from core.storage.tables import audit_blocks, audit_events, audit_seals, audit_unsealed

AT_ONCE: Final = 1_000
"""Events of one block."""


class Sealer:
    """Seals what waits. Several may run: a block's position is its key, and who comes second looks again."""

    def __init__(self, database: Database, signer: Signer) -> None:
        self._database: Final = database
        self._signer: Final = signer
        self._persistence: Final = Persistence(asyncio.sleep)

    async def seal_all(self, *, now: datetime) -> int:
        """Seal everything that waits, one organization after the other; return how many events that were.

        Raises StorageUnavailable.
        """
        sealed = 0
        for organization_id in await self._waiting():
            sealed += await self.seal(organization_id, now=now)
        return sealed

    async def seal(self, organization_id: str, *, now: datetime) -> int:
        """Seal everything that waits in one organization, block by block. Raises StorageUnavailable."""
        sealed = 0
        while count := await self._persistence.run(lambda: self._block(organization_id, now=now)):
            sealed += count
        return sealed

    async def _waiting(self) -> Sequence[str]:
        async def read() -> Sequence[str]:
            async with self._database.snapshot() as connection:
                column = audit_unsealed.c.organization_id
                return list(await connection.scalars(select(column).distinct().order_by(column)))

        return await self._persistence.run(read)

    async def _block(self, organization_id: str, *, now: datetime) -> int:
        """One block, in one transaction; 0 when nothing waits."""
        async with self._database.begin() as connection:
            events = await _waiting_events(connection, organization_id)
            if not events:
                return 0
            before = await last_head(connection, organization_id)
            seals = _chained(organization_id, events, before=before.head if before else None)
            head = Head(
                organization_id=organization_id,
                position=before.head.position + 1 if before else 1,
                events=seals[-1]["number"],
                link=seals[-1]["link"],
                sealed_at=now,
            )
            # First, because another sealer's block of this position is met here, before anything is deleted.
            await connection.execute(insert(audit_blocks).values(**_row(self._signer.sign(head))))
            await connection.execute(insert(audit_seals), seals)
            await connection.execute(
                delete(audit_unsealed).where(
                    audit_unsealed.c.organization_id == organization_id,
                    audit_unsealed.c.event_id.in_([event.id for event in events]),
                )
            )
            return len(events)


async def last_head(connection: AsyncConnection, organization_id: str) -> SignedHead | None:
    """The newest signed head; None before the first block."""
    found = await connection.execute(
        select(audit_blocks)
        .where(audit_blocks.c.organization_id == organization_id)
        .order_by(audit_blocks.c.position.desc())
        .limit(1)
    )
    row = found.one_or_none()
    return None if row is None else head_from(row)


def head_from(row: Row[Any]) -> SignedHead:
    """A row of `audit_blocks`."""
    head = Head(
        organization_id=row.organization_id,
        position=row.position,
        events=row.events,
        link=row.link,
        sealed_at=row.sealed_at,
    )
    return SignedHead(head, row.public_key, row.signature)


async def _waiting_events(connection: AsyncConnection, organization_id: str) -> Sequence[Row[Any]]:
    same = (audit_unsealed.c.organization_id == audit_events.c.organization_id) & (
        audit_unsealed.c.event_id == audit_events.c.id
    )
    found = await connection.execute(
        select(audit_events)
        .join(audit_unsealed, same)
        .where(audit_events.c.organization_id == organization_id)
        .order_by(audit_events.c.id)
        .limit(AT_ONCE)
    )
    return found.all()


def _chained(organization_id: str, events: Sequence[Row[Any]], *, before: Head | None) -> list[dict[str, Any]]:
    link = before.link if before else first_link(organization_id)
    first = before.events + 1 if before else 1
    seals = []
    for number, event in enumerate(events, start=first):
        hashed = event_hash(event._asdict())
        link = next_link(link, number=number, hashed=hashed)
        seals.append(
            {
                "organization_id": organization_id,
                "number": number,
                "event_id": event.id,
                "event_hash": hashed,
                "link": link,
            }
        )
    return seals


def _row(signed: SignedHead) -> dict[str, Any]:
    head = signed.head
    return {
        "organization_id": head.organization_id,
        "position": head.position,
        "events": head.events,
        "link": head.link,
        "sealed_at": head.sealed_at,
        "public_key": signed.public_key,
        "signature": signed.signature,
    }
