"""The folder of a local Alfred: its database file, its secret key, and what the demo hands out.

`.alfred` in the working directory, or what ALFRED_DATA names. Only its owner may look inside.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alfred.environment import CONFIG_VARIABLE, DATA_VARIABLE, DATABASE_VARIABLE, DEFAULT_FILE
from alfred.stop import Stop

DEFAULT_FOLDER: Final = ".alfred"
PRIVATE_FILE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The files by name. `path` is absolute."""

    path: Path

    @property
    def database(self) -> Path:
        """The SQLite file; it appears whole, when the demo has been made."""
        return self.path / "alfred.db"

    @property
    def secret_key(self) -> Path:
        """What everything secret is derived from."""
        return self.path / "secret_key"

    @property
    def api_key(self) -> Path:
        """The API key that the demo prints."""
        return self.path / "api_key"

    @property
    def address(self) -> Path:
        """The URL of the server that runs on this folder, or ran last."""
        return self.path / "address"

    @property
    def is_made(self) -> bool:
        """Whether a demo lives here."""
        return self.database.exists()

    def defaults(self) -> dict[str, object]:
        """The settings of the demo, below those of file and environment."""
        return {
            "database_url": f"sqlite:///{self.database}",
            "secret_key_file": self.secret_key,
            "providers": [{"name": "sandbox", "kind": "sandbox", "models": ["*"]}],
        }

    def prepare(self) -> None:
        """Make the folder and its secret key. Raises Stop when it cannot be written."""
        try:
            self.path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            if not self.secret_key.exists():
                self.write(self.secret_key, secrets.token_hex(32))
        except OSError as error:
            raise Stop(f"{self.path} cannot be used as a data folder: {reason(error)}.") from error

    def write(self, file: Path, text: str) -> None:
        """Write a file that nobody else may read, whole or not at all."""
        new = file.with_name(f"{file.name}.new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "w", encoding="utf-8") as out:
            out.write(f"{text}\n")
        new.replace(file)

    def read(self, file: Path) -> str | None:
        """What `write` wrote."""
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            return None

    def clear(self) -> None:
        """Start over: the database goes, and every key with it."""
        for name in ("alfred.db", "alfred.db-wal", "alfred.db-shm", "secret_key", "api_key", "address"):
            (self.path / name).unlink(missing_ok=True)
        shutil.rmtree(self.making, ignore_errors=True)

    @property
    def making(self) -> Path:
        """Where a demo is made before it moves to its place."""
        return self.path / "making"

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep other servers off this folder, until the block or the process ends. Raises Stop when one runs."""
        with (self.path / "lock").open("w", encoding="utf-8") as file:
            _lock(file.fileno(), taken=self._taken())
            yield

    def _taken(self) -> str:
        runs = f"Alfred already runs on {self.path} ({self.read(self.address)})."
        return f"{runs}\nStop it first, or name another folder with --data."


def data_folder(named: Path | None = None) -> DataFolder:
    """The folder that was named, that ALFRED_DATA names, or .alfred here."""
    return DataFolder((named or Path(os.environ.get(DATA_VARIABLE) or DEFAULT_FOLDER)).absolute())


def local_defaults() -> dict[str, object]:
    """The demo of this folder, for a command that was told of no other database."""
    folder = data_folder()
    told = CONFIG_VARIABLE in os.environ or DATABASE_VARIABLE in os.environ or Path(DEFAULT_FILE).exists()
    return folder.defaults() if folder.is_made and not told else {}


def reason(error: OSError) -> str:
    """The system's words, without numbers and paths."""
    return (error.strerror or type(error).__name__).lower()


def _lock(descriptor: int, *, taken: str) -> None:
    if sys.platform == "win32":  # no flock there; a second server meets the taken port
        return
    import fcntl  # noqa: PLC0415  Unix only

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Stop(taken) from None
