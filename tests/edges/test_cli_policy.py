"""Policies at the command line: checked, applied, shown, compared, explained and tried."""

from pathlib import Path

import pytest

from tests.edges.terminal import Terminal, configure, copy_of, terminal_in

LOW = """\
transfer_policy:
  limits:
    max_per_user_per_day: 5000
"""


@pytest.fixture
def acme(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sqlite_template: Path
) -> Terminal:
    """An organization with the team Backend and alice in it, and low.yaml beside."""
    terminal = terminal_in(tmp_path, capsys, monkeypatch)
    configure(monkeypatch, copy_of(sqlite_template, tmp_path))
    (tmp_path / "low.yaml").write_text(LOW)
    for words in (
        ("org", "create", "Acme"),
        ("team", "create", "Backend", "--in", "Acme"),
        ("user", "create", "alice", "Alice", "--in", "Backend"),
    ):
        done = terminal("admin", *words)
        assert (done.code, done.err) == (0, ""), done
    return terminal


def test_a_file_is_checked_before_anything_is_done(acme: Terminal, tmp_path: Path) -> None:
    assert acme("admin", "policy", "check", "low.yaml").out == "low.yaml can be used.\n"
    (tmp_path / "bad.yaml").write_text("transfer_policy:\n  enabled: maybe\n  limits:\n    min_transfr: 5\n")
    for verb in ("check", "apply", "diff", "dry-run"):
        ended = acme("admin", "policy", verb, "bad.yaml")
        assert (ended.code, ended.out) == (2, "")
        assert ended.err == (
            "alfred: bad.yaml:2: transfer_policy.enabled should be true or false.\n"
            "alfred: bad.yaml:4: transfer_policy.limits.min_transfr is no field (did you mean min_transfer?).\n"
        )


def test_a_policy_is_compared_applied_and_shown(acme: Terminal) -> None:
    line = "limits.max_per_user_per_day: – → 5000"
    assert acme("admin", "policy", "diff", "low.yaml").out == f"transfer_policy.{line}\n"
    applied = acme("admin", "policy", "apply", "low.yaml", "--scope", "Backend")
    assert applied.out == f"transfer_policy is at version 1 now: {line}.\n"
    shown = acme("admin", "policy", "show", "--scope", "Backend", "--history").out.splitlines()
    assert shown[0].startswith("# transfer_policy, version 1, ")
    assert shown[1:] == [f"#   {line}", *LOW.splitlines()]
    assert acme("admin", "policy", "diff", "low.yaml", "--scope", "Backend").out == "Nothing would change.\n"
    assert acme("admin", "policy", "show").out.startswith("# Nothing is set here")


def test_a_persons_rules_are_explained(acme: Terminal) -> None:
    acme("admin", "policy", "apply", "low.yaml", "--scope", "Backend")
    own = [value for value in acme("admin", "policy", "explain", "alice", "--json").json if value["place"]]
    assert own == [
        {
            "kind": "transfer_policy",
            "field": "limits.max_per_user_per_day",
            "value": 5_000,
            "place": "Backend",
            "version": 1,
        }
    ]
    assert "Backend, version 1" in acme("admin", "policy", "explain", "@alice").out


def test_a_dry_run_changes_nothing(acme: Terminal) -> None:
    tried = acme("admin", "policy", "dry-run", "low.yaml", "--last", "30d")
    assert tried.out.splitlines()[-1] == "0 of 0 transfers would not have gone through as they were."
    assert acme("admin", "policy", "show", "--json").json == []
