"""What a person is told when answering them failed: never a traceback, never silence."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.replies.reply import Reply, Tone
from core.storage.faults import StorageUnavailable

T = TypeVar("T")

log = logging.getLogger(__name__)


async def answered(work: Awaitable[T], *, new_id: Callable[[str], str]) -> T | Reply:
    """The answer, or an apology with a reference under which the log has the traceback. Never raises."""
    try:
        return await work
    except Exception as error:  # noqa: BLE001  the edge where people are answered: everything is logged and told
        return apology(error, new_id=new_id)


def away_reply(away: StorageUnavailable) -> Reply:
    """The database is away, or busy for too long: it is said, and nothing was done."""
    return Reply(title=away.sentence, tone=Tone.ERROR, code=away.code)


def apology(error: Exception, *, new_id: Callable[[str], str]) -> Reply:
    """Log a defect and say sorry for it."""
    reference = new_id("err")
    log.error("answering a person failed, reference %s", reference, exc_info=error)
    return Reply(
        title="Something went wrong on my side.",
        lines=(
            "Say “history” to see whether anything was done, then try again.",
            f"If it happens again, tell an administrator this reference: {reference}",
        ),
        tone=Tone.ERROR,
        code="internal_error",
    )
