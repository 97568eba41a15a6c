"""Who is back gets what is still there, and two days' credits for what is not: never more than without being away."""

from __future__ import annotations

from datetime import date

from core.directory.archive_node import ArchiveNode
from core.directory.move_user import MoveUser
from core.leaving.deactivate_user import DeactivateUser
from core.ooo.cancel_absence import CancelAbsence
from core.ooo.correct_absence import CorrectAbsence
from core.ooo.extend_absence import ExtendAbsence
from core.ooo.return_early import ReturnEarly
from core.ooo.set_out_of_office import SetOutOfOffice
from core.refusals import Because
from core.transfers.send_credits import SendCredits
from core.transfers.undo_transfer import UndoTransfer
from tests.accounts_read import assert_no_drift, slices, told
from tests.allocation.granting import until
from tests.company import Company
from tests.ooo.away import away, berlin, give_march, morning_of, moved_days, outstanding, split
from tests.spending.desk import open_desk


async def spend(company: Company, who: str, credits: int) -> None:
    """One call of that price."""
    async with open_desk(company) as desk:
        await desk.call(who, credits)


async def test_everything_comes_back_at_the_end_with_its_dates(company: Company) -> None:
    await give_march(company, "alice")
    before = await slices(company, "alice")
    await away(company, "alice", "2026-03-09", "2026-03-16")
    await until(company, berlin("2026-03-16"))
    assert await company.balances() == {"alice": 310_000}
    assert await slices(company, "alice") == before
    assert [event["returned"] for event in await told(company, "absence.ended")] == [60_000]
    await assert_no_drift(company)


async def test_back_early_gets_what_is_unspent_and_grace_for_two_days(company: Company) -> None:
    await give_march(company, "alice")
    await company.fund("Backend", 100_000)
    set_ = await away(company, "alice", "2026-03-09", "2026-03-16")
    await morning_of(company, "2026-03-13")
    assert await company.balances() == {"alice": 270_000, "Backend pool": 32_000, "Backend": 108_000}
    await spend(company, "bob", 30_000)
    back = await company.run(ReturnEarly, by="alice", absence_id=set_.absence_id)
    assert (back.returned, back.grace, back.left) == (2_000 + 8_000, 20_000, 10_000)
    assert await company.balances() == {"alice": 300_000, "Backend": 80_000}
    assert await morning_of(company, "2026-03-17") == []
    await assert_no_drift(company)


async def test_grace_is_never_more_than_what_is_missing(sqlite_company: Company) -> None:
    company = sqlite_company
    await give_march(company, "alice")
    await company.fund("Backend", 100_000)
    set_ = await away(company, "alice", "2026-03-09", "2026-03-16")
    await morning_of(company, "2026-03-13")
    await spend(company, "bob", 5_000)
    back = await company.run(ReturnEarly, by="alice", absence_id=set_.absence_id)
    assert (back.returned, back.grace, back.left) == (35_000, 5_000, 0)
    assert (await company.balances())["alice"] == 310_000


async def test_grace_comes_from_the_department_when_the_team_has_none(sqlite_company: Company) -> None:
    company = sqlite_company
    await give_march(company, "alice")
    await company.fund("Engineering", 50_000)
    set_ = await away(company, "alice", "2026-03-09", "2026-03-16", phases=split(company, pool=100))
    await morning_of(company, "2026-03-12")
    await spend(company, "bob", 30_000)
    back = await company.run(ReturnEarly, by="alice", absence_id=set_.absence_id)
    assert (back.returned, back.grace) == (0, 20_000)
    assert await company.balances() == {"alice": 300_000, "Engineering": 30_000}


async def test_from_a_person_only_what_they_have_not_spent_comes_back(company: Company) -> None:
    """Bob has 5,000 of his own; of the 20,000 that came he spends 12,000: those count first."""
    await give_march(company, "alice")
    await company.fund("bob", 5_000)
    set_ = await away(company, "alice", "2026-03-09", "2026-03-16", phases=split(company, bob=100))
    await morning_of(company, "2026-03-11")
    await spend(company, "bob", 12_000)
    back = await company.run(ReturnEarly, by="alice", absence_id=set_.absence_id)
    assert (back.returned, back.grace, back.left) == (8_000, 0, 12_000)
    assert await company.balances() == {"alice": 298_000, "bob": 5_000}
    await assert_no_drift(company)


async def test_what_somebody_spent_before_counts_for_nothing(sqlite_company: Company) -> None:
    company = sqlite_company
    await give_march(company, "alice")
    await company.fund("bob", 5_000)
    await spend(company, "bob", 4_000)
    set_ = await away(company, "alice", "2026-03-09", "2026-03-16", phases=split(company, bob=100))
    await morning_of(company, "2026-03-10")
    assert (await company.run(ReturnEarly, by="alice", absence_id=set_.absence_id)).returned == 10_000
    assert await company.balances() == {"alice": 310_000, "bob": 1_000}


