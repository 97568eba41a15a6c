"""What was said, printed where a conversation fails."""

from __future__ import annotations

import sys

from bot.replies.reply import Reply


class Transcript:
    """Prints the conversation, for whom it fails."""

    def told(self, text: str) -> None:
        sys.stdout.write(f"\n-- {text}\n")

    def said(self, who: str, text: str) -> None:
        sys.stdout.write(f"\n{who}> {text}\n")

    def answered(self, _who: str, reply: Reply) -> None:
        sys.stdout.write(f"{reply.in_words()}\n")

    def received(self, who: str, reply: Reply) -> None:
        sys.stdout.write(f"\n{who} is told:\n{reply.in_words()}\n")
