"""One thing that can be asked for with `request`: whether the words mean it, and how it is asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.commands.verb import Asked
from bot.replies.reply import Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """`examples` are shown by help, with what each does."""

    means: Callable[[tuple[str, ...]], bool]
    run: Callable[[Asked], Awaitable[Reply]]
    examples: tuple[tuple[str, str], ...]
