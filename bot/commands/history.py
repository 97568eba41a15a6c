"""`history 30d`: what came and went, with undo where it is still possible."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.commands.activity import Happening, activity
from bot.commands.paging import Page, asked_page, page_of, place_of, turning
from bot.commands.parse import bare
from bot.commands.verb import Asked, Verb, usage
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Reply, Table
from core.transfers.history import HistoryLine

_DEFAULT_DAYS: Final = 30
_MOST_DAYS: Final = 3_650
_MOST_SHOWN: Final = 25
_MOST_UNDO: Final = 3
_SPAN: Final = re.compile(r"([0-9]{1,5}) ?(d|days?|w|weeks?|m|mo|months?|y|years?)?")
_WORDS: Final = {"today": 1, "day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365, "all": _MOST_DAYS}
_DAYS: Final = {"d": 1, "w": 7, "m": 30, "y": 365}
_FILLERS: Final = frozenset({"last", "past", "the", "for", "of", "this", "my", "in", "days", "a"})


async def _history(asked: Asked) -> Reply:
    words, number = asked_page(asked.words)
    days = read_days(words)
    if days is None:
        return usage("Which days?", "For example: “history 7d”, “history 2 weeks”, “history month”.")
    happened = await activity(asked, days=days)
    if not happened:
        return Reply(title=f"Nothing sent or received {_span(days)}.")
    page = page_of(happened, number=number, size=_MOST_SHOWN)
    return _told(happened, page, days=days, asked=replace(asked, words=words))


def read_days(words: Sequence[str]) -> int | None:
    """`30d`, `2 weeks`, `last month`; 30 when nothing is said; None when it is something else. At most ten years."""
    said = [bare(word) for word in words]
    text = " ".join(word for word in said if word and (word not in _FILLERS or word == "days"))
    if not text:
        return _DEFAULT_DAYS
    if text in _WORDS:
        return _WORDS[text]
    span = _SPAN.fullmatch(text)
    if span is None or int(span[1]) == 0:
        return None
    return min(int(span[1]) * _DAYS[(span[2] or "d")[0]], _MOST_DAYS)


def _told(happened: Sequence[Happening], page: Page[Happening], *, days: int, asked: Asked) -> Reply:
    telling = asked.telling
    done = [item.transfer for item in happened if item.transfer is not None and item.transfer.state == "completed"]
    sent = sum(line.amount for line in done if line.is_sent)
    received = sum(line.amount for line in done if not line.is_sent)
    return Reply(
        title=f"{telling.amount(sent)} sent and {telling.figure(received)} received {_span(days)}.",
        lines=place_of(page),
        table=_table(page.shown, asked),
        actions=(
            *undos([item.transfer for item in page.shown if item.transfer is not None], asked),
            *turning(page, " ".join(("history", *asked.words)), asked=asked),
        ),
        kind=ReplyKind.LIST,
    )


def _table(happened: Sequence[Happening], asked: Asked) -> Table:
    """The state is a column only where one says something."""
    rows = tuple(_row(item, asked) for item in happened)
    if all(item.is_completed for item in happened):
        return Table(("What", "When", "Amount"), tuple((what, at, amount) for what, at, _, amount in rows))
    return Table(("What", "When", "State", "Amount"), rows)


def _row(item: Happening, asked: Asked) -> tuple[str, str, str, str]:
    local = item.at.astimezone(asked.telling.zone)
    return item.told, f"{local:%Y-%m-%d %H:%M}", item.came_to, asked.telling.figure(item.amount)


def undos(lines: list[HistoryLine], asked: Asked) -> list[Action]:
    """One button per group that can be undone."""
    groups: dict[str, list[HistoryLine]] = {}
    for line in lines:
        if line.undo_until is not None:
            groups.setdefault(line.group_id, []).append(line)
    return [
        Action(
            label=f"Undo {asked.telling.units.show_short(sum(line.amount for line in group))} to "
            + (f"@{group[0].other_handle}" if len(group) == 1 else f"{len(group)} people"),
            says=f"undo {group_id}",
            command_id=asked.speaker.mint(f"undo {group_id}"),
        )
        for group_id, group in list(groups.items())[:_MOST_UNDO]
    ]


def _span(days: int) -> str:
    if days == _MOST_DAYS:
        return "so far"
    return "in the last day" if days == 1 else f"in the last {days:,} days"


VERB = Verb(
    name="history",
    does="what you sent, received and drew",
    examples=(
        ("history 30d", "the last 30 days"),
        ("history 30d page 2", "what came before that"),
        ("history 2 weeks", "two weeks"),
        ("history all", "everything"),
    ),
    run=_history,
    aliases=("log", "activity", "transfers"),
)
