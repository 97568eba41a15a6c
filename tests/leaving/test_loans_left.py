"""Loans that stay owed when one side has left."""

from __future__ import annotations

from datetime import timedelta

from core.access.matrix import Role
from core.leaving.deactivate_user import DeactivateUser
from core.leaving.loans_left import LoansLeft
from core.leaving.write_off_loan import WriteOffLoan
from core.notify.audiences import AUDIENCES
from core.refusals import Because
from core.transfers.lend_credits import LendCredits
from core.transfers.own_loans import OwnLoans
from core.transfers.send_credits import SendCredits
from tests.accounts_read import assert_no_drift, told
from tests.allocation.granting import until
from tests.company import Company
from tests.talking import Talk


async def lend(company: Company, *, to: str = "dan") -> str:
    """Alice lends dan of Platform 30,000, and he gives 20,000 of them to bob."""
    await company.fund("alice", 50_000)
    due_at = company.clock.at + timedelta(days=5)
    lent = await company.run(LendCredits, by="alice", borrower_id=company.user(to), amount=30_000, due_at=due_at)
    await company.run(SendCredits, by=to, recipients=(company.user("bob"),), amount=20_000)
    return lent.loan_id


async def leave(company: Company, who: str) -> None:
    await company.run(DeactivateUser, by="grace", user_id=company.user(who))


async def test_managers_of_both_sides_hear_what_a_leaver_still_owes(sqlite_company: Company) -> None:
    company = sqlite_company
    loan_id = await lend(company)
    await leave(company, "dan")
    (event,) = await told(company, "loan.left")
    assert (event["loan_id"], event["leaver_id"], event["left"]) == (loan_id, company.user("dan"), 20_000)
    audience = AUDIENCES["loan.left"](event)
    assert audience.managers_of == (company.node("Backend"), company.node("Platform"))
    assert audience.people == (company.user("alice"), company.user("dan"))


async def test_managers_hear_what_is_owed_to_a_leaver_and_it_comes_back_to_the_budget(company: Company) -> None:
    await lend(company)
    await leave(company, "alice")
    assert [event["left"] for event in await told(company, "loan.left")] == [30_000]
    await until(company, company.clock.at + timedelta(days=5))
    assert await company.balances() == {"Backend": 30_000, "bob": 20_000}
    await assert_no_drift(company)


async def test_a_manager_at_the_lenders_writes_it_off_and_nothing_moves(company: Company) -> None:
    loan_id = await lend(company)
    await leave(company, "dan")
    before = await company.balances()
    gone = await company.run(WriteOffLoan, by="carol", loan_id=loan_id, reason="He is gone.")
    assert (gone.lender, gone.borrower, gone.left) == ("alice", "dan", 20_000)
    assert await company.balances() == before == {"alice": 30_000, "bob": 20_000}
    assert await company.ask(OwnLoans, by="alice", user_id=company.user("alice")) == ()
    (event,) = await told(company, "loan.written_off")
    assert (event["by_id"], event["left"]) == (company.user("carol"), 20_000)
    assert AUDIENCES["loan.written_off"](event).besides == (company.user("carol"),)
    assert await until(company, company.clock.at + timedelta(days=40)) == []
    refusal = await company.refused(WriteOffLoan, by="carol", loan_id=loan_id)
    assert (refusal.because, refusal.facts["state"]) == (Because.LOAN_NOT_OPEN, "written_off")
    await assert_no_drift(company)


async def test_nobody_writes_off_while_both_are_here_nor_their_own_debt_nor_elsewhere(sqlite_company: Company) -> None:
    company = sqlite_company
    loan_id = await lend(company)
    assert (await company.refused(WriteOffLoan, by="carol", loan_id=loan_id)).because is Because.NOBODY_LEFT
    own = await lend(company, to="carol")
    await company.hire("lena", home="Platform", role=Role.TEAM_LEAD)
    await leave(company, "alice")
    for by, of, because in (
        ("carol", own, Because.OWN_GAIN),
        ("lena", loan_id, Because.NOT_ALLOWED),
        ("bob", loan_id, Because.NOT_ALLOWED),
        ("grace", "loan_404", Because.UNKNOWN_LOAN),
    ):
        assert (await company.refused(WriteOffLoan, by=by, loan_id=of)).because is because


async def test_managers_of_either_side_see_the_list_and_those_of_the_lender_a_button(sqlite_company: Company) -> None:
    company = sqlite_company
    await lend(company)
    await leave(company, "dan")
    await company.hire("lena", home="Platform", role=Role.TEAM_LEAD)
    (line,) = await company.ask(LoansLeft, by="lena", node_id=company.node("Platform"))
    assert (line.lender, line.borrower, line.left, line.can_write_off) == ("alice", "dan", 20_000, False)
    talk = Talk(company)
    reply = await talk.says("carol", "loans left")
    assert reply.title == "20,000 tokens stay owed by or to people who have left."
    assert reply.lines[0].startswith("@dan (left) owes @alice 20,000 tokens. Id: loan_")
    (button,) = reply.actions
    assert button.label == "Write off 20k of @dan"
    reply = await talk.presses("carol", button)
    assert reply.title == "20,000 tokens written off: @dan owes @alice nothing of it any more."
    assert (await talk.says("carol", "loans left")).title == "No loan of anybody who has left is still owed."
    assert (await talk.says("bob", "loans left")).code == "not_allowed"
    assert (await talk.says("erin", "loans left in engineering")).actions == ()
    assert (await talk.says("carol", "loans write off")).code == "usage"
