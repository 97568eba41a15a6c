"""By which ways who speaks hears of what."""

from __future__ import annotations

from bot.commands.verb import Asked
from core.notify.show_settings import OwnSettings, ShowSettings


async def own_settings(asked: Asked) -> OwnSettings:
    """As it stands now."""
    speaker = asked.speaker
    return await asked.office.engine.ask(ShowSettings(organization_id=speaker.organization_id, actor=speaker.actor))
