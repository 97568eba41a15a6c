"""An event that Slack delivers again is not handled again, unless the first time failed."""

from __future__ import annotations

import asyncio

from aiohttp import web

from bot.slack.once import REMEMBERED, Once


class Work:
    """Answers with these statuses, one after the other, when it may."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.may_end = asyncio.Event()
        self.done = 0

    async def __call__(self) -> web.StreamResponse:
        """One time."""
        await self.may_end.wait()
        self.done += 1
        return web.Response(status=self.statuses.pop(0))


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
