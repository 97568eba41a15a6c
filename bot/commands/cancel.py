"""`cancel`: no, after being asked."""

from __future__ import annotations

from bot.commands.verb import Asked, Verb
from bot.replies.reply import Reply


async def _cancel(_asked: Asked) -> Reply:
    return Reply(title="All right, nothing was done.")


VERB = Verb(
    name="cancel",
    does="leave it",
    examples=(("cancel", "leave what was asked"),),
    run=_cancel,
    aliases=("no", "never", "nevermind", "stop"),
)
