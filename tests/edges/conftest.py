"""What the tests of the edges share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.company import Company
from tests.edges.slack_side import Slack, link, slack_side
from tests.talking import office_of


@pytest.fixture
async def funded(usual_company: Company) -> Company:
    """Alice has 45,000 tokens, Bob 1,000."""
    await usual_company.fund("alice", 45_000)
    await usual_company.fund("bob", 1_000)
    return usual_company


@pytest.fixture
async def acme(funded: Company) -> Company:
    """They have accounts in Slack."""
    await link(funded)
    return funded


@pytest.fixture
async def slack(acme: Company) -> AsyncIterator[Slack]:
    """Alfred's endpoint for Slack, with Acme behind it."""
    async with slack_side(acme, office_of(acme)) as side:
        yield side
