"""Alice is away: from the second day on, a day's part of her quota helps her team."""

from __future__ import annotations

from datetime import date

from core.directory.move_user import MoveUser
from core.leaving.deactivate_user import DeactivateUser
from core.ooo.plans import Part, Phase
from core.transfers.send_credits import SendCredits
from tests.accounts_read import assert_no_drift, slices, told
from tests.allocation.granting import set_quota, until
from tests.company import Company
from tests.ooo.away import away, berlin, give_march, morning_of, moved_days, split


async def test_a_week_away_moves_six_days_four_fifths_to_the_pool(company: Company) -> None:
    await give_march(company, "alice")
    await away(company, "alice", "2026-03-09", "2026-03-16")
    await morning_of(company, "2026-03-09")
    assert await company.balances() == {"alice": 310_000}
    await until(company, berlin("2026-03-15", 23))
    assert await company.balances() == {"alice": 250_000, "Backend pool": 48_000, "Backend": 12_000}
    assert list(await moved_days(company, "alice")) == [f"2026-03-{day}" for day in range(10, 16)]
    assert [event["amount"] for event in await told(company, "absence.share_moved")] == [10_000] * 6
    await assert_no_drift(company)


async def test_late_once_or_twice_moves_each_day_once(sqlite_company: Company) -> None:
    await give_march(sqlite_company, "alice")
    await away(sqlite_company, "alice", "2026-03-09", "2026-03-16")
    await until(sqlite_company, berlin("2026-03-13", 9))
    assert await until(sqlite_company, berlin("2026-03-13", 9)) == []
    assert await sqlite_company.balances() == {"alice": 270_000, "Backend pool": 32_000, "Backend": 8_000}


async def test_moved_credits_keep_their_dates(sqlite_company: Company) -> None:
    await sqlite_company.fund("alice", 4_000, expires_on=date(2026, 3, 20))
    await give_march(sqlite_company, "alice")
    await away(sqlite_company, "alice", "2026-03-09", "2026-03-16")
    await morning_of(sqlite_company, "2026-03-10")
    assert await slices(sqlite_company, "Backend pool") == [(date(2026, 3, 20), 4_000), (date(2026, 5, 31), 4_000)]
    assert await slices(sqlite_company, "Backend") == [(date(2026, 5, 31), 2_000)]


async def test_what_rounding_leaves_goes_to_the_pool(sqlite_company: Company) -> None:
    await give_march(sqlite_company, "alice")
    await away(
        sqlite_company, "alice", "2026-03-09", "2026-03-11", phases=split(sqlite_company, pool=33, parent=34, bob=33)
    )
    await sqlite_company.run(SendCredits, by="alice", recipients=(sqlite_company.user("dan"),), amount=100_000)
    await sqlite_company.run(SendCredits, by="alice", recipients=(sqlite_company.user("dan"),), amount=100_000)
    await sqlite_company.run(SendCredits, by="alice", recipients=(sqlite_company.user("dan"),), amount=100_000)
    await sqlite_company.run(SendCredits, by="alice", recipients=(sqlite_company.user("dan"),), amount=9_999)
    await morning_of(sqlite_company, "2026-03-10")
    assert await sqlite_company.balances() == {"dan": 309_999, "Backend pool": 1}


async def test_gifts_stay_with_who_got_them(sqlite_company: Company) -> None:
    await give_march(sqlite_company, "alice", "bob")
    await sqlite_company.run(SendCredits, by="alice", recipients=(sqlite_company.user("dan"),), amount=100_000)
    await sqlite_company.run(SendCredits, by="bob", recipients=(sqlite_company.user("alice"),), amount=50_000)
    await sqlite_company.run(SendCredits, by="alice", recipients=(sqlite_company.user("dan"),), amount=100_000)
    await sqlite_company.run(SendCredits, by="alice", recipients=(sqlite_company.user("dan"),), amount=100_000)
    await away(sqlite_company, "alice", "2026-03-09", "2026-03-12")
    await morning_of(sqlite_company, "2026-03-11")
    assert await moved_days(sqlite_company, "alice") == {"2026-03-10": 10_000, "2026-03-11": 0}
    assert (await sqlite_company.balances())["alice"] == 50_000


