"""The ledger against a plain model: time travel, duplicates, reordering, refusals, expiry, closing, overdraft, crashes.

One machine drives the books in memory, in SQLite and in Postgres, and compares everything after every step. The quick
tests draw the same steps on every machine; the long ones run with `make soak`.
"""

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from core.storage.database import Database
from tests.ledger.backends import Backend, Memory, Stored
from tests.ledger.machine import Ledger
from tests.migrated import migrate
from tests.postgres import Postgres

LONG = pytest.mark.soak


def _run(make: Callable[[], Backend], *, examples: int, steps: int) -> None:
    machine = type("LedgerHere", (Ledger,), {"make": staticmethod(make)})
    run_state_machine_as_test(machine, settings=settings(max_examples=examples, stateful_step_count=steps))


@pytest.mark.parametrize(("examples", "steps"), [(40, 40), pytest.param(3_000, 100, marks=LONG)])
def test_the_ledger_in_memory_does_what_the_model_says(examples: int, steps: int) -> None:
    _run(Memory, examples=examples, steps=steps)


@pytest.mark.parametrize(("examples", "steps"), [(6, 25), pytest.param(300, 60, marks=LONG)])
def test_the_ledger_in_sqlite_does_what_the_model_says_through_every_fault(
    tmp_path: Path, sqlite_template: Path, examples: int, steps: int
) -> None:
    numbers = count()

    def make() -> Backend:
        file = tmp_path / f"{next(numbers)}.db"
        shutil.copyfile(sqlite_template, file)
        return Stored(Database(f"sqlite+aiosqlite:///{file}"), drop=file.unlink)

    _run(make, examples=examples, steps=steps)


@pytest.mark.postgres
@pytest.mark.parametrize(("examples", "steps"), [(6, 25), pytest.param(300, 60, marks=LONG)])
def test_the_ledger_in_postgres_does_what_the_model_says_through_every_fault(
    postgres: Postgres, examples: int, steps: int
) -> None:
    def make() -> Backend:
        url = postgres.create(migrate)
        return Stored(Database(url), drop=lambda: postgres.drop(url))

    _run(make, examples=examples, steps=steps)
