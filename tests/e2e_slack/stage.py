"""A stage for played conversations that is a Slack workspace.

What people type are slash commands, what they press are buttons of the messages that Slack shows them, what they fill
in are modals, and what they are told is what arrives there.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.replies.form import Form, Mistakes
from bot.replies.reply import Action, Reply
from tests.e2e.demo import Demo
from tests.e2e.waiting import until
from tests.e2e_slack.local_slack import LocalSlack, Message, Snapshot, account_of
from tests.e2e_slack.views import buttons_in, form_in, is_form, state_of, words_in


@dataclass(frozen=True, slots=True)
class _Button:
    """Where a button stands."""

    message: Message
    element: Mapping[str, Any]
    block_id: str | None


@dataclass(slots=True)
class SlackStage:
    """Plays in a workspace, where the server of a demo answers; `handles` are its people."""

    slack: LocalSlack
    demo: Demo
    handles: tuple[str, ...]
    _buttons: dict[str, _Button] = field(default_factory=dict)
    _read: dict[tuple[str, str], str] = field(default_factory=dict)

    async def says(self, who: str, text: str) -> Reply:
        """A slash command, with mentions as Slack escapes them; it is answered beside it or by a window."""
        account = account_of(who)
        before = await self.slack.look()
        await self.slack.command(account, self._as_slack_sends(text))
        return await self._answer(account, before, what=f"an answer to {who}: {text}")

    async def presses(self, who: str, action: Action) -> Reply:
        """A button; the message that it belongs to is replaced, or an answer comes beside it."""
        account, button = account_of(who), self._buttons[action.command_id]
        before = await self.slack.look()
        await self.slack.press(account, button.message, button.element, block_id=button.block_id)
        what = f"what {who}’s [{action.label}] did"
        return await self._answer(account, before, pressed=button.message, what=what)

    async def submits(self, who: str, form: Form, *, values: Mapping[str, str]) -> Reply | Mistakes:
        """The window on top."""
        account = account_of(who)
        before = await self.slack.look()
        told = await self.slack.submit(account, state_of(form, values))
        if told["t"] == "view_errors":
            return Mistakes(told["errors"])
        return await self._answer(account, before, what=f"what {who}’s form did")

    async def _answer(self, account: str, before: Snapshot, *, what: str, pressed: Message | None = None) -> Reply:
        """What an account is shown that it was not shown before."""

        async def look() -> Reply | None:
            now = await self.slack.look()
            beside = now.private(account)[len(before.private(account)) :]
            changed = [m for m in [_same(now, pressed)] if m is not None and m != pressed] if pressed else []
            for message in (*beside, *changed):
                self._read[message["channel"], message["ts"]] = _told(message)
                return self._reply(message)
            return _window(now) if now.modals and now.modals != before.modals else None

        return await until(look, what=what)

    async def news(self, who: str) -> Sequence[Reply]:
        """What Alfred has written to somebody, or changed there, since the last look."""
        await self.demo.delivered()
        mail = (await self.slack.look()).mail(account_of(who))
        fresh = [m for m in mail if self._read.get((m["channel"], m["ts"])) != _told(m)]
        self._read.update({(m["channel"], m["ts"]): _told(m) for m in fresh})
        return [self._reply(message) for message in fresh]

    async def advance(self, by: str) -> str:
        """As the operator does it."""
        return await self.demo.advance(by)

    def _as_slack_sends(self, text: str) -> str:
        return re.sub(
            r"@([a-z]+)\b",
            lambda found: f"<@{account_of(found[1])}|{found[1]}>" if found[1] in self.handles else found[0],
            html.escape(text, quote=False),
        )

    def _reply(self, message: Message) -> Reply:
        """A message as a reply: its text says everything, its buttons can be pressed."""
        actions = []
        for action, element, block_id in buttons_in(message.get("blocks") or []):
            self._buttons[action.command_id] = _Button(message, element, block_id)
            actions.append(action)
        words = html.unescape(message["text"]).partition("\nYou can: ")[0]  # which the actions say, too
        return Reply(title=words, actions=tuple(actions))


def _window(seen: Snapshot) -> Reply | None:
    """The window on top; None while it only says that something is on its way."""
    view = seen.modals[-1]
    words = "\n".join(words_in(view))
    if is_form(view):
        return Reply(title=view["title"]["text"], form=form_in(view))
    return None if words == "One moment …" else Reply(title=words)


def _same(seen: Snapshot, message: Message) -> Message | None:
    return next((m for m in seen.messages.get(message["channel"], ()) if m["ts"] == message["ts"]), None)


def _told(message: Message) -> str:
    return json.dumps([message["text"], message.get("blocks")])
