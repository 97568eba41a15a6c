"""Every answer is a card that Teams takes: held against Microsoft's schema and what that does not know."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft6Validator

from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Fact, Reply, Style, Table, Tone
from bot.teams.cards import LARGEST_CARD, MOST_ACTIONS, Refresh, card, message

SCHEMA = Path(__file__).parents[1] / "schemas" / "teams" / "adaptive-card.1.5.0.json"
HOSTILE = "**bold** [press](http://evil.example) <at>everyone</at> ${title} \u202e # 1. _x_ `y`"
LONG = Reply(
    title="9,000,000,000 tokens " * 40 + HOSTILE,
    lines=(HOSTILE * 60,) * 80,
    facts=(Fact("Left " * 200, HOSTILE * 30),) * 50,
    table=Table(("Who", "When", "How much"), (("@" + "a" * 200, HOSTILE * 5, "9,000,000,000 tokens"),) * 400),
    actions=tuple(
        Action(label=f"Do this {number} " * 30, says="undo " * 300, command_id=f"say_{number}", style=style)
        for number, style in enumerate([*Style] * 4)
    ),
)
SHORT = Reply(title="Nothing.")


@cache
def validator() -> Draft6Validator:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    return Draft6Validator(schema)


def mended(drawn: object) -> object:
    """What Teams has and the schema of 1.5 has not: the people picker's source, and that it is typed into."""
    if isinstance(drawn, list):
        return [mended(part) for part in drawn]
    if isinstance(drawn, dict):
        odd = {"choices.data", "style"} if "choices.data" in drawn else set()
        return {name: mended(part) for name, part in drawn.items() if name not in odd}
    return drawn


def parts(drawn: object) -> Iterator[dict[str, Any]]:
    """Every object inside."""
    if isinstance(drawn, list):
        for part in drawn:
            yield from parts(part)
    elif isinstance(drawn, dict):
        yield drawn
        yield from parts(list(drawn.values()))


def check(drawn: dict[str, Any]) -> None:
    """Valid, small enough, few enough buttons, each name once."""
    assert [error.message for error in validator().iter_errors(mended(drawn))] == []
    assert len(json.dumps(drawn, ensure_ascii=False).encode()) <= LARGEST_CARD
    buttons = [part for part in parts(drawn) if part.get("type") == "Action.Execute"]
    assert len([button for button in buttons if "fallback" in button]) <= MOST_ACTIONS
    assert all(part["style"] == "heading" for part in parts(drawn) if part.get("type") == "TextBlock")


@pytest.mark.parametrize("reply", [LONG, SHORT])
@pytest.mark.parametrize("tone", list(Tone))
@pytest.mark.parametrize("kind", list(ReplyKind))
def test_every_kind_of_answer_fits_however_long_it_is(kind: ReplyKind, tone: Tone, reply: Reply) -> None:
    as_kind = Reply(
        title=reply.title,
        lines=reply.lines,
        facts=reply.facts,
        table=reply.table,
        actions=reply.actions,
        kind=kind,
        tone=tone,
    )
    check(card(as_kind, refresh=Refresh(teams_ids=("29:a",) * 60, data={"request": "apr_1"})))


@given(st.text(max_size=80), st.lists(st.text(max_size=40), max_size=4), st.text(max_size=40))
def test_whatever_people_write_the_card_is_one(title: str, lines: list[str], cell: str) -> None:
    table = Table(("Who", "What", "How much"), ((cell, title, cell),))
    check(card(Reply(title=title or "x", lines=tuple(lines), facts=(Fact(cell, title),), table=table)))


@pytest.mark.parametrize("letter", ["x", "ü", "木", "🦊"])
def test_a_whole_message_stays_below_what_the_oldest_clients_take(letter: str) -> None:
    lines = tuple(letter * 2_000 for _ in range(80))
    long = Reply(title=letter * 900, lines=lines, table=Table(("Who", "What"), ((letter * 600, letter * 600),) * 300))
    sent = message(long, refresh=Refresh(teams_ids=("29:" + "a" * 90,) * 60, data={"request": "apr_1"}))
    assert len(json.dumps(sent, ensure_ascii=False).encode()) <= 28 * 1024


def test_a_heading_makes_nothing_bold_and_links_nowhere() -> None:
    (heading,) = [part for part in parts(card(Reply(title=HOSTILE))) if part.get("type") == "TextBlock"]
    assert heading["text"].startswith(r"\*\*bold\*\* \[press\](http://evil.example) \<at\>everyone\</at\>")


def test_rows_that_do_not_fit_are_counted_out_loud() -> None:
    said = json.dumps(card(LONG), ensure_ascii=False)
    assert "… and " in said
    assert " more" in said


def test_what_is_pressed_says_what_its_label_stands_for() -> None:
    undo = Action(label="Undo", says="undo trg_1", command_id="say_9", style=Style.DANGER)
    buttons = [part for part in parts(card(Reply(title="Sent.", actions=(undo,)))) if part.get("verb") == "say"]
    assert [(button["title"], button["data"], button["style"]) for button in buttons] == [
        ("Undo", {"says": "undo trg_1", "id": "say_9"}, "destructive")
    ]
    assert buttons[0]["fallback"]["type"] == "Action.Submit"


def test_a_notification_says_everything_without_the_card() -> None:
    reply = Reply(title="5 tokens sent.", facts=(Fact("Left", "7"),))
    assert message(reply)["summary"] == "5 tokens sent.\nLeft: 7"


def test_a_long_last_cell_stands_below_the_first_and_a_short_one_beside_it() -> None:
    long = Table(("When", "What"), (("2026-03-02 10:00", "800,000 tokens arrived: your quota for a new period."),))
    short = Table(("Who", "Status", "Used", "Left"), (("@bob", "active", "1,000", "9,000"),))
    assert [shown_rows(table) for table in (long, short)] == [
        ["2026-03-02 10:00", "800,000 tokens arrived: your quota for a new period."],
        ["Who", "Left", "@bob", "active · used 1,000", "9,000"],
    ]


def shown_rows(table: Table) -> list[str]:
    sets = [part for part in card(Reply(title="5 tokens.", table=table))["body"] if part["type"] == "ColumnSet"]
    items = [item for part in sets for column in part["columns"] for item in column["items"]]
    return [item["inlines"][0]["text"] for item in items]
