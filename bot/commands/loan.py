"""`loan @bob 10k until friday`: credits that come back by themselves."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.dates import apart_from_until, end_named
from bot.commands.finding import find_people
from bot.commands.giving import YES
from bot.commands.loan_back import pay_back
from bot.commands.parse import after_dashes, bare
from bot.commands.parse_send import Missing, read_send
from bot.commands.send import undoing
from bot.commands.verb import Asked, Verb, usage
from bot.commands.wrong_amounts import wrong_amount
from bot.replies.chains import asked_in_words
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Reply
from core.directory.units import AmountError
from core.transfers.lend_credits import LendCredits

_EXAMPLE = "For example: “loan @bob 10k until friday”, or without a day until their quota refreshes."


async def _loan(asked: Asked) -> Reply:
    if asked.words and bare(asked.words[0]) == "back":
        return await pay_back(asked, asked.words[1:])
    named, until, reason = _apart([word for word in asked.words if after_dashes(word) not in YES])
    words = read_send((*named, *reason), asked.telling.units)
    if isinstance(words, AmountError):
        return wrong_amount(words, _EXAMPLE)
    if isinstance(words, Missing) or len(words.people) > 1:
        return usage("Lend how much to whom?", _EXAMPLE)
    due_at = end_named(until, asked) if until else None
    if until and due_at is None:
        return usage(f"I do not know when “{' '.join(until)}” is.", _EXAMPLE)
    (person,) = await find_people(words.people, asked)
    speaker, telling = asked.speaker, asked.telling
    lent = await asked.office.engine.run(
        LendCredits(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            borrower_id=person.id,
            amount=words.amount.credits,
            due_at=due_at,
            reason=words.reason,
        )
    )
    state = "waits for approval" if lent.sent.undo_until is None else "lent"
    back = telling.end(lent.due_at) if lent.due_at else f"when @{person.handle}'s quota refreshes"
    left = f"You have {telling.amount(lent.sent.available)} left."
    undo = None if lent.sent.undo_until is None else undoing(lent.sent.group_id, lent.sent.undo_until, asked=asked)
    who = asked_in_words(lent.sent.approvers, must_agree=lent.sent.must_agree)
    return Reply(
        title=f"{telling.amount(words.amount.credits)} to @{person.handle}: {state}.",
        lines=(f"It comes back {back}.", *((who, left) if undo is None else (f"{left} {undo[0]}",))),
        actions=() if undo is None else (undo[1],),
        kind=ReplyKind.RECEIPT,
    )


def _apart(words: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """`@bob 10k`, `friday`, `for the demo`: the reason may stand behind the day."""
    named, until = apart_from_until(words)
    at = next((at for at, word in enumerate(until) if bare(word) in {"for", "because"}), len(until))
    return named, until[:at], until[at:]


VERB = Verb(
    name="loan",
    does="lend credits that come back by themselves",
    examples=(
        ("loan @bob 10k until friday", "back at the end of that day"),
        ("loan @bob 10k", "back when their quota refreshes"),
        ("loan back @bob", "pay back all you owe them, before it is due"),
        ("loan back @bob 5k", "a part of it"),
    ),
    run=_loan,
    aliases=("lend",),
)
