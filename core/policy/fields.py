"""The kinds of values in policy documents, each with what it should be in words."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, ConfigDict, Field

from core.ledger.accounts import MAX_CREDITS

STRICT: Final = ConfigDict(extra="forbid", strict=True)

Sender = Literal["developer", "team_lead", "dept_manager", "finance_admin", "super_admin"]
Decider = Literal["team_lead", "dept_manager", "finance_admin", "super_admin"]

FEWEST_SILENT_DAYS: Final = 3
"""A weekend is no absence."""


def _never_or_enough(days: int) -> int:
    if 0 < days < FEWEST_SILENT_DAYS:
        raise ValueError("too few days")
    return days


Switch = Annotated[bool, Field(description="true or false")]
MustBe = Annotated[Literal[True], Field(description="true: it cannot be switched off")]
Credits = Annotated[int, Field(ge=0, le=MAX_CREDITS, description="a whole number of credits")]
Hours = Annotated[int, Field(ge=1, le=8_760, description="a whole number of hours, 1 to 8760")]
Days = Annotated[int, Field(ge=0, le=366, description="a whole number of days, 0 to 366")]
SilentDays = Annotated[
    int,
    AfterValidator(_never_or_enough),
    Field(ge=0, le=365, description="a whole number of days, 3 to 365, or 0 for never"),
]
Percent = Annotated[int, Field(ge=0, le=100, description="a whole number from 0 to 100")]
Senders = Annotated[
    tuple[Sender, ...],
    # Nobody at all is said by `enabled: false`.
    Field(min_length=1, description="a list of developer, team_lead, dept_manager, finance_admin, super_admin"),
]
Deciders = Annotated[
    tuple[Decider, ...],
    Field(min_length=1, description="a list of team_lead, dept_manager, finance_admin, super_admin"),
]
OneDecider = Annotated[Decider, Field(description="team_lead, dept_manager, finance_admin or super_admin")]