async def test_an_undone_gift_was_no_use(sqlite_company: Company) -> None:
    company = sqlite_company
    await give_march(company, "alice")
    set_ = await away(company, "alice", "2026-03-09", "2026-03-16", phases=split(company, bob=100))
    await morning_of(company, "2026-03-10")
    sent = await company.run(SendCredits, by="bob", recipients=(company.user("dan"),), amount=6_000)
    await company.run(UndoTransfer, by="bob", transfer_id=sent.group_id)
    assert (await company.run(ReturnEarly, by="alice", absence_id=set_.absence_id)).returned == 10_000


async def test_of_two_who_are_away_the_first_to_return_is_served_first(sqlite_company: Company) -> None:
    company = sqlite_company
    await give_march(company, "alice", "carol")
    pool = split(company, pool=100)
    first = await away(company, "alice", "2026-03-09", "2026-03-16", phases=pool)
    second = await away(company, "carol", "2026-03-09", "2026-03-16", phases=pool)
    await morning_of(company, "2026-03-12")
    await spend(company, "bob", 45_000)
    back = await company.run(ReturnEarly, by="carol", absence_id=second.absence_id)
    assert (back.returned, back.left) == (15_000, 15_000)
    back = await company.run(ReturnEarly, by="alice", absence_id=first.absence_id)
    assert (back.returned, back.left) == (0, 30_000)
    assert await company.balances() == {"alice": 280_000, "carol": 295_000}


async def test_what_a_call_has_reserved_stays_in_the_pool(sqlite_company: Company) -> None:
    company = sqlite_company
    await give_march(company, "alice")
    set_ = await away(company, "alice", "2026-03-09", "2026-03-16", phases=split(company, pool=100))
    await morning_of(company, "2026-03-11")
    async with open_desk(company) as desk:
        await desk.hold("bob", 15_000)
        back = await company.run(ReturnEarly, by="alice", absence_id=set_.absence_id)
    assert (back.returned, back.left) == (5_000, 15_000)


async def test_what_expired_in_the_pool_would_have_expired_at_home(company: Company) -> None:
    await company.fund("alice", 10_000, expires_on=date(2026, 3, 11))
    await give_march(company, "alice")
    await company.fund("Backend", 100_000)
    set_ = await away(company, "alice", "2026-03-09", "2026-03-16")
    await morning_of(company, "2026-03-12")
    back = await company.run(ReturnEarly, by="alice", absence_id=set_.absence_id)
    assert (back.returned, back.grace, back.left) == (20_000, 0, 0)
    assert await company.balances() == {"alice": 310_000, "Backend": 100_000}
    await assert_no_drift(company)


async def test_what_a_designated_person_took_along_comes_from_where_it_went(sqlite_company: Company) -> None:
    company = sqlite_company
    await give_march(company, "alice")
    set_ = await away(company, "alice", "2026-03-09", "2026-03-16", phases=split(company, bob=100))
    await morning_of(company, "2026-03-11")
    await spend(company, "bob", 4_000)
    await company.run(DeactivateUser, by="erin", user_id=company.user("bob"))
    assert await company.balances() == {"alice": 290_000, "Backend": 16_000}
    back = await company.run(ReturnEarly, by="alice", absence_id=set_.absence_id)
    assert (back.returned, back.grace, back.left) == (16_000, 0, 4_000)
    assert await company.balances() == {"alice": 306_000}


