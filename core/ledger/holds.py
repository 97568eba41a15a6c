"""A hold: named slices reserved for a call whose price is not known yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class HoldState(StrEnum):
    """A hold ends once; only `expired` may be followed by one late settlement, which makes it `settled`."""

    OPEN = "open"
    SETTLED = "settled"
    RELEASED = "released"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Line:
    """Credits reserved on one slice; without a day they are reserved on overdraft.

    `allowance` names the allowance account on which the same amount is reserved.
    """

    account: str
    expires_on: date | None
    amount: int
    allowance: str | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a hold ended: the answer that every repetition gets again.

    `charged` is credits by account; `overrun` is what was spent beyond the hold, `owed` the part of it that nobody had;
    `gave_up` are the lines that expired because their day had passed when the hold gave them back.
    """

    settled: int
    charged: dict[str, int] = field(default_factory=dict)
    overrun: int = 0
    owed: int = 0
    is_late: bool = False
    gave_up: tuple[Line, ...] = ()


@dataclass(slots=True)
class Hold:
    """One hold under lock. `contents` is what makes a repetition of its id the same hold."""

    organization_id: str
    id: str
    contents: str
    state: HoldState
    amount: int
    lines: tuple[Line, ...]
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A paying account, with the allowance account that bounds what may be taken from it."""

    account: str
    allowance: str | None = None
