"""`approve @alice`: yes to a request, or to a part of it."""

from __future__ import annotations

from typing import Final

from bot.commands.deciding import decided
from bot.commands.parse import bare
from bot.commands.verb import Asked, Verb, usage
from bot.replies.reply import Reply

_ID_AND_WORD: Final = 2
_LESS: Final = frozenset({"smaller", "less", "part"})


async def _approve(asked: Asked) -> Reply:
    if asked.words[-1:] == ("smaller",):  # where there is no form for it; never a yes to all of it
        return usage("How much?", f"For example: “approve {' '.join(asked.words[:-1])} 50k”.")
    return await decided(asked, is_yes=True)


def _smaller(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """`approve apr_… smaller`: how much is still to be said."""
    is_open = len(words) == _ID_AND_WORD and words[0].startswith("apr_") and bare(words[1]) in _LESS
    return words[:1] if is_open else None


VERB = Verb(
    name="approve",
    does="say yes to a request that waits for you",
    examples=(
        ("approve @alice", "what they asked for"),
        ("approve @alice 50k", "less than they asked for"),
        ("approve apr_…", "one of those that approvals shows"),
        ("approve apr_… --break-glass the launch is today", "as a super admin, outside the ordinary way"),
    ),
    run=_approve,
    form="decide",
    opens=_smaller,
    aliases=("accept", "grant"),
)
