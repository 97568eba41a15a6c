"""Statuses in Slack and being out of office: what is suggested, set, taken back, and what comes to nothing.

The real app over signed HTTP, the real dispatcher, Slack's Web API as a stand-in.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from bot.replies.reply import Reply
from core.notify.dispatcher import Dispatcher
from core.ooo.change_status_sync import ChangeStatusSync
from core.refusals import Because
from core.storage.database import Database
from core.storage.tables import absences, chat_statuses
from tests.company import Company, StandingClock, found_company
from tests.conftest import BOTH
from tests.edges.slack_api import SlackApi, installed, slack_api
from tests.edges.slack_side import ACCOUNTS, Slack, button, labels, link, slack_side
from tests.edges.test_slack_told import dispatcher_on
from tests.talking import Talk, office_of

on_both = pytest.mark.parametrize("acme_database", BOTH, indirect=True)
FRIDAY = datetime.fromisoformat("2026-03-06T00:00:00+01:00")
WEDNESDAY = datetime.fromisoformat("2026-03-04T00:00:00+01:00")
NUMBERS = count(1)


@pytest.fixture
def acme_database(request: pytest.FixtureRequest) -> Database:
    opened: Database = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_database")
    return opened


@dataclass
class Side:
    """Slack, Alfred's endpoint, and Acme."""

    acme: Company
    api: SlackApi
    slack: Slack
    dispatcher: Dispatcher

    async def status(
        self,
        who: str,
        text: str = "Vacationing",
        emoji: str = ":palm_tree:",
        *,
        until: datetime | None = FRIDAY,
        event: str = "",
        at: datetime | None = None,
    ) -> None:
        """Somebody's status changes, and everybody is told what comes of it."""
        profile: dict[str, Any] = {
            "status_text": text,
            "status_emoji": emoji,
            "status_expiration": 0 if until is None else int(until.timestamp()),
        }
        assert await self.hears(who, profile, event=event or f"Ev{next(NUMBERS)}", at=at) == 200
        await self.dispatcher.work_off()

    async def hears(self, who: str, profile: object, *, event: str, at: datetime | None = None) -> int:
        """Slack's event, signed; the status of our answer."""
        payload = {
            "team_id": "T0ACME",
            "api_app_id": "A0ALFRED",
            "type": "event_callback",
            "event_id": event,
            "event_time": int((at or self.acme.clock.now()).timestamp()),
            "authorizations": [{"enterprise_id": None, "team_id": "T0ACME", "is_enterprise_install": False}],
            "event": {
                "type": "user_status_changed",
                "user": {"id": ACCOUNTS.get(who, who), "team_id": "T0ACME", "profile": profile},
                "cache_ts": 1_700_000_000,
                "event_ts": "1700000000.000100",
            },
        }
        body = json.dumps(payload).encode()
        status, _ = await self.slack.post(body, self.slack.headers(body, content_type="application/json"))
        return status

    async def clears(self, who: str) -> None:
        """Their status is empty again."""
        await self.status(who, "", "", until=None)

    def shown(self, who: str) -> list[str]:
        """The first lines of somebody's direct messages as they stand."""
        return [message["text"].splitlines()[0] for message in self.api.shown_to(ACCOUNTS[who])]

    async def absences(self) -> list[tuple[str, str, str, datetime]]:
        """(whose, how it became known, state, until when)."""
        handles = {user_id: handle for handle, user_id in self.acme.users.items()}
        async with self.acme.database.snapshot() as connection:
            found = await connection.execute(select(absences).order_by(absences.c.id))
            return [(handles[row.user_id], row.source, row.state, row.ends_at) for row in found]

    async def sync(self, sync: str) -> None:
        """The organization chooses."""
        await self.acme.run(ChangeStatusSync, by="grace", sync=sync)


@pytest.fixture
async def side(acme_database: Database) -> AsyncIterator[Side]:
    """Alice, Bob, Carol and Erin are in Slack; nothing waits to be told."""
    acme = await found_company(acme_database)
    await link(acme)
    await acme.fund("alice", 310_000)
    async with (
        slack_api() as api,
        installed(api) as workspaces,
        slack_side(acme, office_of(acme), workspaces=workspaces) as slack,
    ):
        side = Side(acme, api, slack, dispatcher_on(acme, workspaces, StandingClock()))
        await side.dispatcher.work_off()
        api.messages.clear()
        yield side


