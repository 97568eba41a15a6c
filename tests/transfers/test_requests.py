"""Asking a colleague for credits."""

from __future__ import annotations

from datetime import timedelta

from core.refusals import Because
from core.transfers.cancel_request import CancelRequest
from core.transfers.decline_request import DeclineRequest
from core.transfers.expire_request import ExpireRequest
from core.transfers.grant_request import GrantRequest
from core.transfers.open_requests import OpenRequests
from core.transfers.request_credits import RequestCredits, Requested
from tests.accounts_read import assert_no_drift, told
from tests.allocation.granting import until
from tests.company import Company, found_rival
from tests.talking import Talk


async def ask(company: Company, *, amount: int = 10_000) -> Requested:
    """Alice asks Bob, who has 300,000."""
    await company.fund("bob", 300_000)
    return await company.run(RequestCredits, by="alice", colleague_id=company.user("bob"), amount=amount, reason="demo")


async def test_a_yes_is_a_send_of_the_colleague(company: Company) -> None:
    asked = await ask(company)
    assert await company.balances() == {"bob": 300_000}
    sent = await company.run(GrantRequest, by="bob", request_id=asked.request_id)
    assert sent.state == "completed"
    assert await company.balances() == {"alice": 10_000, "bob": 290_000}
    refusal = await company.refused(GrantRequest, by="bob", request_id=asked.request_id)
    assert (refusal.because, refusal.facts["state"]) == (Because.ALREADY_DECIDED, "granted")
    await assert_no_drift(company)


async def test_a_colleague_may_send_less_but_not_more(company: Company) -> None:
    asked = await ask(company)
    refusal = await company.refused(GrantRequest, by="bob", request_id=asked.request_id, amount=10_001)
    assert refusal.because is Because.AMOUNT_OUT_OF_RANGE
    await company.run(GrantRequest, by="bob", request_id=asked.request_id, amount=4_000)
    assert await company.balances() == {"alice": 4_000, "bob": 296_000}


async def test_a_yes_is_under_all_rules_of_sending(sqlite_company: Company) -> None:
    company = sqlite_company
    asked = await ask(company, amount=150_000)
    assert (await company.run(GrantRequest, by="bob", request_id=asked.request_id)).state == "pending"
    assert await company.held() == {"bob": 150_000}
    asked = await ask(company, amount=400_000)
    refusal = await company.refused(GrantRequest, by="bob", request_id=asked.request_id)
    assert refusal.because is Because.OVER_DAILY_LIMIT
    assert len(await company.ask(OpenRequests, by="bob")) == 1


async def test_a_no_is_told_to_who_asked(company: Company) -> None:
    asked = await ask(company)
    await company.run(DeclineRequest, by="bob", request_id=asked.request_id)
    assert [event["requester_id"] for event in await told(company, "credits.declined")] == [company.user("alice")]
    refusal = await company.refused(GrantRequest, by="bob", request_id=asked.request_id)
    assert (refusal.because, refusal.facts["state"]) == (Because.ALREADY_DECIDED, "declined")


async def test_after_24_hours_a_request_has_ended(company: Company) -> None:
    asked = await ask(company)
    refusal = await company.refused(ExpireRequest, by="system", request_id=asked.request_id)
    assert refusal.because is Because.BAD_VALUE
    assert await until(company, asked.expires_at) == [f"expire-request:{asked.request_id}"]
    refusal = await company.refused(GrantRequest, by="bob", request_id=asked.request_id)
    assert (refusal.because, refusal.facts["state"]) == (Because.ALREADY_DECIDED, "expired")


async def test_a_request_is_over_whether_or_not_the_job_has_come_by(sqlite_company: Company) -> None:
    asked = await ask(sqlite_company)
    sqlite_company.clock.advance(hours=24)
    refusal = await sqlite_company.refused(GrantRequest, by="bob", request_id=asked.request_id)
    assert refusal.facts["state"] == "expired"
    assert await sqlite_company.ask(OpenRequests, by="bob") == ()


