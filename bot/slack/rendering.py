"""A Reply as a Slack message: blocks for the eye, and a text that says everything for screen readers.

Limits are Slack's own (Block Kit reference): what is longer is cut, or leaves out a button, and never makes Slack
refuse the whole message.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from bot.replies.figures import is_figure, labelled
from bot.replies.reply import Action, Fact, Reply, Style, Table
from bot.slack.escaping import escaped, plain, preformatted

Block = dict[str, Any]

MOST_BLOCKS: Final = 50
_TEXT: Final = 3_000  # characters of a message's text and of a section
_HEADER: Final = 150
_FIELD: Final = 2_000
_NARROW: Final = 48  # characters of a value that stands well in half a message's width
_FIELDS: Final = 10  # of one section
_BUTTON: Final = 75
_VALUE: Final = 2_000
_BUTTONS: Final = 25  # of one actions block
_PHONE: Final = 44  # characters of a line that a phone does not wrap between backticks
_TABLE: Final = 2_800  # characters in one section, without the backticks
PRESSED: Final = "say:"
"""How the action ids of our buttons begin."""


def message(reply: Reply) -> dict[str, Any]:
    """The body for an acknowledgement or a response_url."""
    return {"response_type": "ephemeral" if reply.is_private else "in_channel"} | content(reply)


def content(reply: Reply) -> dict[str, Any]:
    """What is said, for a message that is posted or changed."""
    return {
        "text": escaped(reply.in_words(), _TEXT),
        "blocks": list(islice(blocks_of(reply), MOST_BLOCKS)),
    }


def blocks_of(reply: Reply) -> Iterator[Block]:
    """All of it; where it goes has room for so many."""
    yield _title(reply)
    for text in _joined([escaped(line, _TEXT) for line in reply.lines]):
        yield _section(text)
    yield from fields(reply.facts)
    if reply.table is not None:
        yield from _table(reply.table)
    yield from buttons(reply.actions)


def _title(reply: Reply) -> Block:
    """A heading above what has parts; a sentence stays one, in bold."""
    if (reply.facts or reply.table) and len(reply.title) <= _HEADER:
        return {"type": "header", "text": {"type": "plain_text", "text": reply.heading, "emoji": False}}
    return _section(f"*{escaped(reply.title, _TEXT - 2)}*")


def fields(facts: tuple[Fact, ...]) -> Iterator[Block]:
    """Facts in two columns, as many sections as they need; below each other where two columns are too narrow."""
    if any(len(fact.value) > _NARROW for fact in facts):
        for text in _joined([_line(fact) for fact in facts]):
            yield _section(text)
        return
    for at in range(0, len(facts), _FIELDS):
        yield {"type": "section", "fields": [_field(fact) for fact in facts[at : at + _FIELDS]]}


def buttons(actions: tuple[Action, ...]) -> Iterator[Block]:
    """What can be pressed; a button that Slack has no room for is left out."""
    shown = [button for button in map(_button, range(_BUTTONS), actions) if len(button["value"]) <= _VALUE]
    if shown:
        yield {"type": "actions", "elements": shown}


def _joined(lines: list[str]) -> Iterator[str]:
    """As many together as one section takes."""
    page: list[str] = []
    for line in lines:
        if page and sum(map(len, page)) + len(page) + len(line) > _TEXT:
            yield "\n".join(page)
            page = []
        page.append(line)
    if page:
        yield "\n".join(page)


def _section(text: str) -> Block:
    return {"type": "section", "text": _mrkdwn(text)}


def _mrkdwn(text: str) -> Block:
    """`verbatim`: what looks like a link, a channel or a name is not made one."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _field(fact: Fact) -> Block:
    half = _FIELD // 2 - 2
    return _mrkdwn(f"*{escaped(fact.label, half)}*\n{escaped(fact.value, half)}")


def _line(fact: Fact) -> str:
    half = _TEXT // 2 - 4
    return f"*{escaped(fact.label, half)}*  {escaped(fact.value, half)}"


def _table(table: Table) -> Iterator[Block]:
    """Aligned rows, numbers to the right, where a phone shows them whole; else a line for each."""
    columns = [_aligned(name, cells) for name, *cells in zip(table.columns, *table.rows, strict=True)]
    lines = ["  ".join(row).rstrip() for row in zip(*columns, strict=True)]
    if max(map(len, lines)) > _PHONE:
        for text in _joined([_row(table.columns, row) for row in table.rows]):
            yield _section(text)
        return
    page: list[str] = []
    for line in (preformatted(line, _TABLE // 4) for line in lines):
        if sum(map(len, page)) + len(page) + len(line) > _TABLE:
            yield _section("```" + "\n".join(page) + "```")
            page = []
        page.append(line)
    yield _section("```" + "\n".join(page) + "```")


def _row(columns: tuple[str, ...], cells: tuple[str, ...]) -> str:
    half = _TEXT // 2 - 4
    rest = " · ".join(filter(None, map(labelled, columns[1:], cells[1:])))
    return f"*{escaped(cells[0] or '–', half)}*  {escaped(rest, half)}"


def _aligned(name: str, cells: list[str]) -> list[str]:
    width = max(map(len, (name, *cells)))
    is_numbers = bool(cells) and all(cell == "–" or is_figure(cell) for cell in cells)
    return [cell.rjust(width) if is_numbers else cell.ljust(width) for cell in (name, *cells)]


def _button(at: int, action: Action) -> Block:
    button: Block = {
        "type": "button",
        "action_id": f"{PRESSED}{at}",
        "text": {"type": "plain_text", "text": plain(action.label, _BUTTON), "emoji": False},
        "accessibility_label": plain(action.label, _BUTTON),
        "value": json.dumps({"says": action.says, "id": action.command_id, "stays": action.stays}, ensure_ascii=False),
    }
    return button if action.style is Style.PLAIN else button | {"style": action.style.value}
