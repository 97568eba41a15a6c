"""Team channels in Slack: who connects one, what is told there, and what never is.

The real app over signed HTTP, the real dispatcher, Slack's Web API as a stand-in.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.delivering.people import ToPeople
from bot.delivering.rooms import ToTeams
from bot.slack.port import Port
from bot.slack.rooms import SlackRooms
from core.access.matrix import Role
from core.directory.grant_role import GrantRole
from core.directory.platforms import Platform
from core.directory.remove_workspace import RemoveWorkspace
from core.notify.dispatcher import Dispatcher
from core.notify.show_channel import ShowChannels
from core.pools.fund_pool import FundPool
from core.pools.request_draw import RequestDraw
from core.storage.database import Database
from core.transfers.send_credits import SendCredits
from tests.company import Company, StandingClock, found_company
from tests.conftest import BOTH
from tests.edges.slack_api import SlackApi, installed, slack_api, transport_on
from tests.edges.slack_side import ACCOUNTS, Slack, link, slack_side
from tests.edges.test_slack_told import no_time
from tests.notify.post import in_app, post, states, types_received
from tests.talking import Talk, office_of

on_both = pytest.mark.parametrize("acme_database", BOTH, indirect=True)
ROOM = {"channel_id": "C0BACKEND", "channel_name": "backend"}


@pytest.fixture
def acme_database(request: pytest.FixtureRequest) -> Database:
    opened: Database = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_database")
    return opened


@dataclass
class Side:
    """Slack, Alfred's endpoint, and Acme. `says` numbers what is typed."""

    acme: Company
    api: SlackApi
    slack: Slack
    dispatcher: Dispatcher
    said: int = 0

    async def says(self, who: str, text: str, **room: str) -> str:
        """The first line of the answer to a command that is typed in the team's channel."""
        self.said += 1
        answer = await self.slack.says(who, text, trigger=f"said-{self.said}", **(room or ROOM))
        await self.dispatcher.work_off()
        first: str = answer["text"].splitlines()[0]
        return first

    def posts(self, channel: str = "C0BACKEND") -> list[str]:
        """What stands in a channel."""
        return [body["text"] for (where, _), body in sorted(self.api.messages.items()) if where == channel]

    async def goes_away(self, who: str, words: str) -> str:
        """Somebody is out of office."""
        talk = Talk(self.acme)
        answer = await talk.presses(who, (await talk.says(who, words)).actions[0])
        await self.dispatcher.work_off()
        return answer.title


@pytest.fixture
async def side(acme_database: Database) -> AsyncIterator[Side]:
    """Backend has a budget of 900,000 tokens; its lead, Carol, is in Slack, as are Alice, Bob and Erin."""
    acme = await found_company(acme_database)
    await link(acme)
    await acme.fund("Backend", 900_000)
    await acme.fund("alice", 400_000)
    async with (
        slack_api() as api,
        installed(api) as workspaces,
        slack_side(acme, office_of(acme), workspaces=workspaces) as slack,
    ):
        wall = StandingClock()
        port = Port(workspaces, pause=no_time, monotonic=lambda: wall.now().timestamp())
        to_people = ToPeople(acme.database, transport_on(acme, port, wall), wall=wall)
        to_teams = ToTeams(acme.engine, SlackRooms(port))
        dispatcher = post(acme.database, to_people, to_teams, in_app(acme, wall), wall=wall)
        await dispatcher.work_off()
        api.messages.clear()
        yield Side(acme, api, slack, dispatcher)


CONNECTED = "This channel hears from now on who of Backend is away, and what happens to its pool."
HERE = "Here you hear who of Backend is away, and what happens to its pool."


@on_both
async def test_a_lead_connects_a_channel_where_the_team_hears_who_is_away(side: Side) -> None:
    assert await side.says("carol", "settings channel here") == CONNECTED
    assert side.posts() == [f"{HERE}\n@carol connected this channel. End it with “settings channel off”."]
    await side.goes_away("alice", "ooo next week delegate @bob")
    [_, told] = side.posts()
    assert told.startswith("@alice is out of office from Mon 9 Mar 2026, 00:00")
    assert told.endswith("\n80 % of their credits for that time go to the team's pool. @bob decides in their place.")
    await side.goes_away("dan", "ooo next week")
    assert len(side.posts()) == 2, "Dan is of another team"
    await Talk(side.acme).says("alice", "ooo cancel")
    await side.dispatcher.work_off()
    assert side.posts()[2:] == ["@alice will not be away after all."]


