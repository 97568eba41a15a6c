"""How long until Slack has its answer, with 50 commands under way at any time.

    python -m bench.slack [--rounds 5] [--seconds 4] [--only sqlite]

This process signs and posts slash commands as Slack does, over loopback; Alfred's real Slack app runs in a process of
its own, over SQLite and over Postgres (a server of the wheel, with its own defaults). The answer comes in the
acknowledgement, so its time is that of the whole command. CPU is the app's process alone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import count, cycle, product
from os import cpu_count, getloadavg
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import aiohttp
import uvloop
from slack_sdk.signature import SignatureVerifier

from tests.edges.slack_side import ACCOUNTS, FORM, SECRET
from tests.postgres import own_server

PARALLEL: Final = 50
CASES: Final = {
    "balance": ("balance", "tokens available"),
    "send": ("send @bob 1k for the load", "sent."),
    "help": ("help", "I look after"),
}
SENDERS: Final = tuple(account for who, account in ACCOUNTS.items() if who != "bob")
_SIGNER: Final = SignatureVerifier(SECRET)
_TRIGGERS: Final = count(1)


@dataclass(frozen=True, slots=True)
class Target:
    """An app over a database."""

    name: str
    port: int


@dataclass(slots=True)
class Tally:
    """One round: seconds until each acknowledgement, and how many did not say what they should."""

    acks: list[float] = field(default_factory=list)
    wrong: int = 0
    wall: float = 0.0
    cpu: float = 0.0


def command(account: str, text: str) -> bytes:
    """The form of a slash command; no two have one trigger."""
    form = {
        "team_id": "T0ACME",
        "channel_id": "C0GENERAL",
        "user_id": account,
        "command": "/alfred",
        "text": text,
        "api_app_id": "A0ALFRED",
        "is_enterprise_install": "false",
        "response_url": "http://127.0.0.1:9/response",
        "trigger_id": f"{time.time_ns()}.{next(_TRIGGERS)}",
    }
    return urlencode(form).encode()


def signed(body: bytes) -> dict[str, str]:
    """As Slack's own SDK signs it."""
    timestamp = str(int(time.time()))
    signature = _SIGNER.generate_signature(timestamp=timestamp, body=body.decode())
    assert signature is not None
    return {"Content-Type": FORM, "X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signature}


async def one_round(target: Target, case: str, *, seconds: float) -> Tally:
    """Fifty at a time for so long."""
    tally, accounts = Tally(), cycle(SENDERS)
    there = f"http://127.0.0.1:{target.port}"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=PARALLEL)) as session:
        before, began = await _cpu(session, there), time.perf_counter()
        until = began + seconds

        async def caller() -> None:
            while time.perf_counter() < until:
                await _one(session, f"{there}/slack/events", account=next(accounts), case=case, tally=tally)

        await asyncio.gather(*(caller() for _ in range(PARALLEL)))
        tally.wall = time.perf_counter() - began
        tally.cpu = await _cpu(session, there) - before
    return tally


async def _one(session: aiohttp.ClientSession, url: str, *, account: str, case: str, tally: Tally) -> None:
    text, expected = CASES[case]
    body = command(account, text)
    headers, began = signed(body), time.perf_counter()
    async with session.post(url, data=body, headers=headers) as answer:
        said = await answer.text()
    tally.acks.append(time.perf_counter() - began)
    tally.wrong += expected not in said


async def _cpu(session: aiohttp.ClientSession, there: str) -> float:
    async with session.get(f"{there}/bench/cpu") as answer:
        return float(await answer.json())


async def rounds(targets: list[Target], *, number: int, seconds: float) -> dict[tuple[str, str], list[Tally]]:
    """Every case on every target in turn, after one that does not count."""
    found: dict[tuple[str, str], list[Tally]] = {}
    turns = list(product(CASES, targets))
    for case, target in turns:
        await one_round(target, case, seconds=1)
    for case, target in turns * number:
        found.setdefault((case, target.name), []).append(await one_round(target, case, seconds=seconds))
    return found


def table(found: dict[tuple[str, str], list[Tally]]) -> Iterator[str]:
    """Markdown: medians over the rounds, and the worst p99 of any of them."""
    yield "| command | database | commands | commands/s | ack p50 ms | ack p99 ms | worst p99 | CPU ms each | wrong |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|"
    for (case, name), tallies in found.items():
        cuts = [statistics.quantiles(tally.acks, n=100) for tally in tallies]
        cells = (
            f"{sum(len(tally.acks) for tally in tallies):,}",
            f"{statistics.median(len(tally.acks) / tally.wall for tally in tallies):.0f}",
            f"{statistics.median(cut[49] for cut in cuts) * 1000:.0f}",
            f"{statistics.median(cut[98] for cut in cuts) * 1000:.0f}",
            f"{max(cut[98] for cut in cuts) * 1000:.0f}",
            f"{statistics.median(tally.cpu / len(tally.acks) for tally in tallies) * 1000:.2f}",
            str(sum(tally.wrong for tally in tallies)),
        )
        yield f"| {case} | {name} | {' | '.join(cells)} |"


@contextmanager
def started(name: str, url: str) -> Iterator[Target]:
    """The app in a process of its own."""
    line = [sys.executable, "-m", "bench.slack.alfred_server", "--database", url]
    process = subprocess.Popen(line, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Target(name, int(json.loads(process.stdout.readline())))
    finally:
        process.terminate()
        process.wait()


def databases(stack: ExitStack, only: str | None) -> Iterator[tuple[str, str]]:
    """An empty database of each kind."""
    if only != "postgres":
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        yield "SQLite", f"sqlite+aiosqlite:///{Path(folder) / 'bench.db'}"
    if only != "sqlite":
        yield "Postgres", stack.enter_context(own_server(settings={})).create()


def main() -> None:
    """Start everything, measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--only", choices=["sqlite", "postgres"])
    given = parser.parse_args()
    load = getloadavg()[0]
    with ExitStack() as stack:
        targets = [stack.enter_context(started(*database)) for database in databases(stack, given.only)]
        found = uvloop.run(rounds(targets, number=given.rounds, seconds=given.seconds))
    print(
        f"{platform.platform()}, {cpu_count()} cores, load {load:.1f} before, Python {platform.python_version()}, "
        f"aiohttp {version('aiohttp')}, slack-bolt {version('slack-bolt')}; {PARALLEL} commands at a time, "
        f"{given.rounds} rounds of {given.seconds:g} s\n"
    )
    print("\n".join(table(found)))


if __name__ == "__main__":
    main()
