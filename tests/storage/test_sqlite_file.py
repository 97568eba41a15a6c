"""A SQLite file that is taken away while the server runs: nothing is spent that nobody will remember."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.ledger.verify import verify
from core.storage.faults import StorageUnavailable
from core.transfers.send_credits import SendCredits
from tests.company import Company
from tests.spending.desk import Desk, open_desk


async def test_nothing_is_spent_or_sent_while_the_file_is_away_and_everything_is_there_when_it_is_back(
    sqlite_company: Company, tmp_path: Path
) -> None:
    await sqlite_company.fund("alice", 20_000)
    file, elsewhere = Path(str(sqlite_company.database.url.database)), tmp_path / "elsewhere.db"
    async with open_desk(sqlite_company) as desk:
        await desk.call("alice", 1_000)
        shutil.move(file, elsewhere)
        await assert_stopped(desk)
        assert [found.name for found in files(tmp_path) if found.suffix == ".db"] == ["elsewhere.db"]  # no empty one
        shutil.move(elsewhere, file)
        await desk.call("alice", 1_000)
    assert await sqlite_company.balances() == {"alice": 18_000}
    assert (await verify(sqlite_company.database)).drift == []


async def test_nothing_is_spent_or_sent_in_a_file_that_was_put_in_its_place(
    sqlite_company: Company, tmp_path: Path
) -> None:
    await sqlite_company.fund("alice", 20_000)
    file, other = Path(str(sqlite_company.database.url.database)), tmp_path / "other.db"
    async with open_desk(sqlite_company) as desk:
        await desk.call("alice", 1_000)
        shutil.copyfile(file, other)
        shutil.move(other, file)
        await assert_stopped(desk)


def files(folder: Path) -> list[Path]:
    """What there is."""
    return sorted(folder.iterdir())


async def assert_stopped(desk: Desk) -> None:
    """Neither a call nor a deed is done."""
    company = desk.company
    with pytest.raises(StorageUnavailable):
        await desk.call("alice", 1_000)
    with pytest.raises(StorageUnavailable):
        await company.run(SendCredits, by="alice", recipients=(company.user("bob"),), amount=1_000)
