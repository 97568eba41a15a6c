"""Sentences with blanks, filled with facts.

`{limit:amount}` is a blank: the fact `limit`, shown as an amount; as `some` only when it is not zero; as `if` it says
nothing itself. `{resets|ends:moment}` takes the first of the two that is there. A part in brackets is said only when
all its blanks can be filled; `[a || b]` says the first part that can be. Outside brackets there are no blanks, so a
refusal that was stored without a fact is still told in whole sentences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import date, datetime
from typing import Final

from bot.replies.chains import listed
from bot.replies.telling import Telling
from core.refusals import Fact

_OPTIONAL: Final = re.compile(r"\[([^\]]*)\]")
_BLANK: Final = re.compile(r"\{([a-z_|]+):([a-z]+)\}")


class _NothingToSay(Exception):
    """A blank that cannot be filled."""


def fill(sentence: str, facts: Mapping[str, Fact], *, telling: Telling) -> str:
    """The sentence with its blanks filled."""
    return _OPTIONAL.sub(lambda part: _first(part[1].split("||"), facts, telling=telling), sentence)


def _first(parts: list[str], facts: Mapping[str, Fact], *, telling: Telling) -> str:
    for part in parts:
        with suppress(_NothingToSay):
            text = _BLANK.sub(lambda blank: _shown(blank, facts, telling=telling), part)
            return text.strip() if len(parts) > 1 else text
    return ""


def _shown(blank: re.Match[str], facts: Mapping[str, Fact], *, telling: Telling) -> str:
    value = next((facts[name] for name in blank[1].split("|") if facts.get(name) is not None), None)
    if value is None:
        raise _NothingToSay
    return _KINDS[blank[2]](value, telling)


def _amount(value: Fact, telling: Telling) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _NothingToSay
    return telling.amount(value)


def _some(value: Fact, telling: Telling) -> str:
    if value == 0:
        raise _NothingToSay
    return _amount(value, telling)


def _moment(value: Fact, telling: Telling) -> str:
    at = _instant(value)
    return telling.moment(at) if at.tzinfo is not None else telling.day(at.date())


def _instant(value: Fact) -> datetime:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise _NothingToSay from None


def _since(value: Fact, telling: Telling) -> str:
    """A day where one begins then, else the moment."""
    at = _instant(value)
    return telling.since(at) if at.tzinfo is not None else telling.day(at.date())


def _until(value: Fact, telling: Telling) -> str:
    """`until the end of Fri 20 Feb 2026` where a day ends then, else `until` and the moment."""
    return telling.until(_instant(value))


def _end(value: Fact, telling: Telling) -> str:
    """`by the end of Fri 20 Feb 2026` where a day ends then, else `on` and the moment."""
    return telling.end(_instant(value))


def _day(value: Fact, telling: Telling) -> str:
    try:
        return telling.day(date.fromisoformat(str(value)))
    except ValueError:
        raise _NothingToSay from None


def _person(value: Fact, telling: Telling) -> str:
    return telling.person(str(value))


def _people(value: Fact, telling: Telling) -> str:
    """Ids with blanks between."""
    return listed([telling.person(user_id) for user_id in str(value).split()])


def _anyone(value: Fact, telling: Telling) -> str:
    return listed([telling.person(user_id) for user_id in str(value).split()], last="or")


def _handle(value: Fact, _telling: Telling) -> str:
    return f"@{value}"


def _text(value: Fact, _telling: Telling) -> str:
    return str(value)


def _words(value: Fact, _telling: Telling) -> str:
    return str(value).replace("_", " ")


def _count(value: Fact, _telling: Telling) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _if(_value: Fact, _telling: Telling) -> str:
    return ""


_KINDS: Final[Mapping[str, Callable[[Fact, Telling], str]]] = {
    "amount": _amount,
    "some": _some,
    "moment": _moment,
    "since": _since,
    "until": _until,
    "end": _end,
    "day": _day,
    "person": _person,
    "people": _people,
    "anyone": _anyone,
    "handle": _handle,
    "text": _text,
    "words": _words,
    "count": _count,
    "if": _if,
}
