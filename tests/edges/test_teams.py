"""Teams over real HTTP: signed tokens in, Microsoft's SDK out, the same verbs and answers as everywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.company import Company
from tests.conftest import on_both
from tests.edges.teams_side import TENANT
from tests.edges.teams_talk import Teams, button, link, teams_side, words
from tests.talking import office_of


@pytest.fixture
async def acme(funded: Company) -> Company:
    await link(funded)
    return funded


@pytest.fixture
async def teams(acme: Company) -> AsyncIterator[Teams]:
    async with teams_side(acme, office_of(acme)) as side:
        yield side


async def held(acme: Company) -> dict[str, int]:
    """What the two have."""
    balances = await acme.balances()
    return {who: balances[who] for who in ("alice", "bob")}


def channel(text: str) -> dict[str, Any]:
    """A message in a channel, where the bot was mentioned."""
    return {
        "text": f"<at>Alfred</at> {text}",
        "entities": [{"type": "mention", "text": "<at>Alfred</at>", "mentioned": {"id": "28:bot", "name": "Alfred"}}],
        "recipient": {"id": "28:bot", "name": "Alfred"},
        "conversation": {"id": "19:general", "conversationType": "channel", "tenantId": TENANT},
    }


async def test_the_balance_is_a_card_and_a_notification_that_says_it_all(teams: Teams) -> None:
    assert (await teams.deliver("alice", text="balance"))[0] == 202
    arrived = await teams.arrived()
    assert (arrived.method, arrived.path) == ("POST", "/conversations/a:alice/activities")
    assert arrived.body["summary"].startswith("45,000 tokens available.\n")
    assert words(arrived.body["attachments"]).startswith("45,000 tokens available\n")


@on_both
async def test_a_gift_is_confirmed_sent_and_undone_by_buttons(acme: Company, teams: Teams) -> None:
    asked = await teams.says("alice", "send bob 10k for the demo")
    assert words(asked).startswith("Send 10,000 tokens to @bob?")
    sent = await teams.presses("alice", button(asked, "Confirm"))
    assert sent["type"] == "application/vnd.microsoft.card.adaptive"
    assert words(sent["value"]).startswith("10,000 tokens to @bob: sent.")
    assert await held(acme) == {"alice": 35_000, "bob": 11_000}
    undone = await teams.presses("alice", button(sent["value"], "Undo"))
    assert words(undone["value"]).startswith("10,000 tokens back from @bob.")
    assert await held(acme) == {"alice": 45_000, "bob": 1_000}


@on_both
async def test_pressing_twice_sends_once(acme: Company, teams: Teams) -> None:
    confirm = button(await teams.says("alice", "send bob 10k"), "Confirm")
    first, second = [await teams.presses("alice", confirm) for _ in range(2)]
    assert words(first["value"]) == words(second["value"])
    assert await held(acme) == {"alice": 35_000, "bob": 11_000}


async def test_nobody_presses_for_another(acme: Company, teams: Teams) -> None:
    confirm = button(await teams.says("alice", "send bob 10k"), "Confirm")
    refused = await teams.presses("bob", confirm)
    assert refused["type"] == "application/vnd.microsoft.activity.message"
    assert await held(acme) == {"alice": 45_000, "bob": 1_000}


async def test_a_client_without_universal_actions_sends_the_button_as_a_message(acme: Company, teams: Teams) -> None:
    fallback = button(await teams.says("alice", "send bob 10k"), "Confirm")["fallback"]
    assert (await teams.deliver("alice", text=None, value=fallback["data"]))[0] == 202
    assert words(await teams.next_card()).startswith("10,000 tokens to @bob: sent.")
    assert await held(acme) == {"alice": 35_000, "bob": 11_000}


async def test_a_form_is_filled_in_in_a_dialog_and_mistakes_stay_in_it(acme: Company, teams: Teams) -> None:
    offered = await teams.says("alice", "send")
    dialog = await teams.opens("alice", button(offered, "Send credits")["data"])
    assert dialog["value"]["title"] == "Send credits"
    card = dialog["value"]["card"]["content"]
    data = card["actions"][0]["data"]
    wrong = await teams.sends_off("alice", {**data, "people": "aad-bob", "amount": "plenty", "reason": "demo"})
    assert "plenty" in words(wrong["value"]["card"]["content"])
    assert await held(acme) == {"alice": 45_000, "bob": 1_000}
    done = await teams.sends_off("alice", {**data, "people": "aad-bob", "amount": "2k", "reason": "demo"})
    assert done == {"type": "message", "value": "2,000 tokens to @bob: sent."}
    assert words(await teams.next_card()).startswith("2,000 tokens to @bob: sent.")
    assert await held(acme) == {"alice": 43_000, "bob": 3_000}
    again = await teams.sends_off("alice", {**data, "people": "aad-bob", "amount": "2k", "reason": "demo"})
    assert again == done
    assert await held(acme) == {"alice": 43_000, "bob": 3_000}


async def test_in_a_channel_the_answer_comes_where_only_the_asker_reads_it(teams: Teams) -> None:
    assert (await teams.deliver("alice", **channel("balance")))[0] == 202
    opened, private, public = [await teams.arrived() for _ in range(3)]
    assert opened.body["members"] == [{"id": "29:alice"}]
    assert "45,000" in private.body["summary"]
    assert (public.path, public.body["text"]) == (
        "/conversations/19:general/activities",
        "I have answered you in our own chat.",
    )


async def test_somebody_unknown_gets_no_balance_and_is_told_what_to_do(teams: Teams) -> None:
    card = await teams.says("mallory", "balance")
    assert words(card).startswith("I do not know you yet.")
    assert "aad-mallory" in words(card)


async def test_who_adds_the_bot_is_welcomed(teams: Teams) -> None:
    added = [{"id": "28:6f1c2b7e-0b55-4f0e-9a41-1f3f3ad0a1fe"}]
    assert (await teams.deliver("alice", type="conversationUpdate", membersAdded=added, text=None))[0] == 202
    assert words(await teams.next_card()).startswith("Hello. I look after your AI credits.")


async def test_others_who_join_are_not_spoken_to(teams: Teams) -> None:
    joined = [{"id": "29:bob"}]
    assert (await teams.deliver("alice", type="conversationUpdate", membersAdded=joined, text=None))[0] == 202
    assert teams.connector.arrived == []


@pytest.mark.parametrize("value", [{}, {"action": {}}, {"action": {"data": []}}, {"action": {"data": {"says": 7}}}])
async def test_a_button_of_another_version_is_no_crash(teams: Teams, value: dict[str, Any]) -> None:
    status, body = await teams.deliver("alice", type="invoke", name="adaptiveCard/action", value=value, text=None)
    assert status in {200, 400}
    assert status == 400 or (body is not None and "another version" in body["value"])


async def test_an_answer_that_teams_does_not_take_costs_nothing(acme: Company, teams: Teams) -> None:
    teams.connector.answers = [(403, {})]
    assert (await teams.deliver("alice", text="send bob 2k"))[0] == 202
    await teams.arrived()
    assert await held(acme) == {"alice": 43_000, "bob": 3_000}
