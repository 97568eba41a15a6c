"""People of Acme who talk to Alfred: what they say and what they are told."""

from __future__ import annotations

from itertools import count

from bot.commands.office import Office, Speaker
from bot.commands.say import say
from bot.commands.submit import Submitted, submit
from bot.replies.form import Form, Mistakes
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
        return await say(text, self.speaker(who, command_id or f"said-{next(self._ids)}"), self.office)

    async def presses(self, who: str, action: Action) -> Reply:
        """Somebody presses what they were shown."""
        return await self.says(who, action.says, command_id=action.command_id)

    async def opens(self, who: str, text: str) -> Form:
        """Somebody says what is answered with something to fill in."""
        form = (await self.says(who, text)).form
        assert form is not None
        return form

    async def sends_off(self, who: str, form: Form, **values: str) -> Reply | Mistakes:
        """Somebody fills a form in and sends it off; what they leave alone goes as it was drawn."""
        drawn = {field.name: field.initial for field in form.fields}
        submitted = Submitted(name=form.name, about=form.about, values={**drawn, **values})
        return await submit(submitted, speaker=self.speaker(who, form.command_id), office=self.office)

    def speaker(self, who: str, command_id: str) -> Speaker:
        """Somebody, saying something under that id."""
        return Speaker(
            organization_id=self.acme.id,
            user_id=self.acme.user(who),
            platform=self._platform,
            workspace_id=self._workspace_id,
            command_id=command_id,
        )


def office_of(acme: Company, *, pepper: bytes = PEPPER) -> Office:
    """What answering takes, at Acme; keys are made of a counter."""
    numbers = count(1)
    return Office(
        engine=acme.engine,
        identities=Identities(acme.database),
        random_bytes=lambda size: next(numbers).to_bytes(size),
        pepper=pepper,
    )


def action(reply: Reply | Mistakes, label: str) -> Action:
    """The first button of that name."""
    assert isinstance(reply, Reply), reply
    return next(action for action in reply.actions if action.label == label)
