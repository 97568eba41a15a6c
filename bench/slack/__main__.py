"""How long until Slack has its acknowledgement, and people their answer, with 50 commands under way at any time.

    python -m bench.slack [--rounds 5] [--seconds 4] [--only sqlite]

This process signs and posts slash commands as Slack does, over loopback, and takes what comes to their response_url;
Alfred's real Slack app runs in a process of its own, over SQLite and over Postgres (a server of the wheel, with its own
defaults). The answer comes in the acknowledgement or, when that could not wait, later; each person says the next when
they have it. CPU is the app's process alone.
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
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import count, cycle, product
from os import cpu_count, getloadavg
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import aiohttp
import uvloop
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from tests.edges.slack_side import ACCOUNTS, FORM, SECRET
from tests.postgres import own_server

PARALLEL: Final = 50
CASES: Final = {
    "balance": ("balance", "tokens available"),
    "send": ("send {} 1k for the load", "sent."),
    "help": ("help", "I look after"),
}
NEIGHBOURS: Final = {ACCOUNTS["erin"]: "@alice", ACCOUNTS["alice"]: "@carol", ACCOUNTS["carol"]: "@bob"}
"""Who sends to whom: in no circle, and to none more than the million that a person may be sent in a day."""
_SIGNER: Final = SignatureVerifier(SECRET)
_TRIGGERS: Final = count(1)


@dataclass(frozen=True, slots=True)
class Target:
    """An app over a database."""

    name: str
    port: int


class Responses:
    """Slack's response_urls: one for each command, with what is said there."""

    def __init__(self) -> None:
        self.there: str = ""
        self._awaited: Final[dict[str, asyncio.Future[str]]] = {}

    def expect(self) -> tuple[str, asyncio.Future[str]]:
        """A new one."""
        key = str(next(_TRIGGERS))
        self._awaited[key] = asyncio.get_running_loop().create_future()
        return f"{self.there}/response/{key}", self._awaited[key]

    async def take(self, request: web.Request) -> web.Response:
        """What Alfred says later."""
        self._awaited.pop(request.match_info["key"]).set_result(await request.text())
        return web.Response(text="ok")


@asynccontextmanager
async def taking() -> AsyncIterator[Responses]:
    """Taken while the block runs."""
    responses, app = Responses(), web.Application()
    app.router.add_post("/response/{key}", responses.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    responses.there = f"http://127.0.0.1:{site.port}"
    yield responses
    await runner.cleanup()


@dataclass(slots=True)
class Tally:
    """One round: seconds until each acknowledgement and each answer, and how many did not say what they should."""

    acks: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    wrong: int = 0
    wall: float = 0.0
    cpu: float = 0.0


def command(account: str, text: str, *, response_url: str) -> bytes:
    """The form of a slash command; no two have one trigger."""
    form = {
        "team_id": "T0ACME",
        "channel_id": "C0GENERAL",
        "user_id": account,
        "command": "/alfred",
        "text": text,
        "api_app_id": "A0ALFRED",
        "is_enterprise_install": "false",
        "response_url": response_url,
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
    tally, accounts = Tally(), cycle(NEIGHBOURS)
    there = f"http://127.0.0.1:{target.port}"
    connector = aiohttp.TCPConnector(limit=PARALLEL)
    async with taking() as responses, aiohttp.ClientSession(connector=connector) as session:
        before, began = await _cpu(session, there), time.perf_counter()
        until, wire = began + seconds, Wire(session, f"{there}/slack/events", responses)

        async def caller() -> None:
            while time.perf_counter() < until:
                await _one(wire, next(accounts), case=case, tally=tally)

        await asyncio.gather(*(caller() for _ in range(PARALLEL)))
        tally.wall = time.perf_counter() - began
        tally.cpu = await _cpu(session, there) - before
    return tally


@dataclass(frozen=True, slots=True)
class Wire:
    """Where commands go, and where answers come that are late."""

    session: aiohttp.ClientSession
    url: str
    responses: Responses


async def _one(wire: Wire, account: str, *, case: str, tally: Tally) -> None:
    text, expected = CASES[case]
    response_url, later = wire.responses.expect()
    body = command(account, text.format(NEIGHBOURS[account]), response_url=response_url)
    headers, began = signed(body), time.perf_counter()
    async with wire.session.post(wire.url, data=body, headers=headers) as answer:
        said = await answer.text()
    tally.acks.append(time.perf_counter() - began)
    said = said or await later
    tally.answers.append(time.perf_counter() - began)
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
    """Markdown: medians over the rounds, and the worst p99 of any of them; milliseconds."""
    yield "| command | database | commands | a second | ack p50 | p99 | worst | answer p50 | p99 | CPU each | wrong |"
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for (case, name), tallies in found.items():
        cuts = [statistics.quantiles(tally.acks, n=100) for tally in tallies]
        answers = [statistics.quantiles(tally.answers, n=100) for tally in tallies]
        cells = (
            f"{sum(len(tally.acks) for tally in tallies):,}",
            f"{statistics.median(len(tally.acks) / tally.wall for tally in tallies):.0f}",
            f"{statistics.median(cut[49] for cut in cuts) * 1000:.0f}",
            f"{statistics.median(cut[98] for cut in cuts) * 1000:.0f}",
            f"{max(cut[98] for cut in cuts) * 1000:.0f}",
            f"{statistics.median(cut[49] for cut in answers) * 1000:.0f}",
            f"{statistics.median(cut[98] for cut in answers) * 1000:.0f}",
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
