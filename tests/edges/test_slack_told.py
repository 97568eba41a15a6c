"""What Alfred says in Slack on its own: to whom, with which buttons, and how every copy shows a decision.

The real app over signed HTTP, the real dispatcher, and a Web API that fails when it is told to.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bot.delivering.copies import ToCopies
from bot.delivering.people import ToPeople
from bot.slack.port import Port
from bot.slack.workspaces import Workspaces
from core.access.matrix import Role
from core.approvals.delegate import Delegate
from core.directory.link_identity import LinkIdentity
from core.directory.platforms import Platform
from core.directory.remove_workspace import RemoveWorkspace
from core.notify.dispatcher import Dispatcher
from core.notify.leases import LEASE, lease
from core.transfers.decide_transfer import DecideTransfer
from core.transfers.expire_transfer import ExpireTransfer
from core.transfers.send_credits import SendCredits, Sent
from tests.company import Company, StandingClock
from tests.conftest import on_both
from tests.edges.slack_api import SlackApi, installed, slack_api, transport_on
from tests.edges.slack_side import ACCOUNTS, Slack, button, labels, link, slack_side, welcomed
from tests.notify.post import in_app, post, states
from tests.policies.applying import applied
from tests.talking import Talk, office_of

ALL_MUST_AGREE = "transfer_policy: {approval_required: {all_must_agree: true}}"
STANDS = (
    "150,000 tokens from @alice to @dan waits for a decision.\n“for the launch”\n"
    "1 of 2 have agreed: @carol; now asked: @erin."
)
DECIDED = (
    "150,000 tokens from @alice to @bob: approved by @carol.\n"
    "“for the launch”\nOn Mon 2 Mar 2026, 10:00 (Europe/Berlin)."
)


@dataclass
class Side:
    """Slack, Alfred's endpoint, and Acme."""

    acme: Company
    api: SlackApi
    slack: Slack
    wall: StandingClock
    dispatcher: Dispatcher

    async def sends(self, amount: int, *, to: str = "bob") -> Sent:
        """Alice sends credits."""
        return await self.acme.run(
            SendCredits, by="alice", recipients=(self.acme.user(to),), amount=amount, reason="for the launch"
        )

    def shown(self, who: str) -> list[str]:
        """The texts of somebody's direct messages as they stand."""
        return [message["text"] for message in self.api.shown_to(ACCOUNTS[who])]


@pytest.fixture
async def side(usual_company: Company) -> AsyncIterator[Side]:
    """Alice has 400,000 tokens; whatever was told before is done."""
    acme = usual_company
    await link(acme)
    await acme.fund("alice", 400_000)
    async with (
        slack_api() as api,
        installed(api) as workspaces,
        slack_side(acme, office_of(acme), workspaces=workspaces) as slack,
    ):
        wall = StandingClock()
        side = Side(acme, api, slack, wall, dispatcher_on(acme, workspaces, wall))
        await side.dispatcher.work_off()
        api.messages.clear()
        api.calls.clear()
        yield side


def dispatcher_on(acme: Company, workspaces: Workspaces, wall: StandingClock) -> Dispatcher:
    """A process that brings news to people; its time is the wall's."""
    port = Port(workspaces, pause=no_time, monotonic=lambda: wall.now().timestamp())
    transport = transport_on(acme, port, wall)
    to_people, to_copies = ToPeople(acme.database, transport, wall=wall), ToCopies(acme.database, transport)
    return post(acme.database, to_people, to_copies, in_app(acme, wall), wall=wall)


async def no_time(seconds: float) -> None:
    """Waiting takes none."""
    del seconds
    await asyncio.sleep(0)


async def test_who_receives_credits_is_told_in_a_direct_message_that_says_it_all(side: Side) -> None:
    await side.sends(5_000)
    await side.sends(7_000, to="dan")
    await side.dispatcher.work_off()
    [message] = side.api.shown_to(ACCOUNTS["bob"])
    assert message["text"].startswith("5,000 tokens from @alice.\n“for the launch”\nYou can: ")
    assert message["blocks"][0]["text"]["text"] == "*5,000 tokens from @alice.*"
    assert ("bob", "slack") in await states(side.acme)
    assert (await states(side.acme))["dan", "slack"][0] == "skipped", "who is not in Slack is no failure"


