"""The command line in this process: its exit code, and what it prints."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from alfred.cli.app import run

SECRET_KEY = "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401  JSON has this type
        """What `--json` printed."""
        return json.loads(self.out)


Terminal = Callable[..., Ended]
"""`terminal("admin", "user", "list")`."""


def terminal_in(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in an empty folder, 80 columns wide, without a setting."""
    for variable in [name for name in os.environ if name.startswith(("ALFRED_", "SLACK_"))]:
        monkeypatch.delenv(variable)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "80")

    def terminal(*words: str) -> Ended:
        capsys.readouterr()
        code = run(words)
        printed = capsys.readouterr()
        return Ended(code, printed.out, printed.err)

    return terminal


def configure(monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    """The least that a server needs to know."""
    monkeypatch.setenv("ALFRED_DATABASE_URL", database_url)
    monkeypatch.setenv("ALFRED_SECRET_KEY", SECRET_KEY)


def copy_of(template: Path, folder: Path) -> str:
    """A SQLite database with all tables; its URL."""
    shutil.copyfile(template, folder / "alfred.db")
    return f"sqlite:///{folder / 'alfred.db'}"
