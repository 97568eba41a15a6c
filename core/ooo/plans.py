"""To whom the credits of somebody who is away go: percentages, possibly in phases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from core.directory.texts import wrong
from core.policy.ooo import OooPolicy

MOST_PHASES: Final = 10
MOST_PARTS: Final = 20


class To(StrEnum):
    """The destinations that have a name of their own; everything else is a person's id."""

    POOL = "pool"
    PARENT = "parent"
    DEPARTMENT = "department"


@dataclass(frozen=True, slots=True)
class Part:
    """`percent` (1 to 100) of a day's share goes `to` a destination: one of `To`, or a user id."""

    to: str
    percent: int


@dataclass(frozen=True, slots=True)
class Phase:
    """A split, for so many days; the last phase goes on to the end."""

    parts: tuple[Part, ...]
    days: int | None = None


Plan = tuple[Phase, ...]


def default_plan(policy: OooPolicy) -> Plan:
    """What the policy says for people who name nothing."""
    shares = {
        To.POOL.value: policy.destinations.team_pool_percent,
        To.PARENT.value: policy.destinations.return_to_manager_percent,
    }
    return (Phase(tuple(Part(to, percent) for to, percent in shares.items() if percent)),)


def check_plan(plan: Plan) -> None:
    """Raise Refused unless every phase adds to 100, names everybody once, and all but the last say their days."""
    if not 0 < len(plan) <= MOST_PHASES:
        raise wrong("phases", f"there should be 1 to {MOST_PHASES}")
    for phase in plan:
        _check_parts(phase.parts)
        if phase.days is not None and phase.days < 1:
            raise wrong("phases", "each lasts at least a day")
    if any(phase.days is None for phase in plan[:-1]):
        raise wrong("phases", "all but the last should say how many days")


def _check_parts(parts: tuple[Part, ...]) -> None:
    if not 0 < len(parts) <= MOST_PARTS:
        raise wrong("split", f"there should be 1 to {MOST_PARTS} destinations")
    if any(not 0 < part.percent <= 100 for part in parts) or sum(part.percent for part in parts) != 100:  # noqa: PLR2004
        raise wrong("split", "its percentages should be 1 to 100 and add to 100")
    if len({part.to for part in parts}) < len(parts):
        raise wrong("split", "a destination is named twice")


def people_in(plan: Plan) -> set[str]:
    """The ids of the designated people."""
    return {part.to for phase in plan for part in phase.parts} - set(To)


def parts_on(plan: Plan, nth: int) -> tuple[Part, ...]:
    """The split of the nth day on which credits move, counted from 0."""
    for phase in plan[:-1]:
        days = phase.days or 0
        if nth < days:
            return phase.parts
        nth -= days
    return plan[-1].parts


def divide(amount: int, percents: Mapping[str, int], *, rest_to: str) -> dict[str, int]:
    """Whole credits for each destination; what rounding leaves goes to `rest_to` if it is one of them.

    Else to the largest remainder, ties to who is named first.
    """
    parts = {to: amount * percent // 100 for to, percent in percents.items()}
    left = amount - sum(parts.values())
    if rest_to in parts:
        parts[rest_to] += left
        return parts
    by_remainder = sorted(percents, key=lambda to: -(amount * percents[to] % 100))
    for to in by_remainder[:left]:
        parts[to] += 1
    return parts


def plan_json(plan: Plan) -> list[dict[str, Any]]:
    """As its column has it."""
    return [{"days": phase.days, "parts": [[part.to, part.percent] for part in phase.parts]} for phase in plan]


def plan_from(items: Sequence[Mapping[str, Any]]) -> Plan:
    """Read the column."""
    return tuple(Phase(tuple(Part(to, percent) for to, percent in item["parts"]), item["days"]) for item in items)
