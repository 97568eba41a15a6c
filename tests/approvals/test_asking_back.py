"""Questions about a request, and what waits for whom."""

from __future__ import annotations

from core.approvals.answer_question import AnswerQuestion
from core.approvals.ask_question import AskQuestion
from core.approvals.delegate import Delegate
from core.approvals.waiting import Waiting
from core.refusals import Because
from tests.accounts_read import told
from tests.approvals.asking import Decide, ask_for
from tests.company import Company


async def test_a_question_and_its_answer_are_relayed_and_the_request_stays_open(company: Company) -> None:
    asked = await ask_for(company, "alice")
    question = await company.run(AskQuestion, by="carol", approval_id=asked.approval_id, question=" What for? ")
    assert (question.number, question.requester_id) == (1, company.user("alice"))
    answer = await company.run(AnswerQuestion, by="alice", approval_id=asked.approval_id, answer="The launch.")
    assert (answer.number, answer.asked_by) == (1, company.user("carol"))
    said = [(event["question"], event["answer"]) for event in await told(company, "approval.question")]
    assert said == [("What for?", ""), ("What for?", "The launch.")]
    assert (await company.run(Decide, by="carol", approval_id=asked.approval_id)).state == "approved"


async def test_only_who_may_decide_asks_and_only_who_made_the_request_answers(sqlite_company: Company) -> None:
    company = sqlite_company
    asked = await ask_for(company, "alice")
    refusal = await company.refused(AskQuestion, by="bob", approval_id=asked.approval_id, question="Why?")
    assert refusal.because is Because.NOT_AN_APPROVER
    await company.run(AskQuestion, by="carol", approval_id=asked.approval_id, question="Why?")
    refusal = await company.refused(AnswerQuestion, by="bob", approval_id=asked.approval_id, answer="Because.")
    assert refusal.because is Because.UNKNOWN_APPROVAL


async def test_an_answer_needs_a_question(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "alice")
    refusal = await sqlite_company.refused(AnswerQuestion, by="alice", approval_id=asked.approval_id, answer="Hm.")
    assert refusal.because is Because.UNKNOWN_QUESTION
    refusal = await sqlite_company.refused(AskQuestion, by="carol", approval_id=asked.approval_id, question="  ")
    assert refusal.because is Because.BAD_VALUE


async def test_a_decided_request_is_not_asked_about(sqlite_company: Company) -> None:
    asked = await ask_for(sqlite_company, "alice")
    await sqlite_company.run(Decide, by="carol", approval_id=asked.approval_id)
    refusal = await sqlite_company.refused(AskQuestion, by="carol", approval_id=asked.approval_id, question="Why?")
    assert refusal.because is Because.ALREADY_DECIDED


async def test_everybody_sees_what_waits_for_them_and_what_they_wait_for(company: Company) -> None:
    asked = await ask_for(company, "alice")
    await company.run(AskQuestion, by="carol", approval_id=asked.approval_id, question="Why?")
    lists = await company.ask(Waiting, by="carol")
    (line,) = lists.for_me
    assert (line.requester, line.amount, line.approvers, line.reason) == (
        "alice",
        150_000,
        ("carol",),
        "for the launch",
    )
    assert [question.question for question in line.questions] == ["Why?"]
    assert lists.of_mine == ()
    mine = await company.ask(Waiting, by="alice")
    assert ([line.approval_id for line in mine.of_mine], mine.for_me) == ([asked.approval_id], ())
    assert await company.ask(Waiting, by="bob") == await company.ask(Waiting, by="henry")


async def test_a_delegate_sees_in_whose_place_they_would_decide(sqlite_company: Company) -> None:
    company = sqlite_company
    await ask_for(company, "alice")
    await company.run(Delegate, by="carol", delegate_id=company.user("dan"))
    (line,) = (await company.ask(Waiting, by="dan")).for_me
    assert line.on_behalf_of == "carol"
    company.clock.advance(hours=24)
    assert (await company.ask(Waiting, by="dan")).for_me == ()
