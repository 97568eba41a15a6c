"""Acme's trail, sealed; and what somebody who owns the database can do to it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Executable, select, text

from core.audit.sealer import Sealer, last_head
from core.audit.seals import SignedHead, Signer
from core.audit.verify import Flaw, Trail, verify
from core.storage.migrations.append_only import triggers_of
from core.storage.tables import audit_seals
from tests.company import Company

SIGNER: Final = Signer(b"s" * 32)
GUARDED: Final = ("audit_events", "audit_seals", "audit_blocks")


def sealer_of(company: Company) -> Sealer:
    """What seals Acme's trail."""
    return Sealer(company.database, SIGNER)


async def seal(company: Company, *, signer: Signer = SIGNER) -> int:
    """Seal everything that waits, now."""
    return await Sealer(company.database, signer).seal_all(now=company.clock.now())


async def look(company: Company, *, kept: SignedHead | None = None) -> Trail:
    """What verifying says."""
    return await verify(company.database, company.id, trusted=[SIGNER.public_key], kept=kept)


async def first_flaw(company: Company, *, kept: SignedHead | None = None) -> Flaw:
    """The first thing that is wrong; there must be one."""
    return (await look(company, kept=kept)).flaws[0]


async def head_of(company: Company) -> SignedHead:
    """The newest head."""
    async with company.database.snapshot() as connection:
        head = await last_head(connection, company.id)
    assert head is not None
    return head


async def event_ids(company: Company) -> list[str]:
    """The sealed events in the order of the chain; number n is at n - 1."""
    async with company.database.snapshot() as connection:
        wanted = select(audit_seals.c.event_id).where(audit_seals.c.organization_id == company.id)
        return list(await connection.scalars(wanted.order_by(audit_seals.c.number)))


async def tamper(company: Company, *statements: Executable) -> None:
    """Do it as the owner of the database, who takes the triggers away first and puts them back."""
    dialect = company.database.dialect
    triggers = [(table, *item) for table in GUARDED for item in triggers_of(table, dialect=dialect).items()]
    async with company.database.begin() as connection:
        for table, name, _ in triggers:
            await connection.execute(text(f"DROP TRIGGER {name}" + (f" ON {table}" if dialect != "sqlite" else "")))
        for statement in statements:
            await connection.execute(statement)
        for _, name, trigger in triggers:
            await connection.execute(text(f"CREATE TRIGGER {name} {trigger}"))