async def test_what_only_shows_more_leaves_the_message_as_it_is(side: Side) -> None:
    await side.sends(5_000)
    await side.dispatcher.work_off()
    [message] = side.api.shown_to(ACCOUNTS["bob"])
    answer = await side.slack.presses("bob", button(message, "View"))
    assert answer["replace_original"] is False
    assert answer["text"].startswith("0 tokens sent and 5,000 received")


@on_both
async def test_every_copy_of_a_request_shows_how_it_was_decided_and_by_whom(side: Side) -> None:
    await side.sends(150_000)
    await side.dispatcher.work_off()
    [for_carol], [for_erin] = side.api.shown_to(ACCOUNTS["carol"]), side.api.shown_to(ACCOUNTS["erin"])
    assert for_carol["text"].startswith(
        "150,000 tokens from @alice to @bob: please decide.\n“for the launch”\nYou can decide until "
    )
    assert labels(for_erin) == ["Approve", "Deny", "Ask a question", "Smaller amount"]
    pressed = await side.slack.presses("carol", button(for_carol, "Approve"))
    assert pressed["replace_original"] is True
    await side.dispatcher.work_off()
    assert (side.shown("carol"), side.shown("erin")) == ([DECIDED], [DECIDED])
    assert [labels(message) for message in side.api.messages.values() if "approved" in message["text"]] == [[], [], []]
    assert side.shown("alice") == ["150,000 tokens approved by @carol."]
    assert await side.acme.balances() == {"alice": 250_000, "bob": 150_000}


@on_both
async def test_where_both_must_agree_the_next_gets_the_buttons_and_the_copies_before_lose_them(side: Side) -> None:
    await applied(side.acme, ALL_MUST_AGREE)
    await side.acme.hire("dave", home="Backend", role=Role.TEAM_LEAD)
    await side.acme.run(Delegate, by="dave", delegate_id=side.acme.user("bob"))
    await side.sends(150_000, to="dan")
    await side.dispatcher.work_off()
    [for_carol] = [message for message in side.api.shown_to(ACCOUNTS["carol"]) if "@dan" in message["text"]]
    [for_bob] = [message for message in side.api.shown_to(ACCOUNTS["bob"]) if "@dan" in message["text"]]
    assert labels(for_bob) == labels(for_carol) == ["Approve", "Deny", "Ask a question", "Smaller amount"]
    assert side.shown("erin") == []
    assert "\nAfter you 1 more must agree.\n" in for_carol["text"]
    await Talk(side.acme).says("carol", "ask @alice what for?")
    await side.dispatcher.work_off()
    await side.slack.presses("carol", button(for_carol, "Approve"))
    await side.dispatcher.work_off()
    [question] = [message for message in side.api.shown_to(ACCOUNTS["alice"]) if "what for" in message["text"]]
    assert labels(question) == ["Answer"], "she may still answer, for those who decide after"
    assert (STANDS in side.shown("carol"), STANDS in side.shown("bob")) == (True, True)
    [for_erin] = side.api.shown_to(ACCOUNTS["erin"])
    assert for_erin["text"].startswith(
        "150,000 tokens from @alice to @dan: please decide.\n“for the launch”\n1 of 2 have agreed: @carol.\n"
        "You can decide until "
    )
    assert labels(for_erin) == ["Approve", "Deny", "Ask a question", "Smaller amount"]
    agreed = "150,000 tokens from @alice to @dan: @carol agrees.\n1 of 2 have agreed: @carol; now asked: @erin."
    assert agreed in side.shown("alice")
    await side.slack.presses("erin", button(for_erin, "Approve"))
    await side.dispatcher.work_off()
    ended = (
        "150,000 tokens from @alice to @dan: approved by @erin.\n“for the launch”\nAgreed before: @carol.\n"
        "On Mon 2 Mar 2026, 10:00 (Europe/Berlin)."
    )
    assert [ended in side.shown(who) for who in ("carol", "bob", "erin")] == [True, True, True]


