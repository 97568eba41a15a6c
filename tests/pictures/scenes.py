"""What people see, taken from a demo whose figures are known: one JSON file for each picture.

python -m tests.pictures.scenes FOLDER
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from alfred.cli.operator import opened
from alfred.cli.seat import Seat, active
from alfred.data_folder import data_folder, local_defaults
from alfred.demo.living import ZONE
from alfred.demo.making import Start, make_demo
from alfred.settings import load_settings
from alfred.wiring import House, office_of, open_house
from bot.commands.home import Page, home_page
from bot.commands.welcome import welcome_reply
from bot.replies.background import telling_of
from bot.replies.form import Mistakes
from bot.replies.outcomes import outcome_reply
from bot.replies.reply import Reply
from bot.slack.home import home_view
from bot.slack.rendering import content
from bot.slack.views import form_view
from bot.teams.cards import card
from bot.teams.form_cards import form_card
from core.notify.background import background_of
from core.notify.request_now import request_now

BEGINS: Final = datetime(2026, 4, 9, 10, tzinfo=ZONE)

_CHANCE: Final = re.compile(r"\b([a-z]+)_[0-9a-z]{26}\b")
"""Ids: chance, which would make every picture another one."""

Take = Callable[["Stage"], Awaitable[None]]


@dataclass
class Stage:
    """The demo's people, and where the pictures' contents are put."""

    house: House
    organization_id: str
    folder: Path
    _seats: dict[str, Seat]

    async def seat(self, who: str) -> Seat:
        """Somebody's chat window."""
        if who not in self._seats:
            async with opened(None) as operator:
                person = await active(operator, who)
            self._seats[who] = Seat(self.house, person, organization_id=self.organization_id)
            await self._seats[who].window.news()
        return self._seats[who]

    async def says(self, who: str, text: str) -> Reply:
        """Type something."""
        return await (await self.seat(who)).answer(text, None)

    async def presses(self, who: str, reply: Reply, label: str) -> Reply:
        """Press a button."""
        action = next(action for action in reply.actions if action.label == label)
        return await (await self.seat(who)).answer(action.says, action.command_id)

    async def hears(self, who: str) -> Reply:
        """The latest that has arrived."""
        return (await (await self.seat(who)).window.news())[-1]

    async def outcome(self, request: Reply) -> Reply:
        """What stands in the place of a request, wherever it was shown, once it is decided."""
        approval_id = request.actions[0].says.split()[-1]
        shared = self.house.database, self.organization_id
        now = await request_now(shared[0], organization_id=shared[1], request_id=approval_id)
        assert now is not None, "it was asked"
        return outcome_reply(now, telling_of(await background_of(*shared, mentioning=now.people)))

    def both(self, name: str, reply: Reply) -> None:
        """The same answer on both platforms."""
        self.put(f"slack-{name}", {"slack": content(reply)["blocks"]})
        self.put(f"teams-{name}", {"teams": card(reply)})

    def put(self, name: str, shown: dict[str, Any]) -> None:
        """Write it down."""
        text = json.dumps(shown, ensure_ascii=False, indent=1)
        (self.folder / f"{name}.json").write_text(_CHANCE.sub(r"\g<1>_01kn" + "0" * 22, text), "utf-8")


async def everyday(stage: Stage) -> None:
    """Balance, a gift and its undo, the team, the pool, help, an error."""
    await stage.seat("bob")
    stage.both("balance", await stage.says("alice", "balance"))
    stage.both("receipt", await stage.says("alice", "send @bob 60k for the demo on Friday"))
    stage.both("received", await stage.hears("bob"))
    stage.both("team", await stage.says("carol", "team"))
    stage.both("pool", await stage.says("bob", "pool"))
    stage.both("history", await stage.says("alice", "history"))
    stage.both("error", await stage.says("alice", "send @bob 900M"))
    stage.both("help", await stage.says("alice", "help"))
    stage.both("welcome", welcome_reply((await stage.seat("alice")).speaker("welcome")))


async def gift_with_approval(stage: Stage) -> None:
    """More than may be given without being asked: the question, the wait, both ends of the decision."""
    await stage.seat("carol")
    await stage.seat("bob")
    stage.both("question", asked := await stage.says("alice", "send @bob 400k for the load test on Friday"))
    stage.both("waits", await stage.presses("alice", asked, "Confirm"))
    stage.both("approval-pending", request := await stage.hears("carol"))
    await stage.presses("carol", request, "Approve")
    stage.both("approval-decided", await stage.outcome(request))
    stage.both("approval-told", await stage.hears("alice"))


async def approvals(stage: Stage) -> None:
    """A boost for an emergency, asked for and agreed to with less."""
    await stage.seat("erin")
    await stage.seat("dan")
    await stage.says("dan", "request override 600k for 48h “P0: checkout is down in Frankfurt”")
    stage.both("boost-pending", request := await stage.hears("erin"))
    approve = next(action.says for action in request.actions if action.label == "Approve")
    await stage.says("erin", f"{approve} 400k for 24h")
    stage.both("boost-started", await stage.hears("dan"))


async def absences(stage: Stage) -> None:
    """A week off, seen before it begins."""
    stage.both("absence", await stage.says("carol", "ooo next week"))


async def homes(stage: Stage) -> None:
    """What waits for a team lead, on her own page."""
    await stage.says("bob", "request 300k from pool “P0: the search index is down”")
    stage.both("approvals", await stage.says("carol", "approvals"))
    page = await home_page(1, speaker=(await stage.seat("carol")).speaker("home"), office=office_of(stage.house))
    assert isinstance(page, Page), "everybody has a Home"
    stage.put("slack-home", {"view": home_view(page)})


async def forms(stage: Stage) -> None:
    """The form for sending, and with a mistake in it."""
    form = (await stage.says("alice", "send")).form
    assert form is not None, "sending without words opens a form"
    stage.put("slack-form", {"view": form_view(form, accounts={})})
    stage.put("teams-form", {"teams": form_card(form, mistakes={}, values={})})
    values = {"people": "bob", "amount": "lots", "reason": "the demo"}
    answer = await (await stage.seat("alice")).send_off(form, values)
    assert isinstance(answer, Mistakes), "lots is no amount"
    stage.put(
        "slack-form-mistake",
        {"view": form_view(form, accounts={}), "errors": answer.by_field, "values": values | {"people": "Bob Tanaka"}},
    )
    stage.put("teams-form-mistake", {"teams": form_card(form, mistakes=answer.by_field, values=values)})


ACTS: Final[tuple[Take, ...]] = (everyday, gift_with_approval, approvals, absences, homes, forms)


async def play(folder: Path) -> None:
    """All acts on one demo, in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as home:
        os.chdir(home)
        data = data_folder(None)
        data.prepare()
        await make_demo(data, load_settings(defaults=data.defaults()), start=Start(at=BEGINS))
        await _all_acts(folder)


async def _all_acts(folder: Path) -> None:
    async with opened(None) as operator:
        organization_id = operator.organization_id
    async with open_house(load_settings(defaults=local_defaults())) as house:
        stage = Stage(house, organization_id, folder, {})
        for act in ACTS:
            await act(stage)


if __name__ == "__main__":
    asyncio.run(play(Path(sys.argv[1]).absolute()))
