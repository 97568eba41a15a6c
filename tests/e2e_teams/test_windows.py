"""Dialogs, and the copies of a request, in several windows of Teams at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.terminal.playing import Play
from bot.terminal.script import read_script
from tests.e2e.story import books_agree
from tests.e2e.talks import GIFT, HOLIDAY, LAUNCH
from tests.e2e.transcript import Transcript
from tests.e2e_teams.acme import Acme, acme_in_teams
from tests.e2e_teams.playground import Card
from tests.e2e_teams.stage import TeamsStage
from tests.edges.teams_talk import button, titles, words

pytestmark = pytest.mark.e2e

PEOPLE = ("alice", "bob", "carol", "dan", "erin")


@dataclass(frozen=True, slots=True)
class Talk:
    """Conversations at Acme."""

    acme: Acme
    stage: TeamsStage

    async def plays(self, script: str) -> None:
        """Play one."""
        await Play(self.stage, Transcript()).play(read_script(script))

    async def newest(self, who: str) -> tuple[str, Card]:
        """The last card in somebody's chat, and the id of its message, when nothing is on its way any more."""
        await self.stage.news(who)
        return list(self.acme.windows[who].cards.items())[-1]


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with acme_in_teams(tmp_path, people=PEOPLE) as acme:
        yield Talk(acme, acme.stage)
        assert "Traceback" not in acme.server.log
        await books_agree(acme.demo)


async def test_a_dialog_says_what_is_wrong_in_it_and_sends_when_it_is_right(talk: Talk) -> None:
    await talk.plays(f"alice> send\nalice< Who should get it?\nalice> [Send credits]{GIFT}")


async def test_a_dialog_shows_what_would_happen_and_the_card_behind_it_confirms_it(talk: Talk) -> None:
    await talk.plays(f"carol> ooo\ncarol< When are you away?\ncarol> [Out of office]{HOLIDAY}carol> [Confirm]")
    await talk.plays("dan< You decide requests in the place of @carol until the end of Sun 12 Apr 2026")
    await talk.plays("carol> ooo status\ncarol< Out of office from Mon 6 Apr 2026 to Mon 13 Apr 2026.")


async def test_every_copy_of_a_request_shows_the_decision_and_has_no_buttons_any_more(talk: Talk) -> None:
    await talk.plays(LAUNCH)
    copies = {who: await talk.newest(who) for who in ("carol", "erin")}
    for _, card in copies.values():
        assert "Approve" in titles(card)
    message_id, card = copies["carol"]
    decided = await talk.acme.windows["carol"].presses(message_id, button(card, "Approve"))
    assert words(decided).startswith("Approved: 150,000 tokens from @alice to @bob.")
    for who, (place, _) in copies.items():
        await talk.stage.news(who)
        now = talk.acme.windows[who].cards[place]
        assert "approved by @carol" in words(now), who
        assert not titles(now), who
    place, card = copies["erin"]  # as a client has it that has not drawn the change yet
    late = await talk.acme.windows["erin"].presses(place, button(card, "Approve"))
    assert isinstance(late, str), late
    assert "@carol" in late
    await talk.plays("bob< 150,000 tokens from @alice. “the launch”\nbob> balance\nbob< Personal: 1,150,000 tokens")
