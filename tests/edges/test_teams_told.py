"""What Alfred says in Teams on its own: to whom, with which buttons, and how every copy shows a decision.

The real app over signed HTTP, the real dispatcher, and a connector that fails when it is told to.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from alfred.dispatching import running_dispatcher
from alfred.settings import Settings
from alfred.teams import open_teams
from alfred.wiring import open_house
from bot.delivering.people import ToPeople
from bot.teams.channel import TeamsTransport
from core.notify.leases import LEASE, lease
from core.transfers.decide_transfer import DecideTransfer
from core.transfers.expire_transfer import ExpireTransfer
from core.transfers.send_credits import SendCredits
from tests.company import Company, StandingClock
from tests.conftest import on_both
from tests.edges.teams_side import TENANT
from tests.edges.teams_talk import button, link, shown_in, teams_side, titles, words
from tests.edges.teams_telling import Side, dispatcher_on
from tests.notify.post import states
from tests.policies.applying import applied
from tests.talking import Talk, office_of

DECIDED = (
    "150,000 tokens from @alice to @bob: approved by @carol.\n“for the launch”\n"
    "On Mon 2 Mar 2026, 10:00 (Europe/Berlin)."
)


CARD, TOAST = "application/vnd.microsoft.card.adaptive", "application/vnd.microsoft.activity.message"


@pytest.fixture
async def side(usual_company: Company) -> AsyncIterator[Side]:
    """Alice has 400,000 tokens; she, Bob, Carol and Erin have each greeted the bot."""
    acme = usual_company
    await link(acme)
    await acme.fund("alice", 400_000)
    async with teams_side(acme, office_of(acme)) as teams:
        for who in ("alice", "bob", "carol", "erin"):
            await teams.says(who, "hello")
        wall = StandingClock()
        side = Side(acme, teams, wall, dispatcher_on(acme, teams, wall))
        await side.dispatcher.work_off()
        teams.connector.messages.clear()
        yield side


async def test_who_receives_credits_is_told_in_their_own_chat(side: Side) -> None:
    await side.sends(5_000)
    await side.sends(7_000, to="dan")
    [message] = side.teams.standing("bob")
    assert message["summary"].startswith("5,000 tokens from @alice.\n“for the launch”\nYou can: ")
    assert titles(side.card("bob")) == ["Thank @alice", "View"]
    assert ("bob", "teams") in await states(side.acme)
    assert ("dan", "teams") not in await states(side.acme), "who never let the bot in is no failure"


@on_both
async def test_every_copy_of_a_request_shows_how_it_was_decided_and_by_whom(side: Side) -> None:
    await side.sends(150_000)
    assert side.shown("carol")[0].startswith(
        "150,000 tokens from @alice to @bob: please decide.\n“for the launch”\nYou can decide until "
    )
    assert titles(side.card("erin")) == ["Approve", "Deny", "Ask a question", "Smaller amount"]
    pressed = await side.teams.presses("carol", button(side.card("carol"), "Approve"))
    assert words(pressed["value"]).startswith("Approved: 150,000 tokens from @alice to @bob")
    await side.dispatcher.work_off()
    assert (side.shown("carol"), side.shown("erin")) == ([DECIDED], [DECIDED])
    assert titles(side.card("carol")) == titles(side.card("erin")) == []
    assert side.shown("alice") == ["150,000 tokens approved by @carol."]
    assert await side.acme.balances() == {"alice": 250_000, "bob": 150_000}


@on_both
async def test_where_both_must_agree_the_next_gets_the_buttons_and_the_copy_before_loses_them(side: Side) -> None:
    await applied(side.acme, "transfer_policy: {approval_required: {all_must_agree: true}}")
    await side.sends(150_000)
    assert "\nAfter you 1 more must agree.\n" in side.shown("carol")[0]
    assert side.shown("erin") == []
    card = side.card("carol")
    pressed = await side.teams.presses("carol", button(card, "Approve"))
    assert words(pressed["value"]).startswith(
        "You agree: 150,000 tokens from @alice to @bob.\n1 of 2 have agreed: @carol; now asked: @erin."
    )
    await side.dispatcher.work_off()
    stands = "150,000 tokens from @alice to @bob waits for a decision.\n“for the launch”\n1 of 2 have agreed: @carol"
    assert side.shown("carol") == [f"{stands}; now asked: @erin."]
    assert titles(side.card("erin")) == ["Approve", "Deny", "Ask a question", "Smaller amount"]
    assert "\n1 of 2 have agreed: @carol.\nYou can decide until " in side.shown("erin")[0]
    assert words((await side.teams.views("alice", card))["value"]) == f"{stands}."
    assert words((await side.teams.views("erin", card))["value"]) == words(side.card("erin"))
    await side.teams.presses("erin", button(side.card("erin"), "Deny"))
    await side.dispatcher.work_off()
    assert side.shown("carol") == side.shown("erin")
    assert "denied by @erin.\n“for the launch”\nAgreed before: @carol.\n" in side.shown("carol")[0]
    assert await side.acme.balances() == {"alice": 400_000}


@on_both
async def test_of_two_approvers_at_once_one_decides_and_both_see_the_same(side: Side) -> None:
    await side.sends(150_000)
    yes, no = button(side.card("carol"), "Approve"), button(side.card("erin"), "Deny")
    answers = await asyncio.gather(side.teams.presses("carol", yes), side.teams.presses("erin", no))
    assert sorted(answer["type"] for answer in answers) == sorted([CARD, TOAST])
    [late] = [answer["value"] for answer in answers if answer["type"] == TOAST]
    assert "has decided that already" in late
    await side.dispatcher.work_off()
    assert side.shown("carol") == side.shown("erin")
    [shown] = side.shown("carol")
    assert "approved by @carol" in shown or "denied by @erin" in shown


async def test_the_same_press_twice_with_a_restart_in_between_decides_once(side: Side) -> None:
    await side.sends(150_000)
    approve = button(side.card("carol"), "Approve")
    first = await side.teams.presses("carol", approve)
    async with teams_side(side.acme, office_of(side.acme)) as restarted:
        again = await restarted.presses("carol", approve)
    assert words(first["value"]) == words(again["value"])
    assert await side.acme.balances() == {"alice": 250_000, "bob": 150_000}


@on_both
async def test_everybody_is_shown_their_own_view_of_a_request(side: Side) -> None:
    await side.sends(150_000)
    card = side.card("carol")
    assert card["refresh"]["userIds"] == ["29:carol"]
    for_erin = (await side.teams.views("erin", card))["value"]
    assert titles(for_erin) == ["Approve", "Deny", "Ask a question", "Smaller amount"]
    assert words(for_erin) == words(card)
    for_alice = (await side.teams.views("alice", card))["value"]
    assert (words(for_alice), titles(for_alice)) == (
        "150,000 tokens from @alice to @bob waits for a decision.\n“for the launch”",
        [],
    )
    assert (await side.teams.views("bob", card))["type"] == TOAST, "who has no part in it learns nothing"
    decided = await side.teams.presses("erin", button(for_erin, "Deny"))
    assert words(decided["value"]).startswith("Denied: 150,000 tokens")


async def test_a_view_after_the_decision_and_a_restart_shows_the_outcome(side: Side) -> None:
    asked = await side.sends(150_000)
    card = side.card("carol")
    await side.acme.run(DecideTransfer, by="carol", approval_id=asked.approval_id, is_yes=True)
    async with teams_side(side.acme, office_of(side.acme)) as restarted:
        seen = [await restarted.views(who, card) for who in ("carol", "erin", "erin")]
    assert [words(body["value"]) for body in seen] == [DECIDED] * 3
    assert all("refresh" not in body["value"] for body in seen)


@pytest.mark.parametrize("data", [{}, {"request": 7}, {"request": "apr_0"}, {"says": "send @bob 5k", "id": "x"}])
async def test_looking_does_nothing_and_tells_nothing_of_what_there_is_not(side: Side, data: dict[str, Any]) -> None:
    body = await side.teams.views("alice", {"refresh": {"action": {"data": data}}})
    assert body["type"] == TOAST
    assert await side.acme.balances() == {"alice": 400_000}


async def test_a_request_between_colleagues_has_views_too(side: Side) -> None:
    await Talk(side.acme).says("bob", "request 20k from @alice for the demo")
    await side.dispatcher.work_off()
    card = side.card("alice")
    again = (await side.teams.views("alice", card))["value"]
    assert words(again) == words(card)
    sent = await side.teams.presses("alice", button(again, "Send 20,000 tokens"))
    assert sent["type"] == CARD
    ended = (await side.teams.views("alice", card))["value"]
    assert words(ended).startswith("20,000 tokens for @bob: sent by @alice.")


async def test_a_decision_in_the_terminal_while_nobody_dispatched_is_shown_after_the_restart(side: Side) -> None:
    asked = await side.sends(150_000)
    told = await Talk(side.acme).says("carol", f"approve {asked.approval_id}")
    assert told.tone == "ok"
    await dispatcher_on(side.acme, side.teams, side.wall).work_off()
    assert (side.shown("carol"), side.shown("erin")) == ([DECIDED], [DECIDED])


async def test_a_request_that_nobody_decided_says_so_everywhere(side: Side) -> None:
    asked = await side.sends(150_000)
    side.acme.clock.advance(hours=24)
    await side.acme.run(ExpireTransfer, by="system", approval_id=asked.approval_id)
    await side.dispatcher.work_off()
    assert side.shown("erin")[0].startswith("150,000 tokens from @alice to @bob: nobody decided in time.\n")


async def test_a_decision_between_posting_and_noting_it_is_not_missed(side: Side) -> None:
    async with teams_side(side.acme, office_of(side.acme)) as slow:
        for who in ("carol", "erin"):
            await slow.says(who, "hello")
        slow.connector.messages.clear()
        slow.connector.hangs = True
        dispatcher = dispatcher_on(side.acme, slow, side.wall)
        asked = await side.acme.run(
            SendCredits, by="alice", recipients=(side.acme.user("bob"),), amount=150_000, reason="for the launch"
        )
        slow.connector.anything.clear()
        under_way = asyncio.create_task(dispatcher.work_off())
        await slow.connector.anything.wait()
        await side.acme.run(DecideTransfer, by="erin", approval_id=asked.approval_id, is_yes=False)
        await dispatcher.fan_out()
        slow.connector.hangs = False
        slow.connector.released.set()
        await under_way
        await dispatcher.work_off()
        for who in ("carol", "erin"):
            [message] = slow.standing(who)
            assert words(shown_in(message)).startswith("150,000 tokens from @alice to @bob: denied by @erin.\n")


async def test_a_message_that_comes_twice_after_a_crash_offers_the_same_command(side: Side) -> None:
    await side.acme.run(SendCredits, by="alice", recipients=(side.acme.user("bob"),), amount=150_000, reason="launch")
    await side.dispatcher.fan_out()
    dying = ToPeople(
        side.acme.database, TeamsTransport(side.acme.database, side.teams.port, wall=side.wall), wall=side.wall
    )
    for taken in await lease(side.acme.database, "teams", wall=side.wall.at, limit=10):
        await dying.deliver(taken.message)  # and it dies before it can write that down
    side.wall.advance(seconds=LEASE.total_seconds())
    await side.dispatcher.work_off()
    first, second = [shown_in(message) for message in side.teams.standing("carol")]
    assert button(first, "Approve") == button(second, "Approve")
    await side.teams.presses("carol", button(first, "Approve"))
    await side.dispatcher.work_off()
    assert [shown.splitlines()[0] for shown in side.shown("carol")] == [DECIDED.splitlines()[0]] * 2


@pytest.mark.parametrize("status", [403, 404])
async def test_who_took_the_bot_away_is_told_elsewhere_until_they_come_back(side: Side, status: int) -> None:
    side.teams.connector.answers = [(status, {})]
    await side.sends(5_000)
    assert (await states(side.acme))["bob", "teams"] == ("skipped", 1, f"Teams answered {status}")
    assert (await states(side.acme))["bob", "in_app"] == ("delivered", 1, None)
    await side.sends(6_000)
    assert side.shown("bob") == []
    await side.teams.says("bob", "hello")
    side.teams.connector.messages.clear()
    await side.sends(7_000)
    assert [shown.splitlines()[0] for shown in side.shown("bob")] == ["7,000 tokens from @alice."]


@pytest.mark.parametrize("status", [412, 429, 502])
async def test_what_teams_puts_off_arrives_within_the_same_try(side: Side, status: int) -> None:
    side.teams.connector.answers = [(status, {"Retry-After": "2"}), (status, {})]
    await side.sends(5_000)
    assert (await states(side.acme))["bob", "teams"] == ("delivered", 1, None)


@pytest.mark.parametrize("answers", [[(429, {"Retry-After": "30"})] * 4, [(500, {})], [(401, {})]])
async def test_what_teams_does_not_take_now_comes_again(side: Side, answers: list[tuple[int, dict[str, str]]]) -> None:
    side.teams.connector.answers = list(answers)
    await side.sends(5_000)
    assert side.shown("bob") == []
    side.wall.advance(seconds=31)
    await side.dispatcher.work_off()
    assert len(side.shown("bob")) == 1


async def test_a_connector_that_hangs_holds_nobody_up_for_long_and_gets_it_again(side: Side) -> None:
    async with teams_side(side.acme, office_of(side.acme), connector_patience=1) as slow:
        await slow.says("bob", "hello")
        slow.connector.hangs = True
        dispatcher = dispatcher_on(side.acme, slow, side.wall)
        await side.acme.run(SendCredits, by="alice", recipients=(side.acme.user("bob"),), amount=5_000, reason="demo")
        await dispatcher.work_off()
        state, _, error = (await states(side.acme))["bob", "teams"]
        assert (state, error) == ("waiting", "Teams: Teams did not answer: TimeoutError")
        slow.connector.hangs = False
        slow.connector.released.set()
        slow.connector.messages.clear()
        side.wall.advance(seconds=31)
        await dispatcher.work_off()
        [message] = slow.standing("bob")
        assert message["summary"].startswith("5,000 tokens from @alice.")


async def test_a_process_that_has_settings_for_teams_brings_it_there(side: Side) -> None:
    teams = {"app_id": "app", "tenant_id": TENANT, "development": True, "service_hosts": ["127.0.0.1"]}
    settings = Settings.model_validate(
        {"database_url": str(side.acme.database.url), "secret_key": "0123456789abcdef" * 4, "teams": teams}
    )
    side.teams.connector.anything.clear()
    async with (
        open_house(settings, clock=side.acme.clock) as house,
        open_teams(house) as line,
        running_dispatcher(house, workspaces=None, teams=line),
    ):
        await side.acme.run(SendCredits, by="alice", recipients=(side.acme.user("bob"),), amount=5_000, reason="demo")
        await side.teams.connector.anything.wait()
    assert side.shown("bob")[0].startswith("5,000 tokens from @alice.")


async def test_a_copy_that_was_deleted_holds_up_no_other(side: Side) -> None:
    asked = await side.sends(150_000)
    await side.acme.run(DecideTransfer, by="carol", approval_id=asked.approval_id, is_yes=True)
    side.teams.connector.answers = [(404, {})]
    await side.dispatcher.work_off("teams_copies")
    ends = sorted(state for (_, channel), (state, *_) in (await states(side.acme)).items() if channel == "teams_copies")
    assert ends == ["delivered", "skipped"]
