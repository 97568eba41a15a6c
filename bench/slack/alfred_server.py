"""Alfred's real Slack app on a port of its own, over a company whose people have accounts. Prints its port."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import time
from datetime import UTC, datetime

import uvloop
from aiohttp import ClientSession, web

from alfred.ids import new_id
from bot.commands.office import Office
from bot.slack.app import slack_app
from bot.slack.workspaces import OneWorkspace
from core.directory.identities import Identities
from core.engine import Engine
from core.storage.database import Database
from core.storage.migrate import upgrade
from tests.company import found_company
from tests.edges.slack_side import ACCOUNTS, SECRET, link

PEPPER = bytes(32)
PLENTY = 10**12


class Wall:
    """The machine's clock."""

    def now(self) -> datetime:
        """An aware time."""
        return datetime.now(UTC)


async def main(url: str) -> None:
    """Serve until killed."""
    async with Database(url) as database, ClientSession() as session:
        await upgrade(database)
        acme = await found_company(database)
        await link(acme)
        for handle in ACCOUNTS:
            await acme.fund(handle, PLENTY)
        office = Office(
            engine=Engine(database, clock=Wall(), new_id=new_id),
            identities=Identities(database),
            random_bytes=secrets.token_bytes,
            pepper=PEPPER,
        )
        # Nothing here is posted: nobody listens at that address.
        workspaces = OneWorkspace("xoxb-bench", api_url="http://127.0.0.1:9/api", session=session)
        app = web.Application(client_max_size=8 * 1024 * 1024)
        slack_app(office=office, workspaces=workspaces, signing_secret=SECRET, now=Wall().now).add_to(app)
        app.router.add_get("/bench/cpu", _cpu)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        print(site.port, flush=True)
        await asyncio.Event().wait()


async def _cpu(_http: web.Request) -> web.Response:
    """Seconds of CPU that this process has used."""
    return web.json_response(time.process_time())


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    uvloop.run(main(parser.parse_args().database))
