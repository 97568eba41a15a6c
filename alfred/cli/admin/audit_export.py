"""The trail as text: CSV that a spreadsheet does not run, or JSON Lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Iterable
from dataclasses import fields
from enum import StrEnum
from typing import Any, Final

from alfred.cli.operator import Operator
from alfred.ids import new_id
from core.audit.export import ExportAudit, ReadExport
from core.audit.filters import AuditLine, Wanted
from core.storage.transaction import plain

COLUMNS: Final = tuple(item.name for item in fields(AuditLine))
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A cell that begins with one of these is run by some spreadsheet (OWASP, CSV injection). Four have full width."""


class Form(StrEnum):
    """How an export is written."""

    CSV = "csv"
    JSONL = "jsonl"


async def written(operator: Operator, wanted: Wanted, *, form: Form) -> AsyncIterator[str]:
    """The export, page by page, as text. Raises Refused."""
    opened = await operator.engine.run(
        ExportAudit(id=new_id("export"), organization_id=operator.organization_id, actor=operator.actor, wanted=wanted)
    )
    if form is Form.CSV:
        yield as_csv([COLUMNS])
    cursor: str | None = None
    while True:
        page = await operator.ask(ReadExport, export_id=opened.export_id, cursor=cursor)
        if form is Form.CSV:
            yield as_csv(_cells(line) for line in page.events)
        else:
            yield "".join(f"{json.dumps(_plain(line), ensure_ascii=False)}\n" for line in page.events)
        cursor = page.cursor
        if cursor is None:
            return


def as_csv(rows: Iterable[Iterable[str]]) -> str:
    """The rows as RFC 4180 has them, every cell as text: one that would be a formula gets an apostrophe in front."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([harmless(cell) for cell in row] for row in rows)
    return out.getvalue()


def harmless(cell: str) -> str:
    """The cell, which no spreadsheet takes for a formula. A number may have its sign."""
    is_number = cell.removeprefix("-").isdecimal() and cell.isascii()
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA) and not is_number else cell


def _cells(line: AuditLine) -> list[str]:
    return [_cell(value) for value in _plain(line).values()]


def _cell(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _plain(line: AuditLine) -> dict[str, Any]:
    values = {name: plain(getattr(line, name)) for name in COLUMNS}
    return values | {"scope": "/".join(line.scope), "actor_roles": " ".join(line.actor_roles)}
