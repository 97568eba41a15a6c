"""What the tests of what Alfred says share."""

from __future__ import annotations

from datetime import date

import pytest

from tests.company import Company
from tests.talking import Talk


@pytest.fixture
async def acme(usual_company: Company) -> Company:
    """Alice has 45,000 tokens that last until the end of March, Bob 1,000 that last."""
    await usual_company.fund("alice", 45_000, expires_on=date(2026, 3, 31))
    await usual_company.fund("bob", 1_000)
    return usual_company


@pytest.fixture
def talk(acme: Company) -> Talk:
    return Talk(acme)
