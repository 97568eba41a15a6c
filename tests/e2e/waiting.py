"""Waiting for what another process does: looking, with a bound."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

PATIENCE_SECONDS: Final = 30.0
"""A bound, not a wait: the machine may be busy."""
_LOOK_EVERY_SECONDS: Final = 0.05

T = TypeVar("T")


async def until(look: Callable[[], Awaitable[T | None]], *, what: str) -> T:
    """Look until there is something. Fails when there never is."""
    for _ in range(int(PATIENCE_SECONDS / _LOOK_EVERY_SECONDS)):
        found = await look()
        if found is not None:
            return found
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
    raise AssertionError(f"never seen: {what}")


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
