"""`alfred up --demo`: a made-up organization in a folder of its own, served with the built-in sandbox provider."""

from __future__ import annotations

import secrets
import socket
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from alfred.addresses import read_database_url
from alfred.data_folder import DataFolder, data_folder
from alfred.demo.acme import HERO, NAME
from alfred.demo.making import Start, fill, is_demo, make_demo
from alfred.demo.screen import show_screen
from alfred.ids import new_id
from alfred.logs import start_logging
from alfred.loops import run
from alfred.server import run_server
from alfred.settings import Settings, listening, load_settings
from alfred.sockets import listening_socket
from alfred.stop import Stop
from alfred.wiring import KEY_PEPPER, House, open_house
from core.directory.create_key import CreateKey
from core.directory.keys import RANDOM_BYTES, new_secret, parse_key
from core.refusals import Refused
from core.storage.tables import organizations, users
from core.storage.transaction import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the command line says."""

    config: Path | None
    data: Path | None
    is_fresh: bool
    host: str | None
    port: int | None


def up_demo(wishes: Wishes) -> None:
    """Make the demo when there is none yet, serve it, say what to try. Raises Stop, SettingsError."""
    folder = data_folder(wishes.data)
    folder.prepare()
    settings = _settings(folder, wishes)
    start_logging(settings)
    with ExitStack() as stack:
        # The port first: --fresh must not forget a demo that then cannot start.
        bound = stack.enter_context(listening_socket(settings.host, settings.port))
        stack.enter_context(folder.in_use())
        if wishes.is_fresh:
            settings = _afresh(folder, settings, wishes=wishes)
        run(_serve(folder, settings, bound=bound))


async def _serve(folder: DataFolder, settings: Settings, *, bound: socket.socket) -> None:
    await _made(folder, settings)
    async with open_house(settings) as house:
        key = await working_key(house, folder)

    def ready(url: str) -> None:
        folder.write(folder.address, url)
        show_screen(url, key, folder=folder)

    await run_server(settings, bound, with_jobs=True, ready=ready)


async def _made(folder: DataFolder, settings: Settings) -> None:
    """Make the demo unless it is there."""
    if not _is_own(folder, settings):
        await _made_elsewhere(folder, settings)
    elif folder.is_made:
        if not await is_demo(settings):
            raise Stop(f"{folder.database} is not a demo; --data names another folder.")
    else:
        _say_making()
        await make_demo(folder, settings, start=Start())


async def _made_elsewhere(folder: DataFolder, settings: Settings) -> None:
    known = await is_demo(settings)
    if known is False:
        raise Stop("The configured database is not a demo: start it without --demo, or name an empty one.")
    if known is None:
        _say_making()
        folder.write(folder.api_key, await fill(settings, start=Start()))


async def working_key(house: House, folder: DataFolder) -> str:
    """The key that was printed before; a new one when that was lost or revoked."""
    kept = folder.read(folder.api_key)
    if kept is not None:
        try:
            await house.principals.by_key(parse_key(kept), now=house.clock.now())
        except Refused:
            pass
        else:
            return kept
    organization_id, user_id = await _hero(house)
    secret = new_secret(secrets.token_bytes(RANDOM_BYTES))
    await house.engine.run(
        CreateKey(
            id=new_id("cmd"),
            organization_id=organization_id,
            actor=Actor.operator("demo"),
            user_id=user_id,
            name="demo",
            digest=secret.digest(house.settings.derived_key(KEY_PEPPER)),
            hint=secret.hint,
        )
    )
    folder.write(folder.api_key, secret.text)
    return secret.text


async def _hero(house: House) -> tuple[str, str]:
    async with house.database.snapshot() as connection:
        found = await connection.execute(
            select(users.c.organization_id, users.c.id)
            .join(organizations, organizations.c.organization_id == users.c.organization_id)
            .where(organizations.c.name == NAME, users.c.handle == HERO, users.c.deactivated_at.is_(None))
        )
        row = found.first()
    if row is None:
        raise Stop(f"Nobody here is called {HERO} any more; `alfred up --demo --fresh` starts over.")
    return row.organization_id, row.id


def _settings(folder: DataFolder, wishes: Wishes) -> Settings:
    return listening(load_settings(wishes.config, defaults=folder.defaults()), host=wishes.host, port=wishes.port)


def _afresh(folder: DataFolder, settings: Settings, *, wishes: Wishes) -> Settings:
    if not _is_own(folder, settings):
        raise Stop("--fresh forgets only the demo's own file; a configured database is yours to empty.")
    folder.clear()
    folder.prepare()
    return _settings(folder, wishes)


def _is_own(folder: DataFolder, settings: Settings) -> bool:
    return settings.database_url == read_database_url(f"sqlite:///{folder.database}")


def _say_making() -> None:
    sys.stderr.write(f"Making {NAME}: ten people, three teams, and a month of calls. A few seconds …\n")
