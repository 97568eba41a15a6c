"""The app package for Teams: Microsoft's own schema holds, every command is understood, the icons are what it asks."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft4Validator
from typer.testing import CliRunner

from alfred.cli.manifest import app
from alfred.cli.manifest_teams import filled
from alfred.stop import Stop
from bot.commands.say import VERBS
from manifests.teams import icons

ROOT: Final = Path(__file__).parents[2]
SCHEMA: Final = json.loads((ROOT / "tests" / "schemas" / "teams" / "teams-manifest.1.25.json").read_text())
APP: Final = "6f1c2b7e-0b55-4f0e-9a41-1f3f3ad0a1fe"
WORDS: Final = ("teams", "--app-id", APP, "--domain", "alfred.acme.example")


def run(*words: str) -> str:
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def packed(out: Path) -> tuple[dict[str, Any], list[str]]:
    """The manifest in a package, and what else is there."""
    with zipfile.ZipFile(out) as package:
        return json.loads(package.read("manifest.json")), sorted(package.namelist())


def size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_the_package_holds_against_microsofts_schema_and_has_everything_on_its_top_level(tmp_path: Path) -> None:
    out = tmp_path / "alfred.zip"
    said = run(*WORDS, "--version", "1.2.0", "--developer", "Acme IT", "--out", str(out))
    assert said.endswith(f"version 1.2.0, the bot {APP} at https://alfred.acme.example/api/messages.\n")
    manifest, names = packed(out)
    Draft4Validator(SCHEMA).validate(manifest)
    assert names == ["color.png", "manifest.json", "outline.png"]
    assert (manifest["id"], manifest["bots"][0]["botId"], manifest["version"]) == (APP, APP, "1.2.0")
    assert (manifest["developer"]["name"], manifest["validDomains"]) == ("Acme IT", ["alfred.acme.example"])
    assert manifest["developer"]["privacyUrl"] == "https://alfred.acme.example"
    assert "${" not in json.dumps(manifest)


def test_the_same_words_make_the_same_package(tmp_path: Path) -> None:
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    for out in (first, second):
        run(*WORDS, "--out", str(out))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    "wrong",
    [
        ("--app-id", "alfred"),
        ("--domain", "https://alfred.acme.example"),
        ("--domain", "localhost"),
        ("--version", "1.0"),
        ("--developer", "A" * 33),
        ("--privacy-url", "http://acme.example/privacy"),
    ],
)
def test_what_teams_would_not_take_is_said_here(tmp_path: Path, wrong: tuple[str, str]) -> None:
    out = tmp_path / "alfred.zip"
    with pytest.raises(Stop, match=r"wrong|no address"):
        run(*WORDS, *wrong, "--out", str(out))
    assert not out.exists()


def test_every_command_of_the_menus_is_a_verb_and_no_menu_is_too_long() -> None:
    lists = filled(dict.fromkeys(BLANKS, "x"))["bots"][0]["commandLists"]
    names = {verb.name for verb in VERBS}
    assert [entry["scopes"] for entry in lists] == [["personal"], ["team", "groupChat"]]
    for entry in lists:
        titles = [command["title"] for command in entry["commands"]]
        assert set(titles) <= names
        assert len(titles) == len(set(titles)) <= 12
        assert "help" in titles


def test_a_menu_with_thirteen_commands_would_be_noticed() -> None:
    manifest = filled(dict.fromkeys(BLANKS, "x"))
    manifest["bots"][0]["commandLists"][0]["commands"].append({"title": "one", "description": "too many"})
    assert any("commands" in error.absolute_path for error in Draft4Validator(SCHEMA).iter_errors(manifest))


def test_the_icons_have_the_sizes_that_teams_asks_for_and_are_those_that_are_drawn() -> None:
    folder = ROOT / "manifests" / "teams"
    color, outline = (folder / "color.png").read_bytes(), (folder / "outline.png").read_bytes()
    assert (size(color), size(outline)) == ((192, 192), (32, 32))
    assert outline == icons.outline().png()


BLANKS: Final = ("app_id", "domain", "version", "developer", "website_url", "privacy_url", "terms_url")
