"""What is acknowledged before it is answered is written down first, so that a crash swallows nothing.

Typed commands are acknowledged early, so that Slack is told in time however many come at once; the answer follows to
the response_url. Presses and windows are waited for longer, because their answer is drawn where they were made.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bot.commands.office import Office
from bot.replies.reply import Reply, Tone
from bot.slack.heard import Heard, Payload, heard_command, heard_press
from bot.slack.heard_forms import HeardForm, heard_form
from core.directory.identities import ChatAccount
from core.directory.platforms import Platform
from core.notify.backlog import Backlog, Unanswered
from core.storage.faults import StorageUnavailable

KEEP_SECONDS: Final = 0.5
"""For writing down; what takes longer is waited for like what cannot be written."""
STILL_WANTED: Final = timedelta(minutes=5)
"""Who heard nothing for longer has long looked elsewhere or asked again: it is not done any more, they are told."""
_SECRET: Final = "token"
"""Slack's deprecated verification token, which comes with everything."""

log = logging.getLogger(__name__)


class Kind(StrEnum):
    """How something was said."""

    COMMAND = "command"
    PRESS = "press"
    FORM = "form"


HEARD: Final[Mapping[Kind, Callable[[Payload], Heard]]] = MappingProxyType(
    {Kind.COMMAND: heard_command, Kind.PRESS: heard_press}
)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds before acknowledging without an answer. After three, Slack shows the person an error."""

    typed: float = 0.1
    drawn: float = 2.0
    """For presses and windows; and for what is typed, where it could not be written down."""
    turn: float = 1.0
    """Seconds that an answer keeps others in line; what takes longer waits for somebody else, and goes on beside it."""


UNTIL_ACKNOWLEDGED: Final = Patience()


class Late:
    """What is on its way, in the database."""

    def __init__(self, office: Office, *, now: Callable[[], datetime]) -> None:
        self._backlog: Final = Backlog(office.engine.database)
        self._new_id: Final = office.engine.new_id
        self._now: Final = now

    def entry(self, payload: Payload, *, kind: Kind, account: ChatAccount) -> Unanswered:
        """What would be written down."""
        return Unanswered(
            id=self._new_id("late"),
            platform=Platform.SLACK.value,
            workspace_id=account.workspace_id,
            kind=kind.value,
            payload={name: value for name, value in payload.items() if name != _SECRET},
            heard_at=self._now(),
        )

    async def keep(self, entry: Unanswered) -> bool:
        """Whether it is written down. Never raises: who asked is answered all the same."""
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                await self._backlog.keep(entry)
        except (StorageUnavailable, TimeoutError) as away:
            log.warning("what is being answered could not be written down: %s", type(away).__name__)
            return False
        except Exception:
            log.exception("what is being answered cannot be written down")  # it holds what no database takes
            return False
        return True

    async def forget(self, entry: Unanswered) -> None:
        """It is answered. Where that cannot be written, the answer comes again. Never raises."""
        try:
            await self._backlog.forget(entry)
        except StorageUnavailable as away:
            log.warning("what was answered may still be in the backlog: %s", away.code)
        except Exception:
            log.exception("what was answered cannot be forgotten")  # as above

    async def left(self) -> list[Unanswered]:
        """What others were asked and did not answer, now ours to answer. Raises StorageUnavailable."""
        return await self._backlog.take_over(Platform.SLACK.value, wall=self._now())

    def is_wanted(self, entry: Unanswered) -> bool:
        """Whether it may still be done."""
        return self._now() - entry.heard_at <= STILL_WANTED


def heard_again(entry: Unanswered) -> Heard | HeardForm:
    """As it was heard the first time."""
    kind = Kind(entry.kind)
    return heard_form(entry.payload) if kind is Kind.FORM else HEARD[kind](entry.payload)


def interrupted_reply(heard: Heard | HeardForm) -> Reply:
    """For what nobody does any more."""
    said = f"“{heard.text}”" if isinstance(heard, Heard) and heard.text else "what you sent off"
    return Reply(
        title=f"I was interrupted before I could answer {said}.",
        lines=("Say “history” to see whether it was done; if not, say it again.",),
        tone=Tone.ERROR,
        code="interrupted",
    )
