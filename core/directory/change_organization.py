"""An organization's settings change; what is not named stays. Metering is fixed once credits have been issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from sqlalchemy import Row, select, update

from core.access.matrix import Permission
from core.access.places import organization_place
from core.directory.organization_settings import check_domains, check_units, check_zone
from core.directory.texts import clean_name
from core.directory.tree import gate
from core.directory.units import Metering
from core.ledger.accounts import Kind, account_id
from core.ledger.locking import lock
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import nodes, organizations
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class OrganizationChanged:
    """The receipt: the names of the settings that are different now."""

    organization_id: str
    changed: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ChangeOrganization:
    """None leaves a setting as it is. `without_usd_rate` takes the dollar rate away."""

    id: str
    organization_id: str
    actor: Actor
    name: str | None = None
    time_zone: str | None = None
    metering: Metering | None = None
    credits_per_usd: Decimal | None = None
    without_usd_rate: bool = False
    custom_units: Mapping[str, int] | None = None
    email_domains: tuple[str, ...] | None = None

    needs: ClassVar[str] = Permission.MANAGE_ORGANIZATION

    async def place(self, tx: Transaction) -> Place:
        """The organization."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> OrganizationChanged:
        """Refuses values that cannot be used together, and other metering once there are credits."""
        await gate(tx)
        chosen = organizations.c.organization_id == tx.organization_id
        row = (await tx.execute(select(organizations).where(chosen))).one()
        wanted = self._wanted(row)
        changed = {name: value for name, value in wanted.items() if value != getattr(row, name)}
        if "metering" in changed:
            await _refuse_with_credits(tx)
        # Nothing below may refuse.
        if changed:
            await tx.execute(update(organizations).where(chosen).values(**changed))
        if "name" in changed:
            root = (nodes.c.organization_id == tx.organization_id, nodes.c.id == tx.organization_id)
            await tx.execute(update(nodes).where(*root).values(name=changed["name"]))
        details = {
            "before": {name: _plain(getattr(row, name)) for name in changed},
            "after": {name: _plain(value) for name, value in changed.items()},
        }
        tx.record(
            AuditNote(
                Happened.ORGANIZATION_CHANGED,
                organization_place(tx),
                subject_id=tx.organization_id,
                details=details,
            )
        )
        return OrganizationChanged(tx.organization_id, tuple(sorted(changed)))

    def _wanted(self, row: Row[Any]) -> dict[str, Any]:
        metering = self.metering or Metering(row.metering)
        rate = None if self.without_usd_rate else self.credits_per_usd or row.credits_per_usd
        custom = dict(row.custom_units if self.custom_units is None else self.custom_units)
        check_units(metering, rate, custom=custom)
        return {
            "name": row.name if self.name is None else clean_name(self.name, field="name"),
            "time_zone": row.time_zone if self.time_zone is None else check_zone(self.time_zone).key,
            "metering": metering.value,
            "credits_per_usd": rate,
            "custom_units": custom,
            "email_domains": row.email_domains if self.email_domains is None else check_domains(self.email_domains),
        }


async def _refuse_with_credits(tx: Transaction) -> None:
    issued = account_id(Kind.ISSUED, tx.organization_id)
    locked = await lock(tx, [issued])
    if locked.account(issued).debits > 0:
        raise Refused(refuse(Because.UNITS_FIXED))


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Decimal) else value
