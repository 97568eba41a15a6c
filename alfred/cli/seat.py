"""One person at a keyboard, who talks themselves or is played."""

from __future__ import annotations

from collections.abc import Mapping

from alfred.cli.operator import Operator
from alfred.dispatching import dispatcher_of
from alfred.ids import new_id
from alfred.stop import Exit, Stop
from alfred.wiring import House, office_of
from bot.commands.office import Speaker
from bot.commands.say import say
from bot.commands.submit import Submitted, submit
from bot.replies.form import Form, Mistakes
from bot.replies.reply import Reply
from bot.terminal.received import Window
from core.directory.find_user import FindUser
from core.directory.people import PersonLine
from core.notify.in_app import IN_APP


async def active(operator: Operator, handle: str) -> PersonLine:
    """Somebody who is still here. Raises Stop, Refused."""
    person = await operator.ask(FindUser, text=handle)
    if not person.is_active:
        raise Stop(f"@{person.handle} has left.", code=Exit.REFUSED)
    return person


class Seat:
    """What they say is answered, what arrives is in their window."""

    def __init__(self, house: House, person: PersonLine, *, organization_id: str) -> None:
        self._office = office_of(house)
        self._person = person
        self._organization_id = organization_id
        dispatcher = dispatcher_of(house)
        self.window = Window(
            self._office,
            organization_id=organization_id,
            user_id=person.id,
            deliver=lambda: dispatcher.work_off(IN_APP),
        )

    async def answer(self, text: str, command_id: str | None) -> Reply:
        """Say it; `command_id` is that of the button, where one was pressed."""
        return await say(text, self.speaker(command_id or new_id("say")), self._office)

    async def send_off(self, form: Form, values: Mapping[str, str]) -> Reply | Mistakes:
        """Send off what was filled in."""
        submitted = Submitted(name=form.name, about=form.about, values=values)
        return await submit(submitted, speaker=self.speaker(form.command_id), office=self._office)

    def speaker(self, command_id: str) -> Speaker:
        """Who says it."""
        return Speaker(
            organization_id=self._organization_id,
            user_id=self._person.id,
            platform="terminal",
            command_id=command_id,
        )
