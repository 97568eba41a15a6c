"""What happens to the credits of people who are away. Field names are those of the policy documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from pydantic import ConfigDict

from core.policy.fields import STRICT, Days, Hours, Percent, SilentDays, Switch


@dataclass(frozen=True, slots=True, kw_only=True)
class OooDestinations:
    """Where a day's share goes when the person names nothing else; percentages that add to 100."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    team_pool_percent: Percent = 80
    return_to_manager_percent: Percent = 20

    def __post_init__(self) -> None:
        """Raise ValueError when something would be left over, or given twice."""
        if self.team_pool_percent + self.return_to_manager_percent != 100:  # noqa: PLR2004  the whole
            raise ValueError("the percentages should add to 100")


@dataclass(frozen=True, slots=True, kw_only=True)
class OooReturn:
    """What comes back. `grace_period_days` day shares replace, from the budget, what others have spent."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    restore_full_quota: Switch = True
    grace_period_days: Days = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OooPolicy:
    """The built-in policy, where no document says otherwise.

    After `inactivity_days` without a call or command somebody is away by itself; 0: never.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    auto_redistribute: Switch = True
    trigger_after_hours: Hours = 24
    inactivity_days: SilentDays = 0
    destinations: OooDestinations = OooDestinations()
    return_policy: OooReturn = OooReturn()


OOO_DEFAULTS: Final = OooPolicy()
