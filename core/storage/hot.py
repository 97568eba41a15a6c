"""The few statements of the hot path, as rows in and rows out: read locked accounts and holds, write all changes.

Both stores run the same four steps in one transaction: lock the accounts in id order, read the holds under those locks,
let the ledger decide, write. How a row is built belongs to the ledger; what a dialect does best stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeAlias

from sqlalchemy import Table

Row: TypeAlias = tuple[Any, ...]
Key: TypeAlias = tuple[str, str]
"""(organization_id, id)"""

ACCOUNT_COLUMNS: Final = [
    "organization_id",
    "id",
    "kind",
    "unit",
    "owner_id",
    "credits",
    "debits",
    "held",
    "unbacked",
    "owed",
    "slices",
    "next_expiry",
    "floor",
    "closed_to",
    "ends_at",
    "period_base",
    "period_spent",
    "marks_told",
    "period_began",
    "version",
]
STATE_COLUMNS: Final = [
    "organization_id",
    "id",
    "credits",
    "debits",
    "held",
    "unbacked",
    "owed",
    "slices",
    "next_expiry",
    "floor",
    "closed_to",
    "period_base",
    "period_spent",
    "marks_told",
    "period_began",
    "version",
]
HOLD_COLUMNS: Final = [
    "organization_id",
    "id",
    "contents",
    "state",
    "amount",
    "lines",
    "answer",
    "created_at",
    "expires_at",
    "ended_at",
]
HOLD_END_COLUMNS: Final = ["organization_id", "id", "state", "answer", "expires_at", "ended_at"]


@dataclass(slots=True)
class Changes:
    """What a batch writes: changed accounts (STATE_COLUMNS), ended holds (HOLD_END_COLUMNS), and new rows by table."""

    accounts: list[Row] = field(default_factory=list)
    ended_holds: list[Row] = field(default_factory=list)
    inserts: dict[Table, list[Row]] = field(default_factory=dict)


Decide = Callable[[Sequence[Row], Sequence[Row]], Changes]
"""Pure: from locked account rows (ACCOUNT_COLUMNS) and hold rows (HOLD_COLUMNS) to the changes. May raise."""


class HotStore(Protocol):
    """Runs one batch as one transaction; an exception of `decide` rolls back and travels on."""

    @property
    def writers(self) -> int:
        """How many batches may be under way at once."""
        ...

    async def batch(self, decide: Decide, *, account_keys: Sequence[Key], hold_keys: Sequence[Key]) -> None:
        """Lock, read, decide, write, commit."""
        ...

    async def close(self) -> None:
        """Give the connection back."""
        ...


def columns_of(table: Table) -> list[str]:
    """The order in which a row of a table is written: the order of its columns."""
    return [column.name for column in table.columns]
