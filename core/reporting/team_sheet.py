"""How a team stands: plain data for every front end. Amounts are credits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Helped:
    """Who gets a part of what somebody away does not use: `pool`, `parent`, `department` or a handle."""

    to: str
    is_person: bool
    percent: int


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody is out of office until this moment; None: until something is heard of them."""

    until: datetime | None
    helps: tuple[Helped, ...]


@dataclass(frozen=True, slots=True)
class MemberLine:
    """One person. `available` (personal) and `used` (this period) only for who may see personal detail."""

    user_id: str
    handle: str
    name: str
    is_lead: bool
    is_service: bool
    away: Away | None
    boost_until: datetime | None
    available: int | None
    used: int | None


@dataclass(frozen=True, slots=True)
class TeamPool:
    """The pool: credits free on it, and whether calls fall through to it by themselves."""

    available: int
    is_auto_draw: bool


@dataclass(frozen=True, slots=True)
class TeamQuota:
    """What the place is given each period, as it was typed, and when the next one begins."""

    amount: int
    period: str
    next_refresh: datetime | None


@dataclass(frozen=True, slots=True)
class Used:
    """Calls of the people since a moment: how many, their credits, their exact price in USD."""

    since: datetime
    calls: int
    credits: int
    cost_usd: Decimal


@dataclass(frozen=True, slots=True)
class PlaceBelow:
    """A department or team right below: its budget, its pool and how many people are at home there."""

    node_id: str
    kind: str
    name: str
    budget: int
    pool: int
    people: int


@dataclass(frozen=True, slots=True)
class TeamSheet:
    """A team, or a department, or the organization. `budget` is free to be given; `held_by_people` is theirs."""

    node_id: str
    kind: str
    name: str
    budget: int
    quota: TeamQuota | None
    used: Used
    pool: TeamPool | None
    held_by_people: int
    members: tuple[MemberLine, ...]
    below: tuple[PlaceBelow, ...]
