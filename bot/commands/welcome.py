"""What somebody is told who meets Alfred for the first time."""

from __future__ import annotations

from bot.commands.office import Speaker
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Reply, Style


def greeting_reply() -> Reply:
    """Three lines for everybody in a channel or group to which somebody has added Alfred, whoever that was."""
    return Reply(
        title="Hello. I look after your AI credits.",
        lines=(
            "Mention me and say what you want: “balance”, “send @bob 10k for the demo”, “pool”.",
            "What concerns only you is answered in your own chat with me.",
            "“help” shows everything else.",
        ),
        is_private=False,
        kind=ReplyKind.WELCOME,
    )


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
