"""A Reply as an Adaptive Card 1.5, from the template of its kind.

Limits: six actions (Teams' store policy for bots); 28 KB (what the oldest clients take). What is longer is cut, says
so, and never makes Teams refuse the whole card.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Final

from bot.replies.figures import labelled, leads_with_figure
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Reply, Style, Table, Tone
from bot.teams.escaping import cut, heading
from bot.teams.templates import fill

MOST_ACTIONS: Final = 6
LARGEST_CARD: Final = 20 * 1024
"""Bytes in UTF-8: with a notification of 2,000 characters of four bytes each a message stays below 28 KB."""
CONTENT_TYPE: Final = "application/vnd.microsoft.card.adaptive"
MOST_VIEWERS: Final = 60
SAY: Final = "say"
"""The verb of our buttons: what its data says is said."""

_TITLE: Final = 300
_LINE: Final = 1_500
_FACT: Final = 500
_LABEL: Final = 60
_SPOKEN: Final = 2_000
_SHORTEST: Final = 20
_MOST_LINES: Final = 40
_MOST_FACTS: Final = 30
_LABELS: Final = 40  # percent of a card's width that the labels of facts get
_SHORT_LABELS: Final = 32
_BESIDE: Final = 20  # characters of a cell that stands well beside another on a phone
_SHORT_LABEL: Final = 12  # characters that fit there on a phone
_NARROW: Final = 272  # pixels of a card on a phone
_CHARACTER: Final = 7  # pixels of one, about
_AROUND_LABEL: Final = 32  # pixels of a button beside its label
_BETWEEN: Final = 8  # pixels between two buttons
_STYLES: Final[Mapping[Style, str]] = {
    Style.PLAIN: "default",
    Style.PRIMARY: "positive",
    Style.DANGER: "destructive",
}

Card = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Room:
    """How much of a reply is drawn: rows, characters of each text, and buttons, which go last."""

    rows: int
    longest: int
    actions: int

    def tighter(self) -> _Room:
        """Less of what there is still much of."""
        if self.rows > 0 or self.longest > _SHORTEST:
            return replace(self, rows=self.rows * 3 // 4, longest=max(self.longest // 2, _SHORTEST))
        assert self.actions > 0, "an empty card fits"
        return replace(self, actions=self.actions - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """Who is asked to fetch their own view of a card: at most 60 people, by Teams' ids; and the data to ask with."""

    teams_ids: tuple[str, ...]
    data: Mapping[str, str]

    def __post_init__(self) -> None:
        assert 0 < len(self.teams_ids) <= MOST_VIEWERS, "Teams takes no more, and takes none for everybody"


def card(reply: Reply, *, refresh: Refresh | None = None) -> Card:
    """The card of an answer, never larger than Teams takes."""
    room = _Room(rows=len(reply.table.rows) if reply.table else 0, longest=_LINE, actions=MOST_ACTIONS)
    drawn = _card(reply, room, refresh=refresh)
    while _size(drawn) > LARGEST_CARD:
        room = room.tighter()
        drawn = _card(reply, room, refresh=refresh)
    return drawn


def message(reply: Reply, *, refresh: Refresh | None = None) -> dict[str, Any]:
    """The activity that shows it; `summary` is what notifications and screen readers say."""
    return {
        "type": "message",
        "summary": cut(reply.in_words(), _SPOKEN),
        "attachments": [{"contentType": CONTENT_TYPE, "content": card(reply, refresh=refresh)}],
    }


def _card(reply: Reply, room: _Room, *, refresh: Refresh | None) -> Card:
    longest = room.longest
    width = _SHORT_LABELS if all(len(fact.label) <= _SHORT_LABEL for fact in reply.facts) else _LABELS
    weight = "bolder" if all(leads_with_figure(fact.value) for fact in reply.facts) else "default"
    actions = [_action(action) for action in _actions(reply)[: room.actions]]
    data = {
        "title": heading(reply.heading, min(_TITLE, longest)),
        "spoken": cut(reply.in_words(), min(_SPOKEN, longest)),
        "lines": [{"text": cut(line, longest)} for line in _lines(reply, room) if line.strip()],
        "facts": [
            {
                "width": width,
                "rest": 100 - width,
                "label": cut(fact.label, min(_FACT, longest)),
                "value": cut(fact.value, min(_FACT, longest)),
                "weight": weight,
            }
            for fact in reply.facts[:_MOST_FACTS]
        ],
        "columns": _columns(reply.table, room),
        "rows": _rows(reply.table, room),
        "left_out": _left_out(reply.table, room),
        "action_rows": [{"actions": row} for row in _side_by_side(actions)],
        "decided_style": "good" if reply.tone is Tone.OK else "attention",
        "has_refresh": refresh is not None,
        "refresh_data": dict(refresh.data) if refresh else {},
        "refresh_users": list(refresh.teams_ids) if refresh else [],
    }
    filled: Card = fill(template(_template_name(reply)), data)
    return filled


