"""`deny @alice not this month`: no to a request."""

from __future__ import annotations

from bot.commands.deciding import decided
from bot.commands.verb import Asked, Verb
from bot.replies.reply import Reply


async def _deny(asked: Asked) -> Reply:
    return await decided(asked, is_yes=False)


VERB = Verb(
    name="deny",
    does="say no to a request that waits for you",
    examples=(("deny @alice not this month", "with a reason that they read"), ("deny apr_…", "by its id")),
    run=_deny,
    aliases=("reject", "decline", "refuse"),
)
