"""The words of a delivery."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class DeliveryState(StrEnum):
    """A delivery waits until it has arrived or its schedule is over; a dead letter can be replayed.

    It is skipped where its recipient was gone when it came.
    """

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"
    SKIPPED = "skipped"


ROUTING: Final = "routing"
"""In place of a channel: it could not be found out who must hear the event. A replay looks again."""
