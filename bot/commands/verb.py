"""The shape of a verb: words in, Reply out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.commands.office import Office, Speaker
from bot.replies.reply import Reply, Tone
from bot.replies.telling import Telling


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was said behind the verb, by whom, and how they are told things."""

    words: tuple[str, ...]
    speaker: Speaker
    office: Office
    telling: Telling
    verbs: tuple[Verb, ...]


def alone(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """A verb behind which nothing is said opens its form."""
    return None if words else ()


def about_one_request(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """`ask apr_…`, and nothing behind it."""
    return words if len(words) == 1 and words[0].startswith("apr_") else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One thing that people can say. `examples` are shown by help, with what each does.

    `form` is what can be filled in instead, where `opens` says so: it gives the words that the form is about.
    """

    name: str
    does: str
    examples: tuple[tuple[str, str], ...]
    run: Callable[[Asked], Awaitable[Reply]]
    aliases: tuple[str, ...] = ()
    form: str | None = None
    opens: Callable[[tuple[str, ...]], tuple[str, ...] | None] = alone

    @property
    def names(self) -> tuple[str, ...]:
        """All that it listens to."""
        return self.name, *self.aliases


def usage(title: str, *lines: str) -> Reply:
    """The answer to words that are no command yet."""
    return Reply(title=title, lines=lines, tone=Tone.REFUSED, code="usage")
