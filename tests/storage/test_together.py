"""Group commit: many who write at once share a write, in order, and hear what became of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from core.storage.together import Together


class Slow:
    """A write that ends when it is let go."""

    def __init__(self) -> None:
        self.written: list[list[int]] = []
        self.may_end = asyncio.Event()
        self.has_begun = asyncio.Event()

    async def write(self, items: Sequence[int]) -> None:
        """The items of one write."""
        self.written.append(list(items))
        self.has_begun.set()
        await self.may_end.wait()
        if -1 in items:
            raise OSError(items)


async def test_what_comes_during_a_write_shares_the_next() -> None:
    slow = Slow()
    together = Together(slow.write)
    first = asyncio.create_task(together.add(1))
    await slow.has_begun.wait()
    rest = [asyncio.create_task(together.add(item)) for item in (2, 3, 4)]
    slow.may_end.set()
    await asyncio.gather(first, *rest)
    assert slow.written == [[1], [2, 3, 4]]
    await together.add(5)
    assert slow.written[-1] == [5]


async def test_a_write_that_fails_is_told_to_those_who_shared_it_alone() -> None:
    slow = Slow()
    slow.may_end.set()
    together = Together(slow.write)
    failing = asyncio.gather(together.add(-1), together.add(2), return_exceptions=True)
    assert [type(told) for told in await failing] == [OSError, OSError]
    await together.add(3)


async def test_a_write_goes_on_when_who_waited_is_cancelled() -> None:
    slow = Slow()
    together = Together(slow.write)
    waiting = asyncio.create_task(together.add(1))
    await slow.has_begun.wait()
    waiting.cancel()
    behind = asyncio.create_task(together.add(2))
    slow.may_end.set()
    await behind
    assert slow.written == [[1], [2]]