ASKED = "Are you away until Fri 6 Mar 2026, 00:00 (Europe/Berlin)? Your team could use your credits meanwhile."


@on_both
async def test_who_goes_on_vacation_in_slack_is_asked_and_says_yes(side: Side) -> None:
    await side.status("alice")
    assert side.shown("alice") == [ASKED]
    [message] = side.api.shown_to(ACCOUNTS["alice"])
    assert labels(message) == ["Yes, share", "Other days", "Not this time"]
    assert await side.absences() == [], "nothing happens before they say so"
    answer = await side.slack.presses("alice", button(message, "Yes, share"))
    assert answer["text"].startswith("You are out of office")
    assert await side.absences() == [("alice", "chat_status", "open", FRIDAY)]
    again = await side.slack.presses("alice", button(message, "Yes, share"))
    assert again["text"] == answer["text"]
    assert await side.absences() == [("alice", "chat_status", "open", FRIDAY)]
    await side.dispatcher.work_off()
    [told] = side.shown("bob")
    assert told.startswith("@alice is out of office from Mon 2 Mar 2026, 10:00")
    assert told.endswith("back on Fri 6 Mar 2026.")


async def test_who_says_no_is_left_alone(side: Side) -> None:
    await side.status("alice")
    [message] = side.api.shown_to(ACCOUNTS["alice"])
    answer = await side.slack.presses("alice", button(message, "Not this time"))
    assert answer["text"] == "All right, nothing was done."
    await side.status("alice", "Still vacationing!")
    assert len(side.shown("alice")) == 1
    assert await side.absences() == []


@on_both
async def test_the_same_status_twice_and_the_same_event_twice_ask_once(side: Side) -> None:
    await side.status("alice", event="EvSame")
    await side.status("alice", event="EvSame")
    await side.status("alice")
    await side.status("alice", at=side.acme.clock.now() - timedelta(minutes=5), until=WEDNESDAY)
    assert side.shown("alice") == [ASKED]
    later = FRIDAY + timedelta(days=7)
    await side.status("alice", until=later)
    assert len(side.shown("alice")) == 2, "another end is another question"
    first, second = side.api.shown_to(ACCOUNTS["alice"])
    over = await side.slack.presses("alice", button(first, "Yes, share"))
    assert over["text"].startswith("That suggestion is over.")
    await side.slack.presses("alice", button(second, "Yes, share"))
    assert await side.absences() == [("alice", "chat_status", "open", later)]


async def test_what_says_no_end_asks_for_the_days_and_what_names_one_is_believed(side: Side) -> None:
    await side.status("alice", "OOO", "", until=None)
    assert side.shown("alice") == ["Are you away? Your team could use your credits meanwhile."]
    assert labels(side.api.shown_to(ACCOUNTS["alice"])[0]) == ["Other days", "Not this time"]
    await side.status("bob", "OOO until Friday, ask @carol", "", until=None)
    assert side.shown("bob") == [ASKED]


@pytest.mark.parametrize(
    ("text", "emoji", "until"),
    [
        ("not OOO", ":palm_tree:", FRIDAY),
        ("Lunch", ":hamburger:", FRIDAY),
        ("Away", "", datetime.fromisoformat("2026-03-02T18:00:00+01:00")),
        ("Out sick", "", datetime.fromisoformat("2026-03-03T10:00:00+01:00")),
        ("Vacationing", ":palm_tree:", datetime.fromisoformat("2026-03-01T00:00:00+01:00")),
    ],
)
async def test_what_is_no_absence_or_ends_before_credits_would_move_comes_to_nothing(
    side: Side, text: str, emoji: str, until: datetime
) -> None:
    await side.status("alice", text, emoji, until=until)
    assert side.shown("alice") == []
    assert await side.absences() == []


@on_both
async def test_where_the_organization_says_so_the_status_sets_it_and_its_end_takes_it_back(side: Side) -> None:
    await side.sync("set")
    await side.status("alice", event="EvSet")
    await side.status("alice", event="EvSet")
    assert await side.absences() == [("alice", "chat_status", "open", FRIDAY)]
    assert side.shown("alice") == [
        "You are out of office until Fri 6 Mar 2026, 00:00 (Europe/Berlin), because your status says so."
    ]
    side.acme.clock.advance(days=1)
    await side.clears("alice")
    await side.clears("alice")
    assert [(who, state) for who, _, state, _ in await side.absences()] == [("alice", "ended")]
    assert side.shown("alice")[1:] == ["Your absence has ended."]
    await side.status("bob", "OOO", "", until=None)
    assert side.shown("bob")[-1] == "Are you away? Your team could use your credits meanwhile."


