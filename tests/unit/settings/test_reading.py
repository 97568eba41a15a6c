"""What an operator may write into alfred.yaml and the environment, and what they are told when it is wrong."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest
from sqlalchemy import make_url

from alfred.settings import load_settings
from tests.unit.settings.writing import COMPLETE, KEY, Write, problems


def test_a_database_and_a_secret_key_are_enough_to_start(alfred_yaml: Write) -> None:
    alfred_yaml(COMPLETE)
    settings = load_settings()
    assert settings.database_url == "sqlite+aiosqlite:///alfred.db"
    assert settings.secret_key.get_secret_value() == KEY
    assert (settings.host, settings.port, settings.hold_ttl_seconds) == ("127.0.0.1", 8080, 900)


def test_without_any_settings_both_that_have_no_default_are_asked_for() -> None:
    assert problems() == [
        (
            "database_url is missing: it should be a SQLite file (sqlite:///alfred.db) "
            "or a Postgres database (postgresql://user@host/name)."
        ),
        (
            "secret_key is missing: it should be at least 32 random characters, "
            "the same on every server, or secret_key_file."
        ),
    ]


def test_every_problem_is_named_at_once(alfred_yaml: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    alfred_yaml(
        f"""
        databse_url: sqlite:///alfred.db
        database_url: mysql://root:hunter2@db/alfred
        secret_key: {KEY}
        port: 99999
        limits: {{max_body_bytes: lots, max_bodies: 3}}
        providers:
          - {{name: far, kind: openai, base_url: "http://far.example/v1", models: []}}
          - {{name: near, kind: closedai, models: ["*"]}}
        """
    )
    monkeypatch.setenv("ALFRED_HOTS", "alfred.example")
    assert problems() == [
        "databse_url is not a setting; did you mean database_url?",
        "ALFRED_HOTS is not a setting; did you mean host?",
        (
            "database_url is wrong: it should be a SQLite file (sqlite:///alfred.db) "
            "or a Postgres database (postgresql://user@host/name) (this is another kind of database)."
        ),
        "port is wrong: it should be a TCP port, or 0 for any that is free.",
        (
            "providers[0].base_url is wrong: it should be an https URL, or http on loopback "
            '("https://api.openai.com/v1") (anything else shows the key to the network).'
        ),
        'providers[0].models is wrong: it should be a list of model names; * stands for anything ("gpt-*").',
        "providers[1].kind is wrong: it should be openai or sandbox.",
        "limits.max_body_bytes is wrong: it should be the largest request body, in bytes.",
        "limits.max_bodies is not a setting; did you mean max_body_bytes?",
    ]


def test_a_variable_wins_over_the_file_also_inside_a_group(alfred_yaml: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    alfred_yaml(COMPLETE + "port: 8081\nlimits: {max_body_bytes: 4096, request_timeout_seconds: 5}\n")
    monkeypatch.setenv("ALFRED_PORT", "8082")
    monkeypatch.setenv("ALFRED_LIMITS__MAX_BODY_BYTES", "2048")
    settings = load_settings()
    assert settings.port == 8082
    assert settings.limits.model_dump() == {"max_body_bytes": 2048, "request_timeout_seconds": 5}


def test_the_file_that_is_named_is_the_one_that_is_read(
    alfred_yaml: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    alfred_yaml(COMPLETE + "port: 1\n")
    (tmp_path / "other.yaml").write_text(COMPLETE + "port: 2\n", encoding="utf-8")
    monkeypatch.setenv("ALFRED_CONFIG", "other.yaml")
    assert load_settings().port == 2
    assert load_settings(tmp_path / "alfred.yaml").port == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"port: [1, 2\nsecret_key: hunter2\n", "alfred.yaml is not YAML: see line 2, column 11."),
        (b"secret_key: \xff\xfe\n", "alfred.yaml is not UTF-8 text."),
        (b"- port\n", "alfred.yaml should hold settings, one `name: value` per line."),
    ],
)
def test_a_file_that_cannot_be_understood_stops_the_start(tmp_path: Path, content: bytes, problem: str) -> None:
    (tmp_path / "alfred.yaml").write_bytes(content)
    assert problems() == [problem]


def test_a_named_file_that_is_not_there_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALFRED_CONFIG", "gone.yaml")
    assert problems() == ["gone.yaml cannot be read: No such file or directory."]


def test_no_secret_is_shown_in_an_error_or_in_the_settings(alfred_yaml: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    alfred_yaml(
        """
        database_url: oracle://alfred:hunter2@db/alfred
        secret_key: hunter2
        slack: {bot_token: hunter2, signing_secret: [hunter2]}
        providers: [{name: a, kind: openai, base_url: "https://u:hunter2@a.example", api_key: [hunter2], models: ["*"]}]
        """
    )
    told = problems()
    assert [line.split(" is ")[0] for line in told] == [
        "database_url",
        "secret_key",
        "providers[0].base_url",
        "providers[0].api_key",
        "slack.signing_secret",
    ]
    assert "hunter2" not in "".join(told)
    alfred_yaml(f"database_url: postgresql://alfred:hunter2@db/alfred\nsecret_key: {KEY}hunter2\n")
    assert "hunter2" not in repr(load_settings()) + str(load_settings())


def test_the_secret_key_may_live_in_a_file(alfred_yaml: Write, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY + "\n", encoding="utf-8")
    alfred_yaml("database_url: alfred.db\nsecret_key_file: key\n")
    assert load_settings().secret_key.get_secret_value() == KEY


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (f"secret_key: {KEY}\nsecret_key_file: key\n", "give secret_key or secret_key_file, not both"),
        ("secret_key_file: gone\n", "secret_key_file names a file that cannot be read as text"),
    ],
)
def test_an_ambiguous_or_unreadable_secret_key_stops_the_start(alfred_yaml: Write, lines: str, reason: str) -> None:
    alfred_yaml("database_url: alfred.db\n" + lines)
    assert len(told := problems()) == 1
    assert told[0].startswith("secret_key is wrong")
    assert reason in told[0]


def test_a_secret_key_from_above_replaces_the_key_file_of_a_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALFRED_SECRET_KEY", KEY)
    settings = load_settings(defaults={"database_url": "demo.db", "secret_key_file": Path("gone")})
    assert settings.secret_key.get_secret_value() == KEY


def test_each_purpose_has_a_key_of_its_own_that_stays_the_same(alfred_yaml: Write) -> None:
    alfred_yaml(COMPLETE)
    keys = load_settings().derived_key("api-keys"), load_settings().derived_key("stored-secrets")
    # HKDF-SHA256 computed apart: keys in a database depend on these bytes for ever.
    assert [key.hex() for key in keys] == [
        "949beb3680b8aa00562825747c1912337ab6389a4e3375557670508affc6cf4a",
        "110f5b8a7445295f2fcdb7e756b06de166b0f2e630841e7061689a98e7aa7973",
    ]


@pytest.mark.parametrize(
    ("written", "opened"),
    [
        ("alfred.db", "sqlite+aiosqlite:///alfred.db"),
        ("/var/lib/alfred/alfred.db", "sqlite+aiosqlite:////var/lib/alfred/alfred.db"),
        ("sqlite:///alfred.db", "sqlite+aiosqlite:///alfred.db"),
        ("postgres://alfred:pass@db/alfred", "postgresql+asyncpg://alfred:pass@db/alfred"),
        ("postgresql://db/alfred?sslmode=require", "postgresql+asyncpg://db/alfred?ssl=require"),
    ],
)
def test_usual_ways_to_name_a_database_are_understood(
    monkeypatch: pytest.MonkeyPatch, written: str, opened: str
) -> None:
    monkeypatch.setenv("ALFRED_SECRET_KEY", KEY)
    monkeypatch.setenv("ALFRED_DATABASE_URL", written)
    assert make_url(load_settings().database_url) == make_url(opened)


@pytest.mark.parametrize("written", ["", "sqlite://", "sqlite:///:memory:", "postgresql://db", "mysql://db/alfred"])
def test_a_database_that_cannot_keep_credits_stops_the_start(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("ALFRED_SECRET_KEY", KEY)
    monkeypatch.setenv("ALFRED_DATABASE_URL", written)
    assert [line.split(":")[0] for line in problems()] == ["database_url is wrong"]


@pytest.mark.parametrize("written", ['["10.0.0.5", "2001:db8::/64"]', "[10.0.0.5, '2001:db8::/64']"])
def test_reverse_proxies_are_named_by_address_or_network(
    alfred_yaml: Write, monkeypatch: pytest.MonkeyPatch, written: str
) -> None:
    alfred_yaml(COMPLETE)
    assert load_settings().trusted_proxies == ()
    alfred_yaml(COMPLETE + f"trusted_proxies: {written}\n")
    assert load_settings().trusted_proxies == (ip_network("10.0.0.5/32"), ip_network("2001:db8::/64"))
    monkeypatch.setenv("ALFRED_TRUSTED_PROXIES", '["192.0.2.1"]')
    assert load_settings().trusted_proxies == (ip_network("192.0.2.1/32"),)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (
            "10.0.0.5",
            (
                "trusted_proxies is wrong: it should be a list of the addresses or networks of reverse proxies "
                'in front ("10.0.0.5", "10.1.0.0/24").'
            ),
        ),
        ("[10.0.0.5/8]", "trusted_proxies[0] is wrong: value is not a valid IPv4 or IPv6 network."),
        ("['*']", "trusted_proxies[0] is wrong: value is not a valid IPv4 or IPv6 network."),
    ],
)
def test_what_names_no_reverse_proxy_stops_the_start(alfred_yaml: Write, written: str, problem: str) -> None:
    alfred_yaml(COMPLETE + f"trusted_proxies: {written}\n")
    assert problems() == [problem]
