"""What a person sees when they ask what they have."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core.refusals import Because, Refused
from core.reporting.balance import Balance
from core.reporting.sheet import BoostBalance, Expiring, MonthUsage, NextRefresh, PoolBalance, ProjectBalance
from tests.allocation.granting import set_quota
from tests.company import Company
from tests.spending.desk import open_desk


async def test_a_balance_shows_every_source_what_is_in_flight_what_expires_and_what_was_spent(company: Company) -> None:
    await company.fund("alice", 10_000, expires_on=date(2026, 3, 31))
    await company.fund("alice", 5_000)
    await company.fund("Apollo", 700)
    await company.fund("Backend pool", 900_000)
    async with open_desk(company) as desk:
        await desk.boost("alice", 400, name="ovr_p0", hours=3)
        await desk.call("alice", 1_000)
        await desk.hold("alice", 250)
    sheet = await company.ask(Balance, by="alice", user_id=company.user("alice"))
    assert (sheet.handle, sheet.personal, sheet.held, sheet.owed) == ("alice", 14_150, 250, 0)
    ends_at = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    assert sheet.boosts == (BoostBalance("ovr_p0", 0, ends_at),)  # spent to the last credit, but not ended
    assert sheet.projects == (ProjectBalance(company.node("Apollo"), "Apollo", 700),)
    assert sheet.pool == PoolBalance(company.node("Backend"), "Backend", 900_000, is_auto_draw=True, reach=500_000)
    assert sheet.available == 14_150 + 500_000
    assert sheet.expiring == (Expiring(date(2026, 3, 31), 9_150),)
    assert sheet.month == MonthUsage(1, 1_000, Decimal("0.00015"), 400)


async def test_last_months_calls_do_not_count_as_this_months(company: Company) -> None:
    await company.fund("alice", 10_000)
    async with open_desk(company) as desk:
        await desk.call("alice", 1_000)
    company.clock.at = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)
    sheet = await company.ask(Balance, by="alice", user_id=company.user("alice"))
    assert sheet.month == MonthUsage(0, 0, Decimal(0), 0)


async def test_nobody_is_promised_a_refresh_that_will_not_come(company: Company) -> None:
    await set_quota(company, "alice", 1_000, valid_until=date(2026, 4, 15))
    april = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
    assert await _promised(company) == (NextRefresh(april, 1_000, "1,000"), april.isoformat(), 1_000)
    company.clock.at = datetime(2026, 4, 10, 10, 0, tzinfo=UTC)
    assert await _promised(company) == (None, None, None)


async def _promised(company: Company) -> tuple[NextRefresh | None, object, object]:
    """The next refresh by Alice's balance sheet, and its time and amount by the refusal of a call."""
    sheet = await company.ask(Balance, by="alice", user_id=company.user("alice"))
    async with open_desk(company) as desk:
        with pytest.raises(Refused) as refused:
            await desk.hold("alice", 5_000)
    facts = refused.value.refusal.facts
    return sheet.refresh, facts["refreshes_at"], facts["refresh_amount"]


@pytest.mark.parametrize("reader", ["carol", "erin", "grace", "frank", "henry"])
async def test_leads_managers_finance_and_auditors_may_look(company: Company, reader: str) -> None:
    await company.fund("alice", 10_000)
    sheet = await company.ask(Balance, by=reader, user_id=company.user("alice"))
    assert sheet.personal == 10_000


@pytest.mark.parametrize("reader", ["bob", "dan"])
async def test_colleagues_may_not_look(company: Company, reader: str) -> None:
    with pytest.raises(Refused) as refused:
        await company.ask(Balance, by=reader, user_id=company.user("alice"))
    assert refused.value.refusal.because is Because.NOT_ALLOWED
