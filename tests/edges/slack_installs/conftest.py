"""Alfred, about to be installed."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.company import Company
from tests.edges.slack_installs.server import Server, server
from tests.edges.slack_site import SlackSite, slack_site


@pytest.fixture
async def api() -> AsyncIterator[SlackSite]:
    async with slack_site() as running:
        yield running


@pytest.fixture
async def alfred(company: Company, api: SlackSite) -> AsyncIterator[Server]:
    """On each of the two databases."""
    async with server(company, api) as running:
        yield running


@pytest.fixture
async def on_sqlite(sqlite_company: Company, api: SlackSite) -> AsyncIterator[Server]:
    async with server(sqlite_company, api) as running:
        yield running
