"""A stage for played conversations that is Teams.

What people type are messages, what they press are buttons of the cards that stand in their chat with Alfred, what they
fill in are dialogs, and what they are told is what arrives in that chat or changes there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.replies.form import Form, Mistakes
from bot.replies.reply import Action, Reply, Tone
from tests.e2e.demo import Demo
from tests.e2e_teams.drawn import buttons_in, form_in, mistakes_in, reply_in, sent_off
from tests.e2e_teams.playground import Body, Card, Playground

_LATER = ("I am on it",)
"""What passes by where the answer takes longer; it is posted then."""


@dataclass(frozen=True, slots=True)
class _Button:
    """Where a button stands."""

    message_id: str
    drawn: Mapping[str, Any]


@dataclass(slots=True)
class TeamsStage:
    """Plays in the windows of people, where the server of a demo answers."""

    windows: Mapping[str, Playground]
    demo: Demo
    _buttons: dict[str, _Button] = field(default_factory=dict)
    _dialogs: dict[str, Card] = field(default_factory=dict)
    _read: dict[tuple[str, str], Card] = field(default_factory=dict)

    async def says(self, who: str, text: str) -> Reply:
        """A message in their chat with Alfred."""
        return self._shown(who, await self.windows[who].says(text))

    async def presses(self, who: str, action: Action) -> Reply:
        """A button: its card changes, a sentence passes by, or a dialog opens."""
        window, button = self.windows[who], self._buttons[action.command_id]
        before, what = set(window.cards), f"what {who}’s [{action.label}] did"
        if action.stays:
            return await self._in_dialog(who, await window.dialog("task/fetch", button.drawn["data"]), before=before)
        done = await window.presses(button.message_id, button.drawn)
        if not isinstance(done, str):
            return self._shown(who, button.message_id)
        if done.startswith(_LATER):
            return self._shown(who, await window.next_message(before, what=what))
        return Reply(title=done, tone=Tone.REFUSED)

    async def submits(self, who: str, form: Form, *, values: Mapping[str, str]) -> Reply | Mistakes:
        """The dialog that is open."""
        window, card = self.windows[who], self._dialogs[form.command_id]
        before = set(window.cards)
        task = await window.dialog("task/submit", sent_off(card, form, values))
        shown = _card_in(task)
        if shown is not None and (mistakes := mistakes_in(shown)).by_field:
            return mistakes
        return await self._in_dialog(who, task, before=before)

    async def news(self, who: str) -> Sequence[Reply]:
        """What has arrived for somebody, or changed before their eyes, since the last look."""
        await self.demo.delivered()
        window = self.windows[who]
        await window.caught_up()
        fresh = [where for where, card in window.cards.items() if self._read.get((who, where)) != card]
        return [self._shown(who, where) for where in fresh]

    async def advance(self, by: str) -> str:
        """As the operator does it."""
        return await self.demo.advance(by)

    async def _in_dialog(self, who: str, task: Body, *, before: set[str]) -> Reply:
        """What a dialog shows; once it is closed, the answer is in the chat."""
        card = _card_in(task)
        if card is None:
            return self._shown(who, await self.windows[who].next_message(before, what=f"behind “{task['value']}”"))
        if not card.get("actions"):
            return reply_in(card)
        form = form_in(card, title=task["value"]["title"])
        self._dialogs[form.command_id] = card
        return Reply(title=form.title, form=form)

    def _shown(self, who: str, message_id: str) -> Reply:
        """The card of a message as a reply; it is read now."""
        card = self.windows[who].cards[message_id]
        self._read[who, message_id] = card
        for action, drawn in buttons_in(card):
            self._buttons[action.command_id] = _Button(message_id, drawn)
        return reply_in(card)


def _card_in(task: Body) -> Card | None:
    """What stands in a dialog; None when it is closed."""
    if task["type"] == "message":
        return None
    card: Card = task["value"]["card"]["content"]
    return card