async def test_without_a_quota_nothing_moves(sqlite_company: Company) -> None:
    await sqlite_company.fund("alice", 5_000)
    await away(sqlite_company, "alice", "2026-03-09", "2026-03-16")
    await until(sqlite_company, berlin("2026-03-20"))
    assert await sqlite_company.balances() == {"alice": 5_000}


async def test_the_pool_for_three_days_then_the_department(sqlite_company: Company) -> None:
    await give_march(sqlite_company, "alice")
    phases = (Phase((Part("pool", 100),), days=3), Phase((Part("department", 100),)))
    await away(sqlite_company, "alice", "2026-03-09", "2026-03-16", phases=phases)
    await until(sqlite_company, berlin("2026-03-15", 9))
    assert await sqlite_company.balances() == {"alice": 250_000, "Backend pool": 30_000, "Engineering": 30_000}


async def test_somebody_without_a_team_gives_all_to_the_budget_above(sqlite_company: Company) -> None:
    await sqlite_company.hire("ivan", home="Engineering")
    await sqlite_company.fund("Engineering", 310_000)
    await set_quota(sqlite_company, "ivan", 310_000, grant_now=True)
    await away(sqlite_company, "ivan", "2026-03-09", "2026-03-12")
    await until(sqlite_company, berlin("2026-03-11", 9))
    assert await sqlite_company.balances() == {"ivan": 290_000, "Engineering": 20_000}


async def test_the_part_of_somebody_who_left_goes_to_the_pool(company: Company) -> None:
    await give_march(company, "alice")
    await away(company, "alice", "2026-03-09", "2026-03-16", phases=split(company, bob=60, parent=40))
    await morning_of(company, "2026-03-10")
    await company.run(DeactivateUser, by="erin", user_id=company.user("bob"))
    await morning_of(company, "2026-03-11")
    assert await company.balances() == {"alice": 290_000, "Backend": 6_000 + 4_000 + 4_000, "Backend pool": 6_000}


async def test_a_move_to_another_team_takes_the_shares_along(sqlite_company: Company) -> None:
    await give_march(sqlite_company, "alice")
    await away(sqlite_company, "alice", "2026-03-09", "2026-03-16")
    await morning_of(sqlite_company, "2026-03-10")
    await sqlite_company.run(
        MoveUser, by="erin", user_id=sqlite_company.user("alice"), home_id=sqlite_company.node("Platform")
    )
    await morning_of(sqlite_company, "2026-03-11")
    balances = await sqlite_company.balances()
    assert balances == {
        "alice": 290_000,
        "Backend pool": 8_000,
        "Backend": 2_000,
        "Platform pool": 8_000,
        "Platform": 2_000,
    }
    await until(sqlite_company, berlin("2026-03-16"))
    assert (await sqlite_company.balances()) == {"alice": 310_000}


async def test_shares_follow_the_quota_across_a_refresh(company: Company) -> None:
    await give_march(company, "alice")
    await company.fund("Backend", 310_000)
    await away(company, "alice", "2026-03-30", "2026-04-03")
    await until(company, berlin("2026-04-02", 9))
    days = await moved_days(company, "alice")
    assert days == {"2026-03-31": 10_000, "2026-04-01": 10_333, "2026-04-02": 10_333}
    await until(company, berlin("2026-04-03"))
    assert await company.balances() == {"alice": 620_000}
    await assert_no_drift(company)


async def test_a_day_of_twenty_three_hours_is_a_day(sqlite_company: Company) -> None:
    """Summer time begins on 29 March."""
    await give_march(sqlite_company, "alice")
    await away(sqlite_company, "alice", "2026-03-27", "2026-03-31")
    await until(sqlite_company, berlin("2026-03-30", 23))
    assert list(await moved_days(sqlite_company, "alice")) == ["2026-03-28", "2026-03-29", "2026-03-30"]


async def test_who_leaves_the_company_while_away_takes_nothing_back(sqlite_company: Company) -> None:
    await give_march(sqlite_company, "alice")
    await away(sqlite_company, "alice", "2026-03-09", "2026-03-16")
    await morning_of(sqlite_company, "2026-03-10")
    await sqlite_company.run(DeactivateUser, by="erin", user_id=sqlite_company.user("alice"))
    assert await until(sqlite_company, berlin("2026-03-20")) == []
    assert await sqlite_company.balances() == {"Backend pool": 8_000, "Backend": 302_000}
    await assert_no_drift(sqlite_company)