async def test_only_its_two_people_end_a_request(sqlite_company: Company) -> None:
    company = sqlite_company
    asked = await ask(company)
    bolt = await found_rival(company)
    for command, who in ((GrantRequest, "alice"), (DeclineRequest, "dan"), (CancelRequest, "bob")):
        refusal = await company.refused(command, by=who, request_id=asked.request_id)
        assert refusal.because is Because.UNKNOWN_REQUEST
    refusal = await bolt.refused(GrantRequest, by="mallory", request_id=asked.request_id)
    assert refusal.because is Because.UNKNOWN_REQUEST
    await company.run(CancelRequest, by="alice", request_id=asked.request_id)
    refusal = await company.refused(DeclineRequest, by="bob", request_id=asked.request_id)
    assert refusal.facts["state"] == "cancelled"


async def test_what_could_not_be_sent_cannot_be_asked_for(sqlite_company: Company) -> None:
    company = sqlite_company
    for who, amount, why in (
        ("alice", 10_000, Because.NOT_TO_SELF),
        ("bob", 999, Because.BELOW_MINIMUM),
        ("bob", 0, Because.AMOUNT_OUT_OF_RANGE),
        ("ci-bot", 10_000, Because.BAD_VALUE),
    ):
        refusal = await company.refused(RequestCredits, by="alice", colleague_id=company.user(who), amount=amount)
        assert refusal.because is why
    refusal = await company.refused(RequestCredits, by="alice", colleague_id="usr_nobody", amount=10_000)
    assert refusal.because is Because.UNKNOWN_USER


async def test_in_words(sqlite_company: Company) -> None:
    await sqlite_company.fund("bob", 50_000)
    talk = Talk(sqlite_company)
    reply = await talk.says("alice", "request 10k from @bob for the demo")
    assert reply.title == "@bob is asked for 10,000 tokens."
    shown = await talk.says("bob", "approvals")
    (line,) = shown.lines
    assert line.startswith("@alice asks you for 10,000 tokens. For: the demo. Until Tue 3 Mar 2026")
    assert shown.title == "1 request waits for you."
    assert [action.label for action in shown.actions] == ["Send 10k to @alice", "Decline 10k of @alice"]
    request_id = line.split()[-1]
    assert (await talk.says("bob", "approve @carol")).title == "Nothing like that waits for you."
    assert (await talk.says("bob", f"approve {request_id} 5k")).title == "5,000 tokens to @alice: sent."
    assert await sqlite_company.balances() == {"alice": 5_000, "bob": 45_000}
    reply = await talk.says("alice", "request 10k from @bob")
    assert (await talk.presses("alice", reply.actions[0])).title == "You no longer ask for that."
    sqlite_company.clock.advance(seconds=timedelta(hours=1).total_seconds())
    assert (await talk.says("alice", "request @bob")).code == "usage"


async def test_the_only_colleague_who_asks_is_answered_by_name_or_without(sqlite_company: Company) -> None:
    await sqlite_company.fund("bob", 50_000)
    talk = Talk(sqlite_company)
    await talk.says("alice", "request 10k from @bob for the demo")
    assert (await talk.says("bob", "approve @alice 5k")).title == "5,000 tokens to @alice: sent."
    await talk.says("alice", "request 10k from @bob")
    await talk.says("carol", "request 3k from @bob")
    which = await talk.says("bob", "approve")
    assert (which.title, len(which.lines)) == ("Which one?", 2)
    assert {action.label for action in which.actions} == {
        "Send 10k to @alice",
        "Decline 10k of @alice",
        "Send 3k to @carol",
        "Decline 3k of @carol",
    }
    assert (await talk.says("bob", "deny @alice")).title == "Declined: 10,000 tokens."
    assert (await talk.says("bob", "approve")).title == "3,000 tokens to @carol: sent."
    assert await sqlite_company.balances() == {"alice": 5_000, "bob": 42_000, "carol": 3_000}
