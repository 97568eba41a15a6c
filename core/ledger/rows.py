"""Accounts, holds and postings as rows: tuples in the order of the column lists below, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, TypeAlias

from core.ledger.accounts import Account, Kind, Slice, Unit
from core.ledger.holds import Ending, Hold, HoldState, Line

Row: TypeAlias = tuple[Any, ...]

POSTING_COLUMNS: Final = [
    "organization_id",
    "operation_id",
    "line",
    "debit_account",
    "credit_account",
    "amount",
    "kind",
    "expires_taken",
    "expires_given",
    "actor_id",
    "at",
]


_compact: Final = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_parse: Final = json.JSONDecoder().raw_decode  # json.loads without looking for space around
_KINDS: Final = {kind.value: kind for kind in Kind}
_UNITS: Final = {unit.value: unit for unit in Unit}
_STATES: Final = {state.value: state for state in HoldState}


def account_from(row: Sequence[Any]) -> Account:
    """Read an account row."""
    return Account(
        organization_id=row[0],
        id=row[1],
        kind=_KINDS[row[2]],
        unit=_UNITS[row[3]],
        credits=row[5],
        debits=row[6],
        held=row[7],
        unbacked=row[8],
        owed=row[9],
        slices=slices_from(row[10]),
        floor=row[12],
        closed_to=row[13],
        ends_at=_aware(row[14]),
        period_base=row[15],
        period_spent=row[16],
        marks_told=row[17],
        period_began=_aware(row[18]),
        version=row[19],
    )


def slices_from(text: str) -> list[Slice]:
    """Slices from their JSON."""
    if text == "[]":  # every sink's
        return []
    return [Slice(date.fromisoformat(day), remaining, held) for day, remaining, held in _parse(text)[0]]


def account_state(account: Account) -> Row:
    """What an operation may have changed, as a row of STATE_COLUMNS."""
    return (
        account.organization_id,
        account.id,
        account.credits,
        account.debits,
        account.held,
        account.unbacked,
        account.owed,
        slices_text(account.slices),
        account.next_expiry,
        account.floor,
        account.closed_to,
        account.period_base,
        account.period_spent,
        account.marks_told,
        account.period_began,
        account.version + 1,
    )


def slices_text(slices: Sequence[Slice]) -> str:
    """Slices as compact JSON `[["2026-12-01", remaining, held], …]`, soonest first."""
    parts = [f'["{part.expires_on}",{part.remaining},{part.held}]' for part in slices]
    return f"[{','.join(parts)}]"


def hold_from(row: Sequence[Any]) -> Hold:
    """Read a hold row."""
    created, expires = _aware(row[7]), _aware(row[8])
    if created is None or expires is None:
        message = f"hold {row[1]} has no times"
        raise ValueError(message)
    return Hold(
        organization_id=row[0],
        id=row[1],
        contents=row[2],
        state=_STATES[row[3]],
        amount=row[4],
        lines=lines_from(_parse(row[5])[0]),
        ending=ending_from(row[6]) if row[6] is not None else None,
        created_at=created,
        expires_at=expires,
        ended_at=_aware(row[9]),
    )


def hold_row(hold: Hold) -> Row:
    """Write a hold row."""
    return (
        hold.organization_id,
        hold.id,
        hold.contents,
        hold.state.value,
        hold.amount,
        _compact(_lines_json(hold.lines)),
        ending_text(hold.ending) if hold.ending is not None else None,
        hold.created_at,
        hold.expires_at,
        hold.ended_at,
    )


def hold_end(hold: Hold) -> Row:
    """What an end, or an extension, changes in a hold, as a row of HOLD_END_COLUMNS."""
    answer = ending_text(hold.ending) if hold.ending is not None else None
    return (hold.organization_id, hold.id, hold.state.value, answer, hold.expires_at, hold.ended_at)


def ending_text(ending: Ending) -> str:
    """An ending as JSON."""
    facts = {
        "settled": ending.settled,
        "charged": ending.charged,
        "overrun": ending.overrun,
        "owed": ending.owed,
        "is_late": ending.is_late,
        "gave_up": _lines_json(ending.gave_up),
    }
    return _compact(facts)


def ending_from(text: str) -> Ending:
    """An ending from its JSON."""
    facts = _parse(text)[0]
    return Ending(**(facts | {"gave_up": lines_from(facts["gave_up"])}))


def lines_from(items: Sequence[Sequence[Any]]) -> tuple[Line, ...]:
    """Hold lines from their JSON arrays."""
    return tuple(
        Line(account, date.fromisoformat(day) if day else None, amount, allowance)
        for account, day, amount, allowance in items
    )


def _lines_json(lines: Sequence[Line]) -> list[list[Any]]:
    return [
        [line.account, line.expires_on.isoformat() if line.expires_on else None, line.amount, line.allowance]
        for line in lines
    ]


def _aware(moment: datetime | str | None) -> datetime | None:
    """SQLite gives times as text or naive UTC."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment
