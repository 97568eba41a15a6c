"""The audit trail at the command line: taken out, sealed, verified, and found out when it was tampered with."""

import csv
import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from alfred.cli import printing
from tests.edges.terminal import Terminal, configure, copy_of, terminal_in


@pytest.fixture
def acme(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sqlite_template: Path
) -> Terminal:
    """An organization with one team and alice, who was named by a spreadsheet's formula."""
    terminal = terminal_in(tmp_path, capsys, monkeypatch)
    configure(monkeypatch, copy_of(sqlite_template, tmp_path))
    for words in (
        ("org", "create", "Acme"),
        ("team", "create", "Backend", "--in", "Acme"),
        ("user", "create", "alice", "=cmd|' /C calc'!A0", "--in", "Backend"),
    ):
        done = terminal("admin", *words)
        assert (done.code, done.err) == (0, ""), done
    return terminal


def tamper(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "alfred.db")) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute(statement)


def test_on_80_columns_the_type_of_an_event_stays_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"FORCE_COLOR": "1", "TERM": "dumb", "COLUMNS": "80"}.items():
        monkeypatch.setenv(name, value)
    cells = (
        "2026-03-02 10:00",
        "operator:root",
        "project.membership_changed",
        "Observability and Tooling",
        "1,000,000",
    )
    printing.table(["when (UTC)", "who", "=what", "about", ">amount"], [cells], nothing="")
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert sum("project.membership_changed" in line for line in lines) == 1


def test_the_trail_is_exported_as_lines_of_json(acme: Terminal) -> None:
    ended = acme("admin", "audit", "export", "--type", "user.created")
    [event] = [json.loads(line) for line in ended.out.splitlines()]
    assert (ended.code, event["type"], event["words"]["handle"]) == (0, "user.created", "alice")
    asked = acme("admin", "audit", "query", "--type", "audit.exported", "--json").json
    assert [line["details"]["asked"] for line in asked["events"]] == [{"types": ["user.created"]}]


def test_events_are_found_by_their_amount(acme: Terminal) -> None:
    for amount in ("10k", "200k", "3M"):
        acme("admin", "credits", "issue", amount)
    ended = acme("admin", "audit", "query", "--at-least", "10001", "--at-most", "200k", "--json")
    assert [event["amount"] for event in ended.json["events"]] == [200_000]
    exported = acme("admin", "audit", "export", "--at-least", "1M")
    assert [json.loads(line)["amount"] for line in exported.out.splitlines()] == [3_000_000]
    ended = acme("admin", "audit", "query", "--at-least", "much")
    assert (ended.code, "cannot be used as an amount" in ended.err + ended.out) == (2, True)


def test_the_trail_is_exported_for_a_spreadsheet(acme: Terminal) -> None:
    ended = acme("admin", "audit", "export", "--format", "csv")
    head, *rows = csv.reader(io.StringIO(ended.out, newline=""))
    assert head[:4] == ["id", "at", "type", "actor_kind"]
    assert [row[2] for row in rows][:3] == ["organization.created", "node.created", "user.created"]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_a_whole_trail_is_verified(acme: Terminal, tmp_path: Path) -> None:
    head = acme("admin", "audit", "head")
    (tmp_path / "head.json").write_text(head.out)
    acme("admin", "team", "create", "Platform", "--in", "Acme")
    ended = acme("admin", "audit", "verify", "--head", "head.json", "--json")
    assert ended.code == 0
    assert ended.json == {"events": 3, "blocks": 1, "waiting": 1, "flaws": []}
    assert acme("admin", "audit", "key").out == f"{head.json['public_key']}\n"


def test_a_changed_event_is_named(acme: Terminal, tmp_path: Path) -> None:
    acme("admin", "audit", "head")
    tamper(tmp_path, "UPDATE audit_events SET amount = 7 WHERE type = 'node.created'")
    ended = acme("admin", "audit", "verify", "--json")
    assert ended.code == 1
    assert [(flaw["number"], flaw["what"]) for flaw in ended.json["flaws"]] == [(2, "the event was changed")]
    assert "the event was changed" in acme("admin", "audit", "verify").out


def test_a_cut_tail_is_found_with_the_head_that_was_kept(acme: Terminal, tmp_path: Path) -> None:
    (tmp_path / "head.json").write_text(acme("admin", "audit", "head").out)
    for table in ("audit_events", "audit_seals", "audit_blocks", "audit_texts"):
        tamper(tmp_path, f"DELETE FROM {table}")  # noqa: S608  tables of ours
    assert acme("admin", "audit", "verify").code == 0
    ended = acme("admin", "audit", "verify", "--head", "head.json")
    assert ended.code == 1
    assert "the trail was cut" in ended.out


def test_a_head_that_was_changed_or_is_none_is_not_compared_with(acme: Terminal, tmp_path: Path) -> None:
    head = acme("admin", "audit", "head").json
    for name, contents, why in (
        ("changed.json", json.dumps(head | {"head": head["head"] | {"events": 1}}), "was changed"),
        ("other.json", "{}", "is no head of an audit trail"),
    ):
        (tmp_path / name).write_text(contents)
        ended = acme("admin", "audit", "verify", "--head", name)
        assert ended.code != 0
        assert why in ended.err
    assert "cannot be read" in acme("admin", "audit", "verify", "--head", "nowhere.json").err


def test_another_secret_key_does_not_pass_for_the_one_that_sealed(
    acme: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = acme("admin", "audit", "head").json["public_key"]
    monkeypatch.setenv("ALFRED_SECRET_KEY", "another key of thirty-two letters")
    assert acme("admin", "audit", "verify").code == 1
    assert acme("admin", "audit", "verify", "--key", earlier).code == 0
