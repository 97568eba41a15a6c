"""Walks core: every event has its schema, says who hears it, and has words for them."""

from __future__ import annotations

import ast
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import core
from alfred.event_schemas import FOLDER, event_types, schemas
from bot.replies.notices import NOTICES, Heard, notice_reply, typed_reply
from bot.replies.posts import POSTS, post_reply
from bot.replies.telling import Telling
from core.directory.units import Metering, Units
from core.notify.audience import Audience, nobody
from core.notify.audiences import AUDIENCES
from core.notify.news import NEWS, News
from core.notify.team_channels import POSTED

PEOPLE = {"usr_alice": "alice", "usr_bob": "bob", "usr_carol": "carol"}
TELLING = Telling(Units(Metering.TOKENS, Decimal(20_000), {}), ZoneInfo("Europe/Berlin"))


def test_every_event_says_who_hears_it() -> None:
    assert {event.name for event in event_types()} == set(AUDIENCES)


def test_everything_that_somebody_hears_has_words() -> None:
    assert {name for name, audience in AUDIENCES.items() if audience is not nobody} == set(NOTICES)


def test_everything_that_somebody_hears_is_of_a_kind_that_they_can_choose_by() -> None:
    assert set(NEWS) == set(NOTICES)
    assert set(NEWS.values()) == set(News)


def test_everything_that_is_posted_has_words_that_need_no_facts() -> None:
    assert set(POSTS) == POSTED
    assert set(POSTS) <= {event.name for event in event_types()}
    for name in POSTS:
        reply = post_reply(name, {}, telling=TELLING, places={})
        for said in (reply.title, *reply.lines):
            assert said[0].isupper(), said
            assert said.endswith("."), said
            assert "{" not in said


@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_without_facts_is_still_a_whole_sentence(name: str) -> None:
    heard = Heard(event_id="evt_1", type=name, payload={}, reader_id="usr_1", people={}, places={})
    reply = notice_reply(heard, TELLING)
    for said in (reply.title, *reply.lines):
        assert said[0].isupper()
        assert said.endswith(".")
        assert "{" not in said


def test_the_written_schemas_are_those_of_the_events() -> None:
    """`make docs` writes them anew; what changed shows in the diff."""
    assert {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.json")} == schemas()


def test_every_event_has_a_name_of_its_own() -> None:
    names = [event.name for event in event_types()]
    assert len(names) == len(set(names))


def test_every_emitted_event_is_one_of_them() -> None:
    """The class in every `tx.emit(…)` in core that makes its event there."""
    known = {event.__name__ for event in event_types()}
    assert "TransferCompleted" in emitted()
    assert emitted() <= known


def emitted() -> set[str]:
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in Path(core.__path__[0]).rglob("*.py")]
    calls = [item for tree in trees for item in ast.walk(tree) if isinstance(item, ast.Call)]
    given = [call.args[0] for call in calls if ast.unparse(call.func) == "tx.emit"]
    made = {ast.unparse(event.func) for event in given if isinstance(event, ast.Call)}
    return {name for name in made if name[0].isupper()}


REQUEST = {"approval_id": "apr_1", "requester_id": "usr_alice", "amount": 150_000, "decided_by": "usr_carol"}
TRANSFER = {"subject": "transfer", "gainer_id": "usr_bob", "gainers": 1}


@pytest.mark.parametrize(
    ("state", "granted", "said"),
    [
        ("approved", 100_000, "100,000 tokens approved by @carol."),
        ("rejected", 0, "150,000 tokens refused by @carol."),
    ],
)
def test_who_asked_reads_how_it_was_decided_and_by_whom(state: str, granted: int, said: str) -> None:
    payload = REQUEST | {"state": state, "granted": granted, "note": ""}
    heard = Heard(
        event_id="evt_1", type="approval.decided", payload=payload, reader_id="usr_alice", people=PEOPLE, places={}
    )
    assert notice_reply(heard, TELLING).in_words() == said


