"""Borrowers who pay back before a loan is due."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from core.ledger.accounts import NEVER
from core.refusals import Because
from core.transfers.own_loans import OwnLoans
from core.transfers.pay_back_loan import PayBackLoan
from core.transfers.undo_transfer import UndoTransfer
from tests.accounts_read import assert_no_drift, slices, told
from tests.allocation.granting import until
from tests.company import Company
from tests.talking import Talk
from tests.transfers.lending import FRIDAY, bob_spends, lend, owed


async def test_a_borrower_pays_back_before_it_is_due_a_part_and_then_the_rest(company: Company) -> None:
    lent = await lend(company, 50_000)
    first = await company.run(PayBackLoan, by="bob", owed_to=lent.loan_id, amount=20_000)
    assert (first.left, first.available, await owed(company)) == (30_000, 30_000, 30_000)
    second = await company.run(PayBackLoan, by="bob", owed_to=company.user("alice"))
    assert (second.amount, second.left) == (30_000, 0)
    assert await company.balances() == {"alice": 200_000}
    assert [(event["amount"], event["left"], event["is_early"]) for event in await told(company, "loan.paid_back")] == [
        (20_000, 30_000, True),
        (30_000, 0, True),
    ]
    assert await until(company, FRIDAY) == []
    await assert_no_drift(company)


async def test_what_was_not_paid_early_is_still_taken_whole_at_its_due_moment(sqlite_company: Company) -> None:
    company = sqlite_company
    lent = await lend(company, 50_000)
    await company.run(PayBackLoan, by="bob", owed_to=lent.loan_id, amount=20_000)
    assert [line.is_overdue for line in await company.ask(OwnLoans, by="bob", user_id=company.user("bob"))] == [False]
    await until(company, FRIDAY)
    assert (await company.balances(), await owed(company)) == ({"alice": 200_000}, 0)


async def test_paying_a_person_back_begins_with_the_oldest_loan(sqlite_company: Company) -> None:
    company = sqlite_company
    first = await lend(company, 10_000)
    company.clock.advance(hours=1)
    second = await lend(company, 30_000, due_at=FRIDAY - timedelta(days=1))
    paid = await company.run(PayBackLoan, by="bob", owed_to=company.user("alice"), amount=25_000)
    assert [(part.loan_id, part.amount, part.left) for part in paid.loans] == [
        (first.loan_id, 10_000, 0),
        (second.loan_id, 15_000, 15_000),
    ]
    assert await company.balances() == {"alice": 385_000, "bob": 15_000}


async def test_what_is_paid_early_comes_in_days_no_sooner_than_lent(sqlite_company: Company) -> None:
    company = sqlite_company
    await company.fund("bob", 5_000, expires_on=date(2026, 4, 30))
    lent = await lend(company, 10_000)
    await company.run(PayBackLoan, by="bob", owed_to=lent.loan_id, amount=10_000)
    assert await slices(company, "alice") == [(NEVER, 200_000)]
    assert await slices(company, "bob") == [(date(2026, 4, 30), 5_000)]


async def test_nobody_pays_back_more_than_is_owed_or_there_nor_what_another_owes(company: Company) -> None:
    lent = await lend(company, 50_000)
    await bob_spends(company, 20_000)
    attempts: tuple[tuple[str, dict[str, Any], Because], ...] = (
        ("bob", {"amount": 50_001}, Because.MORE_THAN_OWED),
        ("bob", {}, Because.OUT_OF_CREDITS),
        ("bob", {"amount": 0}, Because.AMOUNT_OUT_OF_RANGE),
        ("bob", {"owed_to": company.user("carol")}, Because.LOAN_NOT_OPEN),
        ("alice", {}, Because.NOT_YOUR_LOAN),
        ("dan", {}, Because.UNKNOWN_LOAN),
        ("dan", {"owed_to": "loan_404"}, Because.UNKNOWN_LOAN),
    )
    for by, fields, because in attempts:
        refusal = await company.refused(PayBackLoan, by=by, **{"owed_to": lent.loan_id, **fields})
        assert refusal.because is because, (by, fields)
    await company.run(PayBackLoan, by="bob", owed_to=lent.loan_id, amount=30_000)
    await company.fund("bob", 20_000)
    await company.run(PayBackLoan, by="bob", owed_to=lent.loan_id)
    refusal = await company.refused(PayBackLoan, by="bob", owed_to=lent.loan_id)
    assert (refusal.because, refusal.facts["state"]) == (Because.LOAN_NOT_OPEN, "paid")


async def test_what_was_paid_early_cannot_be_undone_too(sqlite_company: Company) -> None:
    company = sqlite_company
    lent = await lend(company, 10_000)
    await company.run(PayBackLoan, by="bob", owed_to=lent.loan_id, amount=1)
    refusal = await company.refused(UndoTransfer, by="alice", transfer_id=lent.sent.group_id)
    assert refusal.because is Because.NOT_COMPLETED


async def test_a_borrower_pays_back_in_words_and_with_a_button(sqlite_company: Company) -> None:
    company = sqlite_company
    await lend(company, 50_000)
    talk = Talk(company)
    reply = await talk.says("bob", "loan back @alice 20k")
    assert reply.in_words() == (
        "20,000 tokens paid back to @alice.\nYou still owe 30,000 tokens of it.\nYou have 30,000 tokens left."
    )
    (button,) = (await talk.says("bob", "loans")).actions
    assert button.label == "Pay back 30k to @alice"
    assert (await talk.says("alice", "loans")).actions == ()
    reply = await talk.presses("bob", button)
    assert reply.lines[0] == "Nothing of it is owed any more."
    assert await talk.presses("bob", button) == reply
    reply = await talk.says("bob", "loan back @alice")
    assert reply.in_words() == ("Nothing is owed there.\nYou owe @alice nothing.\nSee what is owed with “loans”.")
    assert (await talk.says("bob", "loan back")).code == "usage"
    assert await company.balances() == {"alice": 200_000}
