"""What Teams is answered: at once where it waits for the body, behind it where it does not.

Teams shows an error after some seconds and then sends the same again. What is asked runs before the answer when it is
done in time; else it is written down, so that a crash cannot swallow it, the answer says that it is under way, and the
rest follows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from bot.commands.forms.catalogue import FORMS
from bot.commands.last_resort import answered
from bot.commands.office import Office
from bot.commands.say import say
from bot.commands.submit import Submitted, submit
from bot.commands.viewing import Seen, request_view
from bot.commands.welcome import greeting_reply, welcome_reply
from bot.delivering.late import KEEP_SECONDS, Late, interrupted_reply
from bot.replies.form import Mistakes, people_in
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Reply, Tone
from bot.teams import form_cards
from bot.teams.cards import Refresh, card
from bot.teams.form_cards import Sent, as_words, form_card, with_accounts, without_ids
from bot.teams.heard import InboundEvent, Kind, NotUnderstood, heard
from bot.teams.invoking import Body, closed, dialog, shows, toast
from bot.teams.people import PERSONAL, People
from bot.teams.posting import Posting
from bot.teams.viewing import asked_about, refresh_data
from core.notify.backlog import Unanswered

PATIENCE_SECONDS: Final = 2.0
"""Teams wants its answer within 3 seconds or so."""
CLOSING_SECONDS: Final = 10.0

_ON_IT: Final = "I am on it; the answer follows."
_NOT_NOW: Final = "I could not look just now; please try again."
_OTHER_VERSION: Final = "That button is of another version; please ask again."

_Result = TypeVar("_Result")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Pressed:
    """What a button carries. It was in a client's hands: it says what to say, and who says it is decided elsewhere."""

    says: str
    command_id: str


