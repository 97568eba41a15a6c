"""What happened to somebody's credits, in one list: transfers, boosts, refreshes, draws, shares of days away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Final

from bot.commands.verb import Asked
from core.overrides.show_overrides import OverrideHistory, OverrideLine
from core.reporting.activity import Activity, ActivityKind, ActivityLine
from core.transfers.history import MOST_LINES, History, HistoryLine
from core.transfers.states import TransferState

_TOLD: Final[Mapping[ActivityKind, str]] = {
    ActivityKind.REFRESHED: "quota from",
    ActivityKind.ALLOCATED: "allocated from",
    ActivityKind.WITHDRAWN: "withdrawn to",
    ActivityKind.DRAWN: "drawn from",
    ActivityKind.PAID_BACK: "paid back by",
    ActivityKind.SHARE_GIVEN: "shared while away",
    ActivityKind.SHARE_RECEIVED: "shared by",
    ActivityKind.SHARE_RETURNED: "returned from",
    ActivityKind.SHARE_REPLACED: "given instead by",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line: `told` is half a sentence behind an amount, `transfer` is there where it is one."""

    at: datetime
    told: str
    amount: int
    came_to: str
    transfer: HistoryLine | None = None

    @property
    def is_completed(self) -> bool:
        """Whether what came of it goes without saying."""
        return self.came_to == TransferState.COMPLETED


async def activity(asked: Asked, *, days: int, limit: int = MOST_LINES) -> tuple[Happening, ...]:
    """Of the last days, newest first; at most so many transfers."""
    engine, speaker = asked.office.engine, asked.speaker
    about: dict[str, Any] = {
        "organization_id": speaker.organization_id,
        "actor": speaker.actor,
        "user_id": speaker.user_id,
    }
    since = engine.clock.now() - timedelta(days=days)
    transfers = await engine.ask(History(**about, limit=limit))
    boosts = await engine.ask(OverrideHistory(**about))
    moves = await engine.ask(Activity(**about, since=since))
    found = [
        *(_transfer(line) for line in transfers if line.at >= since),
        *(_boost(line, asked) for line in boosts if line.ends_at is not None and line.at >= since),
        *map(_move, moves),
    ]
    return tuple(sorted(found, key=attrgetter("at"), reverse=True))


def _transfer(line: HistoryLine) -> Happening:
    return Happening(
        at=line.at,
        told=f"{'to' if line.is_sent else 'from'} @{line.other_handle}",
        amount=line.amount,
        came_to=line.state,
        transfer=line,
    )


def _boost(line: OverrideLine, asked: Asked) -> Happening:
    who = f"@{line.granted_by}" if line.granted_by else "the operator"
    return Happening(
        at=line.at,
        told=f"boost from {who}",
        amount=line.amount,
        came_to=f"{line.state}, {asked.telling.amount(line.used)} used",
    )


def _move(line: ActivityLine) -> Happening:
    who = f"@{line.other}" if line.is_person else line.other
    return Happening(
        at=line.at,
        told=" ".join(filter(None, (_TOLD[line.kind], who))),
        amount=line.amount,
        came_to=TransferState.COMPLETED,
    )
