"""`alfred admin config check`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url

from alfred.cli.printing import Json, show
from alfred.data_folder import local_defaults
from alfred.settings import Settings, load_settings

app = typer.Typer(help="The settings.", no_args_is_help=True)


@app.callback()
def settings() -> None:
    """Look at the settings."""


@app.command()
def check(
    *,
    config: Annotated[Path | None, typer.Option("--config", help="The settings file; by default alfred.yaml.")] = None,
    json: Json = False,
) -> None:
    """Read the settings as a server would; exit 2 and say what is wrong when it could not start."""
    facts = _facts(load_settings(config, defaults=local_defaults()))
    lines = [f"{name:10} {', '.join(value) if isinstance(value, list) else value}" for name, value in facts.items()]
    show(facts, "\n".join(["The settings are complete.", *lines]), json=json)


def _facts(settings: Settings) -> dict[str, str | list[str]]:
    """What they say, without anything secret."""
    return {
        "database": make_url(settings.database_url).render_as_string(hide_password=True),
        "address": f"{settings.host}:{settings.port}",
        "providers": [f"{provider.name} ({provider.kind})" for provider in settings.providers] or ["none"],
        "slack": _slack(settings),
        "teams": _teams(settings),
    }


def _slack(settings: Settings) -> str:
    if settings.slack is None:
        return "off"
    ways = [
        name
        for name, secret in (("HTTP", settings.slack.signing_secret), ("Socket Mode", settings.slack.app_token))
        if secret is not None
    ]
    return f"{' and '.join(ways)}, {'any workspace' if settings.slack.has_install_page else 'one workspace'}"


def _teams(settings: Settings) -> str:
    if settings.teams is None:
        return "off"
    return "in development" if settings.teams.development else f"tenant {settings.teams.tenant_id}"