async def test_who_takes_the_status_away_early_is_asked_whether_they_are_back(side: Side) -> None:
    await side.status("alice")
    [message] = side.api.shown_to(ACCOUNTS["alice"])
    await side.slack.presses("alice", button(message, "Yes, share"))
    side.acme.clock.advance(days=1)
    await side.status("alice", "Back at it", ":rocket:", until=None)
    _, asked = side.api.shown_to(ACCOUNTS["alice"])
    assert asked["text"].startswith(
        "Welcome back? Your status no longer says that you are away; here you are until Fri"
    )
    answer = await side.slack.presses("alice", button(asked, "I am back"))
    assert answer["text"].startswith("Welcome back.")
    assert [state for _, _, state, _ in await side.absences()] == ["ended"]
    await side.clears("alice")
    assert len(side.shown("alice")) == 3, "the third tells that it has ended"


async def test_who_said_it_here_before_is_not_asked_and_their_word_outlives_the_status(side: Side) -> None:
    talk = Talk(side.acme)
    preview = await talk.says("alice", "ooo until friday")
    await talk.presses("alice", preview.actions[0])
    await side.status("alice")
    await side.clears("alice")
    assert side.shown("alice") == []
    assert await side.absences() == [("alice", "manual_status", "open", FRIDAY)]


@pytest.mark.parametrize("who", ["U0STRANGER", "U0DAN", "", "U\u0000"])
async def test_who_is_not_linked_is_nobody(side: Side, who: str) -> None:
    await side.sync("set")
    await side.status(who)
    assert (await side.absences(), side.api.messages) == ([], {})
    assert side.api.said("users.info") == [], "nor is Slack asked who that is"


async def test_where_the_organization_looks_at_no_status_nothing_is_kept(side: Side) -> None:
    await side.sync("off")
    await side.status("alice")
    async with side.acme.database.snapshot() as connection:
        assert (await connection.execute(select(chat_statuses))).all() == []
    assert side.shown("alice") == []


@pytest.mark.parametrize(
    "profile",
    [
        None,
        [],
        {},
        {"status_text": None, "status_emoji": 7, "status_expiration": "soon"},
        {"status_text": "OOO", "status_emoji": "", "status_expiration": 10**30},
        {"status_text": "OOO", "status_emoji": "", "status_expiration": -5},
        {"status_text": "OOO " + "until " * 50_000, "status_emoji": ":" * 50_000, "status_expiration": True},
        {"status_text": "OOO until \u202e\u0000<!channel> 99999999999", "status_emoji": "", "status_expiration": 0},
    ],
)
async def test_whatever_a_status_says_it_is_answered_and_moves_nothing(side: Side, profile: object) -> None:
    assert await side.hears("alice", profile, event=f"Ev{next(NUMBERS)}") == 200
    await side.dispatcher.work_off()
    assert await side.absences() == []
    assert all("channel" not in text for text in side.shown("alice"))


async def test_administrators_say_what_means_away_and_others_may_read_it(side: Side) -> None:
    talk = Talk(side.acme)
    assert (await talk.says("bob", "settings status set")).code == Because.NOT_ALLOWED.value
    told = await talk.says("grace", "settings status words Urlaub, auf Reisen")
    assert isinstance(told, Reply)
    assert told.facts[0].value == "urlaub, auf reisen"
    await talk.says("grace", "settings status emoji :sunny:")
    await side.status("alice", "vacation", ":palm_tree:")
    assert side.shown("alice") == []
    await side.status("alice", "Im Urlaub", "")
    assert side.shown("alice") == [ASKED]
    shown = await talk.says("bob", "settings status")
    assert shown.title == "Whose chat status says that they are away is asked whether to share their credits."
    back = await talk.says("grace", "settings status words default")
    assert back.facts[0].value.startswith("ooo, out of office")
    assert (await talk.says("grace", "settings status off")).title == "Chat statuses are not looked at."
    assert (await talk.says("grace", "settings status words")).code == "usage"
