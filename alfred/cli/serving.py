"""`alfred up`, `alfred serve`, `alfred worker`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from alfred.logs import start_logging
from alfred.loops import run
from alfred.server import announce, run_server, run_worker
from alfred.settings import Settings, listening, load_settings
from alfred.sockets import listening_socket
from alfred.stop import Stop
from alfred.wiring import open_database, upgrade_tables
from alfred.workers import run_workers

Config = Annotated[Path | None, typer.Option("--config", help="The settings file; by default alfred.yaml.")]
Host = Annotated[str | None, typer.Option("--host", help="The address to listen on.")]
Port = Annotated[int | None, typer.Option("--port", min=0, max=65535, help="The port; 0 takes any that is free.")]
Workers = Annotated[int | None, typer.Option("--workers", min=1, max=256, help="Server processes.")]


def up(
    *,
    demo: Annotated[bool, typer.Option("--demo", help="Try it: a made-up organization, no keys needed.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="With --demo: forget the last one.")] = False,
    data: Annotated[Path | None, typer.Option("--data", help="With --demo: its folder; by default .alfred.")] = None,
    config: Config = None,
    host: Host = None,
    port: Port = None,
) -> None:
    """Start everything in one process: migrations, server, jobs."""
    if demo:
        from alfred.demo.up import Wishes, up_demo  # noqa: PLC0415  nobody else needs the demo

        up_demo(Wishes(config=config, data=data, is_fresh=fresh, host=host, port=port))
        return
    if fresh or data is not None:
        raise Stop("--fresh and --data belong to --demo.")
    settings = listening(load_settings(config), host=host, port=port)
    start_logging(settings)
    with listening_socket(settings.host, settings.port) as bound:
        run(_migrated(settings))
        run(run_server(settings, bound, with_jobs=True, ready=announce))


def serve(*, config: Config = None, host: Host = None, port: Port = None, workers: Workers = None) -> None:
    """Start the web server alone; `alfred worker` does the jobs."""
    settings = listening(load_settings(config), host=host, port=port)
    start_logging(settings)
    count = workers or settings.workers
    if count > 1:
        run_workers(settings, config, count=count)
        return
    with listening_socket(settings.host, settings.port) as bound:
        run(run_server(settings, bound, with_jobs=False, ready=announce))


def worker(*, config: Config = None) -> None:
    """Do the jobs alone: refreshes, expiries, what falls due."""
    settings = load_settings(config)
    start_logging(settings)
    run(run_worker(settings))


async def _migrated(settings: Settings) -> None:
    async with open_database(settings) as database:
        await upgrade_tables(database)
