"""Two people press at the same moment on two servers: one thing happens, and the other learns what it was."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from core.access.matrix import Role
from core.refusals import Because
from core.storage.database import Database
from core.storage.transaction import Command
from core.transfers.cancel_transfer import CancelTransfer
from core.transfers.decide_transfer import DecideTransfer
from core.transfers.lend_credits import LendCredits, Lent
from core.transfers.pay_back_loan import PayBackLoan
from core.transfers.send_credits import SendCredits, Sent
from core.transfers.undo_transfer import UndoTransfer
from tests.accounts_read import assert_no_drift, told
from tests.company import Company, find_company
from tests.policies.applying import applied
from tests.sides import Answer, Errand, Side, Spend, WorkOff, two_sides

pytestmark = pytest.mark.postgres

ROUNDS = 6
ASKED = 150_000


@pytest.fixture
async def company(postgres_acme: Database) -> Company:
    """Acme on the database that runs two servers side by side; alice has credits for every round."""
    found = await find_company(postgres_acme)
    await found.fund("alice", ROUNDS * ASKED)
    return found


async def next_day(company: Company, *, amount: int = ASKED) -> Sent:
    """Another day on which alice sends Bob credits."""
    company.clock.advance(days=1)
    return await company.run(SendCredits, by="alice", recipients=(company.user("bob"),), amount=amount)


def work(company: Company, command: type[Command[Any]], *, by: str, **fields: object) -> Command[Any]:
    """A command that is not run yet."""
    named: dict[str, Any] = {"id": company.new_id("cmd"), "organization_id": company.id, "actor": company.actor(by)}
    return command(**named | fields)


async def press(company: Company, sides: tuple[Side, Side], *work: Command[Any] | Spend | WorkOff) -> list[Answer]:
    """Both at once, each on a server of its own; who is asked first alternates by day."""
    at = company.clock.now()
    order = list(zip(sides, work, strict=True))[:: 1 if at.day % 2 else -1]
    answers = await asyncio.gather(*(side.does(Errand(at, item)) for side, item in order))
    return list(answers)[:: 1 if at.day % 2 else -1]


async def test_of_two_managers_one_decides_and_the_other_learns_who_did_and_when(company: Company) -> None:
    won: Counter[str] = Counter()
    async with two_sides(company) as sides:
        for _ in range(ROUNDS):
            sent = await next_day(company)
            fields = {"approval_id": sent.approval_id}
            yes = work(company, DecideTransfer, by="carol", is_yes=True, **fields)
            no = work(company, DecideTransfer, by="erin", is_yes=False, **fields)
            carol, erin = await press(company, sides, yes, no)
            first, second = (carol, erin) if carol.said == "done" else (erin, carol)
            winner, state = ("carol", "approved") if first is carol else ("erin", "rejected")
            won[winner] += 1
            assert (first.said, second.said) == ("done", Because.ALREADY_DECIDED.value)
            assert second.facts == {
                "approval": sent.approval_id,
                "state": state,
                "by": winner,
                "at": company.clock.now().isoformat(),
            }
    given = won["carol"] * ASKED
    wanted = {"alice": ROUNDS * ASKED - given, "bob": given}
    assert await company.balances() == {who: amount for who, amount in wanted.items() if amount}
    assert (await company.held(), len(await told(company, "approval.decided"))) == ({}, ROUNDS)
    await assert_no_drift(company)


async def test_of_two_leads_at_the_same_step_one_agrees_and_the_other_learns_it_and_nothing_moves(
    company: Company,
) -> None:
    await applied(company, "transfer_policy: {approval_required: {all_must_agree: true}}")
    await company.hire("dave", home="Backend", role=Role.TEAM_LEAD)
    async with two_sides(company) as sides:
        for _ in range(ROUNDS):
            sent = await next_day(company)
            fields: dict[str, Any] = {"approval_id": sent.approval_id, "is_yes": True}
            pressed = (work(company, DecideTransfer, by=who, **fields) for who in ("carol", "dave"))
            answers = await press(company, sides, *pressed)
            assert sorted(answer.said for answer in answers) == [Because.ALREADY_AGREED.value, "done"]
            late = next(answer for answer in answers if answer.said != "done")
            assert late.facts["by"] == ("dave" if late is answers[0] else "carol")
            assert (await company.held())["alice"] == ASKED
            await company.run(DecideTransfer, by="erin", **fields)
    assert (await company.balances(), await company.held()) == ({"bob": ROUNDS * ASKED}, {})
    assert len(await told(company, "approval.agreed")) == ROUNDS
    await assert_no_drift(company)


async def test_one_press_that_reaches_two_servers_counts_once(company: Company) -> None:
    async with two_sides(company) as sides:
        for _ in range(ROUNDS):
            sent = await next_day(company)
            yes = work(company, DecideTransfer, by="carol", approval_id=sent.approval_id, is_yes=True)
            assert [answer.said for answer in await press(company, sides, yes, yes)] == ["done", "done"]
    assert (await company.balances(), await company.held()) == ({"bob": ROUNDS * ASKED}, {})
    assert len(await told(company, "transfer.completed")) == ROUNDS
    await assert_no_drift(company)


async def test_a_transfer_is_cancelled_or_approved_never_both(company: Company) -> None:
    approved = 0
    async with two_sides(company) as sides:
        for _ in range(ROUNDS):
            sent = await next_day(company)
            yes = work(company, DecideTransfer, by="carol", approval_id=sent.approval_id, is_yes=True)
            back = work(company, CancelTransfer, by="alice", transfer_id=sent.group_id)
            carol, alice = await press(company, sides, yes, back)
            approved += carol.said == "done"
            late, state = (alice, "approved") if carol.said == "done" else (carol, "cancelled")
            assert {carol.said, alice.said} == {"done", Because.ALREADY_DECIDED.value}
            assert late.facts["state"] == state
    wanted = {"alice": (ROUNDS - approved) * ASKED, "bob": approved * ASKED}
    assert await company.balances() == {who: amount for who, amount in wanted.items() if amount}
    assert await company.held() == {}
    await assert_no_drift(company)


async def test_a_transfer_is_approved_in_its_last_moment_or_expires_never_both(company: Company) -> None:
    approved = 0
    async with two_sides(company) as sides:
        for _ in range(ROUNDS):
            sent = await next_day(company)
            yes = work(company, DecideTransfer, by="carol", approval_id=sent.approval_id, is_yes=True)
            carol, _ = await press(company, sides, yes, WorkOff(company.clock.now() + timedelta(hours=24)))
            assert carol.said in {"done", Because.ALREADY_DECIDED.value}
            approved += carol.said == "done"
    wanted = {"alice": (ROUNDS - approved) * ASKED, "bob": approved * ASKED}
    assert await company.balances() == {who: amount for who, amount in wanted.items() if amount}
    assert await company.held() == {}
    await assert_no_drift(company)


async def test_what_is_undone_is_not_spent_and_what_is_spent_is_not_undone(company: Company) -> None:
    undone = 0
    async with two_sides(company) as sides:
        for _ in range(ROUNDS):
            sent = await next_day(company, amount=50_000)
            back = work(company, UndoTransfer, by="alice", transfer_id=sent.group_id)
            alice, bob = await press(company, sides, back, Spend("bob", 50_000))
            outcome = (alice.said, bob.said)
            assert outcome in {("done", Because.OUT_OF_CREDITS.value), (Because.ALREADY_USED.value, "done")}
            undone += alice.said == "done"
    left = ROUNDS * ASKED - (ROUNDS - undone) * 50_000
    assert (await company.balances(), await company.held()) == ({"alice": left}, {})
    await assert_no_drift(company)


async def test_a_loan_is_paid_back_by_the_borrower_or_undone_by_the_lender(company: Company) -> None:
    async with two_sides(company) as sides:
        for _ in range(ROUNDS):
            lent = await lend_next_day(company)
            payback = work(company, PayBackLoan, by="bob", owed_to=lent.loan_id)
            undo = work(company, UndoTransfer, by="alice", transfer_id=lent.sent.group_id)
            paid, undone = await press(company, sides, payback, undo)
            assert (paid.said, undone.said) in {
                ("done", Because.NOT_COMPLETED.value),
                (Because.LOAN_NOT_OPEN.value, "done"),
            }
    assert await company.balances() == {"alice": ROUNDS * ASKED}
    await assert_no_drift(company)


async def test_a_loan_is_paid_back_by_the_borrower_or_taken_when_it_is_due(company: Company) -> None:
    async with two_sides(company) as sides:
        for _ in range(ROUNDS):
            lent = await lend_next_day(company)
            company.clock.advance(hours=1)
            payback = work(company, PayBackLoan, by="bob", owed_to=lent.loan_id)
            paid, _ = await press(company, sides, payback, WorkOff(company.clock.now()))
            assert paid.said in {"done", Because.LOAN_NOT_OPEN.value}
    assert len(await told(company, "loan.paid_back")) == ROUNDS
    assert await company.balances() == {"alice": ROUNDS * ASKED}
    await assert_no_drift(company)


async def lend_next_day(company: Company) -> Lent:
    """Another day on which alice lends Bob credits for an hour."""
    company.clock.advance(days=1)
    due_at = company.clock.now() + timedelta(hours=1)
    return await company.run(LendCredits, by="alice", borrower_id=company.user("bob"), amount=10_000, due_at=due_at)
