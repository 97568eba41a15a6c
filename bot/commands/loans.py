"""`loans`: what I lent and borrowed."""

from __future__ import annotations

from bot.commands.verb import Asked, Verb
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Reply
from core.transfers.own_loans import LoanLine, OwnLoans


async def _loans(asked: Asked) -> Reply:
    speaker, telling = asked.speaker, asked.telling
    found = await asked.office.engine.ask(
        OwnLoans(organization_id=speaker.organization_id, actor=speaker.actor, user_id=speaker.user_id)
    )
    if not found:
        return Reply(title="You owe nothing, and nobody owes you.")
    owed = telling.amount(sum(line.left for line in found if not line.is_lent))
    lent = telling.amount(sum(line.left for line in found if line.is_lent))
    return Reply(
        title=f"You owe {owed}; {lent} are owed to you.",
        lines=tuple(_line(line, asked) for line in found),
        kind=ReplyKind.LIST,
    )


def _line(line: LoanLine, asked: Asked) -> str:
    telling = asked.telling
    who = f"@{line.other} owes you" if line.is_lent else f"You owe @{line.other}"
    due = f"due {telling.end(line.due_at)}" if line.due_at else "due at the next refresh"
    due = "taken from the next refreshes, at most half of each" if line.is_overdue else due
    return f"{who} {telling.amount(line.left)} of {telling.amount(line.amount)}, {due}."


VERB = Verb(
    name="loans",
    does="what you lent and borrowed",
    examples=(("loans", "both sides, and when they are due"),),
    run=_loans,
    aliases=("debts",),
)
