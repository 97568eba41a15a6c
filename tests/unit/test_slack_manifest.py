"""The Slack manifest: what Slack accepts, what the code listens to and calls, and no more than that."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import jsonschema
import pytest
import yaml

from alfred.cli.manifest import for_http, for_socket_mode
from alfred.stop import Exit
from bot.slack.app import PATH

ROOT: Final = Path(__file__).parents[2]
SCHEMA: Final = json.loads((ROOT / "tests/schemas/slack/manifest.schema.1.0.0.json").read_text())
CODE: Final = "\n".join(file.read_text() for file in sorted((ROOT / "bot" / "slack").rglob("*.py")))
DOCS: Final = (ROOT / "docs" / "slack.md").read_text()

NEEDED_BY: Final = {
    "commands": r"bolt\.command\(",
    "chat:write": r"\.chat_(postMessage|update|postEphemeral)\b|chat\.(postMessage|update|postEphemeral)\"",
    "im:write": r"\.conversations_open\b|conversations\.open\"",
    "users:read": r"\busers\.info\b",
    "users:read.email": r"\busers\.lookupByEmail\b",
}
"""For each scope, the call or the field that Slack refuses without it (docs.slack.dev, the pages of the methods)."""

VARIANTS: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "the file": lambda: yaml.safe_load((ROOT / "manifests" / "slack.yaml").read_text()),
    "http": lambda: for_http("https://credits.example.org", is_one=False),
    "one workspace": lambda: for_http("https://credits.example.org", is_one=True),
    "socket": for_socket_mode,
}


@pytest.mark.parametrize("variant", VARIANTS)
def test_slack_s_own_schema_accepts_every_variant(variant: str) -> None:
    jsonschema.validate(VARIANTS[variant](), SCHEMA)


def test_the_schema_would_see_a_mistake() -> None:
    manifest = for_socket_mode()
    manifest["features"]["slash_commands"][0]["command"] = "alfred"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(manifest, SCHEMA)


def scopes() -> list[str]:
    bot: list[str] = for_socket_mode()["oauth_config"]["scopes"]["bot"]
    return bot


def test_every_scope_is_needed_by_a_call_and_has_its_reason_in_the_docs() -> None:
    assert set(scopes()) == set(NEEDED_BY)
    for scope in scopes():
        assert re.search(NEEDED_BY[scope], CODE), f"no call needs {scope}"
        assert re.search(rf"^\| `{re.escape(scope)}` \| \S", DOCS, re.MULTILINE), f"docs/slack.md: why {scope}?"


def test_no_member_s_own_token_is_asked_for() -> None:
    assert set(for_socket_mode()["oauth_config"]["scopes"]) == {"bot"}


def test_every_event_that_is_subscribed_to_has_a_listener_and_the_other_way_round() -> None:
    subscribed = set(for_socket_mode()["settings"]["event_subscriptions"]["bot_events"])
    heard = set(re.findall(r"bolt\.event\(\s*\"(\w+)\"", CODE))
    assert subscribed == heard


def test_over_http_everything_arrives_at_the_one_endpoint() -> None:
    manifest = for_http("https://credits.example.org", is_one=False)
    urls = set(re.findall(r"https://\S+", yaml.safe_dump(manifest)))
    assert urls == {f"https://credits.example.org{PATH}", "https://credits.example.org/slack/oauth_redirect"}
    assert manifest["settings"]["token_rotation_enabled"] is True


def test_a_token_that_is_copied_into_the_settings_does_not_end_after_twelve_hours() -> None:
    for manifest in (for_socket_mode(), for_http("https://credits.example.org", is_one=True)):
        assert manifest["settings"]["token_rotation_enabled"] is False
        assert "redirect_urls" not in manifest["oauth_config"]


def test_with_socket_mode_no_address_is_left() -> None:
    assert "https://" not in yaml.safe_dump(for_socket_mode())
    assert for_socket_mode()["settings"]["socket_mode_enabled"] is True


def test_the_command_line_prints_what_can_be_pasted(capsys: pytest.CaptureFixture[str]) -> None:
    from alfred.cli.app import run  # noqa: PLC0415  as the process does, after the settings of the test

    assert run(["manifest", "slack", "--url", "https://credits.example.org/"]) == Exit.DONE
    assert yaml.safe_load(capsys.readouterr().out) == for_http("https://credits.example.org", is_one=False)
    assert run(["manifest", "slack", "--socket"]) == Exit.DONE
    assert yaml.safe_load(capsys.readouterr().out) == for_socket_mode()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "Say how Slack reaches this server: --url https://… or --socket."),
        (["--socket", "--url", "https://a.example"], "Say how Slack reaches this server: --url https://… or --socket."),
        (["--url", "http://127.0.0.1:8080"], "Slack calls https addresses only"),
        (["--url", "http://alfred.example"], "--url is wrong"),
    ],
)
def test_an_address_that_slack_would_refuse_is_refused_here(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from alfred.cli.app import run  # noqa: PLC0415  as above

    assert run(["manifest", "slack", *words]) == Exit.USAGE
    assert told in capsys.readouterr().err
