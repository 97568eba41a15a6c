"""The team pool: whether spending falls through to it, how much a person may draw, how it is filled again."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Final, Literal

from pydantic import ConfigDict, Field

from core.policy.fields import STRICT, Credits


class PoolAccess(StrEnum):
    """How people reach the pool."""

    AUTO_DRAW = "auto_draw"
    REQUEST_APPROVAL = "request_approval"


class FillingSchedule(StrEnum):
    """When the pool is topped up to its quota; `continuous` is every hour."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    CONTINUOUS = "continuous"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawLimits:
    """Credits per person and month, and from which amount on a request says why."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    per_user_per_month: Credits = 500_000
    junior_dev_limit: Credits = 100_000
    require_justification_over: Credits = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Replenishment:
    """When and from where the pool is filled."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    schedule: Annotated[FillingSchedule, Field(description="weekly, monthly or continuous")] = FillingSchedule.WEEKLY
    source: Annotated[Literal["department_budget"], Field(description="department_budget")] = "department_budget"


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolPolicy:
    """The built-in policy, where no document says otherwise."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    access_mode: Annotated[PoolAccess, Field(description="auto_draw or request_approval")] = PoolAccess.AUTO_DRAW
    draw_limits: DrawLimits = DrawLimits()
    replenishment: Replenishment = Replenishment()

    @property
    def is_auto_draw(self) -> bool:
        """Whether calls fall through to the pool by themselves."""
        return self.access_mode is PoolAccess.AUTO_DRAW

    def must_say_why(self, amount: int) -> bool:
        """Whether a request gives a reason; such a one is also put to somebody, the others are approved at once."""
        return amount > self.draw_limits.require_justification_over

    def monthly_limit(self, *, is_junior: bool) -> int:
        """What one person may draw in a month; a junior never more than others."""
        limits = self.draw_limits
        most = limits.per_user_per_month
        return min(most, limits.junior_dev_limit) if is_junior else most


JUNIOR_REQUESTS: Final = 5
"""How often a junior may ask in a month; what they took back themselves does not count."""

POOL_DEFAULTS: Final = PoolPolicy()
