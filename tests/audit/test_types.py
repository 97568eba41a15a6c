"""The closed list of event types: everything that happens is on it, and everything on it can happen."""

from __future__ import annotations

import ast
from pathlib import Path

import core
from core.storage.audit_types import Happened


def note_types() -> set[str]:
    """The first argument of every `AuditNote(…)` in core, as it is written."""
    trees = [ast.parse(file.read_text()) for file in Path(core.__path__[0]).rglob("*.py")]
    calls = [item for tree in trees for item in ast.walk(tree) if isinstance(item, ast.Call)]
    return {ast.unparse(call.args[0]) for call in calls if ast.unparse(call.func) == "AuditNote"}


def test_every_event_has_a_type_of_the_closed_list_and_every_type_happens() -> None:
    assert note_types() == {f"Happened.{item.name}" for item in Happened}


def test_types_are_a_thing_and_what_became_of_it() -> None:
    assert all(item.value.count(".") == 1 and item.value == item.value.lower() for item in Happened)
