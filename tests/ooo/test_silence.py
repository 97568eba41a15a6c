"""Nothing is heard of Alice for as many days as the policy says: she is away, until something is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from core.directory.move_user import MoveUser
from core.jobs.due import run_due
from core.leaving.deactivate_user import DeactivateUser
from core.ooo.begin_by_silence import BeginBySilence
from core.ooo.end_when_heard import EndWhenHeard
from core.ooo.return_early import ReturnEarly
from core.ooo.set_out_of_office import SetOutOfOffice
from core.ooo.words import Source
from core.refusals import Because, Refused
from core.transfers.send_credits import SendCredits
from tests.accounts_read import told
from tests.allocation.granting import set_quota, until
from tests.company import Company
from tests.ooo.away import QUOTA, away, berlin, give_march, moved_days
from tests.ooo.books_of_absences import assert_books_hold, assert_nothing_is_stuck
from tests.ooo.silent import (
    BEGINS,
    FULL,
    TWO_WEEKS,
    absences_of,
    calls,
    is_refused,
    quiet_alice,
    refused_jobs,
    sends,
    times,
)
from tests.policies.applying import applied

SILENT = Source.INACTIVITY_DAYS.value
SAID = Source.MANUAL_STATUS.value
INSTANT = timedelta(microseconds=1)
Deed = Callable[[Company], Awaitable[object]]


async def test_it_begins_after_the_days_and_not_a_moment_before(company: Company) -> None:
    await quiet_alice(company)
    await until(company, BEGINS - INSTANT)
    assert await absences_of(company, "alice") == []
    await until(company, BEGINS)
    (item,) = await absences_of(company, "alice")
    assert (item.source, item.starts_at, item.ends_at) == (SILENT, BEGINS, BEGINS + timedelta(days=365))
    await until(company, BEGINS + timedelta(days=2))
    assert await moved_days(company, "alice") == {"2026-03-17": 10_000, "2026-03-18": 10_000}
    assert await company.balances() == {"alice": 290_000, "Backend pool": 16_000, "Backend": 4_000}
    await assert_books_hold(company)


async def test_it_is_told_with_what_made_it_known(sqlite_company: Company) -> None:
    await quiet_alice(sqlite_company)
    await until(sqlite_company, BEGINS)
    (item,) = await absences_of(sqlite_company, "alice")
    ids = {"absence_id": item.id, "user_id": item.user_id, "home_id": sqlite_company.node("Backend")}
    (set_,) = await told(sqlite_company, "absence.set")
    assert {name: set_[name] for name in (*ids, "source", "ends_at", "to_pool", "by_id")} == ids | {
        "source": SILENT,
        "ends_at": None,
        "to_pool": 80,
        "by_id": None,
    }
    assert await told(sqlite_company, "absence.silence_noticed") == [ids | {"days": 14}]


@pytest.mark.parametrize("deed", [calls, sends, is_refused])
async def test_whatever_somebody_does_themselves_the_days_begin_anew(company: Company, deed: Deed) -> None:
    await quiet_alice(company)
    company.clock.at = berlin("2026-03-10", 12)
    await deed(company)
    await until(company, berlin("2026-03-24", 12) - INSTANT)
    assert await absences_of(company, "alice") == []
    await until(company, berlin("2026-03-24", 12))
    assert await times(company, "alice") == [(SILENT, berlin("2026-03-24", 12), "open")]


async def test_what_others_do_about_somebody_does_not_count(sqlite_company: Company) -> None:
    await quiet_alice(sqlite_company)
    await sqlite_company.fund("bob", 5_000)
    await until(sqlite_company, berlin("2026-03-10"))
    await sqlite_company.run(
        SendCredits, by="bob", recipients=(sqlite_company.user("alice"),), amount=5_000, reason="for you"
    )
    await until(sqlite_company, BEGINS)
    assert await times(sqlite_company, "alice") == [(SILENT, BEGINS, "open")]


async def test_it_is_for_active_people_with_a_quota_whose_policy_says_so(sqlite_company: Company) -> None:
    company = await quiet_alice(sqlite_company)
    await applied(company, "ooo_policy: {inactivity_days: 0}", at="Platform")
    await give_march(company, "bob", "dan")
    await company.run(DeactivateUser, by="erin", user_id=company.user("bob"))
    await set_quota(company, "ci-bot", 1_000)
    await set_quota(company, "erin", 1_000, valid_until=date(2026, 3, 10))
    await until(company, BEGINS + timedelta(days=7))
    assert [event["user_id"] for event in await told(company, "absence.set")] == [company.user("alice")]


async def test_where_nothing_would_move_nobody_is_away_by_themselves(sqlite_company: Company) -> None:
    await quiet_alice(sqlite_company)
    await applied(sqlite_company, "ooo_policy: {auto_redistribute: false}", at="Engineering")
    await until(sqlite_company, BEGINS + timedelta(days=7))
    assert await absences_of(sqlite_company, "alice") == []


async def test_without_such_a_policy_nobody_is(sqlite_company: Company) -> None:
    await give_march(sqlite_company, "alice")
    await until(sqlite_company, BEGINS + timedelta(days=7))
    assert await absences_of(sqlite_company, "alice") == []


@pytest.mark.parametrize("deed", [calls, sends, is_refused])
async def test_it_ends_as_soon_as_they_do_something(company: Company, deed: Deed) -> None:
    await quiet_alice(company)
    await until(company, BEGINS + timedelta(days=2))
    await deed(company)
    sheet = await company.balances()
    await until(company, BEGINS + timedelta(days=2, minutes=1))
    (item,) = await absences_of(company, "alice")
    assert (item.state, item.ends_at) == ("ended", BEGINS + timedelta(days=2))
    del sheet["Backend pool"], sheet["Backend"]
    assert await company.balances() == sheet | {"alice": sheet["alice"] + 20_000}
    (ended,) = await told(company, "absence.ended")
    assert (ended["source"], ended["returned"]) == (SILENT, 20_000)
    await assert_books_hold(company)


async def test_late_it_ends_at_the_moment_of_what_they_did(company: Company) -> None:
    await quiet_alice(company)
    await until(company, BEGINS + timedelta(days=2))
    await sends(company)
    await until(company, BEGINS + timedelta(days=9))
    assert [item.ends_at for item in await absences_of(company, "alice")] == [BEGINS + timedelta(days=2)]
    assert len(await moved_days(company, "alice")) == 2
    assert await company.balances() == {"alice": QUOTA - 1_000, "dan": 1_000}
    await assert_books_hold(company)


async def test_after_that_the_days_begin_anew(sqlite_company: Company) -> None:
    await quiet_alice(sqlite_company)
    await until(sqlite_company, BEGINS + timedelta(days=1))
    await sends(sqlite_company)
    again = berlin("2026-03-31", 10)  # the clocks went forward meanwhile
    await until(sqlite_company, again - INSTANT)
    assert [item.state for item in await absences_of(sqlite_company, "alice")] == ["ended"]
    await until(sqlite_company, again)
    assert await times(sqlite_company, "alice") == [(SILENT, BEGINS, "ended"), (SILENT, again, "open")]


async def test_who_says_that_they_are_back_is_back(sqlite_company: Company) -> None:
    await quiet_alice(sqlite_company)
    await until(sqlite_company, BEGINS + timedelta(days=2))
    await sqlite_company.run(ReturnEarly, by="alice")
    await until(sqlite_company, BEGINS + timedelta(days=9))
    assert await times(sqlite_company, "alice") == [(SILENT, BEGINS, "ended")]
    assert await sqlite_company.balances() == FULL
    assert await refused_jobs(sqlite_company) == []


async def test_their_lead_may_end_it_and_the_days_begin_anew(sqlite_company: Company) -> None:
    await quiet_alice(sqlite_company)
    await until(sqlite_company, BEGINS + timedelta(days=2))
    (item,) = await absences_of(sqlite_company, "alice")
    await sqlite_company.run(ReturnEarly, by="carol", absence_id=item.id)
    await until(sqlite_company, BEGINS + timedelta(days=16) - INSTANT)
    assert await sqlite_company.balances() == FULL


async def test_nobody_is_away_twice_and_the_days_begin_when_they_are_back(sqlite_company: Company) -> None:
    await quiet_alice(sqlite_company)
    await away(sqlite_company, "alice", "2026-03-04", "2026-03-20")
    back = berlin("2026-03-20")
    await until(sqlite_company, berlin("2026-04-03") - INSTANT)
    assert await times(sqlite_company, "alice") == [(SAID, berlin("2026-03-04"), "ended")]
    await until(sqlite_company, berlin("2026-04-03"))
    assert (await times(sqlite_company, "alice"))[1:] == [(SILENT, back + timedelta(days=14, hours=-1), "open")]


async def test_a_known_absence_begins_in_its_own_right(sqlite_company: Company) -> None:
    await quiet_alice(sqlite_company)
    await away(sqlite_company, "alice", "2026-03-20", "2026-03-23")
    for at in (BEGINS, berlin("2026-03-20", 9)):
        await until(sqlite_company, at)
    assert await times(sqlite_company, "alice") == [
        (SILENT, BEGINS, "ended"),
        (SAID, berlin("2026-03-20"), "open"),
    ]
    assert await sqlite_company.balances() == FULL
    await until(sqlite_company, berlin("2026-03-23"))
    assert await sqlite_company.balances() == FULL
    await assert_books_hold(sqlite_company)


async def test_twice_late_and_by_two_it_comes_out_the_same(company: Company) -> None:
    await quiet_alice(company)
    company.clock.at = BEGINS + timedelta(days=2)
    await asyncio.gather(*(run_due(company.engine, company.database, until=company.clock.at) for _ in range(2)))
    assert await run_due(company.engine, company.database, until=company.clock.at) == []
    assert await times(company, "alice") == [(SILENT, BEGINS, "open")]
    assert await company.balances() == {"alice": 290_000, "Backend pool": 16_000, "Backend": 4_000}
    await calls(company)
    company.clock.advance(hours=5)
    await asyncio.gather(*(run_due(company.engine, company.database, until=company.clock.at) for _ in range(2)))
    assert len(await told(company, "absence.ended")) == 1
    assert await company.balances() == {"alice": QUOTA - 1_000}
    await assert_books_hold(company)
    await assert_nothing_is_stuck(company)


async def test_a_policy_counts_from_when_it_is_applied(sqlite_company: Company) -> None:
    await give_march(sqlite_company, "alice")
    await until(sqlite_company, berlin("2026-03-25"))
    await applied(sqlite_company, TWO_WEEKS)
    await until(sqlite_company, berlin("2026-03-25", 3))
    assert await times(sqlite_company, "alice") == [(SILENT, berlin("2026-03-25"), "open")]
    assert await sqlite_company.balances() == FULL


async def test_so_does_a_move_to_a_team_that_has_one(sqlite_company: Company) -> None:
    await give_march(sqlite_company, "alice")
    await applied(sqlite_company, TWO_WEEKS, at="Platform")
    await until(sqlite_company, berlin("2026-03-25"))
    company = sqlite_company
    await company.run(MoveUser, by="erin", user_id=company.user("alice"), home_id=company.node("Platform"))
    await until(company, berlin("2026-03-25", 3))
    assert await times(company, "alice") == [(SILENT, berlin("2026-03-25"), "open")]


async def test_until_friday_says_its_end(sqlite_company: Company) -> None:
    await quiet_alice(sqlite_company)
    await until(sqlite_company, BEGINS + timedelta(days=1))
    await away(sqlite_company, "alice", "2026-03-17", "2026-03-20")
    await until(sqlite_company, berlin("2026-03-19", 12))
    (item,) = await absences_of(sqlite_company, "alice")
    assert (item.source, item.starts_at, item.ends_at) == (SAID, BEGINS, berlin("2026-03-20"))
    assert len(await moved_days(sqlite_company, "alice")) == 3
    await until(sqlite_company, berlin("2026-03-21"))
    assert await sqlite_company.balances() == FULL


async def test_who_speaks_of_next_week_is_here_this_week(sqlite_company: Company) -> None:
    await quiet_alice(sqlite_company)
    await until(sqlite_company, BEGINS + timedelta(days=1))
    await away(sqlite_company, "alice", "2026-03-23", "2026-03-30")
    await until(sqlite_company, BEGINS + timedelta(days=3))
    assert await times(sqlite_company, "alice") == [(SILENT, BEGINS, "ended"), (SAID, berlin("2026-03-23"), "open")]
    assert await sqlite_company.balances() == FULL
    await assert_books_hold(sqlite_company)


async def test_when_their_lead_says_until_when_that_counts(sqlite_company: Company) -> None:
    await quiet_alice(sqlite_company)
    await until(sqlite_company, BEGINS + timedelta(days=1))
    await away(sqlite_company, "alice", "2026-03-23", "2026-03-30", by="carol")
    (item,) = await absences_of(sqlite_company, "alice")
    assert (item.source, item.starts_at, item.ends_at) == (SAID, BEGINS, berlin("2026-03-30"))


async def begins(company: Company, at: datetime) -> Because:
    """Why it does not."""
    refusal = await company.refused(BeginBySilence, by="system", user_id=company.user("alice"), at=at)
    return refusal.because


async def test_the_job_looks_again_before_it_begins(company: Company) -> None:
    await quiet_alice(company)
    assert await begins(company, BEGINS - INSTANT) is Because.UNKNOWN_ABSENCE
    company.clock.at = BEGINS + INSTANT
    await calls(company)
    assert await begins(company, BEGINS) is Because.UNKNOWN_ABSENCE
    assert await absences_of(company, "alice") == []


async def test_the_job_looks_again_before_it_ends(company: Company) -> None:
    await quiet_alice(company)
    await until(company, BEGINS)
    (item,) = await absences_of(company, "alice")
    ended: dict[str, Any] = {"absence_id": item.id, "version": item.version}
    assert (await company.refused(EndWhenHeard, by="system", **ended)).because is Because.ABSENCE_OVER
    company.clock.advance(hours=1)
    await calls(company)
    at = BEGINS + timedelta(minutes=59)
    assert (await company.refused(EndWhenHeard, by="system", at=at, **ended)).because is Because.ABSENCE_OVER
    await company.run(
        SetOutOfOffice,
        by="alice",
        user_id=item.user_id,
        starts_at=company.clock.at,
        ends_at=company.clock.at + timedelta(days=2),
    )
    with pytest.raises(Refused):
        await company.run(EndWhenHeard, by="system", **ended)
    assert (await absences_of(company, "alice"))[0].state == "open"
