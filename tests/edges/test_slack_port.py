"""What leaves for Slack: in turn, again where that helps, and with a word for every way to fail."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from slack_sdk.errors import SlackApiError

from bot.slack.pace import Pace
from bot.slack.port import Port, Posted
from core.notify.channel import NobodyThere, Undelivered
from tests.edges.slack_api import SlackApi, installed, slack_api

BODY = {"text": "hello", "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "hello"}}]}


class Ticks:
    """Time that passes by waiting for it."""

    def __init__(self) -> None:
        self.at = 100.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        """Now."""
        return self.at

    async def pause(self, seconds: float) -> None:
        """Wait."""
        if seconds:
            self.waits.append(round(seconds, 3))
        self.at += seconds


@pytest.fixture
async def api() -> AsyncIterator[SlackApi]:
    async with slack_api() as api:
        yield api


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
async def port(api: SlackApi, ticks: Ticks) -> AsyncIterator[Port]:
    async with installed(api) as workspaces:
        yield Port(workspaces, pause=ticks.pause, monotonic=ticks.monotonic)


async def test_a_direct_message_opens_the_conversation_once(api: SlackApi, port: Port) -> None:
    first = await port.to_person("T0ACME", "U0BOB", body=BODY)
    second = await port.to_person("T0ACME", "U0BOB", body=BODY)
    assert (first, second) == (Posted("DU0BOB", "1700000000.000001"), Posted("DU0BOB", "1700000000.000002"))
    assert [call.method for call in api.calls] == ["conversations.open", "chat.postMessage", "chat.postMessage"]
    assert api.said("chat.postMessage")[0] == BODY | {
        "channel": "DU0BOB",
        "unfurl_links": False,
        "unfurl_media": False,
    }


async def test_a_conversation_gets_a_message_a_second_after_three_at_once_and_others_do_not_wait(
    api: SlackApi, port: Port, ticks: Ticks
) -> None:
    for _ in range(5):
        await port.to_channel("T0ACME", "C1", body=BODY)
    assert ticks.waits == [1.0, 1.0]
    await port.to_channel("T0ACME", "C2", body=BODY)
    assert ticks.waits == [1.0, 1.0]


async def test_who_comes_later_waits_longer() -> None:
    pace = Pace()
    assert [pace.take("C1", now=0.0) for _ in range(6)] == [0.0, 0.0, 0.0, 1.0, 2.0, 3.0]
    assert pace.take("C1", now=60.0) == 0.0


async def test_retry_after_is_honoured_by_everybody_in_the_line(api: SlackApi, port: Port, ticks: Ticks) -> None:
    api.too_fast("chat.postMessage", 7)
    await port.to_channel("T0ACME", "C1", body=BODY)
    assert ticks.waits == [7.0]
    assert len(api.messages) == 1


async def test_a_long_wait_is_not_waited_for_here(api: SlackApi, port: Port, ticks: Ticks) -> None:
    api.too_fast("chat.postMessage", 90)
    with pytest.raises(Undelivered) as caught:
        await port.to_channel("T0ACME", "C1", body=BODY)
    assert (caught.value.is_final, caught.value.retry_after) == (False, timedelta(seconds=90))
    assert ticks.waits == []


async def test_a_time_that_no_clock_can_show_is_a_second(api: SlackApi, port: Port, ticks: Ticks) -> None:
    api.too_fast("chat.postMessage", 10**30)
    await port.to_channel("T0ACME", "C1", body=BODY)
    assert ticks.waits == [1.0]
    assert len(api.messages) == 1


async def test_an_answer_that_is_no_object_is_trouble_like_any_other(api: SlackApi, port: Port, ticks: Ticks) -> None:
    api.answers("chat.postMessage", ["x"])
    api.answers("chat.postMessage", "x")
    await port.to_channel("T0ACME", "C1", body=BODY)
    assert len(ticks.waits) == 2
    assert len(api.messages) == 1


async def test_trouble_at_slacks_is_tried_again_and_then_left_to_the_schedule(
    api: SlackApi, port: Port, ticks: Ticks
) -> None:
    api.status("chat.postMessage", 503)
    api.cut("chat.postMessage")
    await port.to_channel("T0ACME", "C1", body=BODY)
    assert ticks.waits == [0.5, 1.0]
    for _ in range(3):
        api.status("chat.update", 500)
    with pytest.raises(Undelivered) as caught:
        await port.change("T0ACME", Posted("C9", "1"), body=BODY)
    assert (caught.value.reason, caught.value.is_final) == ("Slack: status 500", False)


@pytest.mark.parametrize(
    "code", ["account_inactive", "channel_not_found", "is_archived", "not_in_channel", "token_revoked"]
)
async def test_what_can_never_arrive_says_so_at_once(api: SlackApi, port: Port, code: str) -> None:
    api.error("chat.postMessage", code)
    with pytest.raises(Undelivered) as caught:
        await port.to_person("T0ACME", "U0BOB", body=BODY)
    assert (caught.value.reason, caught.value.is_final) == (f"Slack: {code}", True)
    assert len(api.said("chat.postMessage")) == 1


async def test_a_conversation_that_is_gone_is_opened_anew_the_next_time(api: SlackApi, port: Port) -> None:
    api.error("chat.postMessage", "channel_not_found")
    with pytest.raises(Undelivered):
        await port.to_person("T0ACME", "U0BOB", body=BODY)
    await port.to_person("T0ACME", "U0BOB", body=BODY)
    assert len(api.said("conversations.open")) == 2


async def test_an_error_that_nobody_knows_is_tried_again_later(api: SlackApi, port: Port) -> None:
    api.error("chat.postMessage", "the_moon_is_full")
    with pytest.raises(Undelivered) as caught:
        await port.to_channel("T0ACME", "C1", body=BODY)
    assert not caught.value.is_final


async def test_a_deleted_message_and_a_person_who_left_are_no_failure(api: SlackApi, port: Port) -> None:
    with pytest.raises(NobodyThere):
        await port.change("T0ACME", Posted("C9", "1"), body=BODY)
    api.error("conversations.open", "user_not_found")
    with pytest.raises(NobodyThere):
        await port.to_person("T0ACME", "U0GONE", body=BODY)


async def test_slack_that_does_not_answer_is_left_in_time(api: SlackApi, ticks: Ticks) -> None:
    api.hang("chat.postMessage")
    async with installed(api, seconds=0.05) as workspaces:
        port = Port(workspaces, pause=ticks.pause, monotonic=ticks.monotonic)
        with pytest.raises(Undelivered, match="did not answer in time"):
            await port.to_channel("T0ACME", "C1", body=BODY)


async def test_a_wrong_token_is_final_and_stands_in_no_message(api: SlackApi, ticks: Ticks) -> None:
    async with installed(api, token="xoxb-stolen") as workspaces:
        port = Port(workspaces, pause=ticks.pause, monotonic=ticks.monotonic)
        with pytest.raises(Undelivered) as caught:
            await port.to_channel("T0ACME", "C1", body=BODY)
    assert (caught.value.reason, caught.value.is_final) == ("Slack: invalid_auth", True)
    assert "xoxb" not in repr(await workspaces.install("T0ACME"))


async def test_what_opens_a_form_never_sleeps_over_a_429(api: SlackApi) -> None:
    """A trigger lives three seconds: the client itself retries nothing."""
    api.too_fast("views.open", 30)
    async with installed(api, seconds=5) as workspaces:
        with pytest.raises(SlackApiError):
            await (await workspaces.install("T0ACME")).client.views_open(trigger_id="t", view={"type": "modal"})
    assert len(api.calls) == 1
