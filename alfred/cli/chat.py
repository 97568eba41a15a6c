"""`alfred chat --as alice`: a chat window in the terminal, straight on the configured database."""

from __future__ import annotations

from typing import Annotated

import typer


def chat(
    *,
    as_: Annotated[str, typer.Option("--as", metavar="PERSON", help="Who you are: a handle.")],
) -> None:
    """Talk to Alfred as somebody, without Slack or Teams."""
    raise NotImplementedError
