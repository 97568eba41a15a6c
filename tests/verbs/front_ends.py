"""The three front ends, each as people have it: what is said there, what is shown, and what can be filled in."""

from __future__ import annotations

import html
import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, Protocol

from rich.console import Console

from bot.replies.form import Form, Mistakes
from bot.replies.reply import Reply
from bot.terminal.chat import chat
from bot.terminal.rendering import draw
from tests.company import Company
from tests.edges import slack_side, teams_talk
from tests.edges.terminal_side import Terminal, terminal_side
from tests.talking import office_of

_WIDE: Final = 1_000
"""Columns: no line is broken."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What there was to fill in, by its labels, and what was answered."""

    labels: tuple[str, ...]
    answer: str


class FrontEnd(Protocol):
    """What a front end lets people do."""

    async def says(self, who: str, text: str) -> str:
        """Say it; all that is shown, the heading first."""

    async def fills(self, who: str, text: str, *, values: Mapping[str, str]) -> Filled:
        """Say it, fill in what opens and send it off. People among the values are as `@bob`."""


@dataclass(frozen=True, slots=True)
class InTerminal:
    """Verbs go to the server with a key and are drawn; what there is to fill in is asked for field by field."""

    terminal: Terminal

    async def says(self, who: str, text: str) -> str:
        out = io.StringIO()
        draw(await self.terminal.says(text, who=who), Console(file=out, width=_WIDE))
        return out.getvalue()

    async def fills(self, who: str, text: str, *, values: Mapping[str, str]) -> Filled:
        window = _Window(self.terminal, who, said=[text], values=values)
        await chat(window.say, submit=window.submit, console=window.console, name=who, read_line=window.read_line)
        return Filled(tuple(window.labels), window.out.getvalue().removeprefix(window.before))


@dataclass
class _Window:
    """Somebody at a keyboard, who types what is asked for."""

    terminal: Terminal
    who: str
    said: list[str]
    values: Mapping[str, str]
    labels: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """Of the fields, by their labels."""
    out: io.StringIO = field(default_factory=io.StringIO)
    before: str = ""
    """What stood there when it was sent off."""

    @property
    def console(self) -> Console:
        return Console(file=self.out, width=_WIDE)

    async def say(self, text: str, command_id: str | None) -> Reply:
        reply = await self.terminal.says(text, key=command_id, who=self.who)
        assert reply.form is not None, reply
        self.names = {one.label: one.name for one in reply.form.fields}
        return reply

    async def submit(self, form: Form, values: Mapping[str, str]) -> Reply | Mistakes:
        self.before = self.out.getvalue()
        return await self.terminal.sends_off(form, values, who=self.who)

    async def read_line(self, prompt: str) -> str | None:
        if prompt == f"{self.who}> ":
            return self.said.pop() if self.said else None
        label = prompt.partition(" [")[0].removesuffix(": ")
        self.labels.append(label)
        return self.values.get(self.names[label], "")


@dataclass(frozen=True, slots=True)
class InSlack:
    """Verbs are slash commands; what there is to fill in is a window."""

    slack: slack_side.Slack
    triggers: count[int] = field(default_factory=count)

    async def says(self, who: str, text: str) -> str:
        message = await self.slack.says(who, text, trigger=f"said.{next(self.triggers)}")
        assert message["blocks"]
        return html.unescape(message["text"])

    async def fills(self, who: str, text: str, *, values: Mapping[str, str]) -> Filled:
        command = self.slack.command(who, text, trigger=f"said.{next(self.triggers)}")
        assert await self.slack.hears(command) is None
        window = await self.slack.api.window()
        inputs = {block["block_id"]: block for block in window["blocks"] if block["type"] == "input"}
        given = {f"field:{name}": _for_slack(inputs[f"field:{name}"], value) for name, value in values.items()}
        answer = await self.slack.hears(self.slack.send_off(who, window, given))
        assert answer["response_action"] == "update", answer
        labels = tuple(block["label"]["text"] for block in inputs.values())
        return Filled(labels, html.unescape(answer["view"]["blocks"][0]["text"]["text"]).strip("*"))


def _for_slack(block: Mapping[str, Any], value: str) -> object:
    accounts = [slack_side.ACCOUNTS[name.removeprefix("@")] for name in value.split() if name.startswith("@")]
    match block["element"]["type"]:
        case "users_select":
            return accounts[0]
        case "multi_users_select":
            return accounts
    return value


@dataclass(frozen=True, slots=True)
class InTeams:
    """Verbs are messages; what there is to fill in is a dialog."""

    teams: teams_talk.Teams

    async def says(self, who: str, text: str) -> str:
        return teams_talk.words(await self.teams.says(who, text))

    async def fills(self, who: str, text: str, *, values: Mapping[str, str]) -> Filled:
        offered = await self.teams.says(who, text)
        opens = teams_talk.button(offered, teams_talk.titles(offered)[0])
        dialog = (await self.teams.opens(who, opens["data"]))["value"]["card"]["content"]
        inputs = {one["id"]: one for one in teams_talk.inputs(dialog)}
        given = {name: _for_teams(inputs[name], value) for name, value in values.items()}
        drawn = {name: one["value"] for name, one in inputs.items()}
        task = await self.teams.sends_off(who, dialog["actions"][0]["data"] | drawn | given)
        assert task["type"] == "message", task
        labels = tuple(one["label"] for one in inputs.values())
        return Filled(labels, teams_talk.words(await self.teams.next_card()))


def _for_teams(drawn: Mapping[str, Any], value: str) -> str:
    if "choices.data" not in drawn:
        return value
    return ",".join(teams_talk.ACCOUNTS[name.removeprefix("@")] for name in value.split())


@asynccontextmanager
async def in_terminal(acme: Company) -> AsyncIterator[FrontEnd]:
    """With keys for four people."""
    async with terminal_side(acme) as side:
        yield InTerminal(side)


@asynccontextmanager
async def in_slack(acme: Company) -> AsyncIterator[FrontEnd]:
    """With accounts of four people."""
    await slack_side.link(acme)
    async with slack_side.slack_side(acme, office_of(acme)) as side:
        yield InSlack(side)


@asynccontextmanager
async def in_teams(acme: Company) -> AsyncIterator[FrontEnd]:
    """With accounts of four people."""
    await teams_talk.link(acme)
    async with teams_talk.teams_side(acme, office_of(acme)) as side:
        yield InTeams(side)


FRONT_ENDS: Final = {"terminal": in_terminal, "slack": in_slack, "teams": in_teams}
