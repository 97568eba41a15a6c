"""An organization comes to be: its settings, the root of its tree, and the two accounts that feed all others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import insert, select

from core.access.matrix import Permission
from core.access.places import organization_place, path_text
from core.directory.organization_settings import check_domains, check_units, check_zone
from core.directory.texts import clean_name
from core.directory.tree import NodeKind
from core.directory.units import Metering
from core.ledger.accounts import Kind
from core.ledger.locking import open_account
from core.refusals import Because, Refused, refuse
from core.storage.audit_types import Happened
from core.storage.tables import nodes, organizations
from core.storage.transaction import Actor, AuditNote, Place, Transaction


@dataclass(frozen=True, slots=True)
class OrganizationCreated:
    """The receipt."""

    organization_id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class CreateOrganization:
    """Only the operator does this. `organization_id` is chosen by the caller, like the command's id."""

    id: str
    organization_id: str
    actor: Actor
    name: str
    time_zone: str
    metering: Metering = Metering.TOKENS
    credits_per_usd: Decimal | None = None
    custom_units: Mapping[str, int] = field(default_factory=dict)
    email_domains: tuple[str, ...] = ()

    needs: ClassVar[str] = Permission.OPERATE

    async def place(self, tx: Transaction) -> Place:
        """The organization that is about to be."""
        return organization_place(tx)

    async def execute(self, tx: Transaction) -> OrganizationCreated:
        """Refuses a name, zone, unit or domain that cannot be used, and an id that exists."""
        name = clean_name(self.name, field="name")
        check_zone(self.time_zone)
        check_units(self.metering, self.credits_per_usd, custom=self.custom_units)
        domains = check_domains(self.email_domains)
        taken = await tx.execute(
            select(organizations.c.name).where(organizations.c.organization_id == self.organization_id)
        )
        if taken.one_or_none() is not None:
            raise Refused(refuse(Because.NAME_TAKEN, field="organization_id"))
        # Nothing below may refuse.
        await tx.execute(
            insert(organizations).values(
                organization_id=self.organization_id,
                name=name,
                time_zone=self.time_zone,
                metering=self.metering.value,
                credits_per_usd=self.credits_per_usd,
                custom_units=dict(self.custom_units),
                email_domains=domains,
                created_at=tx.now,
            )
        )
        await self._plant(tx, name)
        tx.record(
            AuditNote(
                Happened.ORGANIZATION_CREATED,
                organization_place(tx),
                subject_id=self.organization_id,
                details={"name": name, "time_zone": self.time_zone, "metering": self.metering.value},
            )
        )
        return OrganizationCreated(self.organization_id, name)

    async def _plant(self, tx: Transaction, name: str) -> None:
        await tx.execute(
            insert(nodes).values(
                organization_id=self.organization_id,
                id=self.organization_id,
                kind=NodeKind.ORGANIZATION.value,
                parent_id=None,
                path=path_text((self.organization_id,)),
                name=name,
                created_at=tx.now,
            )
        )
        await open_account(tx, Kind.ISSUED, owner_id=self.organization_id)
        await open_account(tx, Kind.BUDGET, owner_id=self.organization_id)
