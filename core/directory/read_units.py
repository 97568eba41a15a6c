"""How an organization counts and what time it keeps: what everybody needs to be told anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import select

from core.access.matrix import Permission
from core.directory.people import colleagues
from core.directory.units import Metering, Units
from core.storage.tables import organizations
from core.storage.transaction import Actor, Place, Transaction


@dataclass(frozen=True, slots=True)
class Counting:
    """The units, and the time zone's IANA name."""

    units: Units
    time_zone: str


@dataclass(frozen=True, kw_only=True)
class ReadUnits:
    """The organization's units and time zone."""

    organization_id: str
    actor: Actor

    needs: ClassVar[str] = Permission.SEE_PEOPLE

    async def place(self, tx: Transaction) -> Place:
        """Among colleagues."""
        return colleagues(tx)

    async def answer(self, tx: Transaction) -> Counting:
        """Read it."""
        columns = (organizations.c[name] for name in ("metering", "credits_per_usd", "custom_units"))
        found = await tx.execute(select(*columns).where(organizations.c.organization_id == tx.organization_id))
        row = found.one()
        return Counting(Units(Metering(row.metering), row.credits_per_usd, row.custom_units), tx.zone.key)
