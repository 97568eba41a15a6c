"""Where a transfer stands, and for how long it can be taken back."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final


class TransferState(StrEnum):
    """`pending → completed | rejected | expired | cancelled`; `completed → reversed`."""

    PENDING = "pending"
    COMPLETED = "completed"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REVERSED = "reversed"


UNDO_WINDOW: Final = timedelta(minutes=5)
"""From completion; the last instant belongs to it."""

CIRCLE_WINDOW: Final = timedelta(hours=24)
"""How long a completed transfer is a link of a chain."""

LONGEST_CIRCLE: Final = 5
"""Links, the new transfer counted."""
