"""Which account pays for a call, in which order, and what happens when nobody has enough."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from core.directory.archive_node import ArchiveNode
from core.directory.leave_project import LeaveProject
from core.ledger.verify import verify
from core.refusals import Because, Refused
from core.spending.sweep import sweep
from tests.company import Company
from tests.spending.desk import A_CALL, QUARTER, open_desk


async def test_a_call_is_paid_from_what_the_person_has_and_the_rest_comes_back(company: Company) -> None:
    await company.fund("alice", 20_000)
    async with open_desk(company) as desk:
        held = await desk.hold("alice", 5_000)
        assert await company.held() == {"alice": 5_000}
        assert held.available == 15_000
        settled = await desk.spending.settle(held, actual=1_200, call=A_CALL)
    assert (settled.charged, settled.credits, settled.overrun, settled.remaining) == (
        {"personal": 1_200},
        1_200,
        0,
        18_800,
    )
    assert await company.balances() == {"alice": 18_800}
    assert await company.held() == {}
    assert (await verify(company.database)).drift == []


async def test_boosts_pay_first_soonest_end_first_then_the_project_then_personal_then_the_pool(
    company: Company,
) -> None:
    await company.fund("alice", 100)
    await company.fund("Apollo", 100)
    await company.fund("Backend pool", 1_000)
    async with open_desk(company) as desk:
        late = await desk.boost("alice", 100, name="ovr_late", hours=48)
        soon = await desk.boost("alice", 100, name="ovr_soon", hours=2)
        held = await desk.hold("alice", 450, project="Apollo")
        taken = [(line.account, line.amount) for line in held.held.lines]
        settled = await desk.spending.settle(held, actual=450, call=A_CALL)
    apollo, alice, pool = company.account("Apollo"), company.account("alice"), company.account("Backend pool")
    assert taken == [(soon, 100), (late, 100), (apollo, 100), (alice, 100), (pool, 50)]
    assert settled.charged == {"boost": 200, "project": 100, "personal": 100, "pool": 50}
    assert await company.balances() == {"Backend pool": 950}


async def test_a_call_that_names_no_project_leaves_the_project_alone(company: Company) -> None:
    await company.fund("alice", 100)
    await company.fund("Apollo", 100)
    async with open_desk(company) as desk:
        await desk.call("alice", 60)
    assert await company.balances() == {"alice": 40, "Apollo": 100}


async def test_a_project_pays_only_for_its_members(company: Company) -> None:
    await company.fund("carol", 100)
    await company.fund("Apollo", 100)
    async with open_desk(company) as desk:
        with pytest.raises(Refused) as refused:
            await desk.hold("carol", 60, project="Apollo")
    assert refused.value.refusal.because is Because.UNKNOWN_NODE
    assert await company.balances() == {"carol": 100, "Apollo": 100}


async def test_without_enough_anywhere_the_call_is_refused_and_says_what_is_there(company: Company) -> None:
    await company.fund("alice", 100)
    await company.fund("Backend pool", 30)
    async with open_desk(company) as desk:
        with pytest.raises(Refused) as refused:
            await desk.hold("alice", 131)
    facts = refused.value.refusal.facts
    assert refused.value.refusal.because is Because.OUT_OF_CREDITS
    assert (facts["asked"], facts["available"]) == (131, 130)
    assert await company.balances() == {"alice": 100, "Backend pool": 30}
    assert await company.held() == {}


async def test_a_person_draws_at_most_500_000_from_the_pool_in_a_month_and_a_new_month_begins_anew(
    company: Company,
) -> None:
    await company.fund("Backend pool", 2_000_000)
    async with open_desk(company) as desk:
        await desk.call("alice", 300_000)
        with pytest.raises(Refused):
            await desk.hold("alice", 200_001)
        await desk.call("alice", 200_000)
        with pytest.raises(Refused):
            await desk.hold("alice", 1)
        await desk.call("bob", 1)
        company.clock.at = datetime(2026, 3, 31, 22, 0, tzinfo=UTC)  # 1 April, 00:00 in Berlin
        await desk.call("alice", 1)
    assert await company.balances() == {"Backend pool": 1_499_998}
    assert (await verify(company.database)).drift == []


async def test_a_junior_draws_at_most_100_000_from_the_pool_in_a_month(company: Company) -> None:
    await company.fund("Backend pool", 2_000_000)
    async with open_desk(company) as desk:
        await desk.make_junior("alice")
        await desk.call("alice", 100_000)
        with pytest.raises(Refused) as refused:
            await desk.hold("alice", 1)
    assert refused.value.refusal.facts["available"] == 0
    assert await company.balances() == {"Backend pool": 1_900_000}


async def test_a_hold_counts_against_the_pool_month_in_which_it_was_made(company: Company) -> None:
    await company.fund("Backend pool", 2_000_000)
    company.clock.at = datetime(2026, 3, 31, 21, 55, tzinfo=UTC)
    async with open_desk(company) as desk:
        march = await desk.hold("alice", 500_000)
        company.clock.advance(minutes=10)
        april = await desk.hold("alice", 500_000)
        for held in (march, april):
            await desk.spending.settle(held, actual=400_000, call=A_CALL)
        with pytest.raises(Refused):
            await desk.hold("alice", 100_001)
        await desk.call("alice", 100_000)
    assert await company.balances() == {"Backend pool": 1_100_000}


async def test_what_a_call_costs_beyond_its_hold_is_taken_along_the_order_and_the_rest_is_owed(
    company: Company,
) -> None:
    await company.fund("alice", 1_000)
    await company.fund("Backend pool", 200)
    async with open_desk(company) as desk:
        held = await desk.hold("alice", 600)
        settled = await desk.spending.settle(held, actual=1_500, call=A_CALL)
        row = (await desk.usage())[0]
    assert settled.charged == {"personal": 1_300, "pool": 200}
    assert (settled.overrun, row["overrun"], row["credits"]) == (900, 900, 1_500)
    assert await company.balances() == {"alice": -300}
    await company.fund("alice", 1_000)
    assert await company.balances() == {"alice": 700}
    assert (await verify(company.database)).drift == []


async def test_settling_twice_books_once_and_answers_the_same(company: Company) -> None:
    await company.fund("alice", 1_000)
    async with open_desk(company) as desk:
        held = await desk.hold("alice", 600)
        first = await desk.spending.settle(held, actual=500, call=A_CALL)
        again = await desk.spending.settle(held, actual=500, call=A_CALL)
        with pytest.raises(Refused) as refused:
            await desk.spending.settle(held, actual=400, call=A_CALL)
        rows = await desk.usage()
    assert first == again
    assert refused.value.refusal.because is Because.HOLD_SETTLED
    assert len(rows) == 1
    assert await company.balances() == {"alice": 500}


async def test_the_same_hold_id_is_one_hold_and_with_other_contents_refused(company: Company) -> None:
    await company.fund("alice", 1_000)
    hold_id = company.new_id("hold")
    async with open_desk(company) as desk:
        await desk.hold("alice", 600, hold_id=hold_id)
        await desk.hold("alice", 600, hold_id=hold_id)
        with pytest.raises(Refused) as refused:
            await desk.hold("alice", 601, hold_id=hold_id)
    assert refused.value.refusal.because is Because.SAME_ID_OTHER_CONTENTS
    assert await company.held() == {"alice": 600}


async def test_a_released_hold_gives_everything_back_and_cannot_be_settled(company: Company) -> None:
    await company.fund("alice", 1_000)
    async with open_desk(company) as desk:
        held = await desk.hold("alice", 600)
        await desk.spending.release(held)
        await desk.spending.release(held)
        with pytest.raises(Refused) as refused:
            await desk.spending.settle(held, actual=1, call=A_CALL)
    assert refused.value.refusal.because is Because.HOLD_RELEASED
    assert await company.balances() == {"alice": 1_000}
    assert await company.held() == {}


async def test_a_hold_nobody_settles_expires_and_a_late_settlement_is_booked_once_and_flagged(company: Company) -> None:
    await company.fund("alice", 1_000)
    async with open_desk(company) as desk:
        held = await desk.hold("alice", 600)
        now = company.clock.now() + QUARTER
        assert await sweep(company.database, desk.book, now=now - timedelta(seconds=1)) == 0
        assert await sweep(company.database, desk.book, now=now) == 1
        assert await sweep(company.database, desk.book, now=now) == 0
        assert await company.held() == {}
        company.clock.at = now
        await desk.spending.settle(held, actual=500, call=A_CALL)
        await desk.spending.settle(held, actual=500, call=A_CALL)
        rows = await desk.usage()
    assert [row["is_late"] for row in rows] == [True]
    assert await company.balances() == {"alice": 500}
    assert (await verify(company.database)).drift == []


async def test_an_extended_hold_outlives_its_first_end(company: Company) -> None:
    await company.fund("alice", 1_000)
    async with open_desk(company) as desk:
        held = await desk.hold("alice", 600)
        await desk.spending.extend(held, until=held.expires_at + QUARTER)
        assert await sweep(company.database, desk.book, now=held.expires_at) == 0
        company.clock.at = held.expires_at
        settled = await desk.spending.settle(held, actual=500, call=A_CALL)
    assert not settled.is_late
    assert await company.balances() == {"alice": 500}


async def test_the_soonest_expiring_credits_are_spent_first_and_none_after_their_day(company: Company) -> None:
    await company.fund("alice", 100, expires_on=date(2026, 3, 31))
    await company.fund("alice", 50, expires_on=date(2026, 3, 10))
    async with open_desk(company) as desk:
        await desk.call("alice", 20)
        company.clock.at = datetime(2026, 3, 10, 22, 30, tzinfo=UTC)  # still 10 March in Berlin
        held = await desk.hold("alice", 25)
        company.clock.advance(hours=1)  # 11 March
        with pytest.raises(Refused) as refused:
            await desk.hold("alice", 101)
        settled = await desk.spending.settle(held, actual=10, call=A_CALL)
    assert refused.value.refusal.facts["available"] == 100
    assert settled.charged == {"personal": 10}
    assert await company.balances() == {"alice": 100}
    assert (await verify(company.database)).drift == []


async def test_each_low_balance_threshold_is_told_once(company: Company) -> None:
    await company.fund("alice", 1_000)
    async with open_desk(company) as desk:
        for amount in (499, 1, 100, 150, 99, 1, 100, 49, 1):
            await desk.call("alice", amount)
        told = await desk.told()
    assert told == [
        ("quota.low", 50),
        ("quota.low", 75),
        ("quota.low", 85),
        ("quota.low", 95),
        ("quota.exhausted", 100),
    ]


async def test_a_call_that_leaps_over_thresholds_tells_only_the_highest(company: Company) -> None:
    await company.fund("alice", 1_000)
    async with open_desk(company) as desk:
        await desk.call("alice", 960)
        told = await desk.told()
    assert told == [("quota.low", 95)]


async def test_a_call_whose_project_is_left_or_archived_meanwhile_is_booked_all_the_same(company: Company) -> None:
    await company.fund("alice", 1_000)
    await company.fund("Apollo", 100)
    apollo = company.node("Apollo")
    async with open_desk(company) as desk:
        dearer, late = await desk.hold("alice", 60, project="Apollo"), await desk.hold("alice", 40, project="Apollo")
        await company.run(LeaveProject, by="operator", project_id=apollo, user_id=company.user("alice"))
        over = await desk.spending.settle(dearer, actual=300, call=A_CALL)
        await company.run(ArchiveNode, by="operator", node_id=apollo)
        company.clock.advance(minutes=20)
        after = await desk.spending.settle(late, actual=50, call=A_CALL)
        rows = await desk.usage()
    assert (over.charged, over.overrun) == ({"project": 60, "personal": 240}, 240)
    assert (after.charged, after.is_late) == ({"personal": 50}, True)
    assert [(row["credits"], row["project_id"]) for row in rows] == [(300, apollo), (50, apollo)]
    assert await company.balances() == {"alice": 710, "Backend": 40}
    assert (await verify(company.database)).drift == []
