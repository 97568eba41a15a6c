"""Credits that come back by themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from core.ledger.accounts import NEVER
from core.refusals import Because
from core.transfers.decide_transfer import DecideTransfer
from core.transfers.lend_credits import LendCredits
from core.transfers.undo_transfer import UndoTransfer
from tests.accounts_read import assert_no_drift, slices, told
from tests.allocation.granting import set_quota, until
from tests.company import Company
from tests.talking import Talk
from tests.transfers.lending import APRIL, FRIDAY, JUNE, MAY, bob_spends, lend, owed


async def test_what_is_there_comes_back_at_the_due_moment(company: Company) -> None:
    await lend(company, 10_000)
    assert await company.balances() == {"alice": 190_000, "bob": 10_000}
    assert [name.split(":")[0] for name in await until(company, FRIDAY - timedelta(seconds=1))] == ["loan-due"]
    assert [name.split(":")[0] for name in await until(company, FRIDAY)] == ["loans"]
    assert await company.balances() == {"alice": 200_000}
    assert await owed(company) == 0
    (event,) = await told(company, "loan.paid_back")
    assert (event["amount"], event["left"]) == (10_000, 0)
    assert await until(company, FRIDAY + timedelta(days=90)) == []
    await assert_no_drift(company)


async def test_the_rest_is_taken_from_following_refreshes_at_most_half_of_each(company: Company) -> None:
    await lend(company, 50_000)
    await bob_spends(company, 40_000)
    await company.fund("Backend", 1_000_000)
    await set_quota(company, "bob", 30_000)
    await until(company, FRIDAY)
    assert ((await company.balances())["alice"], await owed(company)) == (160_000, 40_000)
    done = await until(company, APRIL)
    assert [name.split(":")[0] for name in done][-2:] == ["refresh", "loans"]
    assert ((await company.balances())["bob"], await owed(company)) == (15_000, 25_000)
    await until(company, MAY)
    assert await owed(company) == 10_000
    await until(company, JUNE)
    assert ((await company.balances())["alice"], await owed(company)) == (200_000, 0)
    await assert_no_drift(company)


async def test_late_jobs_leave_the_same_books(sqlite_company: Company) -> None:
    company = sqlite_company
    await lend(company, 50_000)
    await bob_spends(company, 40_000)
    await company.fund("Backend", 1_000_000)
    await set_quota(company, "bob", 30_000)
    await until(company, JUNE)
    assert ((await company.balances())["alice"], await owed(company)) == (200_000, 0)


async def test_several_loans_share_half_of_a_refresh_oldest_first(sqlite_company: Company) -> None:
    company = sqlite_company
    await lend(company, 20_000)
    await company.fund("carol", 100_000)
    company.clock.advance(hours=1)
    await company.run(LendCredits, by="carol", borrower_id=company.user("bob"), amount=20_000, due_at=FRIDAY)
    await bob_spends(company, 40_000)
    await company.fund("Backend", 1_000_000)
    await set_quota(company, "bob", 50_000)
    await until(company, APRIL)
    balances = await company.balances()
    assert (balances["alice"], balances["carol"], balances["bob"]) == (200_000, 85_000, 25_000)


async def test_until_the_quota_refreshes(company: Company) -> None:
    await company.fund("Backend", 1_000_000)
    await set_quota(company, "bob", 30_000)
    await lend(company, 20_000, due_at=None)
    await bob_spends(company, 20_000)
    await until(company, APRIL)
    assert ((await company.balances())["alice"], await owed(company)) == (200_000, 0)
    await assert_no_drift(company)


async def test_without_a_quota_a_due_date_is_needed(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("alice", 200_000)
    refusal = await company.refused(LendCredits, by="alice", borrower_id=company.user("bob"), amount=10_000)
    assert refusal.because is Because.BAD_VALUE
    refusal = await company.refused(
        LendCredits, by="alice", borrower_id=company.user("bob"), amount=10_000, due_at=company.clock.at
    )
    assert refusal.because is Because.BAD_VALUE


async def test_a_due_moment_beyond_every_calendar_is_refused_in_words(sqlite_company: Company) -> None:
    await sqlite_company.fund("alice", 200_000)
    bob = sqlite_company.user("bob")
    for due_at in (datetime(9999, 12, 31, 23, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)):
        refusal = await sqlite_company.refused(LendCredits, by="alice", borrower_id=bob, amount=10_000, due_at=due_at)
        assert (refusal.because, refusal.facts["field"]) == (Because.BAD_VALUE, "due_at")


async def test_only_credits_that_last_to_the_due_day_are_lent(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("alice", 10_000, expires_on=date(2026, 3, 5))
    await company.fund("alice", 10_000)
    refusal = await company.refused(LendCredits, by="alice", borrower_id=company.user("bob"), amount=11_000,
                                    due_at=FRIDAY)  # fmt: skip
    assert (refusal.because, refusal.facts["available"]) == (Because.OUT_OF_CREDITS, 10_000)
    await company.run(LendCredits, by="alice", borrower_id=company.user("bob"), amount=10_000, due_at=FRIDAY)
    assert await slices(company, "bob") == [(NEVER, 10_000)]


async def test_what_comes_back_is_no_younger_or_older_than_it_must_be(sqlite_company: Company) -> None:
    """Bob has credits that end in April and credits that never do; Alice lent the second kind."""
    company = sqlite_company
    await company.fund("bob", 5_000, expires_on=date(2026, 4, 30))
    await lend(company, 10_000)
    await until(company, FRIDAY)
    assert await slices(company, "alice") == [(NEVER, 200_000)]
    assert await slices(company, "bob") == [(date(2026, 4, 30), 5_000)]


async def test_a_large_loan_waits_for_approval_and_is_owed_from_then_on(company: Company) -> None:
    lent = await lend(company, 150_000)
    assert (lent.sent.state, await owed(company)) == ("pending", 0)
    await company.run(DecideTransfer, by="carol", approval_id=lent.sent.approval_id, is_yes=True, amount=120_000)
    assert await owed(company) == 120_000
    await until(company, FRIDAY)
    assert await company.balances() == {"alice": 200_000}
    await assert_no_drift(company)


async def test_a_loan_that_is_denied_or_undone_is_not_owed(sqlite_company: Company) -> None:
    company = sqlite_company
    lent = await lend(company, 150_000)
    await company.run(DecideTransfer, by="carol", approval_id=lent.sent.approval_id, is_yes=False)
    lent = await lend(company, 10_000)
    await company.run(UndoTransfer, by="alice", transfer_id=lent.sent.group_id)
    assert await until(company, FRIDAY) == []
    assert await company.balances() == {"alice": 400_000}


async def test_what_was_paid_back_cannot_be_undone_too(sqlite_company: Company) -> None:
    company = sqlite_company
    lent = await lend(company, 10_000, due_at=company.clock.at + timedelta(minutes=2))
    await until(company, company.clock.at + timedelta(minutes=3))
    refusal = await company.refused(UndoTransfer, by="alice", transfer_id=lent.sent.group_id)
    assert refusal.because is Because.NOT_COMPLETED
    assert await company.balances() == {"alice": 200_000}


async def test_both_sides_see_it_in_words(sqlite_company: Company) -> None:
    await sqlite_company.fund("alice", 50_000)
    talk = Talk(sqlite_company)
    reply = await talk.says("alice", "loan @bob 10k until friday for the demo")
    assert reply.title == "10,000 tokens to @bob: lent."
    assert reply.lines[0] == "It comes back by the end of Fri 6 Mar 2026."
    assert (await talk.says("alice", "loans")).title == "10,000 tokens are owed to you."
    assert (await talk.says("bob", "loans")).lines[0].startswith("You owe @alice 10,000 tokens, due")
    assert (await talk.says("alice", "loan @bob 10k until whenever")).code == "usage"
    assert (await talk.says("dan", "loans")).title == "You owe nothing, and nobody owes you."


async def test_a_loan_is_undone_with_its_button(sqlite_company: Company) -> None:
    await sqlite_company.fund("alice", 50_000)
    talk = Talk(sqlite_company)
    lent = await talk.says("alice", "loan @bob 10k until friday")
    assert lent.lines[-1] == "You have 40,000 tokens left. Undo works for 5 minutes, until 10:05."
    (undo,) = lent.actions
    assert (await talk.presses("alice", undo)).title == "10,000 tokens back from @bob."
    assert (await talk.says("alice", "loans")).title == "You owe nothing, and nobody owes you."
    assert await sqlite_company.balances() == {"alice": 50_000}
