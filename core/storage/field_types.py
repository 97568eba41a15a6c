"""Whether what a command or a question was given is what its fields say: checked once, at the door, for all of them.

Deeds are typed and compare, add and store what they are given; a yes that is read as 1, a text in place of a list, a
moment of no time zone would pass most of them and mean something else further on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

YEARS: Final = range(1970, 9_999)
"""Of moments: every time zone has a day before and behind them."""

_UNWRITABLE: Final = re.compile("[\x00\ud800-\udfff]")


def fault_in(work: Any) -> tuple[str, str] | None:  # noqa: ANN401  a frozen dataclass
    """The first field of a dataclass that holds what it does not say, and why; None when all is well."""
    for name, kind in _kinds(work.__class__).items():
        why = _why_not(getattr(work, name), kind)
        if why is not None:
            return name, why
    return None


@cache
def _kinds(cls: type) -> dict[str, Any]:
    hints = get_type_hints(cls)
    return {item.name: hints[item.name] for item in fields(cls)}


def _why_not(value: object, kind: Any) -> str | None:  # noqa: ANN401  a type as Python has it
    """What is wrong with a value of a field of this kind."""
    of = get_origin(kind)
    if of is UnionType:
        return _none_fits(value, get_args(kind))
    if of in {tuple, frozenset, Sequence}:
        is_list = isinstance(value, of) and not isinstance(value, str | bytes)
        return _why_not_each(value, get_args(kind)[0]) if is_list else "it should be a list"
    if of is Mapping:
        return _why_not_pairs(value, get_args(kind))
    return _why_not_one(value, kind)


def _none_fits(value: object, kinds: tuple[Any, ...]) -> str | None:
    if value is None and NoneType in kinds:
        return None
    reasons = [_why_not(value, kind) for kind in kinds if kind is not NoneType]
    return None if None in reasons else reasons[0]


def _why_not_each(values: Any, kind: Any) -> str | None:  # noqa: ANN401
    return next((why for value in values if (why := _why_not(value, kind)) is not None), None)


def _why_not_pairs(value: object, kinds: tuple[Any, ...]) -> str | None:
    if not isinstance(value, Mapping):
        return "it should be names with a value each"
    return _why_not_each(value.keys(), kinds[0]) or _why_not_each(value.values(), kinds[1])


def _why_not_one(value: Any, kind: type) -> str | None:  # noqa: ANN401
    if not _is_a(value, kind):
        return f"it should be {_WORDS.get(kind, 'one of the choices')}"
    if is_dataclass(kind):
        fault = fault_in(value)
        return f"its {fault[0]}: {fault[1]}" if fault else None
    forbidden = _FORBIDDEN.get(kind)
    return forbidden[1] if forbidden and forbidden[0](value) else None


def _is_a(value: object, kind: type) -> bool:
    """Python takes a yes for a number and a moment for a day; a field does not."""
    return type(value) is kind if kind in {int, date} else isinstance(value, kind)


_WORDS: Final[Mapping[type, str]] = {
    str: "text",
    int: "a whole number",
    bool: "yes or no",
    date: "a day",
    datetime: "a moment of our time, with its time zone",
    Decimal: "a number",
}


_FORBIDDEN: Final[Mapping[type, tuple[Callable[[Any], object], str]]] = {
    str: (_UNWRITABLE.search, "it has characters that cannot be stored"),
    datetime: (
        lambda moment: moment.utcoffset() is None or moment.year not in YEARS,
        "it should be a moment of our time, with its time zone",
    ),
    Decimal: (lambda number: not number.is_finite(), "it should be a number"),
}
"""Of values that are of the right type."""
