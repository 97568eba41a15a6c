"""Words for an account on a chat platform that somebody has from now on: they are welcome, in three steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.replies.kinds import ReplyKind
from bot.replies.notice import Notice, Offer
from bot.replies.reply import Style

ACCOUNTS: Final[Mapping[str, Notice]] = {
    "account.linked": Notice(
        "[{in_slack:if}Hello: your Slack account is linked, || Hello: an account of yours is linked,] "
        "and I look after your AI credits.",
        "Three steps: 1. “balance” shows what you have. 2. “send @bob 10k for the demo” shares it; for five minutes "
        "you can undo that. 3. “ooo next week” lets your share help the team while you are away. “help” shows "
        "everything else. It was not you? Tell an administrator.",
        offers=(
            Offer("See what you have", "balance", Style.PRIMARY, stays=True),
            Offer("Send credits", "send", stays=True),
            Offer("Out of office", "ooo", stays=True),
        ),
        kind=ReplyKind.WELCOME,
    ),
}
