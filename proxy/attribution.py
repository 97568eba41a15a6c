"""What a caller says a call is for: a project and tags, in headers or in the body's `alfred` field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from proxy.problems import Problem, bad_value

PROJECT_HEADER: Final = "X-Alfred-Project"
TAGS_HEADER: Final = "X-Alfred-Tags"
BODY_FIELD: Final = "alfred"

MOST_TAGS: Final = 16
LONGEST_PROJECT: Final = 200

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_VALUE: Final = re.compile(r"[^\x00-\x1f\x7f,=\ud800-\udfff]{1,128}")


@dataclass(frozen=True, slots=True)
class Attribution:
    """`project` is an id or a name."""

    project: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


NOTHING: Final = Attribution()


def read_attribution(headers: Mapping[str, str], body_field: object) -> Attribution:
    """What headers and body say together; where both name the same thing the header counts. Raises Problem."""
    project, tags = headers.get(PROJECT_HEADER), headers.get(TAGS_HEADER)
    if project is None and tags is None and body_field is None:
        return NOTHING
    said = _of_body(body_field) if body_field is not None else NOTHING
    joined = {**said.tags, **(_of_header(tags) if tags is not None else {})}
    if len(joined) > MOST_TAGS:
        raise bad_value(TAGS_HEADER, f"A call takes at most {MOST_TAGS} tags.")
    return Attribution(said.project if project is None else _project(project, PROJECT_HEADER), joined)


def _of_header(text: str) -> dict[str, str]:
    tags: dict[str, str] = {}
    for pair in text.split(","):
        name, _, value = pair.strip().partition("=")
        tags[_name(name.strip(), TAGS_HEADER)] = _value(value.strip(), TAGS_HEADER)
    return tags


def _of_body(said: object) -> Attribution:
    if not isinstance(said, dict):
        raise bad_value(
            BODY_FIELD, 'The field alfred should be an object: {"project": "…", "tags": {"name": "value"}}.'
        )
    unknown = next((name for name in said if name not in {"project", "tags"}), None)
    if unknown is not None:
        raise bad_value(BODY_FIELD, "The field alfred knows project and tags, nothing else.")
    project, tags = said.get("project"), said.get("tags")
    return Attribution(None if project is None else _project(project, f"{BODY_FIELD}.project"), _body_tags(tags))


def _body_tags(tags: Any) -> dict[str, str]:  # noqa: ANN401  JSON has this type
    where = f"{BODY_FIELD}.tags"
    if tags is None:
        return {}
    if not isinstance(tags, dict):
        raise bad_value(where, "Tags should be an object of texts.")
    return {_name(name, where): _value(value, where) for name, value in tags.items()}


def _project(project: object, where: str) -> str:
    if not isinstance(project, str) or not 0 < len(project) <= LONGEST_PROJECT or not project.isprintable():
        raise bad_value(where, f"A project is its id or its name, at most {LONGEST_PROJECT} characters.")
    return project


def _name(name: str, where: str) -> str:
    if _NAME.fullmatch(name) is None:
        raise _bad_tag(where)
    return name


def _value(value: object, where: str) -> str:
    if not isinstance(value, str) or _VALUE.fullmatch(value) is None:
        raise _bad_tag(where)
    return value


def _bad_tag(where: str) -> Problem:
    return bad_value(
        where,
        "A tag is name=value: a name of up to 64 letters, digits, dots, hyphens and underscores, "
        "a value of up to 128 characters without a comma or an equals sign.",
    )
