"""What Slack brings twice, too late, in another shape, or from people who should not be there."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from core.directory.link_identity import LinkIdentity
from core.directory.link_workspace import LinkWorkspace
from core.directory.platforms import Platform
from core.engine import Engine
from core.leaving.deactivate_user import DeactivateUser
from tests.company import Company, StandingClock, found_rival
from tests.conftest import on_both
from tests.edges.slack_hung import hung_side
from tests.edges.slack_side import Slack, button, slack_side
from tests.edges.test_slack_forms import approval, opens, sends_off, words
from tests.talking import office_of

JSON = "application/json"
RETRY = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}


async def test_a_home_that_slack_says_was_opened_twice_is_drawn_once(slack: Slack) -> None:
    body = slack.opened_home("alice")
    headers = slack.headers(body, content_type=JSON)
    first, again = await asyncio.gather(slack.post(body, headers), slack.post(body, headers | RETRY))
    assert first == again == (200, "")
    await slack.api.home("U0ALICE")
    assert await slack.post(body, headers | RETRY) == (200, "")
    assert len(slack.api.published) == 1


@pytest.mark.parametrize("kind", ["member_joined_channel", "message", "made_up"])
async def test_an_event_that_nothing_is_for_is_heard_so_that_slack_does_not_repeat_it(slack: Slack, kind: str) -> None:
    event = json.loads(slack.opened_home("alice"))
    body = json.dumps(event | {"event": {"type": kind, "user": "U0ALICE", "text": "balance"}}).encode()
    assert await slack.hears(body, content_type=JSON) is None


async def test_slack_is_told_who_we_are_and_may_hold_events_back(
    slack: Slack, caplog: pytest.LogCaptureFixture
) -> None:
    asks = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "deprecated"}).encode()
    assert await slack.hears(asks, content_type=JSON) == {"challenge": "3eZbrw1aB"}
    limited = {"type": "app_rate_limited", "team_id": "T0ACME", "minute_rate_limited": 1, "api_app_id": "A0ALFRED"}
    with caplog.at_level(logging.WARNING):
        assert await slack.hears(json.dumps(limited).encode(), content_type=JSON) is None
    assert "Slack holds events of T0ACME back" in caplog.text


OLD: list[dict[str, Any]] = [
    {"type": "button", "action_id": "approve_v0", "value": "apr_1"},
    {"type": "static_select", "action_id": "choose", "selected_option": {"value": "x"}},
    {"type": "overflow", "action_id": "", "selected_option": {"value": "x"}},
]


@pytest.mark.parametrize("element", OLD, ids=[element["type"] for element in OLD])
async def test_whatever_is_pressed_in_an_old_message_is_answered(slack: Slack, element: dict[str, Any]) -> None:
    answer = await slack.presses("alice", element)
    assert answer["text"].startswith("I do not know that button.")
    assert answer["replace_original"] is False


async def test_a_window_of_an_old_version_is_answered_in_its_place(acme: Company, slack: Slack) -> None:
    view = await opens(slack, "alice", "send")
    for old in ({"callback_id": "gift_v0"}, {"callback_id": "", "private_metadata": ""}):
        answer = await sends_off(slack, "alice", view | old, people=["U0BOB"], amount="1k")
        assert answer["response_action"] == "update"
    assert await acme.balances() == {"alice": 45_000, "bob": 1_000}


TAMPERED = [
    "",
    "[]",
    "5",
    "null",
    '{"id": 5, "about": ""}',
    '{"about": ""}',
    '{"id": "x", "about": ["x"]}',
    "[" * 2_000,
]


async def test_what_is_tampered_with_in_a_window_moves_nothing(acme: Company, slack: Slack) -> None:
    view = await opens(slack, "alice", "send")
    before = await acme.traces()
    for metadata in TAMPERED:
        answer = await sends_off(slack, "alice", view | {"private_metadata": metadata}, people=["U0BOB"], amount="1k")
        assert "Something went wrong on my side." in words(answer["view"]), metadata
    assert await acme.traces() == before


async def test_a_window_that_names_another_request_decides_only_what_waits_for_who_sends_it(
    acme: Company, slack: Slack
) -> None:
    named = await approval(acme)
    view = await opens(slack, "carol", f"approve {named} smaller")
    metadata = json.loads(view["private_metadata"])
    forged = view | {"private_metadata": json.dumps(metadata | {"about": "apr_00000000000000000000000000"})}
    before = await acme.balances()
    answer = await sends_off(slack, "carol", forged, amount="50k")
    assert "I do not know that request." in words(answer["view"])
    answer = await sends_off(slack, "bob", view, amount="200k")
    assert "*Approved" not in words(answer["view"])
    assert await acme.balances() == before


HOSTILE = {
    "a channel": "<!channel> <!here> <!everyone|x>",
    "a person": "<@U0BOB> <@U0BOB|the boss>",
    "a link": "<http://evil.example|Approve> <mailto:x@evil.example|y>",
    "entities": "&amp; &lt;!channel&gt; &#60;!here&#62;",
    "right to left": "\u202e000,01 ot\u202c \u2066x\u2069 \u200f",
    "nothing to see": "a\u200bb\u2060c\ufeffd\u00ade",
    "controls": "a\x00b\x1b[31mc\r\nd\te",
    "half a character": "\ud83d and \udc00",
    "format": "*b* _i_ ~s~ `c` ```\nblock``` > q",
    "emoji and scripts": "🏳️‍🌈 שלום مرحبا नमस्ते " * 5,
}


@on_both
async def test_whatever_is_written_as_a_reason_pings_nobody_and_is_told(acme: Company, slack: Slack) -> None:
    for what, reason in HOSTILE.items():
        view = await opens(slack, "alice", "send", trigger=what)
        answer = await sends_off(slack, "alice", view, people=["U0BOB"], amount="1k", reason=reason)
        assert answer["response_action"] == "update", (what, answer)
        shown = words(answer["view"])
        assert "*1,000 tokens to @bob: sent.*" in shown, what
        for forbidden in ("<!", "<@", "<http", "<mailto", "\u202e", "\\u202e", "\x00", "\\u0000", "\\ud83d"):
            assert forbidden not in shown, (what, forbidden)
    too_long = await opens(slack, "alice", "send", trigger="long")
    answer = await sends_off(slack, "alice", too_long, people=["U0BOB"], amount="1k", reason="& < >" * 1_200)
    assert answer["errors"] == {"field:reason": "It can have 1,000 characters; this has 4,000."}
    assert await acme.balances() == {"alice": 35_000, "bob": 11_000}


async def test_who_has_left_is_told_so_by_every_old_button_and_moves_nothing(acme: Company, slack: Slack) -> None:
    asked = await slack.says("alice", "send @bob 10k", trigger="1")
    view = await opens(slack, "alice", "send")
    await acme.run(DeactivateUser, by="erin", user_id=acme.user("alice"))
    before = await acme.balances()
    answer = await slack.presses("alice", button(asked, "Confirm"))
    assert answer["text"].startswith("Your Alfred account is deactivated.")
    assert answer["replace_original"] is False
    sent = await sends_off(slack, "alice", view, people=["U0BOB"], amount="1k")
    assert "Your Alfred account is deactivated." in words(sent["view"])
    await slack.hears(slack.opened_home("alice"), content_type=JSON)
    assert "Your Alfred account is deactivated." in words(await slack.api.home("U0ALICE"))
    assert await acme.balances() == before


async def test_the_same_account_id_in_two_companies_is_two_people(acme: Company, slack: Slack) -> None:
    """Slack's ids are unique within a workspace."""
    rival = await found_rival(acme)
    await rival.run(LinkWorkspace, by="operator", platform=Platform.SLACK, workspace_id="T0RIVAL")
    account: dict[str, Any] = {"platform": Platform.SLACK, "workspace_id": "T0RIVAL", "external_id": "U0ALICE"}
    await rival.run(LinkIdentity, by="mallory", user_id=rival.user("mallory"), **account)
    theirs = await slack.says("U0ALICE", "balance", team_id="T0RIVAL", trigger="1")
    assert theirs["text"].startswith("0 tokens available.")
    ours = await slack.says("alice", "balance", trigger="2")
    assert ours["text"].startswith("45,000 tokens available.")
    abroad = await slack.says("U0ALICE", "send <@U0BOB|bob> 1k", team_id="T0RIVAL", trigger="3")
    assert abroad["text"].startswith("I do not know @bob")


