"""A Slack app that acknowledges and never answers, as a process that can be killed. Prints its port.

python -m tests.edges.slack_dying DATABASE_URL MOMENT
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime

from core.storage.database import Database
from tests.company import find_company
from tests.edges.slack_hung import hung_side


async def main(url: str, moment: str) -> None:
    """Serve until killed."""
    async with Database(url) as database:
        acme = await find_company(database)
        acme.clock.at = datetime.fromisoformat(moment)
        async with hung_side(acme) as (slack, _):
            sys.stdout.write(f"{slack.app_url}\n")
            sys.stdout.flush()
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