def test_a_decision_that_nobody_took_says_so() -> None:
    payload = REQUEST | {"state": "expired", "granted": 0, "decided_by": None, "note": ""}
    heard = Heard(
        event_id="evt_1", type="approval.decided", payload=payload, reader_id="usr_alice", people=PEOPLE, places={}
    )
    assert notice_reply(heard, TELLING).in_words() == "150,000 tokens: nobody decided in time."


def test_an_approver_reads_who_asks_for_how_much_and_what_to_say() -> None:
    payload = REQUEST | TRANSFER | {"reason": "load tests", "expires_at": "2026-03-03T09:00:00+00:00"}
    heard = Heard(
        event_id="evt_1", type="approval.requested", payload=payload, reader_id="usr_carol", people=PEOPLE, places={}
    )
    assert notice_reply(heard, TELLING).in_words() == (
        "150,000 tokens from @alice to @bob: please decide.\n"
        "“load tests”\n"
        "You can decide until Tue 3 Mar 2026, 10:00 (Europe/Berlin).\n"
        "You can: Approve, Deny, Ask a question, Smaller amount."
    )
    assert typed_reply(heard, TELLING).in_words() == (
        "150,000 tokens from @alice to @bob: please decide.\n"
        "“load tests”\n"
        "You can decide until Tue 3 Mar 2026, 10:00 (Europe/Berlin).\n"
        "“approve apr_1” or “deny apr_1” decides it."
    )


def offered(type_: str, payload: dict[str, Any], *, event_id: str = "evt_1", reader: str = "usr_carol") -> list[str]:
    heard = Heard(event_id=event_id, type=type_, payload=payload, reader_id=reader, people=PEOPLE, places={})
    return [f"{action.label}: {action.says}" for action in notice_reply(heard, TELLING).actions]


def test_what_is_offered_says_what_it_does_and_nothing_else_is_offered() -> None:
    question = {"approval_id": "apr_1", "requester_id": "usr_alice", "asked_by": "usr_carol", "question": "why?"}
    assert offered("approval.question", question | {"answer": ""}) == ["Answer: answer apr_1"]
    assert offered("approval.question", question | {"answer": "a launch"}) == [
        "Approve: approve apr_1",
        "Deny: deny apr_1",
    ]
    asked = {"request_id": "crq_1", "requester_id": "usr_alice", "amount": 20_000, "reason": ""}
    assert offered("credits.requested", asked) == ["Send 20,000 tokens: approve crq_1", "Decline: deny crq_1"]
    assert offered("credits.issued", {"amount": 1}) == []
    got = {"transfer_id": "tr_1", "sender_id": "usr_alice", "amount": 20_000, "reason": ""}
    assert offered("transfer.completed", got) == ["Thank @alice: thank tr_1", "View: history"]


def test_a_notice_that_comes_again_offers_the_same_command_and_to_others_another() -> None:
    def ids(event_id: str, reader: str) -> set[str]:
        heard = Heard(
            event_id=event_id, type="approval.requested", payload=REQUEST, reader_id=reader, people={}, places={}
        )
        return {action.command_id for action in notice_reply(heard, TELLING).actions}

    assert ids("evt_1", "usr_carol") == ids("evt_1", "usr_carol")
    assert len(ids("evt_1", "usr_carol") | ids("evt_1", "usr_dan") | ids("evt_2", "usr_carol")) == 12


def test_an_event_of_a_newer_version_is_told_as_such() -> None:
    heard = Heard(event_id="evt_1", type="moon.landed", payload={"grants": []}, reader_id="usr_1", people={}, places={})
    assert notice_reply(heard, TELLING).title == "Something happened that this version of Alfred has no words for."


