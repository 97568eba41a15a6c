"""Options that several groups share."""

from __future__ import annotations

from typing import Annotated

import typer

Org = Annotated[str | None, typer.Option("--org", help="The organization, when there are several.")]
Who = Annotated[str, typer.Argument(metavar="PERSON", help="A handle, an address or an id.")]
