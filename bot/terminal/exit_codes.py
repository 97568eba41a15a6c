"""What a script learns from a reply."""

from __future__ import annotations

from bot.replies.reply import Reply, Tone

DONE = 0
REFUSED = 1
USAGE = 2
UNREACHABLE = 3


def exit_code(reply: Reply) -> int:
    """0 done; 1 refused, or asked back and so not done; 2 not understood; 3 the server could not."""
    if reply.tone is Tone.ERROR:
        return UNREACHABLE
    if reply.code == "usage":
        return USAGE
    return DONE if reply.tone is Tone.OK and reply.code != "confirm" else REFUSED
