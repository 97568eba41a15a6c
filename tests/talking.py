"""People of Acme who talk to Alfred: what they say and what they are told."""

from __future__ import annotations

from itertools import count

from bot.commands.office import Office, Speaker
from bot.commands.say import say
from bot.replies.reply import Action, Reply
from core.directory.identities import Identities
from tests.company import Company

PEPPER = b"p" * 32


class Talk:
    """One conversation at Acme; every message has an id of its own unless one is given."""

    def __init__(
        self, acme: Company, *, platform: str = "terminal", workspace_id: str = "", pepper: bytes = PEPPER
    ) -> None:
        self.acme = acme
        self.office = office_of(acme, pepper=pepper)
        self._platform = platform
        self._workspace_id = workspace_id
        self._ids = count(1)

    async def says(self, who: str, text: str, *, command_id: str | None = None) -> Reply:
        """Somebody types."""
        speaker = Speaker(
            organization_id=self.acme.id,
            user_id=self.acme.user(who),
            platform=self._platform,
            workspace_id=self._workspace_id,
            command_id=command_id or f"said-{next(self._ids)}",
        )
        return await say(text, speaker, self.office)

    async def presses(self, who: str, action: Action) -> Reply:
        """Somebody presses what they were shown."""
        return await self.says(who, action.says, command_id=action.command_id)


def office_of(acme: Company, *, pepper: bytes = PEPPER) -> Office:
    """What answering takes, at Acme; keys are made of a counter."""
    numbers = count(1)
    return Office(
        engine=acme.engine,
        identities=Identities(acme.database),
        random_bytes=lambda size: next(numbers).to_bytes(size),
        pepper=pepper,
    )
