"""Measure side by side, in interleaved rounds, and print medians and ratios to the bare pass-through.

    python -m bench.proxy [--rounds 5] [--seconds 3] [--only sqlite]

Everything runs on loopback: this process loads, a provider with fixed answers serves, and between them stand in turn
nothing, a bare aiohttp pass-through, and Alfred with everything on, over SQLite and over Postgres (a server of the
wheel, with its own defaults). CPU is the proxy process's alone; the database server's is not in it.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import aiohttp
import psutil  # type: ignore[import-untyped]  # only here, and its types are not in the lock
import uvloop

from bench.proxy.load import run
from tests.postgres import own_server

CASES = (("json", 1), ("json", 16), ("json", 64), ("stream", 1), ("stream", 16))


@dataclass(frozen=True, slots=True)
class Target:
    """Something that answers chat completions."""

    name: str
    port: int
    keys: Sequence[str]
    process: psutil.Process


@dataclass(frozen=True, slots=True)
class Figures:
    """One round of one case: requests per second, milliseconds, CPU microseconds per request of the target."""

    rate: float
    p50: float
    p95: float
    first_p50: float
    cpu: float
    errors: int
    hold_p95: float


@contextmanager
def started(name: str, module: str, *options: str) -> Iterator[Target]:
    """Run a server in a process of its own."""
    process = subprocess.Popen([sys.executable, "-m", module, *options], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        port, _, keys = process.stdout.readline().partition(" ")
        yield Target(name, int(port), json.loads(keys or '["none"]'), psutil.Process(process.pid))
    finally:
        process.terminate()
        process.wait()


def cpu_seconds(process: psutil.Process) -> float:
    """User and system time so far."""
    times = process.cpu_times()
    return float(times.user + times.system)


async def measure(target: Target, case: tuple[str, int], *, seconds: float) -> Figures:
    """One round."""
    kind, connections = case
    before = cpu_seconds(target.process)
    tally = await run(
        target.port, keys=target.keys, connections=connections, seconds=seconds, is_stream=kind == "stream"
    )
    spent, number = cpu_seconds(target.process) - before, len(tally.whole)
    cuts = statistics.quantiles(tally.whole, n=20)
    return Figures(
        rate=number / tally.wall,
        p50=cuts[9] * 1000,
        p95=cuts[18] * 1000,
        first_p50=statistics.median(tally.first) * 1000,
        cpu=spent / number * 1e6,
        errors=tally.errors,
        hold_p95=await held(target),
    )


async def held(target: Target) -> float:
    """The p95 of a hold since the last round, in milliseconds; 0 where nothing is held."""
    if not target.name.startswith("Alfred"):
        return 0.0
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{target.port}/bench/holds") as answer:
        return float((await answer.json())["p95"])


async def rounds(
    targets: Sequence[Target], *, number: int, seconds: float
) -> dict[tuple[str, int, str], list[Figures]]:
    """Every case on every target, in turn, the order reversed every other round."""
    found: defaultdict[tuple[str, int, str], list[Figures]] = defaultdict(list)
    for target in targets:
        await run(target.port, keys=target.keys, connections=8, seconds=1, is_stream=False)
    for turn in range(number):
        for case in CASES:
            await one_turn(targets[:: 1 if turn % 2 == 0 else -1], case, seconds=seconds, found=found)
    return found


async def one_turn(
    targets: Sequence[Target],
    case: tuple[str, int],
    *,
    seconds: float,
    found: dict[tuple[str, int, str], list[Figures]],
) -> None:
    """One case on every target, one after another."""
    for target in targets:
        found[*case, target.name].append(await measure(target, case, seconds=seconds))


def table(found: dict[tuple[str, int, str], list[Figures]]) -> Iterator[str]:
    """Markdown: medians over the rounds; ratios are medians of each round's own ratio."""
    yield (
        "| case | target | req/s | CPU us/req | req per CPU-second ÷ bare | req/s ÷ bare "
        "| p50 ms | p95 ms | first byte p50 ms | hold p95 ms | errors |"
    )
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for (kind, connections, name), figures in found.items():
        bare = found[kind, connections, "bare pass-through"]
        pairs = list(zip(figures, bare, strict=True))
        cells = [
            f"{_median([one.rate for one in figures]):.0f}",
            f"{_median([one.cpu for one in figures]):.0f}",
            f"{_median([other.cpu / one.cpu for one, other in pairs]):.2f}",
            f"{_median([one.rate / other.rate for one, other in pairs]):.2f}",
            f"{_median([one.p50 for one in figures]):.2f}",
            f"{_median([one.p95 for one in figures]):.2f}",
            f"{_median([one.first_p50 for one in figures]):.2f}",
            f"{_median([one.hold_p95 for one in figures]):.2f}" if name.startswith("Alfred") else "",
            str(sum(one.errors for one in figures)),
        ]
        yield f"| {kind}, {connections} conn. | {name} | {' | '.join(cells)} |"


def _median(numbers: Sequence[float]) -> float:
    return statistics.median(numbers)


def main() -> None:
    """Start everything, measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    given = parser.parse_args()
    with ExitStack() as stack:
        provider = stack.enter_context(started("provider, direct", "bench.proxy.provider"))
        there = f"http://127.0.0.1:{provider.port}"
        targets = [
            provider,
            stack.enter_context(started("bare pass-through", "bench.proxy.passthrough", "--provider", there)),
        ]
        for name, url in databases(stack, given.only):
            options = ("--provider", there, "--database", url)
            targets.append(stack.enter_context(started(f"Alfred, {name}", "bench.proxy.alfred_server", *options)))
        found = uvloop.run(rounds(targets, number=given.rounds, seconds=given.seconds))
    print(
        f"{platform.platform()}, {psutil.cpu_count()} cores, Python {platform.python_version()}, "
        f"aiohttp {version('aiohttp')}, uvloop {version('uvloop')}; {given.rounds} rounds of {given.seconds:g} s\n"
    )
    print("\n".join(table(found)))


def databases(stack: ExitStack, only: str | None) -> Iterator[tuple[str, str]]:
    """An empty database of each kind."""
    if only != "postgres":
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        yield "SQLite", f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}"
    if only != "sqlite":
        yield "Postgres", stack.enter_context(own_server(settings={})).create()


if __name__ == "__main__":
    main()
