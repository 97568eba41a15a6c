"""A server that hears and does not answer."""

from __future__ import annotations

import asyncio

from core.engine import Engine


class Hung:
    """An engine that answers nothing until it is let go: to everybody else its process is dead."""

    def __init__(self, engine: Engine) -> None:
        self.may_go_on = asyncio.Event()
        self._engine = engine

    def __getattr__(self, name: str) -> object:
        return getattr(self._engine, name)

    async def ask(self, question: object) -> object:
        """Wait, then as ever."""
        await self.may_go_on.wait()
        return await self._engine.ask(question)  # type: ignore[arg-type]
