"""A process of its own at Acme's database: `python -m tests.sides URL FIRST_ID`, one errand per line.

Two of them do at the same moment what two people press on two servers. An errand arrives pickled (base64); its answer
is one line of JSON.
"""

from __future__ import annotations

import asyncio
import base64
import json
import pickle
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.jobs.due import run_due
from core.refusals import Refused
from core.storage.database import Database
from core.storage.transaction import Command
from tests.company import Company, find_company
from tests.spending.desk import Desk, open_desk


@dataclass(frozen=True, slots=True)
class Spend:
    """Hold and settle a call of somebody."""

    handle: str
    amount: int


@dataclass(frozen=True, slots=True)
class WorkOff:
    """Do what has fallen due."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to do at a moment."""

    at: datetime
    work: Command[Any] | Spend | WorkOff


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of it: `done`, or the reason why not and its facts."""

    said: str
    facts: dict[str, Any]


class Side:
    """One of the processes."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def ready(self) -> None:
        """It has opened the database."""
        assert await self._line() == "ready"

    async def does(self, errand: Errand) -> Answer:
        """Send it off, and wait for the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(base64.b64encode(pickle.dumps(errand)) + b"\n")
        said, facts = json.loads(await self._line())
        return Answer(said, facts)

    async def leave(self) -> None:
        """Let it end by itself."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        assert await self._process.wait() == 0

    async def _line(self) -> str:
        assert self._process.stdout is not None
        line = (await self._process.stdout.readline()).decode().strip()
        assert line, "the process has died"
        return line


@asynccontextmanager
async def two_sides(company: Company) -> AsyncIterator[tuple[Side, Side]]:
    """Two processes at the company's database."""
    url = company.database.url.render_as_string(hide_password=False)
    sides = [await _side(url, first=number * 1_000_000) for number in (1, 2)]
    async with AsyncExitStack() as stack:
        for side in sides:
            stack.push_async_callback(side.leave)
            await side.ready()
        yield sides[0], sides[1]


async def _side(url: str, *, first: int) -> Side:
    arguments = ("-m", "tests.sides", url, str(first))
    return Side(await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=PIPE, stdout=PIPE))


async def serve(url: str, first: int) -> None:
    """Do errands until there are no more."""
    async with Database(url) as database:
        company = await find_company(database, first=first)
        async with open_desk(company) as desk:
            await _serve(desk)


async def _serve(desk: Desk) -> None:
    _say("ready")
    while line := await asyncio.to_thread(sys.stdin.readline):
        errand = pickle.loads(base64.b64decode(line))  # noqa: S301  from the test that started this
        desk.company.clock.at = errand.at
        _say(json.dumps(await _outcome(desk, errand.work), default=str))


async def _outcome(desk: Desk, work: Command[Any] | Spend | WorkOff) -> tuple[str, dict[str, Any]]:
    company = desk.company
    try:
        if isinstance(work, Spend):
            await desk.call(work.handle, work.amount)
        elif isinstance(work, WorkOff):
            await run_due(company.engine, company.database, until=work.until)
        else:
            await company.engine.run(work)
    except Refused as refused:
        return refused.refusal.because.value, dict(refused.refusal.facts)
    return "done", {}


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201  the parent process reads it


if __name__ == "__main__":
    from tests.sides import serve as serve_  # an errand's classes have this module's name, not `__main__`

    asyncio.run(serve_(sys.argv[1], int(sys.argv[2])))
