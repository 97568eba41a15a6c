"""Settings in Slack: the window, its button, and that a choice counts from the next message on."""

from __future__ import annotations

import pytest

from core.storage.database import Database
from core.transfers.send_credits import SendCredits
from tests.company import Company, StandingClock, found_company
from tests.edges.slack_side import button, link, slack_side
from tests.edges.test_slack_forms import opens, sends_off, words
from tests.notify.post import Recorder, in_app, post, types_received
from tests.talking import office_of


@pytest.fixture
async def acme(sqlite_database: Database) -> Company:
    company = await found_company(sqlite_database)
    await link(company)
    await company.fund("alice", 45_000)
    return company


async def test_who_saves_the_window_hears_by_the_ways_that_stand_in_it(acme: Company) -> None:
    wall, messages = StandingClock(), Recorder("slack")
    dispatcher = post(acme.database, messages, in_app(acme, wall), wall=wall)
    async with slack_side(acme, office_of(acme)) as slack:
        shown = await slack.says("bob", "settings")
        assert shown["text"].startswith("You hear of everything in the usual ways.")
        assert button(shown, "Change")["accessibility_label"] == "Change"
        view = await opens(slack, "bob", "settings change")
        assert view["title"]["text"] == "Settings"
        answer = await sends_off(slack, "bob", view, credits="in_app", quota="slack")
        assert "Credits that come to you: inbox." in words(answer["view"])
        assert "Credits running low: Slack." in words(answer["view"])
    await acme.run(SendCredits, by="alice", recipients=(acme.user("bob"),), amount=2_000, reason="")
    await dispatcher.work_off()
    assert [one.type for one in messages.got if one.recipient_id == acme.user("bob")] == []
    assert await types_received(acme, "bob") == ["transfer.completed"]
