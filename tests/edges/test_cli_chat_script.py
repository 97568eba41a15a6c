"""`alfred demo new` and `alfred chat --script`: a conversation of several people at the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.edges.terminal import Terminal, configure, copy_of, terminal_in

GIFT = """\
-- Alice sends Bob 10,000 and takes them back.
alice> send @bob 10k for the demo
alice< 10,000 tokens to @bob: sent. … 990,000 tokens left
bob< 10,000 tokens from @alice
bob> balance
bob< Personal: 1,010,000 tokens
alice> [Undo]
alice< 10,000 tokens back from @bob. You have 1,000,000 tokens now.
bob> balance
bob< Personal: 1,000,000 tokens
advance 1d
alice> balance
alice< Personal: 2,000,000 tokens
"""


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return terminal_in(tmp_path, capsys, monkeypatch)


def test_a_played_conversation_begins_and_ends_where_it_is_expected_to(terminal: Terminal, tmp_path: Path) -> None:
    made = terminal("demo", "new", "--on", "2026-03-31 09:00", "--no-calls")
    assert (made.code, made.out, made.err) == (0, f"Acme lives in {tmp_path / '.alfred'} now.\n", "")
    assert terminal("demo", "advance", "1m").out.startswith("It is Tuesday, 2026-03-31 07:01 UTC in the demo now")
    (tmp_path / "gift.chat").write_text(GIFT)
    played = terminal("chat", "--script", "gift.chat")
    assert (played.code, played.err) == (0, "")
    lines = played.out.splitlines()
    assert lines[0] == "Alice sends Bob 10,000 and takes them back."
    assert "alice> send @bob 10k for the demo" in lines
    assert lines[lines.index("bob is told:") + 1] == "10,000 tokens from @alice."
    assert any(line.startswith("It is Wednesday, 2026-04-01") for line in lines)
    assert lines[-1] == "gift.chat: all 6 expected lines were read."

    (tmp_path / "wrong.chat").write_text("alice> balance\nalice< Personal: 1,000,000\n")
    wrong = terminal("chat", "--script", "wrong.chat")
    assert wrong.code == 1
    assert wrong.err.splitlines()[:4] == [
        "alfred: wrong.chat, line 2: alice should read",
        "alfred:     Personal: 1,000,000",
        "alfred: but alice reads",
        "alfred:     2,500,000 tokens available.",
    ]

    for text, line in (
        ("-- Who is that?\nmallory> balance", "2: nobody here is called mallory."),
        ("alice balance", "1: “alice balance” is no line of a script"),
    ):
        (tmp_path / "wrong.chat").write_text(text)
        assert f"alfred: wrong.chat, line {line}" in terminal("chat", "--script", "wrong.chat").err

    again = terminal("demo", "new")
    assert (again.code, "holds a demo already" in again.err) == (1, True)


def test_only_a_demo_lets_time_pass(
    terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_template: Path
) -> None:
    configure(monkeypatch, copy_of(sqlite_template, tmp_path))
    assert terminal("admin", "org", "create", "Acme").code == 0
    (tmp_path / "time.chat").write_text("advance 7d\n")
    played = terminal("chat", "--script", "time.chat")
    assert played.code == 1
    assert played.err.endswith("Only a demo's clock can be moved, and this database is none.\n")


def test_who_neither_speaks_nor_plays_is_told_how(terminal: Terminal) -> None:
    for words in ((), ("--as", "alice", "--script", "gift.chat")):
        ended = terminal("chat", *words)
        assert (ended.code, ended.err) == (2, "alfred: Say who you are with --as, or what to play with --script.\n")
    missing = terminal("chat", "--script", "gift.chat")
    assert (missing.code, missing.err) == (2, "alfred: gift.chat cannot be read: no such file or directory.\n")