def _size(drawn: Card) -> int:
    return len(json.dumps(drawn, ensure_ascii=False).encode())


def _template_name(reply: Reply) -> str:
    if reply.form is not None:
        return ReplyKind.QUESTION.value
    if reply.tone is Tone.OK or reply.kind is ReplyKind.DECIDED:
        return reply.kind.value
    return "error"


def _lines(reply: Reply, room: _Room) -> Sequence[str]:
    """More buttons than a card takes are told in words."""
    others = [action.says for action in _actions(reply)[room.actions :]]
    lines = reply.lines[:_MOST_LINES]
    if len(reply.lines) > len(lines):
        lines = (*lines, f"… and {len(reply.lines) - len(lines)} more")
    return (*lines, f"You can also say: {'; '.join(others)}.") if others else lines


def _rows(table: Table | None, room: _Room) -> list[dict[str, Any]]:
    """The first cell and a short last one side by side, the others below: narrow screens have two columns."""
    if table is None:
        return []
    longest, is_beside = min(_FACT, room.longest), _is_beside(table)
    return [_row(row, table.columns, longest=longest, is_beside=is_beside) for row in table.rows[: room.rows]]


def _is_beside(table: Table) -> bool:
    return len(table.columns) > 1 and all(len(row[-1]) <= _BESIDE for row in table.rows)


def _columns(table: Table | None, room: _Room) -> list[dict[str, str]]:
    """What the first and the last cells of the rows are, where both stand side by side."""
    if table is None or room.rows == 0 or not _is_beside(table):
        return []
    first, last = (cut(name, min(_FACT, room.longest)) for name in (table.columns[0], table.columns[-1]))
    return [{"first": first or "–", "last": last or "–"}]


def _row(cells: Sequence[str], columns: Sequence[str], *, longest: int, is_beside: bool) -> dict[str, Any]:
    below = slice(1, -1) if is_beside else slice(1, None)
    detail = " · ".join(filter(None, map(labelled, columns[below], cells[below])))
    return {
        "first": cut(cells[0], longest) or "–",
        "last": cut(cells[-1], longest) or "–",
        "has_last": is_beside,
        "detail": cut(detail, longest),
        "has_detail": bool(detail),
    }


def _side_by_side(actions: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """As many buttons in a row as a narrow screen shows: it cuts the others off."""
    row: list[dict[str, Any]] = []
    for action in actions:
        if row and sum(_width(each) + _BETWEEN for each in row) + _width(action) > _NARROW:
            yield row
            row = []
        row.append(action)
    if row:
        yield row


def _width(action: Mapping[str, Any]) -> int:
    return len(action["label"]) * _CHARACTER + _AROUND_LABEL


def _left_out(table: Table | None, room: _Room) -> str:
    left = 0 if table is None else len(table.rows) - room.rows
    return f"… and {left} more" if left > 0 else ""


def _action(action: Action) -> dict[str, Any]:
    """A button that asks for more opens a dialog; what it was pressed on stays."""
    data: dict[str, Any] = {"says": action.says, "id": action.command_id}
    return {
        "label": cut(action.label, _LABEL),
        "verb": SAY,
        "style": _STYLES[action.style],
        "data": data | {"msteams": {"type": "task/fetch"}} if action.stays else data,
        "fallback": data,
        "is_dialog": action.stays,
        "is_press": not action.stays,
    }


def _actions(reply: Reply) -> tuple[Action, ...]:
    """A form is a button that opens it."""
    if reply.form is None:
        return reply.actions
    form = reply.form
    opens = Action(label=form.title, says=form.says, command_id=form.command_id, style=Style.PRIMARY, stays=True)
    return (opens, *reply.actions)


@cache
def template(name: str) -> Any:  # noqa: ANN401  JSON
    """A template with its parts in place."""
    return _with_parts(_read(f"{name}.json"))


def _with_parts(part: Any) -> Any:  # noqa: ANN401  JSON
    if isinstance(part, list):
        return [_with_parts(entry) for entry in part]
    if not isinstance(part, dict):
        return part
    if "$part" in part:
        return _with_parts(_read(f"parts/{part['$part']}.json"))
    return {name: _with_parts(value) for name, value in part.items()}


def _read(path: str) -> Any:  # noqa: ANN401  JSON
    return json.loads(resources.files("adaptive_cards").joinpath(path).read_text("utf-8"))
