"""Group commit: what many write at the same time goes in as few transactions as can be."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar

T = TypeVar("T")


class Together(Generic[T]):
    """Writes items in the order they were brought; those that come while others are written share the next write."""

    def __init__(self, write: Callable[[Sequence[T]], Awaitable[None]]) -> None:
        self._write: Final = write
        self._turn: Final = asyncio.Lock()
        self._waiting: list[T] = []
        self._next: asyncio.Task[None] | None = None

    async def add(self, item: T) -> None:
        """Come back when it is written. Raises what the write raises; it goes on when who waits here is cancelled."""
        self._waiting.append(item)
        if self._next is None:
            self._next = asyncio.create_task(self._written())
        await asyncio.shield(self._next)

    async def _written(self) -> None:
        async with self._turn:
            items, self._waiting, self._next = self._waiting, [], None
            await self._write(items)
