"""The team pool: whether spending falls through to it, and how much a person may draw in a month."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class PoolAccess(StrEnum):
    """How people reach the pool."""

    AUTO_DRAW = "auto_draw"
    REQUEST_APPROVAL = "request_approval"


@dataclass(frozen=True, slots=True)
class PoolPolicy:
    """Limits in credits per person and month."""

    access_mode: PoolAccess = PoolAccess.AUTO_DRAW
    per_user_per_month: int = 500_000
    junior_limit: int = 100_000

    @property
    def is_auto_draw(self) -> bool:
        """Whether calls fall through to the pool by themselves."""
        return self.access_mode is PoolAccess.AUTO_DRAW

    def monthly_limit(self, *, is_junior: bool) -> int:
        """What one person may draw in a month; a junior never more than others."""
        return min(self.per_user_per_month, self.junior_limit) if is_junior else self.per_user_per_month


POOL_DEFAULTS: Final = PoolPolicy()
