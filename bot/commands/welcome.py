"""What somebody is told who meets Alfred for the first time."""

from __future__ import annotations

from bot.commands.office import Speaker
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Reply, Style


def welcome_reply(speaker: Speaker) -> Reply:
    """Three steps, each with a button."""
    steps = (
        ("Show my balance", "balance", Style.PRIMARY),
        ("Send credits", "send", Style.PLAIN),
        ("Out of office", "ooo", Style.PLAIN),
    )
    return Reply(
        title="Hello. I look after your AI credits.",
        lines=(
            "1. See what you have: say “balance”.",
            "2. Share it: say “send @bob 10k for the demo”; you can undo it for five minutes.",
            "3. Going away? Say “ooo next week”: meanwhile your credits help the team.",
            "“help” shows everything else.",
        ),
        actions=tuple(
            Action(label=label, says=says, command_id=speaker.mint(f"welcome {says}"), style=style, stays=True)
            for label, says, style in steps
        ),
        kind=ReplyKind.WELCOME,
    )
