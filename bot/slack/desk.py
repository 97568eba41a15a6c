"""The three-second rule, once for all listeners.

What is asked runs before the acknowledgement when it can answer in time, so that a crash cannot swallow it; else the
acknowledgement goes out and the answer follows.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.commands.last_resort import answered, apology, away_reply
from bot.commands.link import code_answer
from bot.commands.office import Office, Speaker
from bot.commands.say import opens_form, say
from bot.commands.submit import submit
from bot.commands.verb import usage
from bot.replies.form import Mistakes
from bot.replies.reply import Reply
from bot.replies.strangers import stranger_reply
from bot.slack.delivering import Delivering
from bot.slack.heard import MALFORMED, Heard, Payload
from bot.slack.heard_forms import HeardForm
from bot.slack.home import Home
from bot.slack.rendering import message
from bot.slack.views import errors, loading_view, mistakes_reply, reply_view
from core.directory.identities import ChatAccount
from core.refusals import Because, Refusal, Refused
from core.storage.faults import StorageUnavailable

PATIENCE_SECONDS: Final = 2.0
"""Slack shows an error to the person when nothing is acknowledged within 3 seconds."""

_CLOSING_SECONDS: Final = 10
_HELP: Final = "“help” shows what you can say instead."

T = TypeVar("T")


class Desk:
    """Answers what was heard."""

    def __init__(
        self, office: Office, *, delivering: Delivering, home: Home, patience: float = PATIENCE_SECONDS
    ) -> None:
        self._office: Final = office
        self._home: Final = home
        self._delivering: Final = delivering
        self._patience: Final = patience
        self._open: Final[set[asyncio.Task[Any]]] = set()

    async def serve(self, payload: Payload, ack: AsyncAck, *, hear: Callable[[Payload], Heard]) -> None:
        """Acknowledge in time and answer. Never raises: Bolt turns what is raised after `ack` into a timeout."""
        self._remember(asyncio.current_task())
        try:
            heard = hear(payload)
        except MALFORMED as error:
            await ack(**message(apology(error, new_id=self._office.engine.new_id)))
            return
        asks_back = opens_form(heard.text or "")
        # A trigger lives for three seconds, and the window has to open within them.
        reply, is_done = await self._in_time(self._answer(heard), self._patience / 2 if asks_back else self._patience)
        if is_done and not heard.is_press and (await reply).form is None:
            await ack(**await self._drawn(await reply, draw=message))
            return
        await ack()
        await self._told(self._follow(heard, reply, waits=asks_back and not is_done), heard.account)
        if not heard.response_url:
            await self._safe(self._home.show(heard.account))

    async def _follow(self, heard: Heard, reply: asyncio.Task[Reply], *, waits: bool) -> None:
        window = await self._delivering.wait_in_window(heard) if waits else None
        await self._delivering.deliver(await reply, heard, window=window)

    async def submit(self, payload: Payload, ack: AsyncAck, *, hear: Callable[[Payload], HeardForm]) -> None:
        """The same for a window: mistakes are shown in it, what was done takes its place."""
        self._remember(asyncio.current_task())
        try:
            heard = hear(payload)
        except MALFORMED as error:
            sorry = apology(error, new_id=self._office.engine.new_id)
            await ack(response_action="update", view=reply_view(sorry))
            return
        outcome, is_done = await self._in_time(self._submitted(heard), self._patience)
        if not is_done:
            await ack(response_action="update", view=loading_view())
            await self._told(self._follow_up(heard, await outcome), heard.account)
        elif isinstance(found := await outcome, Mistakes):
            await ack(**errors(found))
            return
        else:
            await ack(response_action="update", view=await self._drawn(found, draw=reply_view))
        await self._safe(self._home.show(heard.account))

    async def see(self, payload: Payload, ack: AsyncAck, *, look: Callable[[Payload], Awaitable[None]]) -> None:
        """What needs no answer but that it was heard."""
        self._remember(asyncio.current_task())
        await ack()
        await self._safe(look(payload))

    async def close(self) -> None:
        """Let what is under way finish, for ten seconds."""
        if self._open:
            await asyncio.wait(self._open, timeout=_CLOSING_SECONDS)

    def _remember(self, task: asyncio.Task[Any] | None) -> None:
        """Bolt forgets a listener once it has acknowledged; nobody else would wait for it."""
        assert task is not None, "listeners run in tasks"
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    async def _in_time(self, work: Awaitable[T], seconds: float) -> tuple[asyncio.Task[T | Reply], bool]:
        """The work under way, and whether it was done within so many seconds."""
        task = asyncio.create_task(self._safe(work))
        done, _ = await asyncio.wait({task}, timeout=seconds)
        return task, bool(done)

    async def _safe(self, work: Awaitable[T]) -> T | Reply:
        """What comes of it, or an apology. Never raises."""
        return await answered(work, new_id=self._office.engine.new_id)

    async def _told(self, work: Awaitable[None], account: ChatAccount) -> None:
        """What follows an acknowledgement; where it fails, who asked hears so."""
        sorry = await self._safe(work)
        if sorry is not None:
            await self._delivering.tell(account, sorry)

    async def _drawn(self, reply: Reply, *, draw: Callable[[Reply], dict[str, Any]]) -> dict[str, Any]:
        """For an acknowledgement: what cannot be drawn is a defect, and who asked is told so."""

        async def drawing() -> dict[str, Any]:
            return draw(reply)

        drawn = await self._safe(drawing())
        return draw(drawn) if isinstance(drawn, Reply) else drawn

    async def _answer(self, heard: Heard) -> Reply:
        if heard.text is None:
            return usage("I do not know that button.", "It is of another version of mine; nothing was done.", _HELP)
        speaker = await self._speaker(
            heard.account, command_id=heard.command_id, text=heard.text, room_id=heard.room_id
        )
        return speaker if isinstance(speaker, Reply) else await say(heard.text, speaker, self._office)

    async def _submitted(self, heard: HeardForm) -> Reply | Mistakes:
        speaker = await self._speaker(heard.account, command_id=heard.command_id)
        if isinstance(speaker, Reply):
            return speaker
        return await submit(heard.submitted, speaker=speaker, office=self._office)

    async def _speaker(
        self, account: ChatAccount, *, command_id: str, text: str = "", room_id: str = ""
    ) -> Speaker | Reply:
        """Who it is; or what somebody is told whom we cannot place."""
        try:
            who = await self._office.identities.who(account)
        except Refused as refused:
            return await self._answer_stranger(refused.refusal, account, command_id=command_id, text=text)
        except StorageUnavailable as away:
            return away_reply(away)
        return Speaker(
            organization_id=who.organization_id,
            user_id=who.user_id,
            platform=account.platform.value,
            workspace_id=account.workspace_id,
            command_id=command_id,
            room_id=room_id,
        )

    async def _answer_stranger(self, refusal: Refusal, account: ChatAccount, *, command_id: str, text: str) -> Reply:
        """Whom nobody knows may show a one-time code; everything else is answered with how to be known."""
        if refusal.because is Because.UNKNOWN_USER:
            linked = await code_answer(text, account, command_id=command_id, office=self._office)
            if linked is not None:
                return linked
        return stranger_reply(refusal, account)

    async def _follow_up(self, heard: HeardForm, outcome: Reply | Mistakes) -> None:
        """Into the window that waits; where it was closed meanwhile, as a message."""
        form = heard.submitted
        says = " ".join(filter(None, ("form", form.name, form.about)))
        reply = (
            mistakes_reply(outcome, says=says, command_id=heard.command_id)
            if isinstance(outcome, Mistakes)
            else outcome
        )
        await self._delivering.into_window(reply, heard.account, view_id=heard.view_id)
