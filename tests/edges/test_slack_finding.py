"""Colleagues who never spoke to Alfred in Slack hear of what concerns them all the same: Slack knows their address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.delivering.people import ToPeople
from bot.slack.port import Port
from core.directory.change_organization import ChangeOrganization
from core.directory.change_user import ChangeUser
from core.notify.dispatcher import Dispatcher
from core.transfers.send_credits import SendCredits
from tests.company import Company
from tests.edges.slack_api import SlackApi, installed, slack_api, transport_on
from tests.edges.slack_side import Slack, labels, link, slack_side
from tests.edges.test_slack_members import NOBODY, member
from tests.edges.test_slack_told import no_time
from tests.notify.post import in_app, post, states
from tests.standing import StandingClock
from tests.talking import office_of


@dataclass
class Side:
    """Dan has an address at acme.example and has never been seen in Slack."""

    acme: Company
    api: SlackApi
    slack: Slack
    dispatcher: Dispatcher
    wall: StandingClock = field(default_factory=StandingClock)

    async def sends_to_dan(self) -> None:
        """Alice does, and what there is to tell is told."""
        await self.acme.run(SendCredits, by="alice", recipients=(self.acme.user("dan"),), amount=5_000)
        await self.dispatcher.work_off()

    @property
    def asked(self) -> list[dict[str, str]]:
        """What Slack was asked of addresses."""
        return self.api.said("users.lookupByEmail")


@pytest.fixture
async def side(usual_company: Company) -> AsyncIterator[Side]:
    """Alice has 400,000 tokens."""
    acme = usual_company
    await link(acme)
    await acme.run(ChangeOrganization, by="grace", email_domains=("acme.example",))
    await acme.run(ChangeUser, by="erin", user_id=acme.user("dan"), email="dan@acme.example")
    await acme.fund("alice", 400_000)
    async with (
        slack_api() as api,
        installed(api) as workspaces,
        slack_side(acme, office_of(acme), workspaces=workspaces) as slack,
    ):
        wall = StandingClock()
        port = Port(workspaces, pause=no_time, monotonic=lambda: wall.now().timestamp())
        to_people = ToPeople(acme.database, transport_on(acme, port, wall), wall=wall)
        yield Side(acme, api, slack, post(acme.database, to_people, in_app(acme, wall), wall=wall), wall)


async def test_a_colleague_is_found_by_the_confirmed_address_told_and_known_from_then_on(side: Side) -> None:
    side.api.members["dan@acme.example"] = member("Dan@ACME.example", id="U0DAN")
    await side.sends_to_dan()
    [told] = side.api.shown_to("U0DAN")
    assert told["text"].startswith("5,000 tokens from @alice.")
    await side.dispatcher.work_off()
    _, welcome = side.api.shown_to("U0DAN")
    assert welcome["text"].startswith("Hello: your Slack account is linked, and I look after your AI credits.")
    assert labels(welcome) == ["See what you have", "Send credits", "Out of office"]
    await side.sends_to_dan()
    assert len(side.api.shown_to("U0DAN")) == 3
    assert side.asked == [{"email": "dan@acme.example"}]
    assert (await side.slack.says("U0DAN", "balance"))["text"].startswith("10,000 tokens available.")


@pytest.mark.parametrize("who", NOBODY)
async def test_whom_slack_does_not_vouch_for_is_not_written_to(side: Side, who: str) -> None:
    side.api.members["dan@acme.example"] = NOBODY[who]
    await side.sends_to_dan()
    assert side.api.messages == {}
    assert (await states(side.acme))["dan", "slack"][0] == "skipped"
    assert (await states(side.acme))["dan", "in_app"][0] == "delivered"


async def test_an_answer_about_somebody_else_links_nobody(side: Side) -> None:
    side.api.members["dan@acme.example"] = member("bob@acme.example", id="U0BOB")
    await side.sends_to_dan()
    assert side.api.messages == {}
    assert (await side.slack.says("bob", "balance"))["text"].startswith("0 tokens available.")


async def test_who_is_not_there_is_asked_about_again_an_hour_later(side: Side) -> None:
    for _ in range(3):
        await side.sends_to_dan()
    assert len(side.asked) == 1
    side.api.members["dan@acme.example"] = member("dan@acme.example", id="U0DAN")
    side.wall.advance(minutes=59)
    await side.sends_to_dan()
    assert side.api.messages == {}
    side.wall.advance(minutes=1)
    await side.sends_to_dan()
    assert len(side.api.shown_to("U0DAN")) == 1


async def test_while_slack_is_in_trouble_the_message_waits(side: Side) -> None:
    side.api.members["dan@acme.example"] = member("dan@acme.example", id="U0DAN")
    side.api.too_fast("users.lookupByEmail", 60)
    await side.sends_to_dan()
    assert side.api.messages == {}
    side.wall.advance(seconds=61)
    await side.dispatcher.work_off()
    assert len(side.api.shown_to("U0DAN")) == 1


async def test_without_the_scope_everybody_needs_a_code_and_nothing_fails(side: Side) -> None:
    side.api.error("users.lookupByEmail", "missing_scope")
    await side.sends_to_dan()
    assert (await states(side.acme))["dan", "slack"] == ("skipped", 1, "no Slack account is linked")


async def test_slack_is_asked_about_addresses_of_the_organization_s_own_domains_alone(side: Side) -> None:
    await side.acme.run(ChangeUser, by="grace", user_id=side.acme.user("dan"), email="dan@private.example")
    await side.sends_to_dan()
    assert side.asked == []
    assert ("dan", "slack") not in await states(side.acme)
