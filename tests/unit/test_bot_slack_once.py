"""What Slack delivers again is not handled again, unless the first time failed."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from slack_bolt.response import BoltResponse
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack.once import REMEMBERED, Once
from bot.slack.socket_mode import Envelopes


class Work:
    """Answers with these statuses, one after the other, when it may."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.may_end = asyncio.Event()
        self.done = 0

    async def __call__(self) -> BoltResponse:
        """One time."""
        await self.may_end.wait()
        self.done += 1
        return BoltResponse(status=self.statuses.pop(0))


async def test_a_repetition_during_the_first_hears_what_became_of_it_and_one_after_it_does_nothing() -> None:
    once, work = Once(), Work(200)
    both = [asyncio.create_task(once.answer("Ev1", work)) for _ in range(2)]
    work.may_end.set()
    assert [(await answer).status for answer in both] == [200, 200]
    assert (await once.answer("Ev1", work)).status == 200
    assert work.done == 1


async def test_what_failed_is_tried_again() -> None:
    once, work = Once(), Work(500, 200)
    work.may_end.set()
    assert [(await once.answer("Ev1", work)).status for _ in range(3)] == [500, 200, 200]
    assert work.done == 2


async def test_its_memory_has_an_end() -> None:
    once, work = Once(), Work(*[200] * (REMEMBERED + 2))
    work.may_end.set()
    for number in range(REMEMBERED + 1):
        await once.answer(f"Ev{number}", work)
    await once.answer("Ev0", work)
    assert work.done == REMEMBERED + 2


class Line:
    """Alfred's end of a socket, and what was acknowledged over it."""

    logger = logging.getLogger("line")

    def __init__(self) -> None:
        self.said: list[str] = []

    async def send_socket_mode_response(self, response: Any) -> None:  # noqa: ANN401  Slack's own type
        """Acknowledge."""
        self.said.append(response.envelope_id)


async def test_an_envelope_whose_work_failed_is_acknowledged_when_it_comes_again() -> None:
    work, line = Work(500, 200), Line()
    work.may_end.set()

    async def take_in(_: dict[str, Any]) -> BoltResponse:
        return await work()

    envelopes = Envelopes(take_in)
    said = []
    for _ in range(3):
        await envelopes.take(line, SocketModeRequest("events_api", "env-1", payload={}))  # type: ignore[arg-type]
        said.append(list(line.said))
    assert said == [[], ["env-1"], ["env-1", "env-1"]]
    assert work.done == 2
