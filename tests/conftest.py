"""What every test stands on: databases, Hypothesis profiles, and no way out of this machine."""

import gc
import ipaddress
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from core.storage.database import Database
from tests.company import Company, find_company, found_company_at
from tests.databases import opened_copy, opened_on
from tests.migrated import migrate, run_apart
from tests.postgres import NoServerError, Postgres, serving, unavailable

# --------------------------------------------------------------------------- where files lie

MEMORY: Path = Path("/dev/shm")
ROOM: int = 2 * 1024**3
"""For two Postgres servers and what failed tests leave; containers often have less."""


def _is_roomy(folder: Path) -> bool:
    """Whether a folder in memory takes files, programs among them (a copy of Postgres), and has room for them."""
    if not os.access(folder, os.W_OK):
        return False
    return not os.statvfs(folder).f_flag & os.ST_NOEXEC and shutil.disk_usage(folder).free >= ROOM


# No test asks whether a disk keeps what it was given, so none has to wait for one.
if _is_roomy(MEMORY):
    tempfile.tempdir = str(MEMORY)


def pytest_collection_finish() -> None:
    """Thousands of collected tests stay to the end: the garbage collector need not look through them each time."""
    gc.collect()
    gc.freeze()


# --------------------------------------------------------------------------- property tests

# quick: the same examples on every machine, so that a red `make test` is red for everybody.
settings.register_profile(
    "quick", derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(
    "soak", max_examples=5_000, stateful_step_count=200, deadline=None, suppress_health_check=list(HealthCheck)
)
settings.load_profile(os.environ.get("ALFRED_TEST_PROFILE", "quick"))


# --------------------------------------------------------------------------- only loopback sockets


class OutsideError(RuntimeError):
    """A test tried to reach another machine. Not an OSError, so that no retry in the code under test hides it."""


def _is_here(host: object) -> bool:
    if host in {None, "", b"", "localhost", b"localhost", "testserver"}:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _stay_here(event: str, arguments: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"}:
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a string is a Unix socket
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if not _is_here(host):
        msg = f"tests speak to loopback addresses only, not to {host!r}"
        raise OutsideError(msg)


# The interpreter's own audit events see every library that uses Python's sockets, without patching any of them.
sys.addaudithook(_stay_here)


@pytest.fixture(autouse=True)
def usual_log() -> Iterator[None]:
    """A test that starts a server's log in this process leaves the next one its own."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


# --------------------------------------------------------------------------- databases


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The Postgres server of this test process."""
    try:
        with serving() as server:
            yield server
    except NoServerError as error:
        unavailable(str(error))


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """An empty Postgres database of this test's own."""
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """An empty SQLite database of this test's own; the file does not exist yet."""
    return f"sqlite+aiosqlite:///{tmp_path / 'alfred.db'}"


BOTH = [
    pytest.param("sqlite", id="sqlite"),
    pytest.param("postgres", id="postgres", marks=pytest.mark.postgres),
]


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database; the test runs once on each of the two."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and nothing in them."""
    file = tmp_path_factory.mktemp("template") / "alfred.db"
    migrate(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture
async def sqlite_database(sqlite_url: str, sqlite_template: Path) -> AsyncIterator[Database]:
    """An open SQLite database of this test's own, with all tables."""
    async with opened_copy(sqlite_template, url=sqlite_url) as database:
        yield database


@pytest.fixture
async def postgres_database(postgres: Postgres) -> AsyncIterator[Database]:
    """An open Postgres database of this test's own, with all tables."""
    async with opened_on(postgres, migrate) as database:
        yield database


@pytest.fixture(params=BOTH)
def database(request: pytest.FixtureRequest) -> Database:
    """An open database with all tables; the test runs once on each of the two."""
    opened: Database = request.getfixturevalue(f"{request.param}_database")
    return opened


# --------------------------------------------------------------------------- Acme


@pytest.fixture(scope="session")
def acme_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with Acme in it."""
    file = tmp_path_factory.mktemp("acme") / "alfred.db"
    with_acme(f"sqlite+aiosqlite:///{file}")
    return file


@pytest.fixture
async def sqlite_acme(sqlite_url: str, acme_file: Path) -> AsyncIterator[Database]:
    """An open SQLite database of this test's own, with Acme in it."""
    async with opened_copy(acme_file, url=sqlite_url) as database:
        yield database


@pytest.fixture
async def postgres_acme(postgres: Postgres) -> AsyncIterator[Database]:
    """An open Postgres database of this test's own, with Acme in it."""
    async with opened_on(postgres, with_acme) as database:
        yield database


@pytest.fixture(params=BOTH)
def acme_database(request: pytest.FixtureRequest) -> Database:
    """An open database with Acme in it; the test runs once on each of the two."""
    opened: Database = request.getfixturevalue(f"{request.param}_acme")
    return opened


@pytest.fixture
async def company(acme_database: Database) -> Company:
    """Acme and its people, on each of the two databases (`company.database`, a copy of this test's own)."""
    return await find_company(acme_database)


@pytest.fixture
async def sqlite_company(sqlite_acme: Database) -> Company:
    """Acme on SQLite alone, for what no database can change."""
    return await find_company(sqlite_acme)


on_both = pytest.mark.parametrize("usual_acme", BOTH, indirect=True)
"""What depends on the database, in files where the words and the transport run on SQLite alone."""


@pytest.fixture
def usual_acme(request: pytest.FixtureRequest) -> Database:
    """An open database with Acme in it: SQLite, unless the test is marked `on_both`."""
    opened: Database = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_acme")
    return opened


@pytest.fixture
async def usual_company(usual_acme: Database) -> Company:
    """Acme and its people, on SQLite, unless the test is marked `on_both`."""
    return await find_company(usual_acme)


def with_acme(url: str) -> None:
    """Run the migrations and found Acme, once for all tests of this process."""
    migrate(url)
    run_apart(found_company_at(url))
