"""What a team's policy says of its absences counts for its people, and for nobody else."""

from __future__ import annotations

from core.ooo.preview_absence import PreviewAbsence
from tests.accounts_read import assert_no_drift
from tests.allocation.granting import until
from tests.company import Company
from tests.ooo.away import away, berlin, give_march, morning_of
from tests.policies.applying import applied

HALVES = "ooo_policy: {destinations: {team_pool_percent: 50, return_to_manager_percent: 50}}"


async def test_a_teams_policy_changes_the_split_of_its_people_only(company: Company) -> None:
    await applied(company, HALVES, at="Backend")
    await give_march(company, "alice", "dan")
    for who in ("alice", "dan"):
        await away(company, who, "2026-03-09", "2026-03-12")
    await morning_of(company, "2026-03-11")
    backend = {"alice": 290_000, "Backend pool": 10_000, "Backend": 10_000}
    assert await company.balances() == backend | {"dan": 290_000, "Platform pool": 16_000, "Platform": 4_000}
    await assert_no_drift(company)


async def test_the_preview_says_what_the_teams_policy_will_do(sqlite_company: Company) -> None:
    await applied(sqlite_company, HALVES, at="Backend")
    await give_march(sqlite_company, "alice")
    preview = await sqlite_company.ask(
        PreviewAbsence,
        by="alice",
        user_id=sqlite_company.user("alice"),
        starts_at=berlin("2026-03-09"),
        ends_at=berlin("2026-03-12"),
    )
    assert [part.amount for part in preview.to] == [10_000, 10_000]


async def test_where_the_policy_moves_nothing_the_quota_stays(sqlite_company: Company) -> None:
    await applied(sqlite_company, "ooo_policy: {auto_redistribute: false}", at="Engineering")
    await give_march(sqlite_company, "alice")
    await away(sqlite_company, "alice", "2026-03-09", "2026-03-12")
    await morning_of(sqlite_company, "2026-03-11")
    assert await sqlite_company.balances() == {"alice": 310_000}


async def test_where_the_policy_returns_nothing_it_stays_with_the_team(sqlite_company: Company) -> None:
    await applied(sqlite_company, "ooo_policy: {return_policy: {restore_full_quota: false}}", at="Backend")
    await give_march(sqlite_company, "alice")
    await away(sqlite_company, "alice", "2026-03-09", "2026-03-12")
    await until(sqlite_company, berlin("2026-03-13"))
    assert await sqlite_company.balances() == {"alice": 290_000, "Backend pool": 16_000, "Backend": 4_000}