async def test_a_pool_that_was_closed_gives_back_through_its_heir(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("Platform", 310_000)
    await company.run(MoveUser, by="erin", user_id=company.user("alice"), home_id=company.node("Platform"))
    await give_march(company, "dan")
    set_ = await away(company, "dan", "2026-03-09", "2026-03-16")
    await morning_of(company, "2026-03-10")
    for who in ("dan", "alice"):
        await company.run(MoveUser, by="erin", user_id=company.user(who), home_id=company.node("Backend"))
    await company.run(ArchiveNode, by="grace", node_id=company.node("Platform"))
    assert (await company.run(ReturnEarly, by="dan", absence_id=set_.absence_id)).returned == 10_000
    assert await company.balances() == {"dan": 310_000, "Engineering": 310_000}


async def test_an_absence_that_has_not_begun_can_be_cancelled_but_not_ended(sqlite_company: Company) -> None:
    company = sqlite_company
    await give_march(company, "alice")
    set_ = await away(company, "alice", "2026-03-09", "2026-03-16")
    refusal = await company.refused(ReturnEarly, by="alice", absence_id=set_.absence_id)
    assert refusal.because is Because.NOT_AWAY_YET
    await company.run(CancelAbsence, by="alice", absence_id=set_.absence_id)
    assert await until(company, berlin("2026-03-20")) == []
    refusal = await company.refused(CancelAbsence, by="alice", absence_id=set_.absence_id)
    assert refusal.because is Because.ABSENCE_OVER


async def test_cancelling_while_away_brings_everything_back(sqlite_company: Company) -> None:
    company = sqlite_company
    await give_march(company, "alice")
    set_ = await away(company, "alice", "2026-03-09", "2026-03-16")
    await morning_of(company, "2026-03-12")
    assert (await company.run(CancelAbsence, by="carol", absence_id=set_.absence_id)).returned == 30_000
    assert await company.balances() == {"alice": 310_000}


async def test_staying_away_longer_goes_on_moving(sqlite_company: Company) -> None:
    company = sqlite_company
    await give_march(company, "alice")
    set_ = await away(company, "alice", "2026-03-09", "2026-03-12")
    await morning_of(company, "2026-03-11")
    await company.run(ExtendAbsence, by="alice", absence_id=set_.absence_id, ends_at=berlin("2026-03-14"))
    await morning_of(company, "2026-03-13")
    assert (await company.balances())["alice"] == 270_000
    await morning_of(company, "2026-03-14")
    assert await company.balances() == {"alice": 310_000}


async def test_days_that_were_none_come_back_and_the_others_stay_moved(company: Company) -> None:
    await give_march(company, "alice")
    set_ = await away(company, "alice", "2026-03-09", "2026-03-20")
    await morning_of(company, "2026-03-13")
    corrected = await company.run(
        CorrectAbsence,
        by="alice",
        absence_id=set_.absence_id,
        starts_at=berlin("2026-03-11"),
        ends_at=berlin("2026-03-20"),
    )
    assert (corrected.returned, corrected.is_over) == (20_000, False)
    assert await company.balances() == {"alice": 290_000, "Backend pool": 16_000, "Backend": 4_000}
    await until(company, berlin("2026-03-20"))
    assert await company.balances() == {"alice": 310_000}
    await assert_no_drift(company)


async def test_a_return_that_was_forgotten_is_a_return(sqlite_company: Company) -> None:
    company = sqlite_company
    await give_march(company, "alice")
    set_ = await away(company, "alice", "2026-03-09", "2026-03-20")
    await morning_of(company, "2026-03-13")
    corrected = await company.run(
        CorrectAbsence,
        by="alice",
        absence_id=set_.absence_id,
        starts_at=berlin("2026-03-09"),
        ends_at=berlin("2026-03-12"),
    )
    assert (corrected.returned, corrected.is_over) == (40_000, True)
    assert await company.balances() == {"alice": 310_000}
    assert await morning_of(company, "2026-03-21") == []


async def test_an_absence_that_was_forgotten_moves_its_days_at_once(sqlite_company: Company) -> None:
    company = sqlite_company
    await give_march(company, "alice")
    await morning_of(company, "2026-03-12")
    await away(company, "alice", "2026-03-09", "2026-03-16", by="carol")
    await until(company, company.clock.at)
    assert await moved_days(company, "alice") == dict.fromkeys(["2026-03-10", "2026-03-11", "2026-03-12"], 10_000)


async def test_absences_that_overlap_become_one(sqlite_company: Company) -> None:
    company = sqlite_company
    await give_march(company, "alice")
    first = await away(company, "alice", "2026-03-09", "2026-03-12")
    await away(company, "alice", "2026-03-18", "2026-03-20")
    await morning_of(company, "2026-03-11")
    joined = await away(company, "alice", "2026-03-11", "2026-03-19")
    assert joined.absence_id == first.absence_id
    assert (joined.starts_at, joined.ends_at) == (berlin("2026-03-09"), berlin("2026-03-20"))
    await morning_of(company, "2026-03-19")
    assert list(await moved_days(company, "alice")) == [f"2026-03-{day}" for day in range(10, 20)]
    await until(company, berlin("2026-03-20"))
    assert await company.balances() == {"alice": 310_000}
    assert await outstanding(company, "alice") == 0


async def test_saying_it_again_without_a_split_keeps_the_split(sqlite_company: Company) -> None:
    company = sqlite_company
    await give_march(company, "alice")
    await away(company, "alice", "2026-03-09", "2026-03-11", phases=split(company, bob=100))
    await away(company, "alice", "2026-03-09", "2026-03-12")
    await morning_of(company, "2026-03-11")
    assert await company.balances() == {"alice": 290_000, "bob": 20_000}


async def test_a_lead_who_gains_by_a_split_does_not_lengthen_it(sqlite_company: Company) -> None:
    company = sqlite_company
    await away(company, "alice", "2026-03-09", "2026-03-11", phases=split(company, carol=100))
    fields = {"user_id": company.user("alice"), "starts_at": berlin("2026-03-10"), "ends_at": berlin("2026-03-20")}
    refusal = await company.refused(SetOutOfOffice, by="carol", at=None, **fields)
    assert refusal.because is Because.OWN_GAIN
