"""Acme is what tests/company.py says, and every balance starts at nothing."""

from __future__ import annotations

from datetime import date

from tests.company import Company


async def test_a_new_company_has_people_and_no_credits(company: Company) -> None:
    assert sorted(company.users) == ["alice", "bob", "carol", "ci-bot", "dan", "erin", "frank", "grace", "henry"]
    assert await company.balances() == {}
    assert await company.held() == {}


async def test_credits_can_be_put_anywhere(company: Company) -> None:
    await company.fund("Acme", 1_000)
    await company.fund("Backend", 500, expires_on=date(2026, 4, 1))
    await company.fund("Backend pool", 50)
    await company.fund("alice", 20_000)
    assert await company.balances() == {"Acme": 1_000, "Backend": 500, "Backend pool": 50, "alice": 20_000}
