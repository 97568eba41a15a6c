"""Quotas are granted when a period begins: from the top down, once, with the child's own expiry."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime

from core.allocation.refresh_quotas import RefreshQuotas
from core.allocation.remove_quota import RemoveQuota
from core.allocation.set_quota import SetQuota
from core.jobs.due import run_due
from core.leaving.deactivate_user import DeactivateUser
from core.ledger.accounts import NEVER
from core.policy.periods import NO_ROLLOVER, Period, Rollover
from core.refusals import Because
from core.storage.database import Database
from core.transfers.send_credits import SendCredits
from tests.accounts_read import assert_no_drift, books, slices, told
from tests.allocation.granting import set_quota, until
from tests.company import Company, found_company

APRIL = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)
"""Midnight in Berlin, in summer time."""
MAY = datetime(2026, 4, 30, 22, 0, tzinfo=UTC)
JULY = datetime(2026, 6, 30, 22, 0, tzinfo=UTC)


async def test_a_period_begins_from_the_top_down(company: Company) -> None:
    """At one moment the organization is issued its quota, and every floor grants what it just got."""
    for whose, amount in (("Acme", 1_000), ("Engineering", 700), ("Backend", 500), ("alice", 200), ("bob", 100)):
        await set_quota(company, whose, amount)
    assert await until(company, APRIL.replace(hour=21, minute=59)) == []
    done = await until(company, APRIL)
    assert [command.split(":")[1] for command in done] == [
        "issued",
        company.id,
        company.node("Engineering"),
        company.node("Backend"),
    ]
    assert await company.balances() == {"Acme": 300, "Engineering": 200, "Backend": 200, "alice": 200, "bob": 100}
    assert await slices(company, "alice") == [(date(2026, 6, 30), 200)]  # 90 days from 1 April
    await assert_no_drift(company)


async def test_a_person_without_a_quota_gets_nothing(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await set_quota(company, "alice", 1_000)
    await until(company, APRIL)
    assert await company.balances() == {"Backend": 9_000, "alice": 1_000}


async def test_a_refresh_adds_to_what_is_left(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await set_quota(company, "alice", 1_000)
    await until(company, MAY)
    assert await slices(company, "alice") == [(date(2026, 6, 30), 1_000), (date(2026, 7, 30), 1_000)]


async def test_unused_credits_go_after_90_days(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await set_quota(company, "alice", 1_000, period=Period.YEARLY, anchor=date(2026, 4, 1))
    await until(company, datetime(2026, 6, 30, 21, 59, tzinfo=UTC))
    assert await company.balances() == {"Backend": 9_000, "alice": 1_000}
    await until(company, JULY)
    assert await company.balances() == {"Backend": 9_000}
    await assert_no_drift(company)


async def test_without_rollover_credits_end_with_the_period(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await set_quota(company, "alice", 1_000, rollover=NO_ROLLOVER)
    await until(company, APRIL)
    assert await slices(company, "alice") == [(date(2026, 4, 30), 1_000)]
    await until(company, MAY)
    assert await slices(company, "alice") == [(date(2026, 5, 31), 1_000)]
    assert await company.balances() == {"Backend": 8_000, "alice": 1_000}


async def test_with_a_cap_of_two_credits_live_two_further_periods(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await set_quota(company, "alice", 1_000, rollover=Rollover.parse("cap 2"))
    await until(company, APRIL)
    assert await slices(company, "alice") == [(date(2026, 6, 30), 1_000)]
    await until(company, datetime(2026, 12, 1, tzinfo=UTC))
    assert (await company.balances())["alice"] == 3_000


async def test_gifts_keep_their_own_dates(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await company.fund("bob", 5_000, expires_on=date(2026, 12, 31))
    await set_quota(company, "alice", 1_000, rollover=NO_ROLLOVER)
    await company.run(SendCredits, by="bob", recipients=(company.user("alice"),), amount=5_000)
    await until(company, MAY)
    assert await slices(company, "alice") == [(date(2026, 5, 31), 1_000), (date(2026, 12, 31), 5_000)]


async def test_sending_never_makes_credits_younger(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await set_quota(company, "alice", 1_000, rollover=NO_ROLLOVER)
    await until(company, APRIL)
    await company.run(SendCredits, by="alice", recipients=(company.user("bob"),), amount=1_000)
    assert await slices(company, "bob") == [(date(2026, 4, 30), 1_000)]
    await until(company, MAY)
    assert await company.balances() == {"Backend": 8_000, "alice": 1_000}


async def test_a_quota_of_the_31st_comes_on_the_last_day_of_shorter_months(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await set_quota(company, "alice", 1_000, anchor=date(2026, 1, 31), rollover=NO_ROLLOVER)
    await until(company, datetime(2026, 7, 1, tzinfo=UTC))
    starts = [event["period_start"] for event in await told(company, "quota.refreshed")]
    assert starts == [
        "2026-03-30T22:00:00+00:00",  # 31 March, summer time
        "2026-04-29T22:00:00+00:00",  # 30 April
        "2026-05-30T22:00:00+00:00",  # 31 May
        "2026-06-29T22:00:00+00:00",  # 30 June
    ]


async def test_the_day_of_the_clock_change_is_a_day(company: Company) -> None:
    """29 March 2026 has 23 hours in Berlin; the daily quota comes at each midnight."""
    await company.fund("Backend", 10_000)
    company.clock.at = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    await set_quota(company, "alice", 100, period=Period.DAILY, rollover=NO_ROLLOVER)
    await until(company, datetime(2026, 3, 30, 12, 0, tzinfo=UTC))
    starts = [event["period_start"] for event in await told(company, "quota.refreshed")]
    assert starts == ["2026-03-28T23:00:00+00:00", "2026-03-29T22:00:00+00:00"]
    assert await company.balances() == {"Backend": 9_800, "alice": 100}


async def test_a_short_parent_divides_in_proportion_and_its_managers_hear_once(company: Company) -> None:
    await company.fund("Backend", 100)
    for whose, amount in (("alice", 100), ("bob", 100), ("carol", 101)):
        await set_quota(company, whose, amount)
    await until(company, APRIL)
    await until(company, APRIL.replace(hour=23))
    assert await company.balances() == {"alice": 33, "bob": 33, "carol": 34}
    assert await told(company, "quota.short") == [
        {
            "parent_id": company.node("Backend"),
            "period_start": APRIL.isoformat(),
            "wanted": 301,
            "granted": 100,
        }
    ]
    await assert_no_drift(company)


async def test_the_shortfall_is_granted_as_the_parent_receives_credits(company: Company) -> None:
    await company.fund("Backend", 100)
    await set_quota(company, "alice", 100)
    await set_quota(company, "bob", 300)
    await until(company, APRIL)
    assert await company.balances() == {"alice": 25, "bob": 75}
    await until(company, datetime(2026, 4, 10, 12, 0, tzinfo=UTC))
    await company.fund("Backend", 100)
    await until(company, datetime(2026, 4, 10, 13, 0, tzinfo=UTC))
    assert await company.balances() == {"alice": 50, "bob": 150}
    await company.fund("Backend", 1_000)
    await until(company, datetime(2026, 4, 10, 14, 0, tzinfo=UTC))
    assert await company.balances() == {"Backend": 800, "alice": 100, "bob": 300}
    # Each part lives 90 days from its own grant.
    assert await slices(company, "alice") == [(date(2026, 6, 30), 25), (date(2026, 7, 9), 75)]
    assert [
        [grant["granted"] for grant in event["grants"]] for event in await told(company, "quota.shortfall_granted")
    ] == [[25, 75], [50, 150]]
    assert await until(company, datetime(2026, 4, 10, 15, 0, tzinfo=UTC)) == []
    await assert_no_drift(company)


async def test_the_shortfall_is_forgotten_when_the_period_ends(company: Company) -> None:
    await company.fund("Backend", 60)
    await set_quota(company, "alice", 100)
    await until(company, MAY)
    await company.fund("Backend", 1_000)
    await until(company, datetime(2026, 5, 10, tzinfo=UTC))
    assert await company.balances() == {"Backend": 900, "alice": 160}


async def test_credits_that_come_from_above_pay_shortfalls_all_the_way_down(company: Company) -> None:
    for whose in ("Engineering", "Backend", "alice"):
        await set_quota(company, whose, 100)
    await until(company, APRIL)
    assert await company.balances() == {}
    company.clock.at = datetime(2026, 4, 10, tzinfo=UTC)
    await company.fund("Acme", 70)
    await until(company, datetime(2026, 4, 10, 1, 0, tzinfo=UTC))
    assert await company.balances() == {"alice": 70}


async def test_run_again_a_refresh_grants_nothing_more(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await set_quota(company, "alice", 1_000)
    for number in range(3):
        await company.run(
            RefreshQuotas, by="system", at=APRIL, id=f"again-{number}", parent_id=company.node("Backend"), due=APRIL
        )
    assert await company.balances() == {"Backend": 9_000, "alice": 1_000}


async def test_run_with_a_later_now_a_refresh_grants_nothing_whose_date_has_passed(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await set_quota(company, "alice", 1_000, rollover=NO_ROLLOVER)
    await set_quota(company, "bob", 1_000, rollover=Rollover.parse("cap 1"))
    receipt = await company.run(RefreshQuotas, by="system", at=MAY, parent_id=company.node("Backend"), due=APRIL)
    assert [(grant.granted, grant.expires_on) for grant in receipt.grants] == [
        (0, date(2026, 4, 30)),
        (1_000, date(2026, 5, 31)),
    ]
    assert receipt.short == 0
    assert await company.balances() == {"Backend": 9_000, "bob": 1_000}


async def test_missed_periods_are_caught_up_in_order_and_nothing_old_can_be_spent(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await set_quota(company, "alice", 1_000, rollover=NO_ROLLOVER)
    await until(company, datetime(2026, 6, 15, tzinfo=UTC))
    assert await slices(company, "alice") == [(date(2026, 6, 30), 1_000)]
    assert await company.balances() == {"Backend": 7_000, "alice": 1_000}


async def test_two_workers_at_once_grant_once(postgres_database: Database) -> None:
    company = await found_company(postgres_database)
    for whose, amount in (("Acme", 5_000), ("Engineering", 2_000), ("Backend", 1_000), ("alice", 700), ("bob", 700)):
        await set_quota(company, whose, amount)
    company.clock.at = datetime(2026, 5, 10, tzinfo=UTC)
    await asyncio.gather(*(run_due(company.engine, postgres_database, until=company.clock.at) for _ in range(4)))
    assert await company.balances() == {
        "Acme": 6_000,
        "Engineering": 2_000,
        "alice": 1_000,
        "bob": 1_000,
    }
    before = await books(postgres_database)
    assert await run_due(company.engine, postgres_database, until=company.clock.at) == []
    assert await books(postgres_database) == before
    await assert_no_drift(company)


async def test_people_who_left_are_granted_nothing(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await set_quota(company, "alice", 1_000)
    await set_quota(company, "bob", 1_000)
    await company.run(DeactivateUser, by="grace", user_id=company.user("alice"))
    await until(company, APRIL)
    assert await company.balances() == {"Backend": 9_000, "bob": 1_000}


async def test_only_jobs_refresh(company: Company) -> None:
    for who in ("operator", "grace", "frank"):
        refusal = await company.refused(RefreshQuotas, by=who, parent_id=None, due=APRIL)
        assert refusal.because is Because.NOT_ALLOWED


async def test_a_removed_quota_grants_nothing_more(company: Company) -> None:
    await company.fund("Backend", 1_500)
    await set_quota(company, "alice", 1_000)
    await until(company, APRIL)
    await company.run(RemoveQuota, by="carol", owner_id=company.user("alice"))
    assert await until(company, MAY) == []
    assert await company.balances() == {"Backend": 500, "alice": 1_000}


async def test_a_quota_ends_on_its_last_valid_day(company: Company) -> None:
    await company.fund("Backend", 10_000)
    await company.run(
        SetQuota,
        by="carol",
        owner_id=company.user("alice"),
        amount=1_000,
        typed="1k",
        period=Period.MONTHLY,
        anchor=date(2026, 1, 1),
        valid_until=date(2026, 4, 1),
    )
    await until(company, datetime(2026, 6, 15, tzinfo=UTC))
    assert await company.balances() == {"Backend": 9_000, "alice": 1_000}


async def test_an_issued_quota_of_the_organization_lives_by_its_own_rollover(company: Company) -> None:
    await set_quota(company, "Acme", 1_000, by="grace")
    await company.fund("Acme", 5)
    await until(company, APRIL)
    assert await slices(company, "Acme") == [(date(2026, 6, 30), 1_000), (NEVER, 5)]
