"""What happens to the credits of people who are away. Field names are those of the policy documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class OooDestinations:
    """Where a day's share goes when the person names nothing else; percentages that add to 100."""

    team_pool_percent: int = 80
    return_to_manager_percent: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class OooReturn:
    """What comes back. `grace_period_days` day shares replace, from the budget, what others have spent."""

    restore_full_quota: bool = True
    grace_period_days: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OooPolicy:
    """The built-in policy, where no document says otherwise."""

    auto_redistribute: bool = True
    trigger_after_hours: int = 24
    destinations: OooDestinations = OooDestinations()
    return_policy: OooReturn = OooReturn()


OOO_DEFAULTS: Final = OooPolicy()
