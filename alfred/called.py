"""What to type to call this `alfred` again."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path


def command_name() -> str:
    """How this `alfred` is called from here."""
    called = Path(sys.argv[0])
    found = shutil.which("alfred")
    if found is not None and os.path.realpath(found) == os.path.realpath(called):
        return "alfred"
    return shlex.quote(short(called.absolute()))


def short(path: Path) -> str:
    """The path as one types it here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
