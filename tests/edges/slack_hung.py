"""A server that hears and does not answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from core.engine import Engine
from tests.company import Company
from tests.edges.hung import Hung
from tests.edges.slack_side import Slack, slack_side
from tests.talking import office_of


@asynccontextmanager
async def hung_side(acme: Company, *, engine: Engine | None = None) -> AsyncIterator[tuple[Slack, Hung]]:
    """Slack's side of a server that acknowledges at once and answers nothing; let go before it stops."""
    hung = Hung(engine or acme.engine)
    async with slack_side(acme, replace(office_of(acme), engine=hung), patience=0) as slack:  # type: ignore[arg-type]
        yield slack, hung
        hung.may_go_on.set()
