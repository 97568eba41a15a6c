"""`alfred serve --workers N`: processes that share one port by SO_REUSEPORT, and the parent that ends them together."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import multiprocessing.connection
import signal
import sys
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import Final

from alfred.logs import start_logging
from alfred.loops import run
from alfred.server import announce, run_server
from alfred.settings import Settings, listening, load_settings
from alfred.sockets import listening_socket, url_of
from alfred.stop import Exit, Stop
from alfred.wiring import open_database, require_current
from core.storage.faults import StorageUnavailable

log: Final = logging.getLogger(__name__)


def run_workers(settings: Settings, config: Path | None, *, count: int) -> None:
    """Serve with `count` processes until SIGTERM or SIGINT, or until one of them dies (then all end).

    Raises Stop for SQLite, which has one writer; for a taken port; and when a process died.
    """
    if settings.database_url.startswith("sqlite"):
        raise Stop("Several workers need Postgres: a SQLite file has one writer.")
    asyncio.run(_require_current(settings))
    # Alone first: a port that another program shares would be taken silently.
    with listening_socket(settings.host, settings.port):
        pass
    with listening_socket(settings.host, settings.port, shared=True) as kept:
        port = kept.getsockname()[1]  # with port 0 the system chose; the children get the same
        context = multiprocessing.get_context("spawn")
        children = [context.Process(target=_serve, args=(config, (settings.host, port))) for _ in range(count)]
        told = _end_together(children)
        for child in children:
            child.start()
        log.info("listening on %s with %d workers", url_of(kept), count)
        multiprocessing.connection.wait([child.sentinel for child in children])
        if not told:
            _terminate(children)
        for child in children:
            child.join()
    # A worker that is told while it starts ends by the signal itself.
    fine = {0, -signal.SIGTERM} if told else {0}
    failed = [child.exitcode for child in children if child.exitcode not in fine]
    if failed:
        raise Stop(f"A worker ended with code {failed[0]}; all were stopped.", code=Exit.DEFECT)


async def _require_current(settings: Settings) -> None:
    async with open_database(settings) as database:
        await require_current(database)


def _serve(config: Path | None, address: tuple[str, int]) -> None:
    host, port = address
    settings = listening(load_settings(config), host=host, port=port)
    start_logging(settings)
    try:
        with listening_socket(host, port, shared=True) as bound:
            run(run_server(settings, bound, with_jobs=False, ready=announce))
    except (Stop, StorageUnavailable) as error:
        log.error("a worker cannot start: %s", error)  # noqa: TRY400  the line says it; the parent ends all
        sys.exit(Exit.UNREACHABLE)


def _end_together(children: Sequence[BaseProcess]) -> list[int]:
    """Pass SIGTERM and SIGINT on, once: a second one would cut what is in flight. The list tells whether it was."""
    told: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        if not told:
            _terminate(children)
        told.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return told


def _terminate(children: Sequence[BaseProcess]) -> None:
    for child in children:
        if child.is_alive():
            child.terminate()