class Desk:
    """Answers what was heard. Never raises."""

    def __init__(
        self, office: Office, people: People, *, posting: Posting, late: Late, patience: float = PATIENCE_SECONDS
    ) -> None:
        self._office: Final = office
        self._people: Final = people
        self._posting: Final = posting
        self._late: Final = late
        self._patience: Final = patience
        self._open: Final[set[asyncio.Task[Any]]] = set()

    async def answer(self, event: InboundEvent) -> Body | None:
        """The body for an invoke, None for everything else."""
        new_id = self._office.engine.new_id
        match event.kind:
            case Kind.PRESSED:
                return await self._pressed(event)
            case Kind.REFRESHED:
                return await self._refreshed(event)
            case Kind.OPENED:
                return await self._opened(event)
            case Kind.SUBMITTED:
                return await self._submitted(event)
            case Kind.LEFT:
                await answered(self._people.lost(event), new_id=new_id)
            case Kind.JOINED:
                await answered(self._people.speaker(event, command_id=event.activity_id), new_id=new_id)
            case Kind.SAID | Kind.MET:
                await self._soon(event, self._said(event))
            case Kind.OTHER:
                pass
        return None

    async def close(self, *, seconds: float = CLOSING_SECONDS) -> None:
        """Let what is under way finish, also what comes of it; after some seconds it is cut off."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._finished(), seconds)
        if self._open:
            log.error("answers to Teams were cut off when the process ended; the backlog has what they were to")
        for task in self._open:
            task.cancel()

    async def _finished(self) -> None:
        while self._open:
            await asyncio.wait(self._open)

    async def take_over(self) -> None:
        """Answer what another process was asked and did not answer before it died. Raises StorageUnavailable."""
        await self._late.take_over(self._taken_over)

    async def _taken_over(self, entry: Unanswered, is_wanted: bool) -> bool:  # noqa: FBT001  as Late calls it
        try:
            event = heard(entry.payload)
        except NotUnderstood:
            log.exception("what was left in the backlog is of another version")
            return True
        if not is_wanted:
            return await self._posting.post(event, interrupted_reply(event.text))
        return await self._posted(event, await self._heard_again(event))

    async def _heard_again(self, event: InboundEvent) -> Reply | Mistakes:
        sent = form_cards.sent(event.data) if event.kind is Kind.SUBMITTED else None
        if sent is not None:
            return await answered(self._sent_off(event, sent), new_id=self._office.engine.new_id)
        return await self._reply(event, _typed_or_pressed(event))

    async def _said(self, event: InboundEvent) -> bool:
        """A message: typed, or a button of a client that knows no Universal Actions. Whether it was answered."""
        return await self._posting.post(event, await self._reply(event, _typed_or_pressed(event)))

    async def _pressed(self, event: InboundEvent) -> Body:
        """What was done takes the card's place; a refusal passes by, and the card stays."""
        reply = await self._soon(event, self._reply(event, _pressed(event.data)))
        if reply is None:
            return toast(_ON_IT)
        if reply.form is not None:
            self._begin(self._posting.post(event, reply))
            return toast(reply.title)
        return shows(card(reply)) if reply.tone is Tone.OK else toast(" ".join((reply.title, *reply.lines)))

    async def _refreshed(self, event: InboundEvent) -> Body:
        """The viewer's own card. Who may not see it keeps the one they have."""
        request_id = asked_about(event.data)
        if request_id is None:
            return toast(_OTHER_VERSION)
        reply = await self._within(answered(self._view(event, request_id), new_id=self._office.engine.new_id))
        if reply is None:
            return toast(_NOT_NOW)
        if reply.tone is not Tone.OK:
            return toast(reply.title)
        refresh = Refresh(teams_ids=(event.teams_id,), data=refresh_data(request_id))
        return shows(card(reply, refresh=None if reply.kind is ReplyKind.DECIDED else refresh))

    async def _view(self, event: InboundEvent, request_id: str) -> Reply:
        speaker = await self._people.speaker(event, command_id=_typed(event).command_id)
        if isinstance(speaker, Reply):
            return speaker
        seen = Seen(request_id=request_id, conversation_id=event.conversation.conversation_id)
        return await request_view(seen, speaker=speaker, office=self._office)

    async def _opened(self, event: InboundEvent) -> Body:
        reply = await self._soon(event, self._reply(event, _pressed(event.data)))
        return closed(_ON_IT) if reply is None else await self._in_dialog(event, reply)

    async def _submitted(self, event: InboundEvent) -> Body:
        """Mistakes stay in the dialog beside what was filled in; what was done goes into the chat."""
        sent = form_cards.sent(event.data)
        if sent is None:
            return closed(_OTHER_VERSION)
        answer = await self._soon(event, answered(self._sent_off(event, sent), new_id=self._office.engine.new_id))
        if answer is None:
            return closed(_ON_IT)
        if isinstance(answer, Mistakes):
            return await self._again(event, sent, mistakes=answer)
        if answer.tone is not Tone.OK:
            return await self._in_dialog(event, answer)
        self._begin(self._posting.post(event, answer))
        return closed(answer.title)

    async def _sent_off(self, event: InboundEvent, sent: Sent) -> Reply | Mistakes:
        speaker = await self._people.speaker(event, command_id=sent.command_id)
        if isinstance(speaker, Reply):
            return speaker
        known = FORMS.get(sent.name)
        fields = known.fields if known else ()
        words = as_words(fields, sent.values)
        values = {name: await self._people.meant(event, value) for name, value in words.items()}
        submitted = Submitted(name=sent.name, about=sent.about, values=values)
        answer = await submit(submitted, speaker=speaker, office=self._office)
        return without_ids(answer, fields, values=sent.values) if isinstance(answer, Mistakes) else answer

    async def _again(self, event: InboundEvent, sent: Sent, *, mistakes: Mistakes) -> Body:
        """The form as it was filled in, with what cannot stay as it is."""
        reply = await self._reply(event, _Pressed(f"form {sent.name} {sent.about}", sent.command_id))
        if reply.form is None:
            return await self._in_dialog(event, reply)
        form = replace(reply.form, command_id=sent.command_id)
        return dialog(form_card(form, mistakes=mistakes.by_field, values=sent.values), title=form.title)

    async def _in_dialog(self, event: InboundEvent, reply: Reply) -> Body:
        """Dialogs know no buttons but those of forms."""
        if reply.form is None:
            return dialog(card(replace(reply, actions=())), title=reply.title)
        form = with_accounts(reply.form, await self._people.accounts(event, people_in(reply.form)))
        return dialog(form_card(form, mistakes={}, values={}), title=form.title)

    async def _reply(self, event: InboundEvent, pressed: _Pressed | None) -> Reply:
        if pressed is None:
            return Reply(title=_OTHER_VERSION, tone=Tone.REFUSED, code="usage")
        return await answered(self._answered(event, pressed), new_id=self._office.engine.new_id)

    async def _answered(self, event: InboundEvent, pressed: _Pressed) -> Reply:
        speaker = await self._people.speaker(event, command_id=pressed.command_id, said=pressed.says)
        if event.kind is Kind.MET and event.conversation.kind != PERSONAL:
            return greeting_reply()
        if isinstance(speaker, Reply):
            return speaker
        if event.kind is Kind.MET:
            return welcome_reply(speaker)
        return await say(await self._people.meant(event, pressed.says), speaker, self._office)

    async def _soon(self, event: InboundEvent, work: Coroutine[Any, Any, _Result]) -> _Result | None:
        """The result when it is there in time; else None, and it is posted when it is there.

        What takes longer is written down first, so that a crash swallows nothing that Teams was told we have.
        """
        begun = self._begin(work)
        result = await self._within(begun)
        if result is None:
            entry = self._late.entry(event.activity, kind=event.kind.value, account=event.account)
            await self._late.keep(entry, seconds=KEEP_SECONDS)
            self._begin(self._later(event, begun, entry=entry))
        return result

    async def _later(self, event: InboundEvent, work: asyncio.Task[Any], *, entry: Unanswered) -> None:
        """Post what comes of it, where it has not posted that itself."""
        result = await work
        if result if isinstance(result, bool) else await self._posted(event, result):
            await self._late.forget(entry)

    async def _posted(self, event: InboundEvent, answer: Reply | Mistakes) -> bool:
        reply = mistakes_reply(answer) if isinstance(answer, Mistakes) else answer
        return await self._posting.post(event, reply)

    async def _within(self, work: asyncio.Task[_Result] | Coroutine[Any, Any, _Result]) -> _Result | None:
        """The result when it is there in time."""
        begun = work if isinstance(work, asyncio.Task) else self._begin(work)
        done, _ = await asyncio.wait({begun}, timeout=self._patience)
        return begun.result() if done else None

    def _begin(self, work: Coroutine[Any, Any, _Result]) -> asyncio.Task[_Result]:
        task = asyncio.create_task(work)
        self._open.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._open.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("an answer to Teams came to nothing", exc_info=error)


def _typed(event: InboundEvent) -> _Pressed:
    """Teams repeats a message under the same id, which makes it the same command."""
    where = event.conversation.conversation_id
    return _Pressed(event.text, f"teams:{where[:120]}:{event.activity_id[:80]}")


def _typed_or_pressed(event: InboundEvent) -> _Pressed | None:
    is_typed = event.kind in {Kind.SAID, Kind.MET} and (bool(event.text) or not event.data)
    return _pressed(event.data) or (_typed(event) if is_typed else None)


def _pressed(data: Mapping[str, Any]) -> _Pressed | None:
    says, command_id = data.get("says"), data.get("id")
    if not (isinstance(says, str) and isinstance(command_id, str) and command_id):
        return None
    return _Pressed(says, command_id)


def mistakes_reply(mistakes: Mistakes) -> Reply:
    """For a form that is not on the screen any more."""
    return Reply(
        title="That could not stay as it was.", lines=tuple(mistakes.by_field.values()), tone=Tone.REFUSED, code="usage"
    )
