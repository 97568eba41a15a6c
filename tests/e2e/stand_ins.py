"""Stand-ins for the platforms that nobody here wrote: npm packages that a make target has put outside this folder."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

INSTALLED_VARIABLE: Final = "ALFRED_TEST_STAND_INS"
"""Where the make target has put them."""


def installed(name: str, *, by: str) -> Path:
    """A file of theirs; skips the test where the make target `by` has not installed them."""
    folder = os.environ.get(INSTALLED_VARIABLE)
    path = Path(folder or "/nowhere") / "node_modules" / name
    if not path.exists():
        reason = f"{name} is not installed: run `make {by}`"
        if os.environ.get("ALFRED_TEST_REQUIRE_SERVERS"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@contextmanager
def running(command: Sequence[str], *, folder: Path, name: str, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    """A stand-in that runs in a folder, with nothing of ours in its environment; ended with the block."""
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder), **variables},
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
