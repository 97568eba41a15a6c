"""An organization's settings, at its beginning and later."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from core.directory.change_organization import ChangeOrganization
from core.directory.create_organization import CreateOrganization
from core.directory.units import Metering
from core.refusals import Because
from core.storage.tables import organizations
from tests.company import Company


async def settings(company: Company) -> dict[str, Any]:
    async with company.database.snapshot() as connection:
        row = await connection.execute(select(organizations).where(organizations.c.organization_id == company.id))
        return dict(row.mappings().one())


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "\u202eemca"}, "name"),
        ({"time_zone": "Europe/Nowhere"}, "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "time_zone"),
        ({"custom_units": {"token": 5}}, "units"),
        ({"custom_units": {"point": 0}}, "units"),
        ({"metering": Metering.COST, "credits_per_usd": Decimal(5)}, "units"),
        ({"credits_per_usd": Decimal("NaN")}, "credits_per_usd"),
        ({"email_domains": ("@acme.example",)}, "email_domains"),
    ],
)
async def test_an_organization_begins_with_settings_that_can_be_used(
    company: Company, wrong: dict[str, Any], field: str
) -> None:
    good: dict[str, Any] = {"organization_id": "org_new", "name": "New", "time_zone": "UTC"}
    refusal = await company.refused(CreateOrganization, by="operator", **(good | wrong))
    assert (refusal.because, refusal.facts["field"]) == (Because.BAD_VALUE, field)
    await company.run(CreateOrganization, by="operator", **good)
    taken = await company.refused(CreateOrganization, by="operator", **good)
    assert taken.because is Because.NAME_TAKEN


async def test_only_the_operator_creates_organizations(company: Company) -> None:
    refusal = await company.refused(CreateOrganization, by="grace", name="X", time_zone="UTC")
    assert refusal.because is Because.NOT_ALLOWED


async def test_settings_change_one_by_one(company: Company) -> None:
    before = await settings(company)
    changed = await company.run(
        ChangeOrganization,
        by="grace",
        name="Acme Ltd",
        credits_per_usd=Decimal("2500.5"),
        custom_units={"point": 1_000},
        email_domains=("Acme.Example", "acme.test"),
    )
    assert changed.changed == ("credits_per_usd", "custom_units", "email_domains", "name")
    assert await settings(company) == before | {
        "name": "Acme Ltd",
        "credits_per_usd": Decimal("2500.5"),
        "custom_units": {"point": 1_000},
        "email_domains": ["acme.example", "acme.test"],
    }
    same = await company.run(ChangeOrganization, by="grace", credits_per_usd=Decimal("2500.50"), name="Acme Ltd")
    assert same.changed == ()
    await company.run(ChangeOrganization, by="grace", without_usd_rate=True)
    assert (await settings(company))["credits_per_usd"] is None


async def test_metering_is_fixed_once_credits_are_issued(company: Company) -> None:
    await company.run(ChangeOrganization, by="grace", metering=Metering.COST)
    await company.fund("Acme", 1)
    refusal = await company.refused(ChangeOrganization, by="grace", metering=Metering.TOKENS)
    assert refusal.because is Because.UNITS_FIXED
    await company.run(ChangeOrganization, by="grace", metering=Metering.COST, time_zone="UTC")


async def test_only_a_super_admin_changes_settings(company: Company) -> None:
    for who in ("alice", "carol", "erin", "frank", "henry"):
        assert (await company.refused(ChangeOrganization, by=who, name="Mine")).because is Because.NOT_ALLOWED
