"""What the team and the person hear about an absence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Portion:
    """Credits and the account they went to, or came from."""

    account: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceSet:
    """Somebody will be away; `home_id` is their team, else department, else organization.

    `source` is what made it known; `ends_at` is None where nobody has said until when. `to_pool` percent of each day's
    share go to the team's pool at first. `by_id` is who set it for them; None when they did it themselves.
    """

    name: ClassVar[str] = "absence.set"
    absence_id: str
    user_id: str
    home_id: str
    reason: str
    starts_at: datetime
    ends_at: datetime | None
    delegate_id: str | None
    to_pool: int
    by_id: str | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceNoticed:
    """Nothing was heard of somebody for `days` days, so that they are out of office until something is.

    `home_id` is their team, else department, else organization.
    """

    name: ClassVar[str] = "absence.silence_noticed"
    absence_id: str
    user_id: str
    home_id: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceChanged:
    """Its days changed; `returned` is what came back of days that are no longer away."""

    name: ClassVar[str] = "absence.changed"
    absence_id: str
    user_id: str
    starts_at: datetime
    ends_at: datetime
    returned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareMoved:
    """A day's share went to others."""

    name: ClassVar[str] = "absence.share_moved"
    absence_id: str
    user_id: str
    day: date
    amount: int
    to: tuple[Portion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceSuggested:
    """Somebody's chat status says that they are away; `ends_at` is None where it does not say until when."""

    name: ClassVar[str] = "absence.suggested"
    suggestion_id: str
    user_id: str
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusFollowed:
    """The same where the organization sets out of office at once."""

    name: ClassVar[str] = "absence.status_followed"
    user_id: str
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnSuggested:
    """The status by which somebody is out of office is gone before the end."""

    name: ClassVar[str] = "absence.return_suggested"
    absence_id: str
    user_id: str
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceEnded:
    """Somebody is back, or was never away: `returned` came back, `grace` was added, `left` was used by others.

    `source` is what had made the absence known.
    """

    name: ClassVar[str] = "absence.ended"
    absence_id: str
    user_id: str
    state: str
    returned: int
    grace: int
    left: int
    source: str
