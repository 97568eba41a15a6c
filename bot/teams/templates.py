"""Card templates, filled on parsed JSON and never by joining texts, so that no value can become structure.

The part of Adaptive Card Templating that our cards use: `${path.to.value}` inside texts (alone, the value itself),
`$data` (the object once for each item of a list) and `$when` (the object only where the value is true). A path begins
at the current item; `$root` is everything, `$index` counts from 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Json = Any

_BLANK: Final = re.compile(r"\$\{([$\w.]+)\}")
_DATA: Final = "$data"
_WHEN: Final = "$when"
_GONE: Final = object()


class TemplateError(Exception):
    """A template asks for what its data has not."""


@dataclass(frozen=True, slots=True)
class _Scope:
    item: Json
    root: Json
    index: int = 0

    def at(self, path: str) -> Json:
        first, *rest = path.split(".")
        if first == "$root":
            value = self.root
        elif first == "$index":
            value = self.index
        elif first == _DATA:
            value = self.item
        else:
            value, rest = self.item, [first, *rest]
        for name in rest:
            if not isinstance(value, Mapping) or name not in value:
                raise TemplateError(path)
            value = value[name]
        return value


def fill(template: Json, data: Mapping[str, Json]) -> Json:
    """The template with its blanks filled. Raises TemplateError; neither argument is changed."""
    filled = _filled(template, _Scope(data, data))
    return None if filled is _GONE else filled


def _filled(part: Json, scope: _Scope) -> Json:
    if isinstance(part, str):
        return _text(part, scope)
    if isinstance(part, list):
        return [filled for entry in part for filled in _entries(entry, scope)]
    if not isinstance(part, dict):
        return part
    if _WHEN in part and not _text(part[_WHEN], scope):
        return _GONE
    filled = {name: _filled(value, scope) for name, value in part.items() if name != _WHEN}
    return {name: value for name, value in filled.items() if value is not _GONE}


def _entries(entry: Json, scope: _Scope) -> Iterator[Json]:
    """What an entry of a list becomes: nothing, itself, or one for each item of its data."""
    if not isinstance(entry, dict) or _DATA not in entry:
        scopes, shape = [scope], entry
    else:
        items = _text(entry[_DATA], scope)
        if not isinstance(items, list | tuple):
            raise TemplateError(str(entry[_DATA]))
        scopes = [_Scope(item, scope.root, index) for index, item in enumerate(items)]
        shape = {name: value for name, value in entry.items() if name != _DATA}
    for each in scopes:
        filled = _filled(shape, each)
        if filled is not _GONE:
            yield filled


def _text(text: str, scope: _Scope) -> Json:
    whole = _BLANK.fullmatch(text)
    if whole:
        return scope.at(whole[1])
    return _BLANK.sub(lambda blank: str(scope.at(blank[1])), text)