async def test_a_message_that_comes_late_shows_how_far_it_has_come_meanwhile(side: Side) -> None:
    await applied(side.acme, ALL_MUST_AGREE)
    sent = await side.sends(150_000, to="dan")
    await side.acme.run(DecideTransfer, by="carol", approval_id=sent.approval_id, is_yes=True)
    await side.dispatcher.work_off()
    [late], [for_erin] = side.api.shown_to(ACCOUNTS["carol"]), side.api.shown_to(ACCOUNTS["erin"])
    assert (labels(late), len(labels(for_erin))) == ([], 4)
    assert late["text"].endswith("1 of 2 have agreed: @carol.")


@on_both
async def test_of_two_approvers_at_once_one_decides_and_both_see_the_same(side: Side) -> None:
    await side.sends(150_000)
    await side.dispatcher.work_off()
    [for_carol], [for_erin] = side.api.shown_to(ACCOUNTS["carol"]), side.api.shown_to(ACCOUNTS["erin"])
    answers = await asyncio.gather(
        side.slack.presses("carol", button(for_carol, "Approve")), side.slack.presses("erin", button(for_erin, "Deny"))
    )
    assert sorted(answer["replace_original"] for answer in answers) == [False, True]
    [late] = [answer["text"] for answer in answers if not answer["replace_original"]]
    assert "has decided that already" in late
    await side.dispatcher.work_off()
    assert side.shown("carol") == side.shown("erin")
    assert len(side.shown("carol")) == 1
    assert "approved by @carol" in side.shown("erin")[0] or "denied by @erin" in side.shown("erin")[0]


async def test_a_decision_in_the_terminal_while_nobody_dispatched_is_shown_after_the_restart(side: Side) -> None:
    asked = await side.sends(150_000)
    await side.dispatcher.work_off()
    told = await Talk(side.acme).says("carol", f"approve {asked.approval_id}")
    assert told.tone == "ok"
    async with installed(side.api) as workspaces:
        await dispatcher_on(side.acme, workspaces, side.wall).work_off()
    assert (side.shown("carol"), side.shown("erin")) == ([DECIDED], [DECIDED])


async def test_a_copy_that_was_deleted_or_has_to_wait_holds_up_no_other(side: Side) -> None:
    asked = await side.sends(150_000)
    await side.dispatcher.work_off()
    [gone] = [key for key in side.api.messages if key[0] == "DU0CAROL"]
    del side.api.messages[gone]
    side.api.too_fast("chat.update", 120)
    await side.acme.run(DecideTransfer, by="carol", approval_id=asked.approval_id, is_yes=True)
    await side.dispatcher.work_off()
    side.wall.advance(seconds=121)
    await side.dispatcher.work_off()
    assert side.shown("erin") == [DECIDED]
    ends = sorted(state for (_, channel), (state, *_) in (await states(side.acme)).items() if channel == "slack_copies")
    assert ends == ["delivered", "skipped"]


async def test_a_request_that_nobody_decided_says_so_everywhere(side: Side) -> None:
    asked = await side.sends(150_000)
    await side.dispatcher.work_off()
    side.acme.clock.advance(hours=24)
    await side.acme.run(ExpireTransfer, by="system", approval_id=asked.approval_id)
    await side.dispatcher.work_off()
    assert side.shown("erin")[0].startswith("150,000 tokens from @alice to @bob: nobody decided in time.\n")
    assert labels(side.api.shown_to(ACCOUNTS["erin"])[0]) == []


async def test_what_was_decided_before_slack_came_back_arrives_decided(side: Side) -> None:
    for _ in range(6):
        side.api.status("conversations.open", 503)
    asked = await side.sends(150_000)
    await side.dispatcher.work_off()
    assert side.shown("carol") == []
    await side.acme.run(DecideTransfer, by="carol", approval_id=asked.approval_id, is_yes=True)
    await side.dispatcher.work_off()
    side.wall.advance(seconds=5)
    await side.dispatcher.work_off()
    assert side.shown("erin") == [DECIDED]


async def test_a_decision_between_posting_and_noting_it_is_not_missed(side: Side) -> None:
    side.api.hang("chat.postMessage")
    asked = await side.sends(150_000)
    under_way = asyncio.create_task(side.dispatcher.work_off())
    await side.api.hangs.wait()
    await side.acme.run(DecideTransfer, by="erin", approval_id=asked.approval_id, is_yes=False, note="next quarter")
    await side.dispatcher.fan_out()
    side.api.go_on.set()
    await under_way
    await side.dispatcher.work_off()
    for who in ("carol", "erin"):
        assert side.shown(who)[0].startswith("150,000 tokens from @alice to @bob: denied by @erin.\n")


