"""The request that a form is about, as it waits."""

from __future__ import annotations

from bot.commands.approvals import less_than_asked, waiting, what
from bot.commands.verb import Asked
from bot.replies.chains import before_and_after
from core.approvals.waiting import WaitingLine
from core.refusals import Because, Refused, refuse


async def waits_for_me(asked: Asked) -> WaitingLine:
    """Raises Refused when it does not wait for who speaks, or no longer."""
    named = approval_named(asked)
    lists = await waiting(asked)
    return _the_one(lists.for_me, named)


async def waits_of_mine(asked: Asked) -> WaitingLine:
    """Raises Refused when who speaks does not wait for it, or no longer."""
    lists = await waiting(asked)
    return _the_one(lists.of_mine, approval_named(asked))


def told(item: WaitingLine, asked: Asked) -> tuple[str, ...]:
    """What is asked for, why, and until when."""
    reason = (f"For: {item.reason}",) if item.reason else ()
    chain = (*less_than_asked(item, asked), *before_and_after(item.progress))
    return (f"{what(item, asked)}.", *chain, *reason, f"Until {asked.telling.moment(item.expires_at)}.")


def approval_named(asked: Asked) -> str:
    """The id of the request; none that there is where it is missing."""
    return next((word for word in asked.words if word.startswith("apr_")), "")


def _the_one(items: tuple[WaitingLine, ...], approval_id: str) -> WaitingLine:
    meant = next((item for item in items if item.approval_id == approval_id), None)
    if meant is None:
        raise Refused(refuse(Because.UNKNOWN_APPROVAL, approval=approval_id))
    return meant
