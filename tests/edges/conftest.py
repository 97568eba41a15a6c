"""What the tests of the edges share."""

from __future__ import annotations

import pytest

from core.storage.database import Database
from tests.company import Company, found_company


@pytest.fixture
async def sqlite_company(sqlite_database: Database) -> Company:
    """Acme on SQLite alone, for what no database can change."""
    return await found_company(sqlite_database)
