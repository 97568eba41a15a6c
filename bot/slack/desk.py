"""The three-second rule, once for all listeners.

What is asked runs before the acknowledgement when it can answer in time; else it is written down, so that a crash
cannot swallow it, the acknowledgement goes out and the answer follows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Final, TypeVar

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.commands.last_resort import answered, apology, away_reply
from bot.commands.link import code_answer
from bot.commands.office import Office, Speaker
from bot.commands.say import opens_form, say
from bot.commands.submit import submit
from bot.commands.verb import usage
from bot.delivering.late import KEEP_SECONDS, Late, interrupted_reply
from bot.replies.form import Mistakes
from bot.replies.reply import Reply
from bot.replies.strangers import stranger_reply
from bot.slack.delivering import Delivering
from bot.slack.heard import MALFORMED, Heard, Payload
from bot.slack.heard_forms import HeardForm, heard_form
from bot.slack.home import Home
from bot.slack.late import HEARD, Kind, Patience, heard_again, kept
from bot.slack.rendering import message
from bot.slack.views import errors, loading_view, mistakes_reply, reply_view
from core.directory.identities import ChatAccount
from core.notify.backlog import Unanswered
from core.refusals import Because, Refusal, Refused
from core.storage.faults import StorageUnavailable

AT_ONCE: Final = 4
"""Answers that are worked out at the same time; the rest wait in line. More would only make all of them slower."""
AT_ONCE_IN_A_FILE: Final = 2
"""SQLite has one writer: others in line would stand before what is to be written down."""
_CLOSING_SECONDS: Final = 10
_HELP: Final = "“help” shows what you can say instead."

T = TypeVar("T")

log = logging.getLogger(__name__)


class Desk:
    """Answers what was heard."""

    def __init__(self, office: Office, *, delivering: Delivering, home: Home, late: Late, patience: Patience) -> None:
        self._office: Final = office
        self._home: Final = home
        self._delivering: Final = delivering
        self._late: Final = late
        self._patience: Final = patience
        self._turns: Final = asyncio.Semaphore(AT_ONCE_IN_A_FILE if office.engine.database.is_sqlite else AT_ONCE)
        self._open: Final[set[asyncio.Task[Any]]] = set()

    async def serve(self, payload: Payload, ack: AsyncAck, *, kind: Kind) -> None:
        """Acknowledge in time and answer. Never raises: Bolt turns what is raised after `ack` into a timeout."""
        self._remember(asyncio.current_task())
        try:
            heard = HEARD[kind](payload)
        except MALFORMED as error:
            await ack(**message(apology(error, new_id=self._office.engine.new_id)))
            return
        asks_back = opens_form(heard.text or "")
        reply = self._begun(self._answer(heard))
        seconds = self._seconds(heard, asks_back=asks_back)
        made = partial(self._late.entry, kept(payload), kind=kind.value, account=heard.account)
        entry = await self._in_time(reply, made, seconds=seconds)
        is_done, is_told = reply.done(), True
        if is_done and not heard.is_press and (await reply).form is None:
            await ack(**await self._drawn(await reply, draw=message))
        else:
            await ack()
            is_told = await self._told(self._follow(heard, reply, waits=asks_back and not is_done), heard.account)
        if entry is not None and is_told:
            await self._late.forget(entry)
        if heard.is_home:
            await self._safe(self._home.show(heard.account))

    def _seconds(self, heard: Heard, *, asks_back: bool) -> float:
        """How long to wait before acknowledging. A trigger lives for three, and its window has to open within them."""
        if not heard.is_press:
            return self._patience.typed
        return self._patience.drawn / 2 if asks_back else self._patience.drawn

    async def _follow(self, heard: Heard, reply: asyncio.Task[Reply], *, waits: bool) -> bool:
        window = await self._delivering.wait_in_window(heard) if waits else None
        return await self._delivering.deliver(await reply, heard, window=window)

    async def submit(self, payload: Payload, ack: AsyncAck) -> None:
        """The same for a window: mistakes are shown in it, what was done takes its place."""
        self._remember(asyncio.current_task())
        try:
            heard = heard_form(payload)
        except MALFORMED as error:
            sorry = apology(error, new_id=self._office.engine.new_id)
            await ack(response_action="update", view=reply_view(sorry))
            return
        outcome = self._begun(self._submitted(heard))
        made = partial(self._late.entry, kept(payload), kind=Kind.FORM.value, account=heard.account)
        entry = await self._in_time(outcome, made, seconds=self._patience.drawn)
        is_mistaken, is_told = False, True
        if not outcome.done():
            await ack(response_action="update", view=loading_view())
            is_told = await self._told(self._follow_up(heard, await outcome), heard.account)
        elif isinstance(found := await outcome, Mistakes):
            is_mistaken = True
            await ack(**errors(found))
        else:
            await ack(response_action="update", view=await self._drawn(found, draw=reply_view))
        if entry is not None and is_told:
            await self._late.forget(entry)
        if not is_mistaken:
            await self._safe(self._home.show(heard.account))

    async def see(self, payload: Payload, ack: AsyncAck, *, look: Callable[[Payload], Awaitable[None]]) -> None:
        """What needs no answer but that it was heard."""
        self._remember(asyncio.current_task())
        await ack()
        await self._safe(look(payload))

    async def take_over(self) -> None:
        """Answer what another process was asked and did not answer before it died. Raises StorageUnavailable."""
        await self._late.take_over(self._taken_over)

    async def _taken_over(self, entry: Unanswered, is_wanted: bool) -> bool:  # noqa: FBT001  as Late calls it
        try:
            heard = heard_again(entry)
        except MALFORMED:
            log.exception("what was left in the backlog is of another version")
            return True
        return await self._told(self._take_up(heard, is_wanted=is_wanted), heard.account)

    async def _take_up(self, heard: Heard | HeardForm, *, is_wanted: bool) -> bool:
        if isinstance(heard, HeardForm):
            outcome = await self._safe(self._submitted(heard)) if is_wanted else interrupted_reply("")
            return await self._follow_up(heard, outcome)
        reply = await self._safe(self._answer(heard)) if is_wanted else interrupted_reply(heard.text or "")
        return await self._delivering.deliver(reply, heard, window=None)

    async def close(self) -> None:
        """Let what is under way finish, for ten seconds."""
        if self._open:
            await asyncio.wait(self._open, timeout=_CLOSING_SECONDS)

    def _remember(self, task: asyncio.Task[Any] | None) -> None:
        """Bolt forgets a listener once it has acknowledged; nobody else would wait for it when we close."""
        assert task is not None, "listeners run in tasks"
        self._open.add(task)
        task.add_done_callback(self._open.discard)

    def _begun(self, work: Awaitable[T]) -> asyncio.Task[T | Reply]:
        return asyncio.create_task(self._safe(work))

    async def _in_time(
        self, work: asyncio.Task[Any], made: Callable[[], Unanswered], *, seconds: float
    ) -> Unanswered | None:
        """None where it was done within so many seconds; else what was to be written down.

        Writing begins early enough to be over by then, where there is time for that. Until it is, and where it fails,
        the work is waited for as long as an acknowledgement can wait.
        """
        clock = asyncio.get_running_loop().time
        began = clock()
        await asyncio.wait({work}, timeout=seconds - KEEP_SECONDS if seconds > KEEP_SECONDS else seconds)
        if work.done():
            return None
        entry, latest = made(), began + self._patience.drawn
        keeping = asyncio.create_task(self._late.keep(entry, seconds=max(KEEP_SECONDS, latest - clock())))
        self._remember(keeping)
        await asyncio.wait({work, keeping}, return_when=asyncio.FIRST_COMPLETED)
        last = began + seconds if keeping.done() and keeping.result() else latest
        await asyncio.wait({work}, timeout=max(0.0, last - clock()))
        return entry

    async def _safe(self, work: Awaitable[T]) -> T | Reply:
        """What comes of it, or an apology. Never raises."""
        return await answered(work, new_id=self._office.engine.new_id)

    async def _told(self, work: Awaitable[bool], account: ChatAccount) -> bool:
        """What follows an acknowledgement; where it fails, who asked hears so. Whether they heard anything."""
        told = await self._safe(work)
        return await self._delivering.tell(account, told) if isinstance(told, Reply) else told

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
        if isinstance(speaker, Reply):
            return speaker
        return await self._in_turn(partial(say, heard.text, speaker, self._office))

    async def _submitted(self, heard: HeardForm) -> Reply | Mistakes:
        speaker = await self._speaker(heard.account, command_id=heard.command_id)
        if isinstance(speaker, Reply):
            return speaker
        return await self._in_turn(partial(submit, heard.submitted, speaker=speaker, office=self._office))

    async def _in_turn(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What comes of it. Who was named may have to be looked up at Slack: nobody stays in line for that."""
        async with self._turns:
            answering = asyncio.create_task(work())
            self._remember(answering)
            await asyncio.wait({answering}, timeout=self._patience.turn)
        return await answering

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

    async def _follow_up(self, heard: HeardForm, outcome: Reply | Mistakes) -> bool:
        """Into the window that waits; where it was closed meanwhile, as a message."""
        form = heard.submitted
        says = " ".join(filter(None, ("form", form.name, form.about)))
        reply = (
            mistakes_reply(outcome, says=says, command_id=heard.command_id)
            if isinstance(outcome, Mistakes)
            else outcome
        )
        return await self._delivering.into_window(reply, heard.account, view_id=heard.view_id)
