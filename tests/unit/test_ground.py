"""The ground that other tests stand on keeps its promises."""

import socket

import asyncpg
import pytest
from sqlalchemy import make_url

from tests.conftest import OutsideError
from tests.postgres import REQUIRE_VARIABLE, Postgres, unavailable


async def tables_of(url: str) -> list[str]:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    await connection.close()
    return [row["tablename"] for row in rows]


async def create_people(url: str) -> None:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    await connection.execute("CREATE TABLE people (name text)")
    await connection.close()


@pytest.mark.postgres
async def test_each_test_has_a_postgres_database_of_its_own(postgres: Postgres) -> None:
    mine, yours = postgres.create(), postgres.create()
    await create_people(mine)
    assert (await tables_of(mine), await tables_of(yours)) == (["people"], [])
    postgres.drop(mine)
    postgres.drop(yours)


@pytest.mark.postgres
async def test_a_prepared_database_is_prepared_once_and_then_copied(postgres: Postgres) -> None:
    prepared = []

    def prepare(url: str) -> None:
        prepared.append(make_url(url).database)

    first, second = postgres.create(prepare), postgres.create(prepare)
    assert len(prepared) == 1
    assert len({first, second} | set(prepared)) == 3


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.com"])
def test_no_test_reaches_another_machine(host: str) -> None:
    with pytest.raises(OutsideError, match=host):
        socket.create_connection((host, 443), timeout=1)


def test_a_missing_server_skips_the_test_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(REQUIRE_VARIABLE, raising=False)
    with pytest.raises(pytest.skip.Exception, match="no wheel"):
        unavailable("no wheel")


def test_a_missing_server_fails_the_test_where_servers_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REQUIRE_VARIABLE, "1")
    with pytest.raises(pytest.fail.Exception, match="no wheel"):
        unavailable("no wheel")
