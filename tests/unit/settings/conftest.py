"""An operator who begins with nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.unit.settings.writing import Write


@pytest.fixture(autouse=True)
def clean_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An empty working directory and no variable of ours."""
    for variable in [name for name in os.environ if name.startswith(("ALFRED_", "SLACK_"))]:
        monkeypatch.delenv(variable)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def alfred_yaml(tmp_path: Path) -> Write:
    def write(text: str) -> None:
        (tmp_path / "alfred.yaml").write_text(text, encoding="utf-8")

    return write