def test_low_credits_are_told_to_whose_they_are() -> None:
    low = {"account": "personal:usr_alice", "owner_id": "usr_alice", "percent": 85, "user_id": "usr_alice"}
    assert AUDIENCES["quota.low"](low) == Audience(people=("usr_alice",))
    heard = Heard(event_id="evt_1", type="quota.low", payload=low, reader_id="usr_alice", people=PEOPLE, places={})
    assert notice_reply(heard, TELLING).title == "85 % of your credits are spent."


def test_a_pool_that_is_empty_is_told_to_who_manages_the_team_and_not_to_who_drew_last() -> None:
    empty = {"account": "pool:team_1", "owner_id": "team_1", "percent": 100, "user_id": "usr_alice"}
    assert AUDIENCES["quota.exhausted"](empty) == Audience(managers_of=("team_1",))
    heard = Heard(
        event_id="evt_1",
        type="quota.exhausted",
        payload=empty,
        reader_id="usr_carol",
        people=PEOPLE,
        places={"team_1": "Backend"},
    )
    assert notice_reply(heard, TELLING).title == "The credits of Backend are spent."


SILENT = {"absence_id": "ooo_1", "user_id": "usr_alice", "home_id": "team_1", "days": 14}


@pytest.mark.parametrize(
    ("reader", "said", "does"),
    [
        (
            "usr_alice",
            (
                "You have not used your credits for 14 days, so you are out of office.\n"
                "Your team can use a share of your credits each day; what is left of them comes back to you with your"
                " next call or command.\n“ooo back” ends it now."
            ),
            ["I am back: ooo back", "Balance: balance"],
        ),
        (
            "usr_carol",
            (
                "@alice has not used their credits for 14 days, so they are out of office.\n"
                "The team can use a share of their credits each day; what is left of them goes back with their next"
                " call or command.\n“ooo back @alice” ends it now."
            ),
            ["@alice is back: ooo back usr_alice"],
        ),
    ],
)
def test_silence_is_told_to_whose_it_is_and_to_who_leads_them(reader: str, said: str, does: list[str]) -> None:
    heard = Heard(
        event_id="evt_1",
        type="absence.silence_noticed",
        payload=SILENT,
        reader_id=reader,
        people=PEOPLE,
        places={"team_1": "Backend"},
    )
    assert typed_reply(heard, TELLING).in_words() == said
    assert offered("absence.silence_noticed", SILENT, reader=reader) == does


def test_a_team_hears_of_silence_like_of_any_absence() -> None:
    payload = {"absence_id": "ooo_1", "user_id": "usr_alice", "home_id": "team_1", "reason": "other", "to_pool": 80}
    payload |= {"starts_at": "2026-03-16T09:00:00+00:00", "ends_at": None, "delegate_id": None, "by_id": None}
    payload |= {"source": "inactivity_days"}
    assert AUDIENCES["absence.set"](payload) == Audience(
        members_of=("team_1",), besides=("usr_alice",), besides_managers_of=("team_1",)
    )
    heard = Heard(event_id="evt_1", type="absence.set", payload=payload, reader_id="usr_bob", people=PEOPLE, places={})
    assert (
        notice_reply(heard, TELLING).in_words()
        == "@alice is out of office from Mon 16 Mar 2026, 10:00 (Europe/Berlin)."
    )
    posted = post_reply("absence.set", payload, telling=replace(TELLING, names=PEOPLE), places={})
    assert posted.in_words().startswith("@alice is out of office from Mon 16 Mar 2026, 10:00 (Europe/Berlin).\n80 %")


def test_who_is_heard_of_again_reads_why_they_were_away() -> None:
    payload = {"absence_id": "ooo_1", "user_id": "usr_alice", "state": "ended", "returned": 20_000}
    payload |= {"grace": 0, "left": 0, "source": "inactivity_days"}
    heard = Heard(
        event_id="evt_1", type="absence.ended", payload=payload, reader_id="usr_alice", people=PEOPLE, places={}
    )
    assert notice_reply(heard, TELLING).lines == ("You were out of office because nothing was heard of you.",)
