"""Faults on the way to the database: the process dies between two statements, or just after a commit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection
from typing_extensions import override

from core.storage.database import Database


class Died(Exception):
    """The process is gone in the middle of something. Nobody catches it but who starts again."""


class Mortal(Database):
    """A database whose next write transaction can be told to break off, before or after its commit."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._left: int | None = None
        self._dies_after_commit = False
        self._is_writing = False
        self.deaths = 0
        event.listen(self.engine.sync_engine, "before_cursor_execute", self._count)

    def die_at(self, statement: int) -> None:
        """At so many statements from now, if a write transaction has as many."""
        self._left = statement

    def die_after_commit(self) -> None:
        """The next transaction is there, and whoever began it does not know."""
        self._dies_after_commit = True

    def live(self) -> None:
        """Forget what was planned."""
        self._left, self._dies_after_commit = None, False

    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        async with super().begin() as connection:
            self._is_writing = True
            try:
                yield connection
            finally:
                self._is_writing = False
        if self._dies_after_commit:
            self._die()

    def _count(self, *_: Any) -> None:  # noqa: ANN401  SQLAlchemy's own arguments
        if self._left is None or not self._is_writing:
            return
        self._left -= 1
        if self._left < 0:
            self._die()

    def _die(self) -> None:
        self.live()
        self.deaths += 1
        raise Died
