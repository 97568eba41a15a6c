"""Walks core: no command and no question without a permission, each in the shape that the engine runs."""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import get_type_hints

import pytest
from pydantic import TypeAdapter

import core
from core.access.matrix import MATRIX, OPERATOR_MAY, SYSTEM_MAY, Permission
from core.storage.transaction import Command, Place, Question, Transaction

SHAPES = (Command, Question)
COMMON = {"organization_id", "actor"}


def modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(core.__path__, "core."):
        if ".migrations.versions" not in found.name and not found.name.endswith(".env"):
            yield found.name


def works() -> Iterator[type]:
    """Every class in core that does or answers something in a transaction."""
    for module in map(importlib.import_module, modules()):
        own = (cls for _, cls in inspect.getmembers(module, inspect.isclass) if cls.__module__ == module.__name__)
        yield from (cls for cls in own if cls not in SHAPES and verb_of(cls) is not None)


def verb_of(cls: type) -> str | None:
    """`execute` of a command, `answer` of a question: what takes a transaction and nothing else, or says where."""
    for verb in ("execute", "answer"):
        method = inspect.getattr_static(cls, verb, None)
        if method is not None and ("place" in vars(cls) or takes_a_transaction(method)):
            return verb
    return None


def takes_a_transaction(method: object) -> bool:
    if not inspect.isfunction(method):
        return False
    parameters = list(inspect.signature(method).parameters.values())[1:]
    return len(parameters) == 1 and (parameters[0].name == "tx" or "Transaction" in str(parameters[0].annotation))


WORKS = sorted(works(), key=lambda cls: cls.__qualname__)


@pytest.mark.parametrize("work", WORKS, ids=lambda cls: cls.__name__)
def test_every_command_and_question_needs_a_permission_that_the_matrix_knows(work: type) -> None:
    needs = getattr(work, "needs", None)
    assert needs in set(Permission), f"{work.__name__} needs {needs!r}"
    assert "needs" not in {item.name for item in fields(work)}, "a caller could choose it"


@pytest.mark.parametrize("work", WORKS, ids=lambda cls: cls.__name__)
def test_every_command_and_question_has_the_shape_that_the_engine_runs(work: type) -> None:
    assert is_dataclass(work)
    assert work.__dataclass_params__.frozen, "an id stands for contents that cannot change"  # type: ignore[attr-defined]
    given = {item.name: item for item in fields(work)}
    assert given.keys() >= (COMMON | {"id"} if verb_of(work) == "execute" else COMMON)
    assert all(item.kw_only for item in given.values())
    place = inspect.getattr_static(work, "place")
    assert inspect.iscoroutinefunction(place)
    assert get_type_hints(place)["return"] is Place


@pytest.mark.parametrize(
    "command", [work for work in WORKS if verb_of(work) == "execute"], ids=lambda cls: cls.__name__
)
def test_every_receipt_can_be_stored_and_read_again(command: type) -> None:
    receipt = get_type_hints(inspect.getattr_static(command, "execute"))["return"]
    assert is_dataclass(receipt)
    TypeAdapter(receipt).json_schema()


def test_the_walk_finds_commands_and_questions() -> None:
    assert {"SendCredits", "CreateUser"} <= {work.__name__ for work in WORKS}
    assert any(verb_of(work) == "answer" for work in WORKS)


def test_a_deed_is_found_by_what_it_does_not_by_what_it_says_it_needs() -> None:
    class Forgetful:
        async def execute(self, tx: Transaction) -> None: ...

    assert verb_of(Forgetful) == "execute"


def test_every_permission_has_a_row_in_the_matrix_and_somebody_who_has_it() -> None:
    assert set(MATRIX) == set(Permission)
    assert {permission for permission in Permission if not MATRIX[permission]} <= OPERATOR_MAY | SYSTEM_MAY
