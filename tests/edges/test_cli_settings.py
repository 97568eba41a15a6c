"""What the command line says about settings, databases and servers that are not as they should be."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.edges.terminal import SECRET_KEY, Terminal, configure, copy_of, terminal_in


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in an empty folder."""
    return terminal_in(tmp_path, capsys, monkeypatch)


def test_complete_settings_are_told_without_their_secrets(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, "postgresql://alfred:hunter2@db.internal/alfred")
    monkeypatch.setenv("ALFRED_SLACK__BOT_TOKEN", "xoxb-1234")
    monkeypatch.setenv("ALFRED_SLACK__SIGNING_SECRET", "shhhh")
    checked = terminal("admin", "config", "check")
    assert (checked.code, checked.err) == (0, "")
    assert checked.out.startswith("The settings are complete.\n")
    assert "db.internal" in checked.out
    assert not [secret for secret in ("hunter2", "xoxb-1234", "shhhh", SECRET_KEY) if secret in checked.out]


def test_missing_settings_are_named_one_per_line(terminal: Terminal) -> None:
    checked = terminal("admin", "config", "check")
    assert (checked.code, checked.out) == (2, "")
    assert [line.split(":")[1].strip() for line in checked.err.splitlines()] == [
        "database_url is missing",
        "secret_key is missing",
    ]


def test_a_wrong_setting_is_json_for_scripts(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    configure(monkeypatch, "sqlite:///alfred.db")
    monkeypatch.setenv("ALFRED_PORT", "many")
    checked = terminal("admin", "config", "check", "--json")
    assert (checked.code, checked.err) == (2, "")
    assert checked.json["error"]["code"] == "settings"
    assert checked.json["error"]["sentence"].startswith("port is wrong")


def test_a_database_without_tables_is_upgraded_first(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, f"sqlite:///{tmp_path / 'new.db'}")
    early = terminal("admin", "org", "list")
    assert (early.code, early.err) == (
        2,
        "alfred: The database has no tables yet: run `alfred admin db upgrade`.\n",
    )
    different = terminal("admin", "db", "check")
    assert (different.code, "revision none" in different.out) == (1, True)
    upgraded = terminal("admin", "db", "upgrade", "--json").json
    assert (upgraded["from"], upgraded["to"] is None) == (None, False)
    assert terminal("admin", "db", "check").out == "The database has the right tables.\n"
    assert terminal("admin", "org", "list").out == "There is no organization yet.\n"


def test_a_database_of_a_newer_version_is_left_alone(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "newer.db"
    configure(monkeypatch, f"sqlite:///{file}")
    terminal("admin", "db", "upgrade")
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    for command in (("admin", "org", "list"), ("admin", "db", "upgrade"), ("serve",), ("up",)):
        ended = terminal(*command)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith("alfred: The database is at revision 9999, and this version knows no further than")


def test_a_database_that_cannot_be_reached_is_exit_3(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, f"sqlite:///{tmp_path / 'nowhere' / 'alfred.db'}")
    away = terminal("admin", "user", "list")
    assert (away.code, away.out) == (3, "")
    file = tmp_path / "nowhere" / "alfred.db"
    assert away.err == f"alfred: The database {file} cannot be opened: unable to open database file.\n"


def test_a_file_that_is_no_database_is_left_alone(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Alfred, " * 100)
    configure(monkeypatch, f"sqlite:///{letter}")
    ended = terminal("admin", "db", "upgrade")
    assert (ended.code, ended.err) == (
        3,
        f"alfred: {letter} is no database of Alfred's: file is not a database.\n",
    )
    assert letter.read_text() == "Dear Alfred, " * 100


def test_several_workers_need_postgres(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_template: Path
) -> None:
    configure(monkeypatch, copy_of(sqlite_template, tmp_path))
    ended = terminal("serve", "--workers", "2", "--port", "0")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.splitlines()[-1] == "alfred: Several workers need Postgres: a SQLite file has one writer."


def test_fresh_and_data_belong_to_the_demo(terminal: Terminal) -> None:
    ended = terminal("up", "--fresh")
    assert (ended.code, ended.err) == (2, "alfred: --fresh and --data belong to --demo.\n")


def test_a_verb_without_a_key_says_which_variable_is_missing(terminal: Terminal) -> None:
    ended = terminal("balance")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("alfred: ALFRED_KEY is missing")


def test_a_server_that_does_not_run_is_exit_3(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALFRED_KEY", "alf_nobody")
    monkeypatch.setenv("ALFRED_URL", "http://127.0.0.1:9")
    ended = terminal("send", "bob", "10k")
    assert (ended.code, ended.out) == (3, "")
    assert ended.err == (
        "alfred: http://127.0.0.1:9 cannot be reached. Is the server running? ALFRED_URL names another.\n"
    )
    as_json = terminal("balance", "--json")
    assert (as_json.code, as_json.json["error"]["code"]) == (3, "stopped")


@pytest.mark.parametrize("url", ["ftp://example.org", "file:///etc/passwd", "nonsense"])
def test_an_address_that_is_none_is_refused(terminal: Terminal, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("ALFRED_KEY", "alf_nobody")
    monkeypatch.setenv("ALFRED_URL", url)
    ended = terminal("balance")
    assert (ended.code, "ALFRED_URL is wrong" in ended.err) == (2, True)


def test_a_mistyped_command_is_offered_back_and_not_sent_anywhere(terminal: Terminal) -> None:
    ended = terminal("admn", "user", "list")
    assert (ended.code, ended.err) == (2, "alfred: admn is no command; did you mean admin?\n")


def test_help_names_the_commands_and_the_words(terminal: Terminal) -> None:
    helped = terminal("--help")
    assert helped.code == 0
    assert all(word in helped.out for word in ("up", "serve", "worker", "chat", "admin", "demo", "alfred balance"))
