"""Questions about a request, their answers, and a yes in advance: in words."""

from __future__ import annotations

import pytest

from bot.replies.reply import Tone
from core.approvals.own_preapprovals import OwnPreapprovals
from tests.company import Company
from tests.talking import Talk


@pytest.fixture
async def acme(sqlite_company: Company) -> Company:
    """Alice has 900,000 tokens."""
    await sqlite_company.fund("alice", 900_000)
    return sqlite_company


@pytest.fixture
def talk(acme: Company) -> Talk:
    return Talk(acme)


async def asks(talk: Talk) -> str:
    """Alice asks for a large sending; the id of her request."""
    await talk.says("alice", "send @bob 150k --yes for the launch")
    reply = await talk.says("alice", "approvals")
    return next(word for line in reply.lines for word in line.split() if word.startswith("apr_"))


@pytest.mark.parametrize(
    "words",
    ["ask @alice why not 100k?", "ask alice, why not 100k?", "ask {id} “why not 100k?”", "ASK {id}: why not 100k?"],
)
async def test_an_approver_asks_and_the_requester_answers(talk: Talk, words: str) -> None:
    approval_id = await asks(talk)
    asked = await talk.says("carol", words.format(id=approval_id))
    assert asked.title == "Asked: “why not 100k?”"
    assert "You are asked: why not 100k?" in (await talk.says("alice", "approvals")).lines
    assert (await talk.says("alice", "answer 'the launch is on friday'")).title == "Answered: “the launch is on friday”"
    assert (await talk.says("alice", f"answer {approval_id} again")).code == "unknown_question"
    assert (await talk.says("alice", "answer again")).title == "Nobody has asked you anything."
    assert (await talk.says("carol", "approve @alice")).tone is Tone.OK


async def test_of_several_questions_one_must_be_named(talk: Talk) -> None:
    first = await asks(talk)
    await talk.says("carol", f"ask {first} why?")
    await talk.says("alice", "send @dan 150k --yes")
    second = next(
        word for line in (await talk.says("erin", "approvals")).lines for word in line.split()
        if word.startswith("apr_") and word != first
    )  # fmt: skip
    await talk.says("erin", f"ask {second} what for?")
    reply = await talk.says("alice", "answer for the demo")
    assert reply.title == "Which question?"
    assert set(reply.lines[:2]) == {f"{first}: why?", f"{second}: what for?"}
    assert (await talk.says("carol", "ask @alice why so much?")).title == "Which one?"
    assert (await talk.says("alice", f"answer {second} for the demo")).tone is Tone.OK


NOTHING = [
    ("carol", "ask", "usage"),
    ("carol", "ask @alice", "usage"),
    ("carol", "ask @dan why?", "usage"),
    ("carol", "ask apr_0 why?", "unknown_approval"),
    ("carol", "ask apr_0", "unknown_approval"),
    ("dan", "ask {id} why?", "not_an_approver"),
    ("alice", "ask {id} why?", "own_gain"),
    ("bob", "answer {id} because", "unknown_approval"),
    ("alice", "answer", "usage"),
    ("alice", "preapprove @bob transfers up to 5k until friday", "not_allowed"),
    ("carol", "preapprove @alice transfers until friday", "usage"),
    ("carol", "preapprove @alice up to 50k", "usage"),
    ("carol", "preapprove up to 50k until friday", "usage"),
    ("carol", "preapprove @alice up to 50k until whenever", "usage"),
    ("carol", "preapprove @alice transfers and overrides up to 50k until friday", "usage"),
    ("carol", "preapprove @zoe up to 50k until friday", "unknown_user"),
    ("carol", "preapprove @alice up to 10.000 until friday", "usage"),
    ("carol", "preapprove end", "usage"),
    ("carol", "preapprove end pre_0", "unknown_preapproval"),
]


async def test_a_no_has_a_reason_and_nothing_changes(acme: Company, talk: Talk) -> None:
    approval_id = await asks(talk)
    before = await acme.traces()
    for who, text, code in NOTHING:
        reply = await talk.says(who, text.format(id=approval_id))
        assert (text, reply.code) == (text, code)
        assert reply.tone is Tone.REFUSED
    assert await acme.traces() == before


async def test_to_ask_somebody_for_credits_is_a_request(talk: Talk) -> None:
    assert (await talk.says("bob", "ask @alice for 10k for the demo")).title == "@alice is asked for 10,000 tokens."


async def test_a_yes_in_advance_lets_a_sending_through_until_it_is_ended(acme: Company, talk: Talk) -> None:
    made = await talk.says("carol", "preapprove @alice transfers up to 200k until friday")
    assert made.in_words() == (
        "Agreed in advance: transfers of @alice up to 200,000 tokens each.\n"
        "Until the end of Fri 6 Mar 2026.\n"
        "It counts where you may decide, and never for what you gain by.\n"
        "You can: End it."
    )
    assert (await talk.says("alice", "send @bob 150k --yes")).title == "150,000 tokens to @bob: sent."
    shown = await talk.says("carol", "approvals")
    assert shown.title == "Nothing waits for you."
    assert shown.lines[0].startswith(
        "Agreed in advance: transfers of @alice up to 200,000 tokens each, until the end of Fri 6 Mar"
    )
    assert (await talk.says("carol", "preapprove")).title == "1 agreement in advance."
    ended = await talk.presses("carol", made.actions[0])
    assert ended.title == "Ended: from now on you are asked again."
    assert (await talk.says("carol", "preapprove list")).title == "You have agreed to nothing in advance."
    assert (await talk.says("alice", "send @dan 150k --yes")).title == "150,000 tokens to @dan: waits for approval."


@pytest.mark.parametrize(
    ("words", "subject", "people"),
    [
        ("preapprove @alice up to 50k until friday", "transfer", ("alice",)),
        ("preapprove alice's overrides up to 50k until friday", "override", ("alice",)),
        ("preapprove alice and @bob pool up to 50k by friday", "draw", ("alice", "bob")),
        ("preapprove anybody transfers 50k until friday", "transfer", None),
        ("pre-approve everyone’s boosts up to 50k until friday", "override", None),
    ],
)
async def test_a_yes_in_advance_is_said_in_many_ways(
    acme: Company, talk: Talk, words: str, subject: str, people: tuple[str, ...] | None
) -> None:
    assert (await talk.says("carol", words)).tone is Tone.OK
    (line,) = await acme.ask(OwnPreapprovals, by="carol")
    assert (line.subject, line.most, line.people) == (subject, 50_000, people)
    assert await acme.ask(OwnPreapprovals, by="erin") == ()
    assert (await talk.says("carol", "preapprove end")).tone is Tone.OK
