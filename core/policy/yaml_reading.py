"""YAML as plain data that remembers its lines. No anchors, nothing deep: a text cannot grow when it is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import yaml

LONGEST: Final = 64_000
"""Characters of one text."""
DEEPEST: Final = 10
"""Levels of lists and mappings."""

Path = tuple[str | int, ...]
_WHOLE: Final = re.compile(r"-?(?:0|[1-9][0-9]*(?:_[0-9]+)*)")
_OPENING: Final = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSING: Final = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that cannot be used: where (line from 1), which field, and what it should be."""

    line: int
    field: str
    why: str


class Unusable(Exception):
    """Raised with everything that is wrong with a text."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"line {item.line}: {item.field} {item.why}" for item in problems))
        self.problems: Final = problems


@dataclass(frozen=True, slots=True)
class Read:
    """Plain data, and the line of each part of it by its path."""

    value: object
    lines: Mapping[Path, int]


def read_yaml(text: str) -> Read:
    """Raises Unusable."""
    if len(text) > LONGEST:
        raise Unusable(Problem(1, "", f"the text is longer than {LONGEST:,} characters"))
    try:
        _bound(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or "a character that YAML does not allow"
        raise Unusable(Problem(mark.line + 1 if mark else 1, "", f"this is not YAML: {why}")) from None
    if node is None:
        raise Unusable(Problem(1, "", "the text is empty"))
    lines: dict[Path, int] = {}
    return Read(_plain(node, (), lines=lines), lines)


def _bound(text: str) -> None:
    """Refuse, before anything is built, what would grow or nest without end."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, _OPENING) - isinstance(event, _CLOSING)
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unusable(Problem(line, "", "anchors and aliases are not used here: write the value again"))
        if depth > DEEPEST:
            raise Unusable(Problem(line, "", f"this is nested deeper than {DEEPEST} levels"))


def _plain(node: yaml.Node, path: Path, *, lines: dict[Path, int]) -> object:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, lines=lines)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, (*path, number), lines=lines) for number, item in enumerate(node.value)]
    assert isinstance(node, yaml.ScalarNode)
    return _scalar(node)


def _mapping(node: yaml.MappingNode, path: Path, *, lines: dict[Path, int]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        name = key.value if isinstance(key, yaml.ScalarNode) else "?"
        if name in found:
            raise Unusable(Problem(line, dotted((*path, name)), "is there twice"))
        lines[*path, name] = line
        found[name] = _plain(value, (*path, name), lines=lines)
    return found


def _scalar(node: yaml.ScalarNode) -> object:
    """Whole numbers as people write them, truth and nothing; all else is text (`010` and `1:30` are no numbers)."""
    kind = node.tag.rpartition(":")[2]
    if kind == "int" and _WHOLE.fullmatch(node.value):
        return int(node.value)
    if kind == "bool":
        return node.value.lower() in {"true", "yes", "on"}
    return None if kind == "null" else node.value


def dotted(path: Path) -> str:
    """A path as people write it: `limits.min_transfer`, `approval_tiers[0].limit`."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")
