"""The platform-neutral view of an answer, and its JSON.

Every text is plain: no markup of any platform, and names and reasons as people wrote them. Each adapter escapes them
for where it draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from pydantic import TypeAdapter

from bot.replies.figures import labelled
from bot.replies.form import Form
from bot.replies.kinds import ReplyKind


class Tone(StrEnum):
    """Whether it was done, refused for a reason that the person can act on, or failed on our side."""

    OK = "ok"
    REFUSED = "refused"
    ERROR = "error"


class Style(StrEnum):
    """How much an action asks to be pressed."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and its value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; every row is as long as `columns`."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """Something to press. `says` is what the person would type; `command_id` was minted when it was rendered, so that
    pressing twice is one command. `stays`: the answer comes beside the message and does not take its place.
    """

    label: str
    says: str
    command_id: str
    style: Style = Style.PLAIN
    stays: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer. `title` says the most important thing, the number first; `code` is stable, for scripts: the reason of
    a refusal or of an error. Where there is a `form`, the rest is for who cannot fill one in.
    """

    title: str
    lines: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    table: Table | None = None
    actions: tuple[Action, ...] = ()
    is_private: bool = True
    tone: Tone = Tone.OK
    code: str | None = None
    form: Form | None = None
    kind: ReplyKind = ReplyKind.ANSWER

    @property
    def heading(self) -> str:
        """The title where it stands above parts: without the full stop of a sentence."""
        return without_stop(self.title) if self.facts or self.table else self.title

    def to_json(self) -> dict[str, Any]:
        """As `POST /v1/alfred/say` answers it."""
        data: dict[str, Any] = _REPLY.dump_python(self, mode="json")
        return data

    @classmethod
    def from_json(cls, data: object) -> Reply:
        """Raises pydantic.ValidationError when `data` is no reply."""
        return _REPLY.validate_python(data)

    def in_words(self) -> str:
        """Everything it says as one text, for screen readers, notifications and logs of a conversation."""
        said = [self.title, *self.lines, *(f"{fact.label}: {fact.value}" for fact in self.facts)]
        if self.table is not None:
            said += [" · ".join(filter(None, map(labelled, self.table.columns, row))) for row in self.table.rows]
        if self.actions:
            said.append("You can: " + ", ".join(action.label for action in self.actions) + ".")
        return "\n".join(said)


def with_stop(text: str) -> str:
    """What somebody wrote as a sentence that others can follow."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def without_stop(title: str) -> str:
    """A sentence as a heading."""
    return title[:-1] if title.endswith(".") and not title.endswith("..") and len(title) > 1 else title


_REPLY: Final = TypeAdapter(Reply)
