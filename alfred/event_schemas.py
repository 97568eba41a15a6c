"""`python -m alfred.event_schemas`: the JSON Schema of every event, one file each, in docs/events/.

What integrations receive is written down where a diff shows it: a field that is renamed or lost is seen in review.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

import core
from core.storage.transaction import Event

FOLDER: Final = Path(__file__).parent.parent / "docs" / "events"


def event_types() -> list[type[Event]]:
    """Every event of core, by name: a dataclass that says its name."""
    return sorted(_found(), key=lambda event: event.name)


def schemas() -> dict[str, str]:
    """File name → contents."""
    return {f"{event.name}.json": _schema(event) for event in event_types()}


def write(folder: Path) -> None:
    """Make the folder hold exactly these files."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = schemas()
    for file in folder.glob("*.json"):
        if file.name not in wanted:
            file.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


def _found() -> Iterator[type[Event]]:
    for found in pkgutil.walk_packages(core.__path__, "core."):
        if ".migrations." in found.name:
            continue
        module = importlib.import_module(found.name)
        own = (cls for cls in vars(module).values() if isinstance(cls, type) and cls.__module__ == module.__name__)
        yield from (cls for cls in own if _is_event(cls))


def _is_event(cls: type) -> bool:
    """A dataclass whose `name` belongs to the class and is no field."""
    return is_dataclass(cls) and isinstance(vars(cls).get("name"), str) and "name" not in {f.name for f in fields(cls)}


def _schema(event: type[Event]) -> str:
    described: dict[str, Any] = TypeAdapter(event).json_schema(mode="serialization")
    about = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"alfred:event:{event.name}",
        "title": event.name,
        "description": " ".join((event.__doc__ or "").split()),
    }
    return json.dumps({**described, **about}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write(FOLDER)
