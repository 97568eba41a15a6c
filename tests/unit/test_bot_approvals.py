"""Asking for approval, deciding and delegating in words."""

from __future__ import annotations

import pytest

from bot.replies.reply import Tone
from tests.company import Company
from tests.edges.slack_side import link
from tests.talking import Talk


@pytest.fixture
async def acme(sqlite_company: Company) -> Company:
    """Alice has 400,000 tokens."""
    await sqlite_company.fund("alice", 400_000)
    return sqlite_company


@pytest.fixture
def talk(acme: Company) -> Talk:
    return Talk(acme)


async def asks(talk: Talk) -> str:
    """Alice asks; the id of her request."""
    await talk.says("alice", "send @bob 150k --yes for the launch")
    reply = await talk.says("alice", "approvals")
    return next(word for line in reply.lines for word in line.split() if word.startswith("apr_"))


async def test_above_the_threshold_the_sender_is_told_who_decides_and_may_cancel(acme: Company, talk: Talk) -> None:
    reply = await talk.says("alice", "send @bob 150k --yes for the launch")
    assert reply.in_words() == (
        "150,000 tokens to @bob: waits for approval.\n"
        "For: the launch\n"
        "Asked: @carol, @erin. They can decide until Tue 3 Mar 2026, 10:00 (Europe/Berlin).\n"
        "It is set aside until then; you have 250,000 tokens left.\n"
        "You can: Cancel."
    )
    reply = await talk.presses("alice", reply.actions[0])
    assert reply.title == "150,000 tokens are yours again; nobody is asked any more."
    assert await acme.held() == {}


async def test_an_approver_sees_what_waits_and_presses_approve(acme: Company, talk: Talk) -> None:
    approval_id = await asks(talk)
    reply = await talk.says("carol", "approvals")
    assert reply.title == "1 request waits for you."
    assert " ".join(reply.lines) == (
        "@alice: 150,000 tokens to @bob (transfer). For: the launch. Until Tue 3 Mar 2026, 10:00 (Europe/Berlin). "
        f"Id: {approval_id}"
    )
    assert [action.label for action in reply.actions] == ["Approve 150k of @alice", "Deny 150k of @alice"]
    reply = await talk.presses("carol", reply.actions[0])
    assert reply.title == "Approved: 150,000 tokens from @alice to @bob."
    assert await acme.balances() == {"alice": 250_000, "bob": 150_000}
    reply = await talk.says("erin", f"deny {approval_id}")
    assert reply.title == "@carol has decided that already: approved."


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("approve", 250_000),
        ("approve @alice", 250_000),
        ("approve @alice 50k", 350_000),
        ("approve 50k only for now", 350_000),
        ("approve alice", 250_000),
        ("deny @alice not this month", 400_000),
    ],
)
async def test_a_request_is_named_by_who_asks_or_not_at_all_when_it_is_the_only_one(
    acme: Company, talk: Talk, words: str, left: int
) -> None:
    await asks(talk)
    assert (await talk.says("carol", words)).tone is Tone.OK
    assert (await acme.balances())["alice"] == left


async def test_of_several_requests_one_must_be_named(acme: Company, talk: Talk) -> None:
    await asks(talk)
    await asks(talk)
    reply = await talk.says("carol", "approve @alice 50k only for now")
    assert (reply.title, len(reply.lines)) == ("Which one?", 2)
    assert await acme.held() == {"alice": 300_000}
    assert [action.label for action in reply.actions] == ["150k (transfer)", "150k (transfer)"]
    reply = await talk.presses("carol", reply.actions[0])
    assert reply.title == "Approved: 50,000 tokens from @alice to @bob."
    assert await acme.held() == {"alice": 150_000}


async def test_who_says_for_how_long_means_a_boost(acme: Company, talk: Talk) -> None:
    await asks(talk)
    await talk.says("alice", "request override 80k for 48h P0")
    assert (await talk.says("carol", "approve @alice")).title == "Which one?"
    assert (await talk.says("carol", "approve @alice 80k for 24h")).tone is Tone.OK
    assert await acme.held() == {"alice": 150_000}


async def test_who_leaves_a_question_hears_what_they_still_ask_for_and_may_take_it_back(
    acme: Company, talk: Talk
) -> None:
    await asks(talk)
    await talk.says("alice", "request 10k from @dan")
    reply = await talk.says("alice", "cancel")
    assert reply.in_words() == (
        "All right, nothing was done.\n"
        "2 requests of yours still wait; “approvals” shows more.\n"
        "You can: Cancel 150k (transfer), Cancel 10k from @dan."
    )
    mine = await talk.says("alice", "approvals")
    assert mine.lines[0].startswith("You wait for @carol or @erin: 150,000 tokens to @bob (transfer). Until")
    assert [action.label for action in mine.actions] == ["Cancel 150k (transfer)", "Cancel 10k from @dan"]
    assert (await talk.presses("alice", reply.actions[0])).title.startswith("150,000 tokens are yours again")
    assert (await talk.presses("alice", reply.actions[1])).title == "You no longer ask for that."
    assert await acme.held() == {}
    assert (await talk.says("alice", "cancel")).lines == ()


async def test_nothing_waits_for_most_people(talk: Talk) -> None:
    nothing = "Nothing waits for your decision, and you have asked for nothing that is undecided."
    assert (await talk.says("bob", "approvals")).title == nothing
    assert (await talk.says("bob", "approve")).title == "Nothing like that waits for you."


async def test_a_delegate_decides_until_the_day_that_was_named(acme: Company, talk: Talk) -> None:
    reply = await talk.says("carol", "delegate @dan until friday")
    assert reply.title == "@dan decides in your place, until the end of Fri 6 Mar 2026."
    await asks(talk)
    assert "In the place of @carol." in (await talk.says("dan", "approvals")).lines[0]
    assert (await talk.says("dan", "approve @alice")).tone is Tone.OK
    assert (await talk.says("carol", "delegate end")).title == "You decide for yourself again."
    assert (await talk.says("carol", "delegate end")).code == "unknown_delegation"


@pytest.mark.parametrize("words", ["delegate", "delegate @dan until whenever", "delegate @dan @bob", "delegate 5"])
async def test_a_delegation_that_is_not_clear_is_none(talk: Talk, words: str) -> None:
    assert (await talk.says("carol", words)).tone is Tone.REFUSED


async def test_a_super_admin_breaks_the_glass_with_a_reason(acme: Company, talk: Talk) -> None:
    approval_id = await asks(talk)
    assert (await talk.says("grace", f"approve {approval_id}")).code == "not_an_approver"
    reply = await talk.says("grace", f"approve {approval_id} --break-glass the launch is today")
    assert reply.title == "Approved: 150,000 tokens from @alice to @bob."


async def test_whoever_asks_may_be_named_by_a_mention_and_the_amount_behind_it_counts(acme: Company) -> None:
    await link(acme)
    slack = Talk(acme, platform="slack", workspace_id="T0ACME")
    await asks(slack)
    reply = await slack.says("carol", "approve <@U0NOBODY|alice> 50k")
    assert reply.tone is Tone.REFUSED
    assert await acme.held() == {"alice": 150_000}
    reply = await slack.says("carol", "approve <@U0ALICE|alice> 50k only for now")
    assert reply.title == "Approved: 50,000 tokens from @alice to @bob."
    assert await acme.balances() == {"alice": 350_000, "bob": 50_000}
