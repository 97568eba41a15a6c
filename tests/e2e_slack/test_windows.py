"""Forms in Slack's windows, and Home."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.terminal.playing import Play
from bot.terminal.script import read_script
from tests.e2e.talks import GIFT, HOLIDAY, LAUNCH
from tests.e2e.transcript import Transcript
from tests.e2e.waiting import until
from tests.e2e_slack.acme import HANDLES, acme_in_slack
from tests.e2e_slack.local_slack import LocalSlack, account_of
from tests.e2e_slack.stage import SlackStage
from tests.e2e_slack.views import buttons_in, words_in

pytestmark = pytest.mark.e2e


@dataclass(frozen=True, slots=True)
class Talk:
    """Conversations at Acme."""

    slack: LocalSlack
    stage: SlackStage

    async def plays(self, script: str) -> None:
        """Play one."""
        await Play(self.stage, Transcript()).play(read_script(script))

    async def home(self, who: str, *, says: str, no_more: str | None = None) -> str:
        """What somebody's Home says, once it says something, and something else no more."""

        async def look() -> str | None:
            view = (await self.slack.look()).homes.get(account_of(who), {"blocks": []})
            words = "\n".join(words_in(view))
            return words if says in words and (no_more is None or no_more not in words) else None

        return await until(look, what=f"“{says}” on {who}’s Home")


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with acme_in_slack(tmp_path, mode="events") as acme:
        yield Talk(acme.slack, SlackStage(acme.slack, acme.demo, HANDLES))


async def test_a_form_says_what_is_wrong_in_it_and_sends_when_it_is_right(talk: Talk) -> None:
    await talk.plays(f"alice> send{GIFT}")


async def test_a_form_shows_what_would_happen_and_the_window_confirms_it(talk: Talk) -> None:
    await talk.plays(f"carol> ooo{HOLIDAY}")
    window = (await talk.slack.look()).modals[-1]
    confirm = next(element for action, element, _ in buttons_in(window["blocks"]) if action.label == "Confirm")
    # The stand-in does not say that the button was in a window, so nothing can be shown there: only what came of it.
    await talk.slack.press_in_view(account_of("carol"), confirm)
    await talk.slack.until(lambda now: len(now.mail(account_of("dan"))) > 1, what="a message to Dan after the welcome")
    await talk.plays("dan< You decide requests in the place of @carol until the end of Sun 12 Apr 2026")
    await talk.plays("carol> ooo status\ncarol< Out of office from Mon 6 Apr 2026 to Mon 13 Apr 2026.")


async def test_home_shows_how_it_stands_and_what_waits_and_a_decision_there_counts(talk: Talk) -> None:
    await talk.slack.open_home(account_of("erin"))
    assert "Personal" in await talk.home("erin", says="500,000 tokens available")
    await talk.plays(LAUNCH)
    assert "@alice: 150,000 tokens to @bob" in await talk.home("erin", says="Waits for your decision (1)")
    view = (await talk.slack.look()).homes[account_of("erin")]
    approve = next(element for action, element, _ in buttons_in(view["blocks"]) if action.label == "Approve")
    await talk.slack.press_in_view(account_of("erin"), approve)
    await talk.home("erin", says="500,000 tokens available", no_more="Waits for your decision")
    await talk.plays("bob< 150,000 tokens from @alice\nbob> balance\nbob< Personal: 1,150,000 tokens")
    await talk.plays("alice> balance\nalice< Personal: 850,000 tokens")