async def test_a_message_that_comes_twice_after_a_crash_offers_the_same_command(side: Side) -> None:
    await side.sends(150_000)
    await side.dispatcher.fan_out()
    async with installed(side.api) as workspaces:
        dying = ToPeople(side.acme.database, transport_on(side.acme, Port(workspaces), side.wall), wall=side.wall)
        for taken in await lease(side.acme.database, "slack", wall=side.wall.at, limit=10):
            await dying.deliver(taken.message)  # and it dies before it can write that down
    side.wall.advance(seconds=LEASE.total_seconds())
    await side.dispatcher.work_off()
    first, second = side.api.shown_to(ACCOUNTS["carol"])
    assert button(first, "Approve") == button(second, "Approve")
    once = await side.slack.presses("carol", button(first, "Approve"))
    again = await side.slack.presses("carol", button(second, "Approve"))
    assert once == again
    await side.dispatcher.work_off()
    assert side.shown("carol") == [DECIDED, DECIDED]


async def test_a_token_that_was_revoked_makes_a_dead_letter_and_stops_nobody_else(side: Side) -> None:
    side.api.error("chat.postMessage", "token_revoked")
    await side.sends(5_000)
    await side.dispatcher.work_off()
    assert (await states(side.acme))["bob", "slack"] == ("dead", 1, "Slack: token_revoked")
    assert (await states(side.acme))["bob", "in_app"] == ("delivered", 1, None)


async def test_what_still_waits_when_alfred_is_removed_goes_nowhere_and_is_no_failure(side: Side) -> None:
    asked = await side.sends(150_000)
    await side.dispatcher.work_off()
    await side.sends(5_000)
    await side.acme.run(DecideTransfer, by="carol", approval_id=asked.approval_id, is_yes=True)
    await side.dispatcher.fan_out()
    await side.acme.run(
        RemoveWorkspace, by="system", platform=Platform.SLACK, workspace_id="T0ACME", happened_at=side.acme.clock.now()
    )
    calls = len(side.api.calls)
    await side.dispatcher.work_off()
    assert len(side.api.calls) == calls
    now = await states(side.acme)
    ends = [state for (_, channel), (state, *_) in now.items() if channel in {"slack", "slack_copies"}]
    assert set(ends) == {"delivered", "skipped"}
    assert now["bob", "slack"][0] == "skipped"
    assert now["bob", "in_app"][0] == "delivered"


async def test_who_left_one_workspace_hears_it_in_another(side: Side) -> None:
    await side.acme.run(
        LinkIdentity,
        by="bob",
        user_id=side.acme.user("bob"),
        platform=Platform.SLACK,
        workspace_id="T0ACME",
        external_id="U1BOB",
    )
    await welcomed(side.acme)
    side.api.error("conversations.open", "user_disabled")
    await side.sends(5_000)
    await side.dispatcher.work_off()
    assert side.shown("bob") == []
    assert len(side.api.shown_to("U1BOB")) == 1
    assert (await states(side.acme))["bob", "slack"] == ("delivered", 1, None)


async def test_slack_that_asks_for_time_gets_it(side: Side) -> None:
    side.api.too_fast("chat.postMessage", 60)
    await side.sends(5_000)
    await side.dispatcher.work_off()
    side.wall.advance(seconds=59)
    await side.dispatcher.work_off()
    assert side.shown("bob") == []
    side.wall.advance(seconds=1)
    await side.dispatcher.work_off()
    assert len(side.shown("bob")) == 1


async def test_an_answer_that_its_response_url_does_not_take_comes_as_a_direct_message(side: Side) -> None:
    sent = await side.slack.says("alice", "send @bob 4k")
    side.slack.answers.statuses.append(404)
    await side.slack.presses("alice", button(sent, "Undo"))
    await side.api.posted.wait()
    assert [text.splitlines()[0] for text in side.shown("alice")] == ["4,000 tokens back from @bob."]
