"""`python -m bench.ledger [--seconds 1.5] [--rounds 3] [--only postgres|sqlite]`: what the ledger does in a second.

Rounds are interleaved and medians are shown, because shared machines drift. Postgres runs with fsync, SQLite with
synchronous=FULL: what was answered is on the disk.
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import uvloop

from bench.ledger.books import open_books
from bench.ledger.works import HOT, SPREAD, WORKS, Timed
from core.storage.database import Database
from tests.postgres import own_server

CALLERS = (1, 16, 64, 256)


@dataclass(frozen=True)
class Cell:
    """One measurement of the table."""

    store: str
    work: str
    people: int
    callers: int

    @property
    def where(self) -> str:
        """How the load lies."""
        return "one hot account" if self.people == HOT else f"{self.people:,} accounts"


@dataclass(frozen=True)
class Figures:
    """What one run of a cell gave; milliseconds of the holds, or of the debits."""

    rate: float
    p50: float
    p95: float
    p99: float


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.5, help="per cell and round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("postgres", "sqlite"))
    options = parser.parse_args()
    stores = [options.only] if options.only else ["postgres", "sqlite"]
    cells = [cell for cell in _cells() if cell.store in stores]
    with _databases() as urls:
        results = uvloop.run(_measure(cells, urls, seconds=options.seconds, rounds=options.rounds))
    for line in _report(results):
        print(line)


def _cells() -> list[Cell]:
    cells = [
        Cell(store, work, people, callers)
        for store in ("postgres", "sqlite")
        for work in WORKS
        for people in (SPREAD, HOT)
        for callers in CALLERS
    ]
    return [cell for cell in cells if cell.store == "postgres" or cell.work != "one transaction each"]


@contextmanager
def _databases() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory(prefix="alfred-bench-") as folder, own_server(settings={}) as server:
        yield {"postgres": server.create(), "sqlite": f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}"}


async def _measure(
    cells: list[Cell], urls: dict[str, str], *, seconds: float, rounds: int
) -> dict[Cell, list[Figures]]:
    results: defaultdict[Cell, list[Figures]] = defaultdict(list)
    databases = {store: Database(urls[store]) for store in dict.fromkeys(cell.store for cell in cells)}
    for database in databases.values():
        await open_books(database)
    print(await _heading(databases))
    for number in range(rounds):
        for cell in cells:
            print(f"round {number + 1} of {rounds}: {cell.store}, {cell.work}, {cell.where}", end="\r", file=sys.stderr)
            work = WORKS[cell.work](databases[cell.store], callers=cell.callers, people=cell.people, seconds=seconds)
            results[cell].append(_figures(*await work))
    for database in databases.values():
        await database.close()
    return results


def _figures(rate: float, times: Timed) -> Figures:
    ordered = sorted(times.holds or times.all)
    p50, p95, p99 = (ordered[int(len(ordered) * share)] * 1e3 for share in (0.50, 0.95, 0.99))
    return Figures(rate, p50, p95, p99)


def _report(results: dict[Cell, list[Figures]]) -> Iterator[str]:
    middle = {
        cell: Figures(
            *(statistics.median(getattr(run, name) for run in runs) for name in ("rate", "p50", "p95", "p99"))
        )
        for cell, runs in results.items()
    }
    yield "| store | work | load | callers | operations/s | p50 ms | p95 ms | p99 ms | × one transaction each |"
    yield "|---|---|---|---:|---:|---:|---:|---:|---:|"
    for cell, figures in middle.items():
        peer = middle.get(Cell("postgres", "one transaction each", cell.people, cell.callers))
        ratio = f"{figures.rate / peer.rate:.1f}" if peer and cell.store == "postgres" else "–"
        yield (
            f"| {cell.store} | {cell.work} | {cell.where} | {cell.callers} | {figures.rate:,.0f} "
            f"| {figures.p50:.2f} | {figures.p95:.2f} | {figures.p99:.2f} | {ratio} |"
        )


async def _heading(databases: dict[str, Database]) -> str:
    versions = [f"Python {platform.python_version()}", f"asyncpg {asyncpg.__version__}"]
    versions += [f"SQLite {sqlite3.sqlite_version}"] if "sqlite" in databases else []
    if "postgres" in databases:
        async with databases["postgres"].snapshot() as connection:
            shown = await connection.exec_driver_sql("SHOW server_version")
            versions.append(f"Postgres {shown.scalar_one()}")
    load = os.getloadavg()[0]
    return (
        f"{platform.machine()}, {os.cpu_count()} cores shared with the server, load {load:.1f}; {', '.join(versions)}\n"
    )


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
