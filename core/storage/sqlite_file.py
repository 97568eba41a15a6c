"""A SQLite file that is removed or replaced under a running process.

An open file lives on without its name: what is written to it then is lost at the end of the process, and nobody would
notice. So the name is looked at before each transaction, and the database counts as away until it leads back there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final


class SqliteFile:
    """One database's file; the one that is seen first is the one to stay with."""

    def __init__(self, path: str) -> None:
        self._path: Final = Path(path)
        self._seen: tuple[int, int] | None = None

    @property
    def is_known(self) -> bool:
        """Whether it has been seen."""
        return self._seen is not None

    def check(self) -> None:
        """Raise OSError when there is no file of that name, or another one than before."""
        found = self._path.stat()
        seen = (found.st_dev, found.st_ino)
        if self._seen not in {None, seen}:
            raise FileNotFoundError(f"{self._path} is another file than the one that was opened")
        self._seen = seen
