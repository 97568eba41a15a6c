"""Where the policy says that all must agree: the team lead, and then the department manager.

Alice asks to send Bob 150,000 of her 400,000; nothing moves before both have said yes.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from core.approvals.preapprove import Preapprove
from core.approvals.states import ApprovalState, Progress, Subject
from core.refusals import Because
from core.transfers.cancel_transfer import CancelTransfer
from core.transfers.decide_transfer import DecideTransfer, TransferDecided
from core.transfers.preview_send import PreviewSend, SendPreview
from core.transfers.send_credits import SendCredits, Sent
from tests.accounts_read import assert_no_drift, told
from tests.allocation.granting import until
from tests.company import Company
from tests.policies.applying import applied
from tests.talking import Talk, action
from tests.transfers.asking import asked, send, states

BOTH = "transfer_policy:\n  approval_required:\n    all_must_agree: true\n"


@pytest.fixture
async def strict(company: Company) -> AsyncIterator[Company]:
    """Both must agree at Acme; whatever happens, the books agree with the postings."""
    await applied(company, BOTH)
    yield company
    await assert_no_drift(company)


@pytest.fixture
async def strict_talk(sqlite_company: Company) -> Talk:
    """People who talk; alice has 400,000."""
    await applied(sqlite_company, BOTH)
    await sqlite_company.fund("alice", 400_000)
    return Talk(sqlite_company)


async def decide(
    company: Company, sent: Sent, *, by: str, is_yes: bool = True, amount: int | None = None
) -> TransferDecided:
    return await company.run(DecideTransfer, by=by, approval_id=sent.approval_id, is_yes=is_yes, amount=amount)


async def test_the_lead_agrees_and_then_the_manager_and_only_then_credits_move(strict: Company) -> None:
    sent = await asked(strict)
    assert (sent.state, sent.approvers, sent.must_agree) == ("pending", ("carol",), 2)
    refusal = await strict.refused(DecideTransfer, by="erin", approval_id=sent.approval_id, is_yes=True)
    assert refusal.because is Because.NOT_AN_APPROVER
    first = await decide(strict, sent, by="carol")
    assert (first.state, first.progress) == (ApprovalState.OPEN, Progress(("carol",), 2, ("erin",)))
    assert (await strict.balances(), await strict.held()) == ({"alice": 400_000}, {"alice": 150_000})
    second = await decide(strict, sent, by="erin")
    assert (second.state, second.progress) == (ApprovalState.APPROVED, None)
    assert (await strict.balances(), await strict.held()) == ({"alice": 250_000, "bob": 150_000}, {})


async def test_a_no_at_the_second_step_ends_it_though_the_first_agreed(strict: Company) -> None:
    sent = await asked(strict)
    await decide(strict, sent, by="carol")
    decided = await decide(strict, sent, by="erin", is_yes=False)
    assert decided.state is ApprovalState.REJECTED
    assert (await strict.balances(), await strict.held()) == ({"alice": 400_000}, {})
    assert await states(strict) == {"rejected": 1}


async def test_a_no_at_the_first_step_asks_nobody_further(strict: Company) -> None:
    sent = await asked(strict)
    await decide(strict, sent, by="carol", is_yes=False)
    assert [event["approvers"] for event in await told(strict, "approval.requested")] == [[strict.user("carol")]]
    assert (await strict.balances(), await strict.held()) == ({"alice": 400_000}, {})


async def test_a_smaller_amount_on_the_way_is_the_most_that_the_next_can_agree_to(strict: Company) -> None:
    sent = await asked(strict)
    assert (await decide(strict, sent, by="carol", amount=80_000)).each == 80_000
    assert [event["amount"] for event in await told(strict, "approval.requested")] == [150_000, 80_000]
    refusal = await strict.refused(DecideTransfer, by="erin", approval_id=sent.approval_id, is_yes=True, amount=80_001)
    assert (refusal.because, refusal.facts["most"]) == (Because.AMOUNT_OUT_OF_RANGE, 80_000)
    decided = await decide(strict, sent, by="erin")
    assert (decided.asked, decided.each) == (150_000, 80_000)
    assert (await strict.balances(), await strict.held()) == ({"alice": 320_000, "bob": 80_000}, {})


async def test_several_recipients_get_the_least_that_was_agreed_for_each(strict: Company) -> None:
    await strict.fund("alice", 400_000)
    sent = await send(strict, "alice", "bob", "dan", amount=60_000)
    await decide(strict, sent, by="carol", amount=50_000)
    await decide(strict, sent, by="erin")
    assert await strict.balances() == {"alice": 300_000, "bob": 50_000, "dan": 50_000}


async def test_when_its_time_is_over_one_yes_is_not_enough(strict: Company) -> None:
    sent = await asked(strict)
    await decide(strict, sent, by="carol")
    assert sent.expires_at is not None
    done = await until(strict, sent.expires_at)
    assert done[-1] == f"expire-transfer:{sent.approval_id}"
    assert (await strict.balances(), await strict.held()) == ({"alice": 400_000}, {})
    assert await states(strict) == {"expired": 1}


async def test_the_sender_takes_it_back_between_the_two(strict: Company) -> None:
    sent = await asked(strict)
    await decide(strict, sent, by="carol")
    await strict.run(CancelTransfer, by="alice", transfer_id=sent.group_id)
    assert (await strict.balances(), await strict.held()) == ({"alice": 400_000}, {})
    refusal = await strict.refused(DecideTransfer, by="erin", approval_id=sent.approval_id, is_yes=True)
    assert (refusal.because, refusal.facts["state"]) == (Because.ALREADY_DECIDED, "cancelled")


async def test_what_waits_when_the_policy_changes_goes_on_as_it_was_asked(strict: Company) -> None:
    sent = await asked(strict)
    await applied(strict, "transfer_policy: {approval_required: {all_must_agree: false}}")
    assert (await decide(strict, sent, by="carol")).state is ApprovalState.OPEN
    assert (await send(strict, "alice", "bob", amount=120_000)).approvers == ("carol", "erin")


async def test_a_yes_in_advance_is_not_enough_where_all_must_agree(strict: Company) -> None:
    await strict.run(
        Preapprove, by="carol", subject=Subject.TRANSFER, most=200_000, ends_at=strict.clock.at + timedelta(days=1)
    )
    assert (await asked(strict)).approvers == ("carol",)


async def test_a_list_of_one_is_no_chain(strict: Company) -> None:
    await applied(strict, "transfer_policy: {approval_required: {approvers: [dept_manager]}}", at="Backend")
    sent = await asked(strict)
    assert (sent.approvers, sent.must_agree) == (("erin",), 1)
    assert (await decide(strict, sent, by="erin")).state is ApprovalState.APPROVED


async def test_neither_who_sends_nor_who_gains_is_one_of_those_who_agree(strict: Company) -> None:
    """Carol sends to bob: nobody else leads the team, so that grace stands in before erin. Erin cannot: too few."""
    await strict.fund("carol", 200_000)
    sent = await send(strict, "carol", "bob", amount=150_000)
    assert sent.approvers == ("grace",)
    await decide(strict, sent, by="grace")
    await decide(strict, sent, by="erin")
    assert await strict.balances() == {"carol": 50_000, "bob": 150_000}
    await strict.fund("erin", 200_000)
    refusal = await strict.refused(SendCredits, by="erin", recipients=(strict.user("bob"),), amount=150_000)
    assert refusal.because is Because.NO_APPROVER


async def test_it_is_said_before_that_two_will_have_to_agree(strict: Company) -> None:
    preview = await strict.ask(PreviewSend, by="alice", recipients=(strict.user("bob"),), amount=150_000)
    assert preview == SendPreview(150_000, ("carol",), 24, 2)


async def test_everybody_reads_how_far_it_has_come(strict_talk: Talk) -> None:
    talk = strict_talk
    question = await talk.says("alice", "send @bob 250k for the launch")
    assert (
        "2 people must agree, one after the other, within 24 hours in all. @carol will be asked first."
        in question.lines
    )
    sent = await talk.presses("alice", action(question, "Confirm"))
    until_when = "Tue 3 Mar 2026, 10:00 (Europe/Berlin)"
    assert sent.in_words() == (
        "250,000 tokens to @bob: waits for approval.\n"
        "For: the launch\n"
        "2 people must agree, one after the other. Asked first: @carol. "
        f"They can decide until {until_when}.\n"
        "It is set aside until then; you have 150,000 tokens left.\n"
        "You can: Cancel."
    )
    waits = (await talk.says("alice", "approvals")).lines[0]
    assert waits.startswith(
        "You wait for @carol: 250,000 tokens to @bob (transfer). 0 of 2 have agreed; now asked: @carol. Until "
    )
    asks = await talk.says("carol", "approvals")
    assert "For: the launch. After you 1 more must agree. Until " in asks.lines[0]
    agreed = await talk.says("carol", "approve @alice 200k")
    assert agreed.in_words() == (
        "You agree: 200,000 tokens from @alice to @bob.\n1 of 2 have agreed: @carol; now asked: @erin."
    )
    waits = (await talk.says("alice", "requests")).lines[0]
    assert waits.startswith(
        "You wait for @erin: 200,000 tokens to @bob (transfer). 250,000 tokens were asked for. "
        "1 of 2 have agreed: @carol; now asked: @erin. Until "
    )
    asks = await talk.says("erin", "approvals")
    assert asks.lines[0].startswith(
        "@alice: 200,000 tokens to @bob (transfer). For: the launch. 250,000 tokens were asked for. "
        "1 of 2 have agreed: @carol. Until "
    )
    late = await talk.says("carol", f"deny {asks.lines[0].rpartition(' ')[2]}")
    assert late.title == "@carol has agreed to that already; others are asked now."
    done = await talk.presses("erin", asks.actions[0])
    assert done.in_words() == "Approved: 200,000 tokens from @alice to @bob.\n250,000 tokens were asked for."


async def test_the_rules_in_chat_say_that_all_must_agree(strict_talk: Talk) -> None:
    reply = await strict_talk.says("alice", "policy explain transfer")
    assert reply.table is not None
    assert ("All of them must agree", "yes", "Acme, version 1") in reply.table.rows
    own = await strict_talk.says("alice", "policy")
    assert own.facts[0].value == (
        "up to 100,000 tokens without approval, more with a yes of team lead and then department manager, "
        "500,000 tokens a day"
    )
