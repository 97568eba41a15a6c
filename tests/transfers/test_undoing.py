"""Taking a transfer back: within five minutes, once, in full, as if nothing had been sent."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.ledger.accounts import NEVER
from core.refusals import Because
from core.storage.database import Database
from core.transfers.send_credits import SendCredits, Sent
from core.transfers.undo_transfer import UndoTransfer
from tests.accounts_read import assert_no_drift, slices, told
from tests.company import Company, Fund, found_company

SPRING, SUMMER = date(2026, 4, 30), date(2026, 7, 31)


async def send(company: Company, by: str, *to: str, amount: int) -> Sent:
    recipients = tuple(company.user(handle) for handle in to)
    return await company.run(SendCredits, by=by, recipients=recipients, amount=amount)


async def test_undo_gives_back_the_credits_with_their_dates(company: Company) -> None:
    await company.fund("alice", 5_000, expires_on=SUMMER)
    await company.fund("alice", 3_000, expires_on=SPRING)
    await company.fund("bob", 2_000, expires_on=SPRING)
    sent = await send(company, "alice", "bob", amount=6_000)
    company.clock.advance(minutes=5)
    undone = await company.run(UndoTransfer, by="alice", transfer_id=sent.transfers[0].transfer_id)
    assert (undone.returned, undone.available) == (6_000, 8_000)
    assert await company.balances() == {"alice": 8_000, "bob": 2_000}
    assert await slices(company, "alice") == [(SPRING, 3_000), (SUMMER, 5_000)]
    assert await slices(company, "bob") == [(SPRING, 2_000)]
    await assert_no_drift(company)


async def test_undo_is_told_to_the_recipient(company: Company) -> None:
    await company.fund("alice", 50_000)
    sent = await send(company, "alice", "bob", amount=10_000)
    await company.run(UndoTransfer, by="alice", transfer_id=sent.group_id)
    assert await told(company, "transfer.reversed") == [
        {
            "transfer_id": sent.transfers[0].transfer_id,
            "group_id": sent.group_id,
            "sender_id": company.user("alice"),
            "recipient_id": company.user("bob"),
            "amount": 10_000,
            "returned": 10_000,
        }
    ]


async def test_after_five_minutes_it_is_too_late(company: Company) -> None:
    await company.fund("alice", 50_000)
    sent = await send(company, "alice", "bob", amount=10_000)
    company.clock.advance(minutes=5, microseconds=1)
    refusal = await company.refused(UndoTransfer, by="alice", transfer_id=sent.group_id)
    assert refusal.because is Because.UNDO_TOO_LATE
    assert refusal.facts["until"] == "2026-03-02T09:05:00+00:00"


async def test_a_transfer_is_undone_once(company: Company) -> None:
    await company.fund("alice", 50_000)
    sent = await send(company, "alice", "bob", amount=10_000)
    await company.run(UndoTransfer, by="alice", transfer_id=sent.group_id)
    refusal = await company.refused(UndoTransfer, by="alice", transfer_id=sent.group_id)
    assert refusal.because is Because.ALREADY_REVERSED
    assert await company.balances() == {"alice": 50_000}


async def test_what_the_recipient_used_is_theirs_to_send_back(company: Company) -> None:
    await company.fund("alice", 50_000)
    sent = await send(company, "alice", "bob", amount=10_000)
    await send(company, "bob", "dan", amount=4_000)
    refusal = await company.refused(UndoTransfer, by="alice", transfer_id=sent.group_id)
    assert refusal.because is Because.ALREADY_USED
    assert refusal.facts == {"amount": 10_000, "left": 6_000, "user": company.user("bob"), "handle": "bob"}


async def test_earlier_credits_of_the_recipient_never_stand_in(company: Company) -> None:
    await company.fund("alice", 10_000, expires_on=SUMMER)
    await company.fund("bob", 10_000, expires_on=SPRING)
    sent = await send(company, "alice", "bob", amount=10_000)
    await send(company, "bob", "dan", amount=12_000)
    refusal = await company.refused(UndoTransfer, by="alice", transfer_id=sent.group_id)
    assert (refusal.because, refusal.facts["left"]) == (Because.ALREADY_USED, 8_000)


async def test_later_credits_of_the_recipient_do_and_the_sender_gets_the_old_dates(company: Company) -> None:
    await company.fund("alice", 10_000, expires_on=SPRING)
    await company.fund("bob", 10_000, expires_on=SUMMER)
    sent = await send(company, "alice", "bob", amount=10_000)
    await send(company, "bob", "dan", amount=4_000)
    await company.run(UndoTransfer, by="alice", transfer_id=sent.group_id)
    assert await slices(company, "alice") == [(SPRING, 10_000)]
    assert await slices(company, "bob") == [(SUMMER, 6_000)]


async def test_what_expired_in_between_stays_expired(company: Company) -> None:
    company.clock.at = datetime(2026, 3, 2, 22, 58, tzinfo=UTC)  # two minutes to midnight in Berlin
    await company.fund("alice", 4_000, expires_on=date(2026, 3, 2))
    await company.fund("alice", 6_000)
    sent = await send(company, "alice", "bob", amount=10_000)
    company.clock.advance(minutes=4)
    undone = await company.run(UndoTransfer, by="alice", transfer_id=sent.group_id)
    assert (undone.returned, undone.transfers[0].amount) == (6_000, 10_000)
    assert await company.balances() == {"alice": 6_000}
    await assert_no_drift(company)


async def test_what_was_sent_together_is_undone_together(company: Company) -> None:
    await company.fund("alice", 50_000)
    sent = await send(company, "alice", "bob", "dan", amount=10_000)
    await company.run(UndoTransfer, by="alice", transfer_id=sent.transfers[1].transfer_id)
    assert await company.balances() == {"alice": 50_000}


async def test_if_one_of_several_used_it_nothing_comes_back(company: Company) -> None:
    await company.fund("alice", 50_000)
    sent = await send(company, "alice", "bob", "dan", amount=10_000)
    await send(company, "dan", "carol", amount=1_000)
    refusal = await company.refused(UndoTransfer, by="alice", transfer_id=sent.group_id)
    assert refusal.facts == {"amount": 10_000, "left": 9_000, "user": company.user("dan"), "handle": "dan"}
    assert await company.balances() == {"alice": 30_000, "bob": 10_000, "dan": 9_000, "carol": 1_000}


async def test_only_the_sender_undoes_and_strangers_know_nothing_of_it(company: Company) -> None:
    await company.fund("alice", 50_000)
    sent = await send(company, "alice", "bob", amount=10_000)
    for who, because in (("bob", Because.NOT_YOUR_TRANSFER), ("dan", Because.UNKNOWN_TRANSFER)):
        refusal = await company.refused(UndoTransfer, by=who, transfer_id=sent.group_id)
        assert refusal.because is because
    refusal = await company.refused(UndoTransfer, by="alice", transfer_id="tr_nothing")
    assert refusal.because is Because.UNKNOWN_TRANSFER


async def test_an_undone_transfer_counts_for_no_limit_and_no_circle(company: Company) -> None:
    await company.fund("alice", 600_000)
    sent = [await send(company, "alice", "bob", amount=100_000) for _ in range(5)]
    await company.run(UndoTransfer, by="alice", transfer_id=sent[4].group_id)
    await send(company, "alice", "dan", amount=100_000)
    assert await company.balances() == {"alice": 100_000, "bob": 400_000, "dan": 100_000}


@pytest.fixture
async def acme(sqlite_database: Database) -> Company:
    """One company for all examples."""
    return await found_company(sqlite_database)


SLICES = st.lists(
    st.tuples(st.integers(1, 40_000), st.sampled_from([date(2026, 3, 2), SPRING, SUMMER, NEVER])), max_size=4
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(ours=SLICES, theirs=SLICES, amount=st.integers(1_000, 100_000))
async def test_transfer_and_undo_leave_everything_as_it_was(
    acme: Company, ours: list[tuple[int, date]], theirs: list[tuple[int, date]], amount: int
) -> None:
    """Each example hires two people of its own."""
    giver, taker = await _newcomers(acme)
    for whose, parts in ((giver, ours), (taker, theirs)):
        for credits, day in parts:
            await acme.run(Fund, by="operator", account=acme.account(whose), amount=credits, expires_on=day)
    before = [await slices(acme, whose) for whose in (giver, taker)]
    if sum(credits for credits, _ in ours) < amount:
        await acme.refused(SendCredits, by=giver, recipients=(acme.user(taker),), amount=amount)
        return
    sent = await send(acme, giver, taker, amount=amount)
    await acme.run(UndoTransfer, by=giver, transfer_id=sent.group_id)
    assert [await slices(acme, whose) for whose in (giver, taker)] == before


async def _newcomers(acme: Company) -> tuple[str, str]:
    number = len(acme.users)
    giver, taker = f"giver{number}", f"taker{number}"
    await acme.hire(giver, home="Field")
    await acme.hire(taker, home="Field")
    return giver, taker


async def test_without_a_name_the_last_send_is_undone_and_a_repetition_leaves_the_one_before(company: Company) -> None:
    await company.fund("alice", 50_000)
    await send(company, "alice", "bob", amount=5_000)
    company.clock.advance(minutes=1)
    await send(company, "alice", "dan", "carol", amount=3_000)
    first = await company.run(UndoTransfer, by="alice", id="u-1", transfer_id=None)
    assert [(part.handle, part.amount) for part in first.transfers] == [("dan", 3_000), ("carol", 3_000)]
    assert await company.run(UndoTransfer, by="alice", id="u-1", transfer_id=None) == first
    assert await company.balances() == {"alice": 45_000, "bob": 5_000}
    await company.run(UndoTransfer, by="alice", transfer_id=None)
    for who in ("alice", "bob"):
        refusal = await company.refused(UndoTransfer, by=who, transfer_id=None)
        assert refusal.because is Because.NOTHING_TO_UNDO
    refusal = await company.refused(UndoTransfer, by="alice", transfer_id="")
    assert refusal.because is Because.UNKNOWN_TRANSFER
    assert await company.balances() == {"alice": 50_000}