async def test_what_happens_to_the_pool_is_told_and_what_is_somebody_s_own_is_not(side: Side) -> None:
    await side.says("carol", "settings channel here")
    acme = side.acme
    await acme.run(FundPool, by="carol", team_id=acme.node("Backend"), amount=400_000)
    await acme.run(RequestDraw, by="bob", amount=39_000, reason="small")
    await acme.run(RequestDraw, by="alice", amount=40_000, reason="secret launch")
    await acme.run(SendCredits, by="alice", recipients=(acme.user("bob"),), amount=5_000, reason="for lunch")
    await side.dispatcher.work_off()
    assert side.posts()[1:] == [
        "400,000 tokens came into the pool of Backend; it has 400,000 tokens now.\n@carol funded it.",
        "A large draw: 40,000 tokens left the pool of Backend; 321,000 tokens are left.",
    ]


@pytest.mark.parametrize(
    ("who", "text", "room", "told"),
    [
        ("bob", "settings channel here", ROOM, "You may not do that."),
        ("carol", "settings channel here", {"channel_id": "D0CAROL"}, "Which channel do you mean?"),
        ("erin", "settings channel here", ROOM, "For which team?"),
        ("carol", "settings channel here for platform", ROOM, "You may not do that."),
    ],
)
async def test_who_does_not_lead_the_team_connects_nothing(
    side: Side, who: str, text: str, room: dict[str, str], told: str
) -> None:
    answer = await side.says(who, text, **room)
    assert answer == told
    assert side.posts() == []
    await side.goes_away("alice", "ooo next week")
    assert side.posts() == []


@on_both
async def test_the_lead_hears_once_that_the_bot_is_not_let_in_and_it_goes_on_when_it_is(side: Side) -> None:
    side.api.shut.add("C0BACKEND")
    await side.says("carol", "settings channel here")
    assert (await states(side.acme))[side.acme.node("Backend"), "slack_channels"] == (
        "skipped",
        1,
        "Slack: not_in_channel",
    )
    await side.goes_away("alice", "ooo next week")
    shut = [kind for kind in await types_received(side.acme, "carol") if kind == "channel.shut"]
    assert shut == ["channel.shut"]
    told, _ = side.api.shown_to(ACCOUNTS["carol"])
    assert told["text"] == (
        "I am not let into the channel of Backend, so nothing is told there.\n"
        "Invite me there (in Slack: /invite @Alfred), or end it with “settings channel off”."
    )
    side.api.shut.clear()
    assert (await side.says("carol", "settings channel")).startswith("Backend is told together in 1 channel")
    await side.goes_away("bob", "ooo next week")
    assert [text.split(" is ")[0] for text in side.posts()] == ["@bob"]
    (channel,) = await side.acme.ask(ShowChannels, by="carol", team_id=side.acme.node("Backend"))
    assert channel.shut_at is None


async def test_a_channel_that_is_disconnected_or_whose_workspace_is_gone_hears_nothing(side: Side) -> None:
    await side.says("carol", "settings channel here")
    assert await side.says("carol", "settings channel off") == "I tell nothing about Backend in its channel any more."
    assert await side.says("carol", "settings channel off") == "Backend has no channel."
    await side.goes_away("alice", "ooo next week")
    assert len(side.posts()) == 1
    await side.says("erin", "settings channel here for backend")
    acme = side.acme
    await acme.run(
        RemoveWorkspace, by="system", platform=Platform.SLACK, workspace_id="T0ACME", happened_at=acme.clock.now()
    )
    assert await acme.ask(ShowChannels, by="carol", team_id=acme.node("Backend")) == ()


async def test_another_channel_takes_the_place_of_the_first_and_a_channel_may_serve_two_teams(side: Side) -> None:
    acme = side.acme
    await acme.run(
        GrantRole, by="operator", user_id=acme.user("carol"), role=Role.TEAM_LEAD, scope_id=acme.node("Platform")
    )
    await side.says("carol", "settings channel here")
    await side.says("carol", "settings channel here", channel_id="C0OTHER", channel_name="other")
    await side.says("carol", "settings channel here for platform", channel_id="C0OTHER", channel_name="other")
    await side.goes_away("alice", "ooo next week")
    await side.goes_away("dan", "ooo next week")
    assert len(side.posts()) == 1
    assert [text.split(" ")[0] for text in side.posts("C0OTHER")] == ["Here", "Here", "@alice", "@dan"]
