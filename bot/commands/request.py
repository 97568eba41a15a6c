"""`request`: ask for credits, whoever or whatever has them."""

from __future__ import annotations

from typing import Final

from bot.commands import request_colleague, request_override, request_pool
from bot.commands.verb import Asked, Verb
from bot.replies.reply import Reply

# The first that the words mean; a colleague is meant by everything else.
ASKINGS: Final = (request_override.ASKING, request_pool.ASKING, request_colleague.ASKING)


async def _request(asked: Asked) -> Reply:
    asking = next(asking for asking in ASKINGS if asking.means(asked.words))
    return await asking.run(asked)


VERB = Verb(
    name="request",
    does="ask for credits",
    examples=tuple(example for asking in ASKINGS for example in asking.examples),
    run=_request,
    form="request",
    aliases=("borrow",),
)
