"""App Home: what it shows, how it is used, and that it follows what happens."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.commands.home import ON_A_PAGE, Page, Section
from bot.replies.reply import Action, Fact
from bot.slack.home import Home, home_view
from bot.slack.home_channel import SlackHome
from bot.slack.windows import Windows
from core.notify.channel import Channel
from core.notify.dispatcher import Dispatcher
from core.transfers.request_credits import RequestCredits
from tests.company import Company, StandingClock
from tests.conftest import on_both
from tests.edges.slack_limits import check_view
from tests.edges.slack_side import Slack, button, link, slack_side
from tests.notify.post import in_app
from tests.policies.applying import applied
from tests.talking import Talk, office_of

JSON = "application/json"


@pytest.fixture
async def acme(usual_company: Company) -> Company:
    """Alice has 445,000 tokens, Bob 1,000."""
    await link(usual_company)
    await usual_company.fund("alice", 445_000)
    await usual_company.fund("bob", 1_000)
    return usual_company


async def home_of(slack: Slack, who: str, *, view: dict[str, Any] | None = None) -> dict[str, Any]:
    """They open it."""
    assert await slack.hears(slack.opened_home(who, view=view), content_type=JSON) is None
    return await slack.api.home(f"U0{who.upper()}")


def words(view: dict[str, Any]) -> str:
    return json.dumps(view["blocks"], ensure_ascii=False)


async def test_home_shows_the_balance_and_what_was_sent_lately(acme: Company, slack: Slack) -> None:
    await Talk(acme).says("alice", "send @bob 4k for <!channel>")
    home = await home_of(slack, "alice")
    shown = words(home)
    assert "441,000 tokens available" in shown
    assert "Pool of Backend" in shown
    assert "4,000 tokens to @bob on Mon 2 Mar 2026." in shown
    assert "<!" not in shown
    assert button(home, "Undo 4k to @bob")
    for label, title in (("Send", "Send credits"), ("Request", "Ask for credits"), ("Out of office", "Out of office")):
        assert await slack.hears(slack.press_in("alice", button(home, label), home)) is None
        assert (await slack.api.window())["title"]["text"] == title
    await slack.hears(slack.press_in("alice", button(home, "Help"), home))
    assert "I look after your AI credits" in words(await slack.api.window())


@on_both
async def test_a_decision_on_home_is_told_in_a_window_and_home_follows(acme: Company, slack: Slack) -> None:
    await Talk(acme).says("alice", "send @bob 200k --yes --message for the demo")
    home = await home_of(slack, "carol")
    assert "Waits for your decision (1)" in words(home)
    approve = slack.press_in("carol", button(home, "Approve"), home)
    assert await slack.hears(approve) is None
    assert "*Approved: 200,000 tokens from @alice to @bob.*" in words(await slack.api.window())
    assert "Waits for your decision" not in words(await slack.api.home("U0CAROL"))
    assert await acme.balances() == {"alice": 245_000, "bob": 201_000}
    stale = slack.press_in("carol", button(home, "Deny"), home)
    assert await slack.hears(stale) is None
    assert "*@carol has decided that already: approved.*" in words(await slack.api.window())
    assert await acme.balances() == {"alice": 245_000, "bob": 201_000}


async def test_what_somebody_waits_for_stands_on_their_home(acme: Company, slack: Slack) -> None:
    await Talk(acme).says("alice", "send @bob 200k --yes")
    await acme.run(RequestCredits, by="bob", colleague_id=acme.user("alice"), amount=5_000, reason="tests")
    shown = words(await home_of(slack, "alice"))
    assert "You wait for (1)" in shown
    assert "Asked: @carol, @erin." in shown
    assert "@bob asks you for 5,000 tokens. For: tests." in shown


async def test_where_several_must_agree_it_stands_there_how_far_it_is(acme: Company, slack: Slack) -> None:
    await applied(acme, "transfer_policy: {approval_required: {all_must_agree: true}}")
    talk = Talk(acme)
    await talk.says("alice", "send @bob 200k --yes")
    assert "After you 1 more must agree." in words(await home_of(slack, "carol"))
    await talk.says("carol", "approve @alice 150k")
    shown = words(await home_of(slack, "alice"))
    assert "200,000 tokens were asked for. 1 of 2 have agreed: @carol; now asked: @erin. Until " in shown
    assert "Waits for your decision" not in words(await home_of(slack, "carol"))
    assert "1 of 2 have agreed: @carol." in words(await home_of(slack, "erin"))


async def test_the_hash_goes_along_where_there_is_one_and_other_tabs_change_nothing(slack: Slack) -> None:
    await home_of(slack, "alice")
    await slack.hears(slack.opened_home("alice", tab="messages"), content_type=JSON)
    await home_of(slack, "alice", view={"id": "VHOME", "hash": "h7"})
    first, second = slack.api.published
    assert "hash" not in first
    assert second["hash"] == "h7"


async def test_refresh_shows_what_has_come_since(acme: Company, slack: Slack) -> None:
    home = await home_of(slack, "bob")
    assert "1,000 tokens available" in words(home)
    await Talk(acme).says("alice", "send @bob 4k")
    await slack.hears(slack.press_in("bob", button(home, "Refresh"), home))
    assert "5,000 tokens available" in words(await slack.api.home("U0BOB"))


async def test_a_stranger_reads_how_to_link(slack: Slack) -> None:
    await slack.hears(slack.opened_home("U0STRANGER"), content_type=JSON)
    shown = words(await slack.api.home("U0STRANGER"))
    assert "I do not know you yet." in shown
    assert "U0STRANGER" in shown


async def test_much_that_waits_is_turned_over_page_by_page(acme: Company, slack: Slack) -> None:
    for _ in range(ON_A_PAGE + 1):
        await acme.run(RequestCredits, by="bob", colleague_id=acme.user("carol"), amount=5_000, reason="<&>" * 300)
    home = await home_of(slack, "carol")
    assert words(home).count("asks you for") == ON_A_PAGE
    await slack.hears(slack.press_in("carol", button(home, "More"), home))
    last = await slack.api.home("U0CAROL")
    assert words(last).count("asks you for") == 1
    assert button(last, "Earlier")


def test_the_longest_page_stays_within_slacks_limits() -> None:
    actions = tuple(
        Action(label="Approve " + "W" * 200, says=f"approve {'x' * 900}", command_id=f"say_{'f' * 40}")
        for _ in range(30)
    )
    facts = tuple(Fact("<" * 3_000, "&" * 5_000) for _ in range(25))
    section = Section(heading="H" * 500, lines=("&<>" * 3_000,) * 3, facts=facts, actions=actions)
    view = home_view(Page(sections=(section,) * 40, number=2, pages=9))
    check_view(view)
    check_view(home_view(Page(sections=(), number=1, pages=1)))


@on_both
async def test_homes_follow_what_happens_elsewhere_once_for_all_of_it(acme: Company) -> None:
    moment = asyncio.Event()

    async def a_moment(_: float) -> None:
        await moment.wait()

    async with slack_side(acme, office_of(acme)) as slack:
        home, wall, talk = Home(office_of(acme), Windows(slack.workspaces)), StandingClock(), Talk(acme)
        channels: list[Channel] = [in_app(acme, wall), SlackHome(acme.database, home, pause=a_moment)]
        dispatcher = Dispatcher(acme.database, channels, wall=wall, jitter=lambda: 0.5)
        for _ in range(5):
            await talk.says("alice", "send @bob 4k")
        await dispatcher.work_off()
        assert not slack.api.published
        moment.set()
        for _ in range(2):
            await slack.api.shown.get()
        assert sorted(body["user_id"] for body in slack.api.published) == ["U0ALICE", "U0BOB"]
        assert "425,000 tokens available" in words(slack.api.homes["U0ALICE"])
        assert "21,000 tokens available" in words(slack.api.homes["U0BOB"])
