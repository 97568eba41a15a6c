"""What an operator may write about providers."""

from __future__ import annotations

import pytest

from alfred.settings import Settings, SettingsError, load_settings
from tests.unit.settings.writing import COMPLETE, KEY, Write, problems


def with_provider(**provider: object) -> Settings:
    base = {"name": "openai", "kind": "openai", "base_url": "https://api.openai.com/v1", "models": ["gpt-*"]}
    return load_settings(defaults={"database_url": "alfred.db", "secret_key": KEY, "providers": [{**base, **provider}]})


def provider_problem(**provider: object) -> str:
    with pytest.raises(SettingsError) as refused:
        with_provider(**provider)
    return str(refused.value)


def test_a_provider_takes_its_key_from_the_variable_it_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    (provider,) = with_provider(api_key_env="OPENAI_API_KEY").providers
    assert provider.kind == "openai"
    assert provider.api_key is not None
    assert provider.api_key.get_secret_value() == "sk-1"
    monkeypatch.delenv("OPENAI_API_KEY")
    assert provider_problem(api_key_env="OPENAI_API_KEY") == (
        "providers[0] is wrong: api_key_env names a variable that is not set."
    )


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:8000/v1/", "http://localhost:11434/v1", "http://[::1]/v1"])
def test_a_model_server_on_this_machine_may_speak_plain_http(base_url: str) -> None:
    (provider,) = with_provider(base_url=base_url).providers
    assert provider.kind == "openai"
    assert provider.base_url == base_url.rstrip("/")


@pytest.mark.parametrize(
    "base_url",
    ["http://10.0.0.7/v1", "http://localhost.example/v1", "ftp://localhost/", "https:///v1", "https://h/v1?key=1"],
)
def test_a_provider_address_that_would_leak_the_key_stops_the_start(base_url: str) -> None:
    assert provider_problem(base_url=base_url).startswith("providers[0].base_url is wrong: it should be an https URL")


def test_a_hold_outlives_the_longest_call() -> None:
    assert provider_problem(timeouts={"total_seconds": 900}) == (
        "hold_ttl_seconds is wrong: it should be longer than the total_seconds of every provider."
    )


def test_two_providers_cannot_share_a_name(alfred_yaml: Write) -> None:
    alfred_yaml(COMPLETE + "providers:\n" + 2 * "  - {name: box, kind: sandbox, models: ['*']}\n")
    assert problems() == ["providers is wrong: two of them have the same name."]