async def test_another_company_s_request_is_unknown_here(acme: Company, slack: Slack) -> None:
    named = await approval(acme)
    rival = await found_rival(acme)
    await rival.run(LinkWorkspace, by="operator", platform=Platform.SLACK, workspace_id="T0RIVAL")
    account: dict[str, Any] = {"platform": Platform.SLACK, "workspace_id": "T0RIVAL", "external_id": "U0EVIL"}
    await rival.run(LinkIdentity, by="mallory", user_id=rival.user("mallory"), **account)
    before = await acme.traces()
    for text in (f"approve {named}", f"deny {named}", f"ask {named} why?", f"approve {named} smaller"):
        answer = await slack.says("U0EVIL", text, team_id="T0RIVAL", trigger=text)
        assert answer["text"].startswith("I do not know that request."), answer["text"]
    assert await acme.traces() == before


class Broken(StandingClock):
    """A clock that fails: a defect in the middle of answering."""

    def now(self) -> Any:  # noqa: ANN401  it never answers
        """Fail."""
        raise ZeroDivisionError


async def test_a_defect_after_the_acknowledgement_is_told_in_the_window_that_waits(acme: Company) -> None:
    async with slack_side(acme, office_of(acme)) as well:
        view = await opens(well, "alice", "send")
    broken = Engine(acme.database, clock=Broken(), new_id=acme.new_id)
    async with hung_side(acme, engine=broken) as (slack, hung):
        answer = await sends_off(slack, "alice", view, people=["U0BOB"], amount="1k")
        assert "One moment" in words(answer["view"])
        hung.may_go_on.set()
        assert "Something went wrong on my side." in words(await slack.api.window("views.update"))
        assert await slack.hears(slack.opened_home("alice"), content_type=JSON) is None
        assert "Something went wrong on my side." in words(await slack.api.home("U0ALICE"))


async def test_a_stranger_of_a_shared_channel_cannot_press_what_is_meant_for_others(
    acme: Company, slack: Slack
) -> None:
    asked = await slack.says("alice", "send @bob 10k")
    body = slack.press("alice", button(asked, "Confirm"))
    payload = json.loads(dict(parse_qsl(body.decode()))["payload"])
    payload["user"] = {"id": "U0STRANGER", "username": "alice", "team_id": "T0OTHER"}
    form = urlencode({"payload": json.dumps(payload)}).encode()
    assert await slack.post(form, slack.headers(form)) == (200, "")
    assert (await slack.answers.bodies.get())["text"].startswith("I do not know you yet.")
    assert await acme.balances() == {"alice": 45_000, "bob": 1_000}
