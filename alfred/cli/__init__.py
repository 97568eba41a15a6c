"""The `alfred` command."""

import sys
from typing import Final, NoReturn

OLDEST_PYTHON: Final = (3, 11)


def main() -> NoReturn:
    """Run the command line and exit."""
    if sys.version_info < OLDEST_PYTHON:
        sys.exit("Alfred needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info[:2]))
    from alfred.cli.app import run  # noqa: PLC0415  an older Python cannot even read it

    sys.exit(run(sys.argv[1:]))
