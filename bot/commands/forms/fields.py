"""Fields that stand in several forms."""

from __future__ import annotations

from typing import Final

from bot.replies.form import Field, FieldKind
from core.allocation.texts import LONGEST_REASON

AMOUNT: Final = Field(name="amount", kind=FieldKind.AMOUNT, label="How much", hint="10000, 10,000, 10k, 2.5M or $50")
HOURS: Final = Field(name="hours", kind=FieldKind.TEXT, label="For how long", hint="48h, 2 days or 1 week", longest=20)
REASON: Final = Field(
    name="reason",
    kind=FieldKind.TEXT,
    label="What for",
    hint="Who decides reads it.",
    is_required=False,
    longest=LONGEST_REASON,
)
