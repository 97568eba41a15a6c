"""Every form as a dialog in Teams: what cannot stay is said beside it, and what was filled in is not lost."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest

from bot.commands.forms.catalogue import FORMS
from bot.teams.cards import LARGEST_CARD
from core.approvals.waiting import Waiting
from tests.company import Company
from tests.edges.teams_talk import Teams, inputs, link, teams_side, words
from tests.talking import Talk, office_of
from tests.unit.test_bot_teams_cards import mended, validator

HOSTILE: Final = "**x** [y](http://evil.example) " + "木" * 1_500
ODD: Final = ("", "no such thing", HOSTILE, "7\n8", "-1", "9" * 400, None, 7, ["x"], {"a": 1}, True)
ABOUT: Final = {
    "send": "alice form send @bob",
    "request": "alice form request",
    "ooo": "alice form ooo",
    "override": "bob form override",
    "question": "carol form question {id}",
    "decide": "carol form decide {id}",
    "answer": "alice form answer {id}",
    "settings": "alice form settings",
}


@pytest.fixture
async def acme(usual_company: Company) -> Company:
    """Alice has 400,000 tokens, wants to send 150,000 to Bob, and Carol has asked her why."""
    acme = usual_company
    await acme.fund("alice", 400_000)
    await acme.fund("Backend pool", 100_000)
    await link(acme)
    talk = Talk(acme)
    await talk.says("alice", f"send @bob 150k --yes --message {HOSTILE[:300]}")
    await talk.says("carol", f"ask {await waiting(acme)} {HOSTILE[:300]}")
    return acme


@pytest.fixture
async def teams(acme: Company) -> AsyncIterator[Teams]:
    async with teams_side(acme, office_of(acme)) as side:
        yield side


async def waiting(acme: Company) -> str:
    return (await acme.ask(Waiting, by="carol")).for_me[0].approval_id


def content(task: dict[str, Any]) -> dict[str, Any]:
    """The card of a dialog, which must be one that Teams takes."""
    assert task["type"] == "continue", task
    card: dict[str, Any] = task["value"]["card"]["content"]
    assert [error.message for error in validator().iter_errors(mended(card))] == []
    assert len(json.dumps(card, ensure_ascii=False).encode()) <= LARGEST_CARD
    return card


def test_every_form_is_tried() -> None:
    assert set(ABOUT) == set(FORMS)


@pytest.mark.parametrize("name", ABOUT)
async def test_what_is_wrong_is_said_in_the_dialog_and_what_was_filled_in_stays(teams: Teams, name: str) -> None:
    before = await teams.acme.balances()
    who, _, says = ABOUT[name].format(id=await waiting(teams.acme)).partition(" ")
    card = content(await teams.opens(who, {"says": says, "id": "press_1"}))
    drawn = inputs(card)
    assert [one["id"] for one in drawn if not one.get("label") and not one.get("title")] == [], "each has a label"
    assert [one["id"] for one in drawn if one.get("isRequired") and not one.get("errorMessage")] == []
    data = card["actions"][0]["data"]
    for odd in ("", None, 7) if name in {"question", "answer"} else ODD:  # they take every other text
        again = content(await teams.sends_off(who, data | {one["id"]: odd for one in drawn}))
        assert words(again) != words(card), "it says what is wrong"
        assert again["actions"][0]["data"] == data, "the same command, however often it is sent"
        kept = [one["value"] for one in inputs(again) if one["type"] == "Input.Text"]
        assert not isinstance(odd, str) or all(odd.startswith(value.removesuffix("…")) for value in kept)
    assert await teams.acme.balances() == before


async def test_whom_alfred_does_not_know_is_not_named_by_an_id(teams: Teams) -> None:
    data = {"form": "send", "about": "", "id": "press_3", "amount": "2k", "people": "aad-bob,aad-eve", "reason": "x"}
    shown = words(content(await teams.sends_off("alice", data)))
    assert "I do not know the person you picked." in shown
    assert "aad-" not in shown


async def test_a_form_of_another_version_is_answered(teams: Teams) -> None:
    for form, about in (
        ("gone", ""),
        ("send", "@nobody"),
        ("decide", "apr_0"),
        ("question", "\0"),
        ("send", "x" * 9_000),
    ):
        sent = {"form": form, "about": about, "id": "press_2", "amount": "plenty", "people": "?"}
        assert words(content(await teams.sends_off("alice", sent)))
