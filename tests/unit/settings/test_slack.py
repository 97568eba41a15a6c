"""What an operator may write about Slack."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from alfred.settings import load_settings
from tests.unit.settings.writing import COMPLETE, Write, problems


def test_slack_needs_a_way_in(alfred_yaml: Write) -> None:
    alfred_yaml(COMPLETE + "slack: {bot_token: xoxb-1}\n")
    assert problems() == ["slack: signing_secret (HTTP) or app_token (Socket Mode) is missing."]
    alfred_yaml(COMPLETE + "slack: {bot_token: mine, app_token: xapp-1}\n")
    assert problems() == ["slack: bot_token is wrong: it begins with xoxb-."]
    alfred_yaml(COMPLETE + "slack: {bot_token: xoxb-1, app_token: xapp-1}\n")
    slack = load_settings().slack
    assert slack is not None
    assert slack.bot_token is not None
    assert slack.bot_token.get_secret_value() == "xoxb-1"
    assert slack.api_url == "https://slack.com/api"


def slack_problem(alfred_yaml: Write, **settings: str) -> str:
    """Why these are no settings for Slack."""
    alfred_yaml(f"{COMPLETE}slack: {settings}\n")
    [line] = problems()
    return line.removeprefix("slack: ").removesuffix(".")


def test_one_workspace_has_its_token_here_and_many_have_an_install_page(alfred_yaml: Write) -> None:
    either = "give bot_token for one workspace, or client_id, client_secret and public_url for many"
    many = {"client_id": "1.2", "client_secret": "s", "public_url": "https://credits.example.org/"}
    assert slack_problem(alfred_yaml, signing_secret="s") == either
    assert slack_problem(alfred_yaml, signing_secret="s", bot_token="xoxb-1", **many) == either
    together = "client_id, client_secret and public_url belong together"
    assert slack_problem(alfred_yaml, signing_secret="s", client_id="1.2") == together
    alfred_yaml(f"{COMPLETE}slack: { {'signing_secret': 's', **many} }\n")
    slack = load_settings().slack
    assert slack is not None
    assert slack.has_install_page
    assert slack.public_url == "https://credits.example.org"


def test_slack_s_own_names_for_its_secrets_are_understood(alfred_yaml: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    alfred_yaml(COMPLETE + "slack: {bot_token: xoxb-file, api_url: 'http://127.0.0.1:3100/api'}\n")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-theirs")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-theirs")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "")
    slack = load_settings().slack
    assert slack is not None
    assert (slack.bot_token, slack.app_token) == (SecretStr("xoxb-theirs"), SecretStr("xapp-theirs"))
    assert (slack.signing_secret, slack.api_url) == (None, "http://127.0.0.1:3100/api")
    monkeypatch.setenv("ALFRED_SLACK__BOT_TOKEN", "xoxb-ours")
    ours = load_settings().slack
    assert ours is not None
    assert (ours.bot_token, ours.app_token) == (SecretStr("xoxb-ours"), SecretStr("xapp-theirs"))


def test_the_slack_token_goes_over_tls_or_stays_on_this_machine(alfred_yaml: Write) -> None:
    slack = "slack: {bot_token: xoxb-1, signing_secret: s, api_url: '%s'}\n"
    alfred_yaml(COMPLETE + slack % "http://slack.example/api/")
    assert problems() == [
        (
            "slack.api_url is wrong: it should be where Slack's Web API is: an https URL, or http on loopback "
            "(anything else shows the key to the network)."
        )
    ]
    alfred_yaml(COMPLETE + slack % "http://127.0.0.1:3100/api/")
    loopback = load_settings().slack
    assert loopback is not None
    assert loopback.api_url == "http://127.0.0.1:3100/api"
