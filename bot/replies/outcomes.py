"""How a request is shown that the reader cannot decide: what became of it, by whom, when; nothing to press."""

from __future__ import annotations

from collections.abc import Sequence
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
_LINES: Final = (
    "[“{reason:text}”]",
    "[{asked:amount} were asked for.]",
    "[Agreed before: {agreed:people}.]",
    "[“{note:text}”]",
    "[On {at:moment}.]",
)
_SO_FAR: Final = (
    "[{agreed_count:count} of {must_agree:count} have agreed: {agreed:people}][; now asked: {asked:anyone}]."
)


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
        "agreed": " ".join(request.agreed) or None,
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


def standing_reply(request: RequestNow, telling: Telling, *, asked_now: Sequence[str] = ()) -> Reply:
    """For who sees a request that others decide: `asked_now`, by their ids, where that is known."""
    facts: dict[str, Fact | None] = {
        **_named(request),
        "amount": request.amount,
        "asked": " ".join(asked_now) or None,
        "agreed": " ".join(request.agreed),
        "agreed_count": len(request.agreed),
        "must_agree": request.must_agree,
    }
    said = {name: fact for name, fact in facts.items() if fact is not None}
    reason = (f"“{request.reason}”",) if request.reason else ()
    so_far = (fill(_SO_FAR, said, telling=telling),) if request.agreed else ()
    return Reply(title=fill(_STANDS, said, telling=telling), lines=(*reason, *so_far), kind=ReplyKind.APPROVAL)


def _named(request: RequestNow) -> dict[str, Fact | None]:
    """What a request is named by."""
    return {
        kind_fact(request.subject): True,
        "requester_id": request.requester_id,
        "gainer_id": request.gainer_id,
        "gainers": request.gainers,
    }
