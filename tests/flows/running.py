"""Real `alfred` processes in a folder of their own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import Request, urlopen

ALFRED: Final = [sys.executable, "-m", "alfred"]
START_SECONDS: Final = 60.0
"""A bound, not a wait: a first start makes the demo, on a machine that is busy with other tests."""


@dataclass(slots=True)
class Server:
    """A server that runs, what it has printed, and where."""

    process: subprocess.Popen[bytes]
    folder: Path
    url: str

    @property
    def screen(self) -> str:
        """What it printed on standard output."""
        return (self.folder / "screen").read_text()

    @property
    def log(self) -> str:
        """What it printed on standard error."""
        return (self.folder / "log").read_text()

    @property
    def key(self) -> str:
        """The key on the screen."""
        found = re.search(r"alf_[0-9A-Za-z]{49}", self.screen)
        assert found is not None, self.screen
        return found[0]

    def available(self) -> int:
        """The personal credits of the key's holder."""
        asking = Request(f"{self.url}/v1/alfred/quota", headers={"x-api-key": self.key})  # noqa: S310  our own server
        with urlopen(asking, timeout=10) as answer:  # noqa: S310
            return int(json.loads(answer.read())["personal"])

    def stop(self) -> int:
        """SIGTERM, and the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)

    def kill(self) -> None:
        """End it as kill -9 does."""
        self.process.kill()
        self.process.wait(timeout=30)


@contextmanager
def serving(folder: Path, *arguments: str, **variables: str) -> Iterator[Server]:
    """Start `alfred …` in a folder, wait until /readyz answers, and end it with the block."""
    folder.mkdir(exist_ok=True)
    with (folder / "screen").open("wb") as screen, (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [*ALFRED, *arguments], cwd=folder, stdout=screen, stderr=log, env=environment(**variables)
        )
    server = Server(process, folder, "")
    try:
        server.url = _ready(server)
        yield server
    finally:
        if process.poll() is None:
            server.kill()


def demo(folder: Path, *arguments: str) -> AbstractContextManager[Server]:
    """`alfred up --demo` on a free port."""
    return serving(folder, "up", "--demo", "--port", "0", *arguments)


def alfred(folder: Path, *arguments: str, typed: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """One `alfred …` to its end."""
    return subprocess.run(
        [*ALFRED, *arguments],
        cwd=folder,
        env=environment(**variables),
        input=typed,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )


def environment(**variables: str) -> dict[str, str]:
    """Ours without any setting of Alfred's, and 80 columns."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ALFRED_")}
    return kept | {"COLUMNS": "80", "PYTHONPATH": str(Path(__file__).parents[2])} | variables


def _ready(server: Server) -> str:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        found = re.search(r"http://127\.0\.0\.1:\d+", server.screen + server.log)
        if found is not None and _answers(found[0]):
            return found[0]
        assert server.process.poll() is None, server.log
        time.sleep(0.05)
    raise AssertionError(f"not ready after {START_SECONDS} seconds: {server.log}")


def _answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/readyz", timeout=5) as answer:  # noqa: S310  our own server
            return bool(answer.status == 200)
    except (URLError, ConnectionError):
        return False
