"""Slack over real HTTP: our aiohttp app, Bolt inside, signed by Slack's own SDK."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

import pytest

from bot.slack.workspaces import Install, NotInstalled
from core.engine import Engine
from tests.company import Company, StandingClock
from tests.conftest import on_both
from tests.edges.slack_hung import hung_side
from tests.edges.slack_side import UNHURRIED, Slack, button, link, slack_side
from tests.talking import office_of


async def test_the_balance_is_a_private_answer_whose_text_says_everything(slack: Slack) -> None:
    message = await slack.says("alice", "balance")
    assert message["response_type"] == "ephemeral"
    assert message["text"].startswith("45,000 tokens available.\nPersonal: 45,000 tokens\n")
    assert message["blocks"][0]["text"]["text"] == "45,000 tokens available"


@on_both
async def test_a_gift_is_confirmed_sent_and_undone_by_buttons(acme: Company, slack: Slack) -> None:
    asked = await slack.says("alice", "send <@U0BOB|bob> 10k for the demo")
    assert asked["text"].startswith("Send 10,000 tokens to @bob?")
    sent = await slack.presses("alice", button(asked, "Confirm"))
    assert sent["replace_original"] is True
    assert sent["text"].startswith("10,000 tokens to @bob: sent.\nFor: the demo\nYou have 35,000 tokens left.")
    assert await acme.balances() == {"alice": 35_000, "bob": 11_000}
    undone = await slack.presses("alice", button(sent, "Undo"))
    assert undone["text"] == "10,000 tokens back from @bob.\nYou have 45,000 tokens now."
    assert await acme.balances() == {"alice": 45_000, "bob": 1_000}


@on_both
async def test_a_double_click_sends_once(acme: Company, slack: Slack) -> None:
    asked = await slack.says("alice", "send <@U0BOB|bob> 10k")
    first, second = await asyncio.gather(
        slack.presses("alice", button(asked, "Confirm")), slack.presses("alice", button(asked, "Confirm"))
    )
    assert first == second
    assert await acme.balances() == {"alice": 35_000, "bob": 11_000}


@on_both
async def test_two_parallel_deliveries_of_one_command_send_once(acme: Company, slack: Slack) -> None:
    first, second = await asyncio.gather(
        slack.says("alice", "send @bob 4k", trigger="same"), slack.says("alice", "send @bob 4k", trigger="same")
    )
    assert first == second
    assert await acme.balances() == {"alice": 41_000, "bob": 5_000}


async def test_a_retry_says_the_same_again_and_moves_nothing(acme: Company, slack: Slack) -> None:
    body = slack.command("alice", "send @bob 4k", trigger="same")
    first = await slack.post(body, slack.headers(body))
    retry = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    assert await slack.post(body, slack.headers(body) | retry) == first
    assert await acme.balances() == {"alice": 41_000, "bob": 5_000}


async def test_a_refused_press_leaves_the_message_and_says_why(acme: Company, slack: Slack) -> None:
    sent = await slack.says("alice", "send @bob 4k")
    acme.clock.advance(minutes=6)
    late = await slack.presses("alice", button(sent, "Undo"))
    assert late["replace_original"] is False
    assert late["text"].startswith("It is too late to undo that.")
    assert await acme.balances() == {"alice": 41_000, "bob": 5_000}


async def test_a_copied_button_presses_for_whoever_presses_it(acme: Company, slack: Slack) -> None:
    sent = await slack.says("alice", "send @bob 4k")
    answer = await slack.presses("carol", button(sent, "Undo"))
    assert answer["text"].startswith("There is no such transfer")
    assert await acme.balances() == {"alice": 41_000, "bob": 5_000}


async def test_nobody_can_ping_or_fake_a_link_through_a_reason(slack: Slack) -> None:
    typed = "send @bob 4k for &lt;!channel&gt; &lt;http://x|Approve&gt; *bold* `code` A &amp; B"
    message = await slack.says("alice", typed)
    shown = json.dumps(message["blocks"], ensure_ascii=False) + message["text"]
    assert "<!" not in shown
    assert "<http" not in shown
    assert "A &amp; B" in shown
    assert "\u200b*bold\u200b*" in shown
    assert all(block["text"]["verbatim"] for block in message["blocks"] if block["type"] == "section")


async def test_a_stranger_gets_help_and_no_balance(slack: Slack) -> None:
    message = await slack.says("U0STRANGER", "balance")
    assert message["response_type"] == "ephemeral"
    assert message["text"] == (
        "I do not know you yet.\n"
        "Your Slack account is not linked to anybody at Alfred, so there are no credits to show.\n"
        "Have you an account at Alfred? Say “alfred link” in a terminal, then “link” and the code here.\n"
        "Or ask an administrator for a code, or to link it: your Slack id is U0STRANGER, in the workspace T0ACME."
    )


async def test_the_same_account_of_another_workspace_is_nobody(slack: Slack) -> None:
    message = await slack.says("alice", "balance", team_id="T0EVIL")
    assert message["text"].startswith("This Slack workspace is not connected to Alfred yet.")


async def test_an_org_wide_install_is_known_by_its_enterprise(acme: Company, slack: Slack) -> None:
    await link(acme, "E0ACME")
    grid = {"team_id": "T0OTHER", "enterprise_id": "E0ACME", "is_enterprise_install": "true"}
    assert (await slack.says("alice", "balance", **grid))["text"].startswith("45,000 tokens available.")


class Nowhere:
    """Every install is gone."""

    async def install(self, workspace_id: str) -> Install:
        """As after an uninstall."""
        raise NotInstalled(workspace_id)

    def forget(self, workspace_id: str) -> None:
        """There is nothing."""


async def test_a_command_is_answered_even_where_no_token_is_left(acme: Company) -> None:
    async with slack_side(acme, office_of(acme), workspaces=Nowhere()) as slack:
        assert (await slack.says("alice", "balance"))["text"].startswith("45,000 tokens available.")


NO_VALUES = [
    "",
    "no JSON",
    "5",
    "null",
    '"balance"',
    "[1]",
    "{}",
    "[" * 1_500,
    '{"says": 5, "id": "x"}',
    '{"says": "x"}',
]


async def test_a_button_that_says_nothing_known_is_answered_where_it_was_pressed(acme: Company, slack: Slack) -> None:
    known = button(await slack.says("alice", "balnce"), "balance")
    before = await acme.traces()
    for value in NO_VALUES:
        answer = await slack.presses("alice", known | {"value": value})
        assert answer["text"].startswith("I do not know that button.\nIt is of another version of mine; nothing was")
        assert answer["replace_original"] is False
    assert await acme.traces() == before


async def test_a_press_on_enterprise_grid_may_tell_the_install_in_words(acme: Company, slack: Slack) -> None:
    await link(acme, "E0ACME")
    body = slack.press("alice", button(await slack.says("alice", "balnce"), "balance"))
    payload = json.loads(dict(parse_qsl(body.decode()))["payload"])
    for flag in (True, "true"):
        grid = {"team": None, "enterprise": {"id": "E0ACME"}, "is_enterprise_install": flag}
        form = urlencode({"payload": json.dumps(payload | grid)}).encode()
        assert await slack.post(form, slack.headers(form)) == (200, "")
        assert (await slack.answers.bodies.get())["text"].startswith("45,000 tokens available.")


async def test_a_button_altered_to_carry_another_s_id_is_the_presser_s_own_command(acme: Company, slack: Slack) -> None:
    await acme.fund("bob", 19_000)
    yes = button(await slack.says("alice", "send @bob 10k for the demo"), "Confirm")
    drawn = json.loads(yes["value"])
    theirs = await slack.presses("bob", yes | {"value": json.dumps(drawn | {"says": "send @alice 1k"})})
    assert theirs["text"].startswith("1,000 tokens to @alice: sent.")
    assert await acme.balances() == {"alice": 46_000, "bob": 19_000}


async def test_an_answer_that_takes_long_follows_after_the_acknowledgement(acme: Company) -> None:
    async with hung_side(acme) as (slack, hung):
        body = slack.command("alice", "send @bob 4k", trigger="slow")
        assert await slack.post(body, slack.headers(body)) == (200, "")
        assert await acme.balances() == {"alice": 45_000, "bob": 1_000}
        hung.may_go_on.set()
        late = await slack.answers.bodies.get()
    assert late["response_type"] == "ephemeral"
    assert late["text"].startswith("4,000 tokens to @bob: sent.")
    assert await acme.balances() == {"alice": 41_000, "bob": 5_000}


async def test_what_is_under_way_is_finished_before_the_server_stops(acme: Company) -> None:
    async with hung_side(acme) as (slack, hung):
        body = slack.command("alice", "send @bob 4k", trigger="slow")
        assert await slack.post(body, slack.headers(body)) == (200, "")
        asyncio.get_running_loop().call_soon(hung.may_go_on.set)
    assert slack.answers.bodies.get_nowait()["text"].startswith("4,000 tokens to @bob: sent.")
    assert await acme.balances() == {"alice": 41_000, "bob": 5_000}


class Broken(StandingClock):
    """A clock that fails: a defect in the middle of answering."""

    def now(self) -> datetime:
        """Fail."""
        message = "secret words of a defect"
        raise ZeroDivisionError(message)


@pytest.mark.parametrize("patience", [UNHURRIED, 0.0])
async def test_a_crash_is_a_private_apology_with_a_reference_and_a_logged_traceback(
    acme: Company, caplog: pytest.LogCaptureFixture, patience: float
) -> None:
    broken = Engine(acme.database, clock=Broken(), new_id=acme.new_id)
    with caplog.at_level(logging.ERROR):
        async with slack_side(acme, replace(office_of(acme), engine=broken), patience=patience) as slack:
            body = slack.command("alice", "send @bob 4k", trigger="t")
            status, answer = await slack.post(body, slack.headers(body))
            assert status == 200
            message = json.loads(answer) if answer else await slack.answers.bodies.get()
    assert message["response_type"] == "ephemeral"
    assert message["text"].startswith("Something went wrong on my side.")
    assert "secret words" not in message["text"]
    reference = message["text"].rpartition(" ")[2]
    assert reference.startswith("err_")
    record = next(record for record in caplog.records if reference in record.getMessage())
    assert record.exc_info is not None
    assert "ZeroDivisionError" in str(record.exc_info[0])


async def test_an_answer_that_slack_does_not_take_is_logged_and_nothing_breaks(
    acme: Company, slack: Slack, caplog: pytest.LogCaptureFixture
) -> None:
    sent = await slack.says("alice", "send @bob 4k")
    slack.answers.statuses.append(404)
    with caplog.at_level(logging.ERROR):
        await slack.presses("alice", button(sent, "Undo"))
        assert (await slack.says("alice", "balance"))["text"].startswith("45,000 tokens available.")
    assert "Slack did not take an answer: 404" in caplog.text


async def test_a_key_is_shown_to_its_owner_alone(slack: Slack) -> None:
    message = await slack.says("alice", "keys new laptop")
    assert message["response_type"] == "ephemeral"
    assert "alf_" in message["text"]
