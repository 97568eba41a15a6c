"""What an account row must be, given its postings and open holds; pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from core.ledger.accounts import ENDLESS, NEVER, Kind, Slice

Value = int | str | None


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference between what is stored and what follows from the postings and holds. `account` may be none."""

    organization_id: str
    account: str | None
    what: str
    expected: Value
    found: Value


@dataclass(slots=True)
class Fold:
    """What the postings and the open holds say about one account.

    `days` is what came in less what went out by expiry day; what paid for earlier debts is still counted there.
    `held` is by slice day; None is what is held on overdraft.
    """

    credits: int = 0
    debits: int = 0
    days: dict[date, int] = field(default_factory=dict)
    held: dict[date | None, int] = field(default_factory=dict)


class Finding(NamedTuple):
    """Something about an account that is not as expected."""

    what: str
    expected: Value
    found: Value


def findings(row: Any, fold: Fold) -> Iterator[Finding]:  # noqa: ANN401  a row of `accounts` has no type of its own
    """Compare an account row with its fold."""
    yield from _unequal("credits", expected=fold.credits, found=row.credits)
    yield from _unequal("debits", expected=fold.debits, found=row.debits)
    yield from _unequal("held", expected=sum(fold.held.values()), found=row.held)
    yield from _unequal("held on overdraft", expected=fold.held.get(None, 0), found=row.unbacked)
    yield from _unequal("kind", expected=row.id.partition(":")[0], found=row.kind)
    slices = slices_of(row.slices)
    if slices is None:
        yield Finding("slices", "a list of [day, remaining, held]", row.slices)
        return
    balance = 0 if Kind(row.kind) in ENDLESS else fold.credits - fold.debits
    yield from _unequal("slices less owed", expected=balance, found=sum(part.remaining for part in slices) - row.owed)
    yield from _unequal(
        "next expiry", expected=_next_expiry(slices), found=row.next_expiry and row.next_expiry.isoformat()
    )
    yield from _order(slices)
    for part in slices:
        yield from _one_slice(part, most=fold.days.get(part.expires_on, 0))
    yield from _held_by_day(slices, fold.held)


def slices_of(text: str) -> list[Slice] | None:
    """The slices in a row's text; None when it is no such text."""
    try:
        return [Slice(date.fromisoformat(day), int(remaining), int(held)) for day, remaining, held in json.loads(text)]
    except (ValueError, TypeError):
        return None


def _unequal(what: str, *, expected: Value, found: Value) -> Iterator[Finding]:
    if expected != found:
        yield Finding(what, expected, found)


def _order(slices: Sequence[Slice]) -> Iterator[Finding]:
    days = [part.expires_on.isoformat() for part in slices]
    yield from _unequal("order of slices", expected=" ".join(sorted(set(days))), found=" ".join(days))


def _one_slice(part: Slice, *, most: int) -> Iterator[Finding]:
    day = part.expires_on.isoformat()
    if part.remaining <= 0 or not 0 <= part.held <= part.remaining:
        yield Finding(f"slice {day}", "0 <= held <= remaining, remaining > 0", f"{part.held} held of {part.remaining}")
    if part.remaining > most:
        yield Finding(f"slice {day} remaining", f"at most {most}", part.remaining)


def _held_by_day(slices: Sequence[Slice], held: Mapping[date | None, int]) -> Iterator[Finding]:
    stored = {part.expires_on: part.held for part in slices}
    for day in sorted({*stored, *(day for day in held if day is not None)}):
        yield from _unequal(f"slice {day.isoformat()} held", expected=held.get(day, 0), found=stored.get(day, 0))


def _next_expiry(slices: Sequence[Slice]) -> str | None:
    free = (part.expires_on for part in slices if part.free > 0 and part.expires_on < NEVER)
    return next((day.isoformat() for day in free), None)
