"""What somebody is told of whom Teams does not say who they are."""

from __future__ import annotations

from bot.replies.reply import Reply, Tone


def unsure_reply() -> Reply:
    """For who is not linked, while Teams does not say who they are."""
    return Reply(
        title="Teams does not tell me who you are just now.",
        lines=("Nothing was done. Please say it again in a minute.",),
        tone=Tone.ERROR,
        code="unavailable",
    )
