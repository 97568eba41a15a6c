"""What an answer is about, for platforms that have a shape for each."""

from __future__ import annotations

from enum import StrEnum


class ReplyKind(StrEnum):
    """A card template on Teams; elsewhere all look alike."""

    ANSWER = "answer"
    BALANCE = "balance"
    RECEIPT = "receipt"
    QUESTION = "question"
    """Asked back before something is done."""
    APPROVAL = "approval"
    """A request that waits for the reader."""
    DECIDED = "decided"
    TEAM = "team"
    POOL = "pool"
    ABSENCE = "absence"
    LIST = "list"
    WELCOME = "welcome"
