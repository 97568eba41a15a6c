"""A server that hears and does not answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from core.engine import Engine
from tests.company import Company
from tests.edges.slack_side import Slack, slack_side
from tests.talking import office_of


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


@asynccontextmanager
async def hung_side(acme: Company, *, engine: Engine | None = None) -> AsyncIterator[tuple[Slack, Hung]]:
    """Slack's side of a server that acknowledges at once and answers nothing; let go before it stops."""
    hung = Hung(engine or acme.engine)
    async with slack_side(acme, replace(office_of(acme), engine=hung), patience=0) as slack:  # type: ignore[arg-type]
        yield slack, hung
        hung.may_go_on.set()
