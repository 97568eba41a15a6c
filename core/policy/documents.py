"""Policy documents: YAML by kind, laid over each other from the organization down, checked as the whole they make."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from core.policy.ooo import OOO_DEFAULTS, OooPolicy
from core.policy.override_policy import OVERRIDE_DEFAULTS, OverridePolicy
from core.policy.pool import POOL_DEFAULTS, PoolPolicy
from core.policy.transfer_policy import TRANSFER_DEFAULTS, TransferPolicy
from core.policy.yaml_reading import Path, Problem, Read, Unusable, dotted, read_yaml

Policy = TransferPolicy | OooPolicy | PoolPolicy | OverridePolicy
Values = Mapping[str, Any]


class PolicyKind(StrEnum):
    """The four documents, by the name that stands at the top of each."""

    TRANSFER = "transfer_policy"
    OOO = "ooo_policy"
    POOL = "pool_policy"
    OVERRIDE = "override_policy"


_TYPES: Final[Mapping[PolicyKind, TypeAdapter[Any]]] = MappingProxyType(
    {
        PolicyKind.TRANSFER: TypeAdapter(TransferPolicy),
        PolicyKind.OOO: TypeAdapter(OooPolicy),
        PolicyKind.POOL: TypeAdapter(PoolPolicy),
        PolicyKind.OVERRIDE: TypeAdapter(OverridePolicy),
    }
)
_DEFAULTS: Final[Mapping[PolicyKind, Policy]] = MappingProxyType(
    {
        PolicyKind.TRANSFER: TRANSFER_DEFAULTS,
        PolicyKind.OOO: OOO_DEFAULTS,
        PolicyKind.POOL: POOL_DEFAULTS,
        PolicyKind.OVERRIDE: OVERRIDE_DEFAULTS,
    }
)


@dataclass(frozen=True, slots=True)
class Document:
    """One kind's part of a text: only what it says, to be laid over what stands above it."""

    kind: PolicyKind
    values: Values
    read: Read


@dataclass(frozen=True, slots=True)
class Layer:
    """A document where it applies. `name` is the place's, `version` counts from 1."""

    name: str
    version: int
    values: Values


@dataclass(frozen=True, slots=True)
class Setting:
    """One value of an effective policy, and the layer that set it; None: built in."""

    field: str
    value: Any
    origin: Layer | None


def read_documents(text: str) -> tuple[Document, ...]:
    """The documents of a text, each checked over the built-in policy. Raises Unusable with every problem."""
    documents = split(text)
    problems = [problem for document in documents for problem in problems_of(document, above=())]
    if problems:
        raise Unusable(*problems)
    return documents


def split(text: str) -> tuple[Document, ...]:
    """The documents of a text, their values not checked yet. Raises Unusable."""
    read = read_yaml(text)
    kinds = ", ".join(PolicyKind)
    if not isinstance(read.value, dict) or not read.value:
        raise Unusable(Problem(1, "", f"it should begin with one of {kinds}"))
    problems = []
    for name, values in read.value.items():
        line = read.lines[name,]
        if name not in set(PolicyKind):
            problems.append(Problem(line, name, f"is no policy{_did_you_mean(name, list(PolicyKind))}"))
        elif not isinstance(values, dict):
            problems.append(Problem(line, name, "should hold fields, one `name: value` per line"))
    if problems:
        raise Unusable(*problems)
    return tuple(Document(PolicyKind(name), values, read) for name, values in read.value.items())


def problems_of(document: Document, *, above: Sequence[Values]) -> list[Problem]:
    """What is wrong with a document where these stand above it."""
    try:
        effective(document.kind, [*above, document.values])
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=False)
        deepest = [one for one in details if not any(_is_above(one["loc"], other["loc"]) for other in details)]
        found = [_problem(document, one["loc"], kind=one["type"], why=one["msg"]) for one in deepest]
        return sorted(found, key=lambda problem: problem.line)
    return []


