"""`history 30d`: what was sent and received, with undo where it is still possible."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Final

from bot.commands.paging import Page, asked_page, page_of, place_of, turning
from bot.commands.parse import bare
from bot.commands.verb import Asked, Verb, usage
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Reply, Table
from core.overrides.show_overrides import OverrideHistory, OverrideLine
from core.transfers.history import MOST_LINES, History, HistoryLine

_DEFAULT_DAYS: Final = 30
_MOST_DAYS: Final = 3_650
_MOST_SHOWN: Final = 25
_MOST_UNDO: Final = 3
_Row = tuple[datetime, tuple[str, ...], HistoryLine | None]
"""When, what is shown of it, and the transfer where it is one."""
_SPAN: Final = re.compile(r"([0-9]{1,5}) ?(d|days?|w|weeks?|m|mo|months?|y|years?)?")
_WORDS: Final = {"today": 1, "day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365, "all": _MOST_DAYS}
_DAYS: Final = {"d": 1, "w": 7, "m": 30, "y": 365}
_FILLERS: Final = frozenset({"last", "past", "the", "for", "of", "this", "my", "in", "days", "a"})


async def _history(asked: Asked) -> Reply:
    words, number = asked_page(asked.words)
    days = read_days(words)
    if days is None:
        return usage("Which days?", "For example: “history 7d”, “history 2 weeks”, “history month”.")
    speaker, engine = asked.speaker, asked.office.engine
    question = History(
        organization_id=speaker.organization_id, actor=speaker.actor, user_id=speaker.user_id, limit=MOST_LINES
    )
    since = engine.clock.now() - timedelta(days=days)
    lines = [line for line in await engine.ask(question) if line.at >= since]
    boosts = await _boosts(asked, since=since)
    if not lines and not boosts:
        return Reply(title=f"Nothing sent or received in the last {_span(days)}.")
    rows: list[_Row] = [(line.at, _row(line, asked), line) for line in lines]
    rows += [(line.at, _boost_row(line, asked), None) for line in boosts]
    page = page_of(sorted(rows, key=itemgetter(0), reverse=True), number=number, size=_MOST_SHOWN)
    return _told(lines, page, days=days, asked=replace(asked, words=words))


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


async def _boosts(asked: Asked, *, since: datetime) -> list[OverrideLine]:
    """Those that have begun, in the same days."""
    speaker = asked.speaker
    found = await asked.office.engine.ask(
        OverrideHistory(organization_id=speaker.organization_id, actor=speaker.actor, user_id=speaker.user_id)
    )
    return [line for line in found if line.ends_at is not None and line.at >= since]


def _told(lines: list[HistoryLine], page: Page[_Row], *, days: int, asked: Asked) -> Reply:
    telling = asked.telling
    sent = sum(line.amount for line in lines if line.is_sent and line.state == "completed")
    received = sum(line.amount for line in lines if not line.is_sent and line.state == "completed")
    return Reply(
        title=f"{telling.amount(sent)} sent and {telling.amount(received)} received in the last {_span(days)}.",
        lines=place_of(page),
        table=Table(("What", "When", "State", "Amount"), tuple(row for _, row, _ in page.shown)),
        actions=(
            *undos([line for _, _, line in page.shown if line is not None], asked),
            *turning(page, " ".join(("history", *asked.words)), asked=asked),
        ),
        kind=ReplyKind.LIST,
    )


def _row(line: HistoryLine, asked: Asked) -> tuple[str, ...]:
    local = line.at.astimezone(asked.telling.zone)
    what = "sent to" if line.is_sent else "received from"
    amount = asked.telling.amount(line.amount)
    return f"{what} @{line.other_handle}", f"{local:%Y-%m-%d %H:%M}", line.state, amount


def _boost_row(line: OverrideLine, asked: Asked) -> tuple[str, ...]:
    telling = asked.telling
    local = line.at.astimezone(telling.zone)
    who = f"@{line.granted_by}" if line.granted_by else "the operator"
    came_to = f"{line.state}, {telling.amount(line.used)} used"
    return f"boost from {who}", f"{local:%Y-%m-%d %H:%M}", came_to, telling.amount(line.amount)


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
    return "day" if days == 1 else f"{days:,} days"


VERB = Verb(
    name="history",
    does="what you sent and received",
    examples=(
        ("history 30d", "the last 30 days"),
        ("history 30d page 2", "what came before that"),
        ("history 2 weeks", "two weeks"),
        ("history all", "everything"),
    ),
    run=_history,
    aliases=("log", "activity", "transfers"),
)
