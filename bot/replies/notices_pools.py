"""Words for team pools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.replies.notice import Notice

POOLS: Final[Mapping[str, Notice]] = {
    "pool.short": Notice(
        "[The pool of {team:text} || A pool] could not be filled up[: {missing:amount} of {quota:amount} are missing].",
        "[The budget of {parent:text} is short.] It is filled up again as soon as the budget has credits.",
    ),
    "channel.shut": Notice(
        "I am not let into the channel of [{team:text} || your team], so nothing is told there.",
        "Invite me there (in Slack: /invite @Alfred), or end it with “settings channel off”.",
    ),
}
