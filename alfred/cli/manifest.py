"""`alfred manifest slack | teams`: what a chat platform is told about the app, with the addresses of this server."""

from __future__ import annotations

import sys
from importlib.resources import files
from typing import Annotated, Any

import typer
import yaml

from alfred.addresses import read_base_url
from alfred.cli.manifest_teams import teams
from alfred.stop import Stop

app = typer.Typer(help="What a chat platform is told about the app.", no_args_is_help=True)

Url = Annotated[str | None, typer.Option("--url", help="Where Slack reaches this server: https://alfred.example.com")]
Socket = Annotated[bool, typer.Option("--socket", help="For Socket Mode: this server is reached by nobody.")]
One = Annotated[bool, typer.Option("--one-workspace", help="With --url: one bot token, no install page.")]


app.command()(teams)


@app.command()
def slack(*, url: Url = None, socket: Socket = False, one_workspace: One = False) -> None:
    """Print Slack's app manifest as YAML, for https://api.slack.com/apps → Create New App → From a manifest."""
    if socket == (url is not None):
        raise Stop("Say how Slack reaches this server: --url https://… or --socket.")
    manifest = for_socket_mode() if url is None else for_http(_https(url), is_one=one_workspace)
    yaml.safe_dump(manifest, sys.stdout, sort_keys=False, allow_unicode=True, width=100)


def for_http(url: str, *, is_one: bool) -> dict[str, Any]:
    """For a server at a public address, with the install page unless one workspace has its token in the settings."""
    manifest = _manifest()
    settings = manifest["settings"]
    for listening in (*manifest["features"]["slash_commands"], settings["event_subscriptions"]):
        listening["url" if "url" in listening else "request_url"] = f"{url}/slack/events"
    settings["interactivity"]["request_url"] = f"{url}/slack/events"
    manifest["oauth_config"]["redirect_urls"] = [f"{url}/slack/oauth_redirect"]
    return _with_fixed_token(manifest) if is_one else manifest


def for_socket_mode() -> dict[str, Any]:
    """For a server that nobody reaches: it connects to Slack."""
    manifest = _with_fixed_token(_manifest())
    settings = manifest["settings"]
    settings["socket_mode_enabled"] = True
    for listening in (*manifest["features"]["slash_commands"], settings["event_subscriptions"]):
        del listening["url" if "url" in listening else "request_url"]
    del settings["interactivity"]["request_url"]
    return manifest


def _with_fixed_token(manifest: dict[str, Any]) -> dict[str, Any]:
    """A token that is copied into the settings must not end after twelve hours."""
    del manifest["oauth_config"]["redirect_urls"]
    manifest["settings"]["token_rotation_enabled"] = False
    return manifest


def _manifest() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(files("manifests").joinpath("slack.yaml").read_text(encoding="utf-8"))
    return read


def _https(url: str) -> str:
    try:
        read = read_base_url(url)
    except ValueError as error:
        raise Stop(f"--url is wrong: it should be an https URL without a path of Slack's ({error}).") from None
    if not read.startswith("https://"):
        raise Stop("--url is wrong: Slack calls https addresses only; --socket needs none.")
    return read