def effective(kind: PolicyKind, layers: Sequence[Values]) -> Any:  # noqa: ANN401  the kind decides
    """The policy that the layers make, the highest first. Raises pydantic's ValidationError."""
    if not layers:
        return _DEFAULTS[kind]
    merged: dict[str, Any] = built_in(kind)
    for values in layers:
        merged = _over(merged, values)
    # As JSON, where strict types still take a list for a tuple and a text for a choice.
    return _TYPES[kind].validate_json(json.dumps(merged))


def settings(kind: PolicyKind, layers: Sequence[Layer]) -> tuple[Setting, ...]:
    """Every value of the policy that the layers make, with its origin, in the order of the documents."""
    merged = built_in(kind)
    origins: dict[Path, Layer] = {}
    for layer in layers:
        merged = _over(merged, layer.values)
        origins.update(dict.fromkeys((path for path, _ in _leaves(layer.values)), layer))
    return tuple(Setting(dotted(path), value, origins.get(path)) for path, value in _leaves(merged))


def changes(*, before: Values, after: Values) -> dict[str, tuple[Any, Any]]:
    """The fields that two documents at one place say differently: (before, after), None where it says nothing."""
    old, new = ({dotted(path): value for path, value in _leaves(values)} for values in (before, after))
    fields = [*new, *(field for field in old if field not in new)]
    return {field: (old.get(field), new.get(field)) for field in fields if old.get(field) != new.get(field)}


def built_in(kind: PolicyKind) -> dict[str, Any]:
    """The built-in policy as a document has it."""
    values: dict[str, Any] = _TYPES[kind].dump_python(_DEFAULTS[kind], mode="json")
    return values


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Groups are laid over each other field by field; a value or a list replaces the whole."""
    laid = dict(below)
    for name, value in above.items():
        old = laid.get(name)
        laid[name] = _over(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return laid


def _leaves(values: Mapping[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*path, name))
        else:
            yield (*path, name), value


def _problem(document: Document, loc: Path, *, kind: str, why: str) -> Problem:
    path = (document.kind.value, *loc)
    line = next(
        (document.read.lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in document.read.lines), 1
    )
    if kind == "unexpected_keyword_argument":
        return Problem(
            line, dotted(path), f"is no field{_did_you_mean(str(loc[-1]), _names_beside(document.kind, loc))}"
        )
    if kind in {"missing_argument", "missing_keyword_only_argument", "missing"}:
        return Problem(line, dotted(path), "is missing")
    if kind.startswith("dataclass"):
        return Problem(line, dotted(path), "should hold fields, one `name: value` per line")
    should = _described(document.kind, loc)
    return Problem(line, dotted(path), f"should be {should}" if should else why.removeprefix("Value error, "))


def _is_above(loc: Path, other: Path) -> bool:
    """A list of which an item is wrong is told as the item alone."""
    return len(loc) < len(other) and other[: len(loc)] == loc


def _names_beside(kind: PolicyKind, loc: Path) -> list[str]:
    group: Any = built_in(kind)
    for part in loc[:-1]:
        group = group[part] if isinstance(part, str) or part < len(group) else group[0]
    return list(group)


def _described(kind: PolicyKind, loc: Path) -> str | None:
    """What the field at a path should be, from its description."""
    schema: Any = _TYPES[kind].json_schema()
    definitions = schema.get("$defs", {})
    found: str | None = None
    for part in loc:
        if "$ref" in schema:
            schema = definitions[schema["$ref"].rpartition("/")[2]]
        schema = schema.get("items", {}) if isinstance(part, int) else schema.get("properties", {}).get(part, {})
        found = schema.get("description", found)
    return found


def _did_you_mean(name: str, names: Sequence[str]) -> str:
    near = get_close_matches(name, names, n=1)
    return f" (did you mean {near[0]}?)" if near else ""
