"""What every way in has in common: how the person is told things, and that they are answered whatever happens."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from bot.commands.last_resort import answered, away_reply
from bot.commands.office import Office, Speaker
from bot.replies.refusals import refusal_reply
from bot.replies.reply import Reply
from bot.replies.telling import Telling
from core.directory.read_units import ReadUnits
from core.directory.units import Metering, Units
from core.refusals import Refused
from core.storage.faults import StorageUnavailable

T = TypeVar("T")

STRANGER: Final = Telling(Units(Metering.TOKENS, Decimal(1), {}), ZoneInfo("UTC"))
"""How somebody is told that their organization is unknown."""


async def through_the_door(work: Callable[[Telling], Awaitable[T]], *, speaker: Speaker, office: Office) -> T | Reply:
    """What the work gives. Never raises: a refusal, a database that is away and a defect are answers too."""
    return await answered(_entered(work, speaker=speaker, office=office), new_id=office.engine.new_id)


async def _entered(work: Callable[[Telling], Awaitable[T]], *, speaker: Speaker, office: Office) -> T | Reply:
    telling = STRANGER
    try:
        telling = await _telling(speaker, office)
        return await work(telling)
    except Refused as refused:
        return refusal_reply(refused.refusal, telling)
    except StorageUnavailable as away:
        return away_reply(away)


async def _telling(speaker: Speaker, office: Office) -> Telling:
    counting = await office.engine.ask(ReadUnits(organization_id=speaker.organization_id, actor=speaker.actor))
    return Telling(counting.units, ZoneInfo(counting.time_zone))
