"""What Alfred sends to Teams, in plain JSON: the one shape that whoever speaks to Microsoft must have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from bot.teams.heard import Conversation

Json = Mapping[str, Any]


class Unsent(Exception):
    """Teams did not take it. `status` is None when there was no answer; `retry_after` is in seconds."""

    def __init__(self, why: str, *, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.status = status
        self.retry_after = retry_after


class Barred(Unsent):
    """Teams lets the bot in there no more, or what it meant is gone."""


class ChatPort(Protocol):
    """Sends activities. Every method raises Unsent, and refuses a service that is not on the list."""

    async def send(self, to: Conversation, activity: Json) -> str:
        """Post a message; its id."""
        ...

    async def update(self, to: Conversation, activity: Json, *, message_id: str) -> None:
        """Put another in its place, for everybody."""
        ...

    async def open_personal(self, via: Conversation, account_id: str) -> Conversation:
        """The conversation with one person, by way of a service that is known."""
        ...

    async def member(self, of: Conversation, account_id: str) -> Json:
        """What Teams knows of somebody who is in a conversation."""
        ...


class Unopened:
    """For a process that brings nothing to Teams."""

    async def send(self, to: Conversation, activity: Json) -> str:
        """Never."""
        del to, activity
        raise Unsent("this process does not speak with Teams")

    async def update(self, to: Conversation, activity: Json, *, message_id: str) -> None:
        """Never."""
        del to, activity, message_id
        raise Unsent("this process does not speak with Teams")

    async def open_personal(self, via: Conversation, account_id: str) -> Conversation:
        """Never."""
        del via, account_id
        raise Unsent("this process does not speak with Teams")

    async def member(self, of: Conversation, account_id: str) -> Json:
        """Never."""
        del of, account_id
        raise Unsent("this process does not speak with Teams")
