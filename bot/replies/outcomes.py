"""How a request is shown that the reader cannot decide: what became of it, by whom, when; nothing to press."""

from __future__ import annotations

from typing import Final

from bot.replies.kinds import ReplyKind
from bot.replies.reply import Reply, Tone
from bot.replies.requested import kind_fact, requested
from bot.replies.sentences import fill
from bot.replies.telling import Telling
from core.notify.request_now import RequestNow
from core.refusals import Fact

_ENDS: Final = (
    ("approved", ": approved"),
    ("granted", ": sent"),
    ("rejected", ": denied"),
    ("declined", ": declined"),
    ("cancelled", ": taken back"),
    ("expired", ": nobody decided in time"),
)
_TITLE: Final = (
    f"[{' || '.join(requested(state, ending) for state, ending in _ENDS)} || That request has ended]"
    "[ by {by:person}][ in the place of {behalf:person}]."
)
_STANDS: Final = f"[{requested('amount')} || A request] waits for a decision."
_GOOD: Final = frozenset({"approved", "granted"})
_LINES: Final = ("[“{reason:text}”]", "[{asked:amount} were asked for.]", "[“{note:text}”]", "[On {at:moment}.]")


def outcome_reply(request: RequestNow, telling: Telling, *, note: str = "") -> Reply:
    """`note` is what who decided said to it."""
    amount = request.granted or request.amount
    facts: dict[str, Fact | None] = {
        **_named(request),
        request.state: amount,
        "by": request.decided_by,
        "behalf": request.decided_for,
        "reason": request.reason or None,
        "asked": request.amount if amount != request.amount else None,
        "note": note or None,
        "at": request.ended_at.isoformat() if request.ended_at is not None else None,
    }
    said = {name: fact for name, fact in facts.items() if fact is not None}
    lines = (fill(line, said, telling=telling).strip() for line in _LINES)
    return Reply(
        title=fill(_TITLE, said, telling=telling),
        lines=tuple(filter(None, lines)),
        tone=Tone.OK if request.state in _GOOD else Tone.REFUSED,
        kind=ReplyKind.DECIDED,
    )


def standing_reply(request: RequestNow, telling: Telling) -> Reply:
    """For who sees a request that others decide."""
    named = _named(request) | {"amount": request.amount}
    said = {name: fact for name, fact in named.items() if fact is not None}
    lines = (f"“{request.reason}”",) if request.reason else ()
    return Reply(title=fill(_STANDS, said, telling=telling), lines=lines, kind=ReplyKind.APPROVAL)


def _named(request: RequestNow) -> dict[str, Fact | None]:
    """What a request is named by."""
    return {
        kind_fact(request.subject): True,
        "requester_id": request.requester_id,
        "gainer_id": request.gainer_id,
        "gainers": request.gainers,
    }
