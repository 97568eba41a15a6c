"""Teams over real HTTP: signed tokens in, Microsoft's SDK out, the same verbs and answers as everywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from core.leaving.deactivate_user import DeactivateUser
from tests.company import Company
from tests.conftest import on_both
from tests.edges.teams_side import APP_ID, TENANT
from tests.edges.teams_talk import Teams, button, inputs, link, teams_side, words
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


@pytest.mark.parametrize("kind", ["channel", "groupChat", None, "of another time"])
async def test_where_others_may_read_nobodys_credits_are_shown(teams: Teams, kind: str | None) -> None:
    here = channel("balance") | {"conversation": {"id": "19:here", "conversationType": kind, "tenantId": TENANT}}
    for said in ("balance", "history", "approvals", "keys", "send bob 2k", "nonsense", "hello"):
        assert (await teams.deliver("alice", **here | {"text": f"<at>Alfred</at> {said}"}))[0] == 202
    told = [message.get("text") for message in teams.connector.standing("19:here").values()]
    assert told == ["I have answered you in our own chat."] * 7


@pytest.mark.parametrize("answers", [[(403, {})], [(200, {}), (403, {})]])
async def test_who_cannot_be_told_alone_is_told_that(teams: Teams, answers: list[tuple[int, dict[str, str]]]) -> None:
    teams.connector.answers = list(answers)
    assert (await teams.deliver("alice", **channel("send bob 2k")))[0] == 202
    (told,) = teams.connector.standing("19:general").values()
    assert told["text"].startswith("I have an answer for you alone, and Teams does not let me into a chat with you.")
    assert await held(teams.acme) == {"alice": 43_000, "bob": 3_000}


async def test_somebody_unknown_gets_no_balance_and_is_told_what_to_do(teams: Teams) -> None:
    card = await teams.says("mallory", "balance")
    assert words(card).startswith("I do not know you yet.")
    assert "aad-mallory" in words(card)


ADDED: dict[str, Any] = {"type": "installationUpdate", "action": "add", "text": None}
JOINED: dict[str, Any] = {"type": "conversationUpdate", "membersAdded": [{"id": f"28:{APP_ID}"}], "text": None}


async def test_who_adds_the_bot_is_welcomed_once_though_teams_says_it_twice(teams: Teams) -> None:
    for told in (ADDED, JOINED):
        assert (await teams.deliver("alice", **told))[0] == 202
    assert words(await teams.next_card()).startswith("Hello. I look after your AI credits.")
    for action in ("remove-upgrade", "add-upgrade", "remove", None):
        assert (await teams.deliver("alice", **ADDED | {"action": action}))[0] == 202
    assert len(teams.connector.arrived) == 1


@pytest.mark.parametrize("who", ["alice", "mallory"])
async def test_a_channel_is_greeted_where_everybody_reads_it_whoever_added_the_bot(teams: Teams, who: str) -> None:
    here = {"id": "19:general", "conversationType": "channel", "tenantId": TENANT}
    assert (await teams.deliver(who, **ADDED, conversation=here))[0] == 202
    (greeting,) = teams.connector.arrived
    assert greeting.path == "/conversations/19:general/activities"
    assert words(greeting.body["attachments"]).startswith("Hello. I look after your AI credits.\nMention me")


async def test_others_who_join_are_not_spoken_to(teams: Teams) -> None:
    joined = [{"id": "29:bob"}]
    assert (await teams.deliver("alice", type="conversationUpdate", membersAdded=joined, text=None))[0] == 202
    assert teams.connector.arrived == []


@pytest.mark.parametrize(
    "value", [None, "press", {}, {"action": {}}, {"action": {"data": []}}, {"action": {"data": {"says": 7, "id": "x"}}}]
)
async def test_a_button_of_another_version_is_no_crash(teams: Teams, value: object) -> None:
    for name, at in (("adaptiveCard/action", ()), ("task/submit", ("task",))):
        status, body = await teams.deliver("alice", type="invoke", name=name, value=value, text=None)
        assert status == 200
        assert body is not None
        for part in at:
            body = body[part]
        assert body["value"] == "That button is of another version; please ask again."
    status, body = await teams.deliver("alice", type="invoke", name="task/fetch", value=value, text=None)
    assert "another version" in words(body)


async def test_who_has_left_presses_old_buttons_in_vain(acme: Company, teams: Teams) -> None:
    asked = await teams.says("alice", "send bob 10k")
    offered = await teams.says("alice", "send")
    form = button(offered, "Send credits")["data"]
    sent = (await teams.opens("alice", form))["value"]["card"]["content"]["actions"][0]["data"]
    await acme.run(DeactivateUser, by="grace", user_id=acme.user("alice"))
    pressed = await teams.presses("alice", button(asked, "Confirm"))
    assert pressed["value"].startswith("Your Alfred account is deactivated.")
    opened = await teams.opens("alice", form)
    filled = await teams.sends_off("alice", {**sent, "people": "aad-bob", "amount": "2k"})
    for dialog in (opened, filled):
        assert words(dialog["value"]["card"]["content"]).startswith("Your Alfred account is deactivated.")
    fallback = button(asked, "Confirm")["fallback"]["data"]
    assert (await teams.deliver("alice", text=None, value=fallback))[0] == 202
    assert words(await teams.next_card()).startswith("Your Alfred account is deactivated.")
    assert (await acme.balances())["bob"] == 1_000


@pytest.mark.parametrize("said", ["Hi", "hello!", "Help", "<at>Alfred</at>"])
async def test_a_greeting_is_answered(teams: Teams, said: str) -> None:
    entities = [{"type": "mention", "text": "<at>Alfred</at>", "mentioned": {"id": f"28:{APP_ID}", "name": "Alfred"}}]
    shown = words(await teams.says("alice", said, entities=entities))
    assert "I look after your AI credits" in shown


async def test_who_is_named_already_stands_in_the_dialog(teams: Teams) -> None:
    dialog = await teams.opens("alice", {"says": "form send @bob @dan", "id": "again"})
    (people, *_) = inputs(dialog["value"]["card"]["content"])
    assert (people["id"], people["value"]) == ("people", "aad-bob"), "Dan has no account in Teams"


async def test_what_takes_longer_than_teams_waits_is_acknowledged_and_follows(acme: Company) -> None:
    async with teams_side(acme, office_of(acme), patience=0) as side:
        pressed = await side.presses("alice", {"verb": "say", "data": {"says": "send bob 2k", "id": "say_1"}})
        assert pressed["value"] == "I am on it; the answer follows."
        assert words(await side.next_card()).startswith("2,000 tokens to @bob: sent")
        form = {"form": "send", "about": "", "id": "say_2", "people": "aad-bob"}
        assert (await side.sends_off("alice", {**form, "amount": "plenty"}))["value"] == pressed["value"]
        assert "“plenty” is not an amount" in words(await side.next_card())
        assert (await side.sends_off("alice", {**form, "amount": "1k"}))["value"] == pressed["value"]
        assert words(await side.next_card()).startswith("1,000 tokens to @bob: sent")
    assert await held(acme) == {"alice": 42_000, "bob": 4_000}


async def test_what_is_under_way_is_finished_before_the_process_ends(acme: Company) -> None:
    async with teams_side(acme, office_of(acme), patience=0) as side:
        assert (await side.deliver("alice", text="send bob 2k"))[0] == 202
    assert await held(acme) == {"alice": 43_000, "bob": 3_000}
    assert words(await side.next_card()).startswith("2,000 tokens to @bob: sent")


async def test_a_connector_that_hangs_does_not_keep_the_process_from_ending(
    acme: Company, caplog: pytest.LogCaptureFixture
) -> None:
    async with teams_side(acme, office_of(acme), patience=0) as side:
        side.connector.hangs = True
        assert (await side.deliver("alice", text="send bob 2k"))[0] == 202
        await side.arrived()
        await side.app.desk.close(seconds=0)
        side.connector.released.set()
    assert "answers to Teams were cut off when the process ended" in caplog.text
    assert await held(acme) == {"alice": 43_000, "bob": 3_000}


async def test_an_answer_that_teams_does_not_take_costs_nothing(acme: Company, teams: Teams) -> None:
    teams.connector.answers = [(403, {})]
    assert (await teams.deliver("alice", text="send bob 2k"))[0] == 202
    await teams.arrived()
    assert await held(acme) == {"alice": 43_000, "bob": 3_000}
