"""`alfred manifest teams`: the app package with the ids and addresses of this server filled in, to be uploaded."""

from __future__ import annotations

import json
import re
import zipfile
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from alfred.stop import Stop
from bot.teams.templates import fill

FIRST_VERSION: Final = "1.0.0"
_GUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_DOMAIN: Final = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
_VERSION: Final = re.compile(r"(?:0|[1-9][0-9]{0,4})(?:\.(?:0|[1-9][0-9]{0,4})){2}")
_LONGEST_NAME: Final = 32
_ALWAYS_THE_SAME: Final = (2026, 1, 1, 0, 0, 0)
"""The time of the files within, so that the same manifest is the same package."""

AppId = Annotated[str, typer.Option("--app-id", help="The Microsoft app id of the bot's registration.")]
Domain = Annotated[str, typer.Option("--domain", help="Where Teams reaches this server: alfred.example.com")]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the package is written.")]
Version = Annotated[
    str, typer.Option("--version", help="Raise it with every change: Teams takes no other package of the same one.")
]
Developer = Annotated[str, typer.Option("--developer", help="Who runs this server, as people see it in Teams.")]
Page = Annotated[str | None, typer.Option(help="A page that people can read; by default the server's own address.")]


def teams(
    *,
    app_id: AppId,
    domain: Domain,
    out: Out = Path("alfred-teams.zip"),
    version: Version = FIRST_VERSION,
    developer: Developer = "Alfred",
    website_url: Page = None,
    privacy_url: Page = None,
    terms_url: Page = None,
) -> None:
    """Write the app package for Teams, for Apps → Manage your apps → Upload an app."""
    _must(_GUID.fullmatch(app_id.lower()), "--app-id is wrong: it is a GUID, as the registration shows it.")
    _must(_DOMAIN.fullmatch(domain.lower()), "--domain is wrong: a name alone, such as alfred.example.com.")
    _must(_VERSION.fullmatch(version), "--version is wrong: three numbers, such as 1.0.1.")
    _must(0 < len(developer) <= _LONGEST_NAME, f"--developer is wrong: at most {_LONGEST_NAME} characters.")
    pages = {"website_url": website_url, "privacy_url": privacy_url, "terms_url": terms_url}
    home = f"https://{domain.lower()}"
    known = {"app_id": app_id.lower(), "domain": domain.lower(), "version": version, "developer": developer}
    manifest = filled(known | {name: home if url is None else _page(url) for name, url in pages.items()})
    try:
        write_package(out, manifest)
    except OSError as error:
        raise Stop(f"{out} cannot be written: {error.strerror}.") from None
    typer.echo(f"{out}: version {version}, the bot {app_id.lower()} at {home}/api/messages.")


def filled(values: dict[str, str]) -> dict[str, Any]:
    """The manifest with its blanks filled."""
    read: dict[str, Any] = fill(json.loads(_file("manifest.json")), values)
    return read


def write_package(out: Path, manifest: dict[str, Any]) -> None:
    """The manifest and the two icons, on the top level, as Teams wants them."""
    contents = {"manifest.json": json.dumps(manifest, indent=2, ensure_ascii=False).encode()}
    contents |= {name: _file(name) for name in manifest["icons"].values()}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in contents.items():
            package.writestr(zipfile.ZipInfo(name, _ALWAYS_THE_SAME), content, zipfile.ZIP_DEFLATED)


def _file(name: str) -> bytes:
    return files("manifests.teams").joinpath(name).read_bytes()


def _must(holds: object, otherwise: str) -> None:
    if not holds:
        raise Stop(otherwise)


def _page(url: str) -> str:
    _must(url.startswith("https://"), f"{url} is no address of a page: it begins with https://.")
    return url
