"""How long Slack waits for which answer, and how that is kept and read again which takes longer.

Typed commands are acknowledged early, so that Slack is told in time however many come at once; the answer follows to
the response_url. Presses and windows are waited for longer, because their answer is drawn where they were made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from bot.slack.heard import Heard, Payload, heard_command, heard_press
from bot.slack.heard_forms import HeardForm, heard_form
from core.notify.backlog import Unanswered

_SECRET: Final = "token"
"""Slack's deprecated verification token, which comes with everything."""


class Kind(StrEnum):
    """How something was said."""

    COMMAND = "command"
    PRESS = "press"
    FORM = "form"


HEARD: Final[Mapping[Kind, Callable[[Payload], Heard]]] = MappingProxyType(
    {Kind.COMMAND: heard_command, Kind.PRESS: heard_press}
)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds before acknowledging without an answer. After three, Slack shows the person an error."""

    typed: float = 0.1
    drawn: float = 2.0
    """For presses and windows; and for what is typed, where it could not be written down."""
    turn: float = 1.0
    """Seconds that an answer keeps others in line; what takes longer waits for somebody else, and goes on beside it."""


UNTIL_ACKNOWLEDGED: Final = Patience()


def kept(payload: Payload) -> dict[str, Any]:
    """What is written down of it."""
    return {name: value for name, value in payload.items() if name != _SECRET}


def heard_again(entry: Unanswered) -> Heard | HeardForm:
    """As it was heard the first time. Raises one of MALFORMED for what another version has kept."""
    kind = Kind(entry.kind)
    return heard_form(entry.payload) if kind is Kind.FORM else HEARD[kind](entry.payload)
