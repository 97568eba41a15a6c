"""Acme's demo in a folder, its server, and people who talk with Alfred in Teams, each in a window of their own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.e2e.demo import Demo, log_shown, new_demo
from tests.e2e.waiting import free_port
from tests.e2e_teams.playground import APP, TENANT, Playground, playground
from tests.e2e_teams.stage import TeamsStage
from tests.flows.running import Server, serving

_SETTINGS: Final[Mapping[str, str]] = {
    "ALFRED_TEAMS__APP_ID": APP,
    "ALFRED_TEAMS__TENANT_ID": TENANT,
    "ALFRED_TEAMS__DEVELOPMENT": "true",
    "ALFRED_TEAMS__SERVICE_HOSTS": '["localhost"]',
}


@dataclass(frozen=True, slots=True)
class Acme:
    """All of it, running."""

    demo: Demo
    server: Server
    windows: Mapping[str, Playground]

    @property
    def stage(self) -> TeamsStage:
        """For one conversation."""
        return TeamsStage(self.windows, self.demo)


@asynccontextmanager
async def acme_in_teams(folder: Path, *, people: tuple[str, ...]) -> AsyncIterator[Acme]:
    """The first of April; these people have added Alfred, who knows them by the addresses that the tenant gives."""
    demo, port = await new_demo(folder), free_port()
    await demo.operator("teams", "tenant", TENANT)
    async with AsyncExitStack() as stack:
        server = stack.enter_context(serving(folder, "up", "--demo", "--port", str(port), **_SETTINGS))
        stack.enter_context(log_shown(server))
        endpoint = f"http://127.0.0.1:{port}/api/messages"
        windows = {who: await stack.enter_async_context(playground(who, folder, endpoint=endpoint)) for who in people}
        for window in windows.values():
            await window.adds_alfred()
        yield Acme(demo, server, windows)
