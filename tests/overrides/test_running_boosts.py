"""A boost is given directly, spent first, and ends: what is left goes back where it came from."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.access.matrix import Role
from core.directory.archive_node import ArchiveNode
from core.directory.erase_person import ErasePerson
from core.directory.move_user import MoveUser
from core.leaving.deactivate_user import DeactivateUser
from core.ledger.accounts import NEVER
from core.overrides.end_override import EndOverride
from core.overrides.grant_override import GrantOverride
from core.overrides.revoke_override import RevokeOverride
from core.policy.periods import day_of
from core.refusals import Because, Refused
from tests.accounts_read import assert_no_drift, slices, told
from tests.allocation.granting import until
from tests.company import Company, found_rival
from tests.overrides.boosts import REASON, ask, boost, decide, fund_all, grant, rows, states
from tests.spending.desk import A_CALL, open_desk

FUNDED = {"Acme": 9_000_000, "Engineering": 2_000_000, "Backend": 300_000}


async def test_a_manager_gives_one_without_being_asked(company: Company) -> None:
    await fund_all(company)
    given = await grant(company, 200_000, to="dan", by="erin", hours=48)
    assert (given.person, given.budget, given.ends_at) == (
        "dan",
        "Engineering",
        company.clock.at + timedelta(hours=48),
    )
    assert await company.balances() == FUNDED | {"Engineering": 1_800_000, boost(given.override_id): 200_000}
    (started,) = await told(company, "override.started")
    assert (started["user_id"], started["reason"]) == (company.user("dan"), REASON)
    await assert_no_drift(company)


@pytest.mark.parametrize(
    ("by", "to", "amount", "why"),
    [
        ("erin", "erin", 1_000, Because.OWN_GAIN),
        ("carol", "carol", 1_000, Because.OWN_GAIN),
        ("grace", "grace", 1_000, Because.OWN_GAIN),
        ("alice", "bob", 1_000, Because.NOT_ALLOWED),
        ("alice", "alice", 1_000, Because.NOT_ALLOWED),
        ("carol", "dan", 1_000, Because.NOT_ALLOWED),
        ("henry", "dan", 1_000, Because.NOT_ALLOWED),
        ("ci-bot", "dan", 1_000, Because.NOT_ALLOWED),
        ("system", "dan", 1_000, Because.NOT_ALLOWED),
        ("carol", "alice", 100_001, Because.OVERRIDE_ABOVE_YOURS),
        ("erin", "alice", 1_000_001, Because.OVERRIDE_ABOVE_YOURS),
        ("frank", "alice", 10_000_001, Because.OVERRIDE_TOO_LARGE),
        ("frank", "alice", 9_000_001, Because.BUDGET_SHORT),
        ("erin", "alice", 0, Because.AMOUNT_OUT_OF_RANGE),
    ],
)
async def test_nobody_gives_to_themselves_elsewhere_or_above_their_tier(
    sqlite_company: Company, by: str, to: str, amount: int, why: Because
) -> None:
    company = sqlite_company
    await fund_all(company)
    fields: dict[str, Any] = {"user_id": company.user(to), "amount": amount, "hours": 24, "reason": REASON}
    assert (await company.refused(GrantOverride, by=by, **fields)).because is why
    assert await states(company) == []


async def test_what_was_given_before_counts_for_the_tier(sqlite_company: Company) -> None:
    company = sqlite_company
    await fund_all(company)
    await grant(company, 60_000, to="alice", by="carol")
    fields: dict[str, Any] = {"user_id": company.user("alice"), "amount": 40_001, "hours": 24, "reason": REASON}
    refusal = await company.refused(GrantOverride, by="carol", **fields)
    assert (refusal.because, refusal.facts["counted"]) == (Because.OVERRIDE_ABOVE_YOURS, 100_001)
    await grant(company, 40_001, to="alice", by="erin")


async def test_the_operator_and_a_super_admin_give_for_the_organization(sqlite_company: Company) -> None:
    company = sqlite_company
    await fund_all(company)
    assert (await grant(company, 1_000_000, to="alice", by="grace")).budget == "Acme"
    assert (await grant(company, 1_000_000, to="grace", by="operator")).budget == "Acme"


async def test_nobody_gives_to_who_has_left(sqlite_company: Company) -> None:
    company = sqlite_company
    await fund_all(company)
    await company.run(DeactivateUser, by="operator", user_id=company.user("bob"))
    fields: dict[str, Any] = {"user_id": company.user("bob"), "amount": 1_000, "hours": 24, "reason": REASON}
    assert (await company.refused(GrantOverride, by="carol", **fields)).because is Because.INACTIVE_USER


async def test_a_boost_is_spent_first_and_the_rest_goes_back_at_its_end(company: Company) -> None:
    await fund_all(company)
    await company.fund("alice", 50_000)
    given = await grant(company, 80_000, to="alice", by="carol", hours=48)
    async with open_desk(company) as desk:
        await desk.call("alice", 30_000)
    assert await company.balances() == FUNDED | {
        "alice": 50_000,
        "Backend": 220_000,
        boost(given.override_id): 50_000,
    }
    await until(company, given.ends_at)
    assert await company.balances() == FUNDED | {"alice": 50_000, "Backend": 270_000}
    (ended,) = await told(company, "override.ended")
    assert (ended["amount"], ended["used"], ended["returned"], ended["in_flight"]) == (80_000, 30_000, 50_000, 0)
    assert await states(company) == ["ended"]
    await assert_no_drift(company)


async def test_it_is_active_up_to_its_last_moment_and_not_at_its_end(sqlite_company: Company) -> None:
    """Nobody has run the job: the end counts all the same."""
    company = sqlite_company
    await fund_all(company)
    given = await grant(company, 80_000, to="alice", by="carol", hours=1)
    company.clock.at = given.ends_at - timedelta(seconds=1)
    async with open_desk(company) as desk:
        await desk.call("alice", 1_000)
    company.clock.at = given.ends_at
    async with open_desk(company) as desk:
        with pytest.raises(Refused):
            await desk.hold("alice", 1_000)
    assert (await company.balances())[boost(given.override_id)] == 79_000


async def test_what_a_call_holds_ends_normally_and_what_it_does_not_cost_goes_back(company: Company) -> None:
    await fund_all(company)
    given = await grant(company, 80_000, to="alice", by="carol", hours=1)
    company.clock.at = given.ends_at - timedelta(minutes=5)
    async with open_desk(company) as desk:
        running = await desk.hold("alice", 30_000)
        await until(company, given.ends_at)
        assert await company.balances() == FUNDED | {"Backend": 270_000, boost(given.override_id): 30_000}
        (ended,) = await told(company, "override.ended")
        assert (ended["used"], ended["returned"], ended["in_flight"]) == (0, 50_000, 30_000)
        await desk.spending.settle(running, actual=10_000, call=A_CALL)
    assert await company.balances() == FUNDED | {"Backend": 290_000}
    await assert_no_drift(company)


async def test_an_hour_before_the_end_its_owner_hears_what_is_left(sqlite_company: Company) -> None:
    company = sqlite_company
    await fund_all(company)
    long = await grant(company, 80_000, to="alice", by="carol", hours=2)
    await grant(company, 20_000, to="bob", by="carol", hours=1)
    await until(company, long.ends_at - timedelta(hours=1, seconds=1))
    assert await told(company, "override.ends_soon") == []
    await until(company, long.ends_at - timedelta(hours=1))
    await until(company, long.ends_at)
    (soon,) = await told(company, "override.ends_soon")
    assert (soon["user_id"], soon["left"], soon["ends_at"]) == (
        company.user("alice"),
        80_000,
        long.ends_at.isoformat(),
    )


async def test_a_late_job_does_the_same_as_one_in_time(sqlite_company: Company) -> None:
    company = sqlite_company
    await fund_all(company)
    given = await grant(company, 80_000, to="alice", by="carol", hours=48)
    await until(company, given.ends_at + timedelta(days=20))
    assert await company.balances() == FUNDED
    (row,) = await rows(company)
    assert (row["state"], row["ended_at"], row["returned"]) == ("ended", given.ends_at, 80_000)
    await until(company, given.ends_at + timedelta(days=21))
    assert len(await told(company, "override.ended")) == 1


async def test_credits_keep_their_dates_there_and_back(company: Company) -> None:
    await company.fund("Backend", 50_000, expires_on=date(2026, 3, 10))
    await company.fund("Backend", 50_000)
    given = await grant(company, 80_000, to="alice", by="carol", hours=24)
    await until(company, given.ends_at)
    assert await slices(company, "Backend") == [(date(2026, 3, 10), 50_000), (NEVER, 50_000)]
    await assert_no_drift(company)


async def test_a_boost_that_ends_at_midnight_gives_back_credits_that_still_live(sqlite_company: Company) -> None:
    company = sqlite_company
    company.clock.at = datetime(2026, 3, 2, 23, tzinfo=UTC)  # midnight in Berlin
    await company.fund("Backend", 50_000, expires_on=date(2026, 3, 3))
    await company.fund("Backend", 50_000, expires_on=date(2026, 3, 4))
    given = await grant(company, 50_000, to="alice", by="carol", hours=24)
    assert day_of(given.ends_at, ZoneInfo("Europe/Berlin")) == date(2026, 3, 4)
    await until(company, given.ends_at)
    assert await slices(company, "Backend") == [(date(2026, 3, 4), 50_000)]


async def test_a_boost_is_closed_at_once(company: Company) -> None:
    await fund_all(company)
    given = await grant(company, 80_000, to="alice", by="carol")
    async with open_desk(company) as desk:
        await desk.call("alice", 30_000)
        running = await desk.hold("alice", 10_000)
        closed = await company.run(RevokeOverride, by="erin", override_id=given.override_id, note="it is over")
        assert (closed.used, closed.returned, closed.in_flight) == (30_000, 40_000, 10_000)
        with pytest.raises(Refused):
            await desk.hold("alice", 1)
        await desk.spending.settle(running, actual=10_000, call=A_CALL)
    assert await company.balances() == FUNDED | {"Backend": 260_000}
    (revoked,) = await told(company, "override.revoked")
    assert (revoked["note"], revoked["revoked_by"]) == ("it is over", company.user("erin"))
    await until(company, given.ends_at)
    assert (await told(company, "override.ended"), await states(company)) == ([], ["revoked"])
    await assert_no_drift(company)


@pytest.mark.parametrize("who", ["alice", "bob", "dan", "henry", "ci-bot"])
async def test_only_who_decides_for_a_person_closes_their_boost(sqlite_company: Company, who: str) -> None:
    company = sqlite_company
    await fund_all(company)
    given = await grant(company, 80_000, to="alice", by="carol")
    refusal = await company.refused(RevokeOverride, by=who, override_id=given.override_id)
    assert refusal.because is Because.NOT_ALLOWED


async def test_only_what_runs_is_closed(sqlite_company: Company) -> None:
    company = sqlite_company
    await fund_all(company)
    asked = await ask(company, 80_000)
    refusal = await company.refused(RevokeOverride, by="carol", override_id=asked.override_id)
    assert (refusal.because, refusal.facts["state"]) == (Because.OVERRIDE_NOT_ACTIVE, "pending")
    decided = await decide(company, asked, by="carol")
    assert decided.ends_at is not None
    company.clock.at = decided.ends_at
    refusal = await company.refused(RevokeOverride, by="carol", override_id=asked.override_id)
    assert (refusal.because, refusal.facts["state"]) == (Because.OVERRIDE_NOT_ACTIVE, "ended")
    refusal = await company.refused(RevokeOverride, by="carol", override_id="ovr_none")
    assert refusal.because is Because.UNKNOWN_OVERRIDE
    bolt = await found_rival(company)
    refusal = await bolt.refused(RevokeOverride, by="mallory", override_id=asked.override_id)
    assert refusal.because is Because.UNKNOWN_OVERRIDE


async def test_no_job_ends_a_boost_before_its_time(sqlite_company: Company) -> None:
    company = sqlite_company
    await fund_all(company)
    given = await grant(company, 80_000, to="alice", by="carol")
    refusal = await company.refused(EndOverride, by="system", override_id=given.override_id)
    assert refusal.because is Because.BAD_VALUE


async def test_who_leaves_asks_for_nothing_more_and_their_boosts_go_home(company: Company) -> None:
    await fund_all(company)
    given = await grant(company, 200_000, to="alice", by="erin")
    await ask(company, 50_000)
    left = await company.run(DeactivateUser, by="erin", user_id=company.user("alice"))
    assert left.credits == 200_000
    assert await company.balances() == FUNDED | {"Engineering": 1_800_000, "Backend": 500_000}
    assert await states(company) == ["revoked", "cancelled"]
    await until(company, given.ends_at)
    assert await told(company, "override.ended") == []
    await assert_no_drift(company)


async def test_a_boost_stays_with_who_moves_team(sqlite_company: Company) -> None:
    company = sqlite_company
    await fund_all(company)
    given = await grant(company, 80_000, to="alice", by="carol")
    await company.run(MoveUser, by="operator", user_id=company.user("alice"), home_id=company.node("Platform"))
    await until(company, given.ends_at)
    assert await company.balances() == FUNDED


async def test_what_an_archived_team_gave_goes_back_to_whoever_took_its_budget(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.hire_with(Role.TEAM_LEAD, "flora", home="Engineering", at="Field")
    await company.hire("sam", home="Field")
    await company.fund("Field", 60_000)
    given = await grant(company, 50_000, to="sam", by="flora")
    await company.run(MoveUser, by="operator", user_id=company.user("sam"), home_id=company.node("Platform"))
    await company.run(ArchiveNode, by="operator", node_id=company.node("Field"))
    await until(company, given.ends_at)
    assert await company.balances() == {"Sales": 60_000}
    await assert_no_drift(company)


async def test_the_reason_goes_with_an_erased_person(sqlite_company: Company) -> None:
    company = sqlite_company
    await fund_all(company)
    await grant(company, 80_000, to="alice", by="carol", reason="her sick child")
    await company.run(DeactivateUser, by="operator", user_id=company.user("alice"))
    await company.run(ErasePerson, by="grace", user_id=company.user("alice"))
    assert [row["reason"] for row in await rows(company)] == [""]
    assert [event["reason"] for event in await told(company, "override.started")] == [""]
