"""What is done when a chat platform says that somebody's status has changed."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.commands.parse import bare
from bot.commands.spans import read_date
from core.directory.read_units import ReadUnits
from core.engine import Engine
from core.ooo.chat_statuses import may_matter
from core.ooo.note_chat_status import NoteChatStatus, Outcome, StatusNoted
from core.ooo.return_early import ReturnEarly
from core.ooo.set_out_of_office import SetOutOfOffice
from core.ooo.status_rules import READ
from core.ooo.words import Source
from core.policy.periods import start_of
from core.refusals import Refused
from core.storage.transaction import Actor

_UNTIL: Final = re.compile(r"\b(?:until|till|til|back on|back|returning on|returning)\s+(\S{1,20}(?:\s+\S{1,20}){0,2})")
"""The word for a day and at most two behind it."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidStatus:
    """A status. `event_id` is the platform's, the same whenever it says so again; `ends_at` is None where it stays."""

    organization_id: str
    user_id: str
    platform: str
    event_id: str
    text: str
    emoji: str
    ends_at: datetime | None
    said_at: datetime


async def take_status(said: SaidStatus, engine: Engine) -> None:
    """Suggest, set, or do nothing. Doing it again changes nothing. Raises StorageUnavailable."""
    if not await may_matter(
        engine.database, said.organization_id, user_id=said.user_id, text=said.text, emoji=said.emoji
    ):
        return
    try:
        noted = await engine.run(
            NoteChatStatus(
                id=f"{said.platform}:{said.event_id}",
                organization_id=said.organization_id,
                actor=Actor.system(said.platform),
                user_id=said.user_id,
                text=said.text[:READ],
                emoji=said.emoji[:READ],
                ends_at=said.ends_at or await _named_end(said, engine),
                said_at=said.said_at,
            )
        )
        await _follow(noted, said, engine=engine)
    except Refused as refused:
        log.info("a status of %s comes to nothing: %s", said.user_id, refused.refusal.because.value)


async def _follow(noted: StatusNoted, said: SaidStatus, *, engine: Engine) -> None:
    """The person has said so themselves, by their status. Raises Refused."""
    whose = Actor.user(noted.user_id)
    if noted.outcome is Outcome.SET and noted.ends_at is not None:
        await engine.run(
            SetOutOfOffice(
                id=f"{said.platform}:{said.event_id}",
                organization_id=said.organization_id,
                actor=whose,
                user_id=noted.user_id,
                starts_at=noted.starts_at,
                ends_at=noted.ends_at,
                source=Source.CHAT_STATUS,
            )
        )
    elif noted.outcome is Outcome.RETURN:
        await engine.run(
            ReturnEarly(
                id=f"{said.platform}:{said.event_id}",
                organization_id=said.organization_id,
                actor=whose,
                absence_id=noted.absence_id,
            )
        )


async def _named_end(said: SaidStatus, engine: Engine) -> datetime | None:
    """`OOO until Friday`: the beginning of that day, on which they are back."""
    named = _UNTIL.search(said.text[:READ].casefold())
    if named is None:
        return None
    counting = await engine.ask(ReadUnits(organization_id=said.organization_id, actor=Actor.user(said.user_id)))
    zone = ZoneInfo(counting.time_zone)
    today = said.said_at.astimezone(zone).date()
    words = [bare(word) for word in named[1].split()]
    days = (read_date(" ".join(words[:count]), today=today) for count in range(len(words), 0, -1))
    day = next((day for day in days if day is not None), None)
    return None if day is None or day <= today else start_of(day, zone)
