"""`loans`: what I lent and borrowed, with buttons to pay back; `loans left`: of people who have left."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.commands.loan_back import own_loans, paying_back
from bot.commands.loans_left import list_left, write_off
from bot.commands.paging import asked_page, page_of, place_of, turning
from bot.commands.parse import bare
from bot.commands.verb import Asked, Verb
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Reply
from bot.replies.telling import Telling
from core.transfers.own_loans import LoanLine

_LEFT: Final = frozenset({"left", "leavers", "gone"})
_WRITING_OFF: Final = frozenset({"write", "writeoff", "write-off", "forgive"})
_MOST_SHOWN: Final = 20
_MOST_BUTTONS: Final = 3


async def _loans(asked: Asked) -> Reply:
    words, number = asked_page(asked.words)
    first = bare(words[0]) if words else ""
    if first in _LEFT:
        return await list_left(asked, words[1:])
    if first in _WRITING_OFF:
        return await write_off(asked, words[1:])
    telling = asked.telling
    found = await own_loans(asked)
    if not found:
        return Reply(title="You owe nothing, and nobody owes you.")
    page = page_of(found, number=number, size=_MOST_SHOWN)
    mine = [line for line in page.shown if not line.is_lent][:_MOST_BUTTONS]
    return Reply(
        title=_title(found, telling),
        lines=(*(_line(line, asked) for line in page.shown), *place_of(page)),
        actions=(*(paying_back(line, asked) for line in mine), *turning(page, "loans", asked=asked)),
        kind=ReplyKind.LIST,
    )


def _title(found: Sequence[LoanLine], telling: Telling) -> str:
    owed = telling.amount(sum(line.left for line in found if not line.is_lent))
    lent = telling.amount(sum(line.left for line in found if line.is_lent))
    if all(line.is_lent for line in found):
        return f"{lent} are owed to you."
    if not any(line.is_lent for line in found):
        return f"You owe {owed}."
    return f"You owe {owed}; {lent} are owed to you."


def _line(line: LoanLine, asked: Asked) -> str:
    telling = asked.telling
    who = f"@{line.other} owes you" if line.is_lent else f"You owe @{line.other}"
    due = f"due {telling.end(line.due_at)}" if line.due_at else "due at the next refresh"
    due = "taken from the next refreshes, at most half of each" if line.is_overdue else due
    of = "" if line.left == line.amount else f" of {telling.amount(line.amount)}"
    return f"{who} {telling.amount(line.left)}{of}, {due}."


VERB = Verb(
    name="loans",
    does="what you lent and borrowed",
    examples=(
        ("loans", "both sides, and when they are due"),
        ("loans left", "what people who left owe or are owed, for who manages them"),
        ("loans write off loan_…", "nothing of such a loan is owed any more"),
    ),
    run=_loans,
    aliases=("debts",),
)
