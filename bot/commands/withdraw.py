"""`withdraw 1M from team backend`: what `allocate … back` does."""

from __future__ import annotations

from bot.commands.allocate import moved
from bot.commands.verb import Asked, Verb
from bot.replies.reply import Reply


async def _withdraw(asked: Asked) -> Reply:
    return await moved(asked, is_back=True)


VERB = Verb(
    name="withdraw",
    does="take credits back into the budget above",
    examples=(
        ("withdraw 1M from team backend", "what is still free there"),
        ("withdraw 50k from @alice", "what is free of theirs"),
    ),
    run=_withdraw,
    aliases=("reclaim", "deallocate"),
)
