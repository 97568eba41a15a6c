"""What does not agree among holds, their postings and their usage rows, found by the database itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    and_,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from core.ledger.books import PostingKind
from core.ledger.drift import Drift
from core.ledger.holds import HoldState
from core.storage.tables import holds, postings, usage

_SPENT = [kind.value for kind in (PostingKind.SPEND, PostingKind.OVERRUN, PostingKind.LATE)]
Query = Select[*tuple[Any, ...]]
"""Its three columns are those of Drift: what, expected, found."""
_ALLOWANCES = ("allowance:", "allotted:", "used:")


async def hold_drift(connection: AsyncConnection, organization_id: str) -> AsyncIterator[Drift]:
    """Everything that is wrong with one organization's holds and postings."""
    settled = _fact(connection, "settled")
    queries: list[Query] = [
        _half_ended(organization_id, settled),
        _beyond(organization_id, settled, overrun=_fact(connection, "overrun")),
        _not_as_posted(organization_id, settled),
        _unbalanced(organization_id),
        _gaps(organization_id),
    ]
    if await connection.scalar(select(usage.c.id).where(usage.c.organization_id == organization_id).limit(1)):
        queries += [_without_usage(organization_id), _not_as_used(organization_id, settled)]
    for query in queries:
        async for what, expected, found in await connection.stream(query):
            yield Drift(organization_id, None, what, _plain(expected), _plain(found))


def _plain(value: object) -> int | str | None:
    """Postgres sums as NUMERIC."""
    return value if value is None or isinstance(value, str) else int(str(value))


def _fact(connection: AsyncConnection, name: str) -> ColumnElement[Any]:
    """A number in the answer that a hold keeps as JSON text; none where it cannot be read."""
    if connection.dialect.name == "sqlite":
        return case((func.json_valid(holds.c.answer) == 1, func.json_extract(holds.c.answer, f"$.{name}")))
    return cast(func.substring(holds.c.answer, f'"{name}":(-?[0-9]+)'), BigInteger)


def _about(word: str, name: ColumnElement[str]) -> ColumnElement[str]:
    return literal(f"{word} ").concat(name)


def _ours(organization_id: str, *states: HoldState) -> ColumnElement[bool]:
    ours = holds.c.organization_id == organization_id
    return and_(ours, holds.c.state.in_([state.value for state in states])) if states else ours


def _half_ended(organization_id: str, settled: ColumnElement[Any]) -> Query:
    """A hold is open without an answer, or ended with one."""
    is_open = holds.c.state == HoldState.OPEN.value
    is_known = holds.c.state.in_([state.value for state in HoldState])
    whole = or_(
        and_(is_open, holds.c.answer.is_(None), holds.c.ended_at.is_(None)),
        and_(is_known, ~is_open, settled.is_not(None), holds.c.ended_at.is_not(None)),
    )
    expected = literal("open without an answer, or ended with one")
    return select(_about("hold", holds.c.id), expected, holds.c.state).where(_ours(organization_id), ~whole)


def _beyond(organization_id: str, settled: ColumnElement[Any], *, overrun: ColumnElement[Any]) -> Query:
    """What was settled beyond the hold stands there as its overrun."""
    beyond = case((settled > holds.c.amount, settled - holds.c.amount), else_=0)
    what = _about("overrun of hold", holds.c.id)
    return select(what, beyond, overrun).where(_ours(organization_id, HoldState.SETTLED), overrun != beyond)


def _not_as_posted(organization_id: str, settled: ColumnElement[Any]) -> Query:
    """A hold's settlement is what its postings spent: operations `<hold>.settle` and `<hold>.late`.

    Both are added up by hold id; a join would be quadratic on SQLite, which has no index on a computed name.
    """
    both = union_all(
        select(holds.c.id, settled.label("settled"), literal(0).label("spent"), literal(1).label("holds")).where(
            _ours(organization_id, HoldState.SETTLED), settled.is_not(None)
        ),
        select(
            func.replace(func.replace(postings.c.operation_id, ".settle", ""), ".late", ""),
            literal(0),
            postings.c.amount,
            literal(0),
        ).where(
            postings.c.organization_id == organization_id,
            postings.c.kind.in_(_SPENT),
            *(~postings.c.debit_account.startswith(kind) for kind in _ALLOWANCES),
        ),
    ).subquery()
    answered, spent = func.sum(both.c.settled), func.sum(both.c.spent)
    return (
        select(_about("settlement of hold", both.c.id), spent, answered)
        .group_by(both.c.id)
        .having(func.sum(both.c.holds) == 1, answered != spent)  # postings outlive the rows of their holds
    )


def _unbalanced(organization_id: str) -> Query:
    """A posting takes from one account what it gives to another, in one unit."""
    units = [or_(*(side.startswith(kind) for kind in _ALLOWANCES)) for side in _SIDES]
    wrong = or_(units[0] != units[1], postings.c.amount <= 0, _SIDES[0] == _SIDES[1])
    what = _about("posting", postings.c.operation_id)
    found = postings.c.debit_account.concat(" to ").concat(postings.c.credit_account)
    return select(what, literal("two accounts of one unit"), found).where(
        postings.c.organization_id == organization_id, wrong
    )


_SIDES = (postings.c.debit_account, postings.c.credit_account)


def _gaps(organization_id: str) -> Query:
    """The lines of an operation are numbered without gaps."""
    wanted = func.max(postings.c.line) + 1
    return (
        select(_about("lines of operation", postings.c.operation_id), wanted, func.count())
        .where(postings.c.organization_id == organization_id)
        .group_by(postings.c.operation_id)
        .having(func.count() != wanted)
    )


def _without_usage(organization_id: str) -> Query:
    """Every settled hold has its usage row."""
    row = and_(usage.c.organization_id == holds.c.organization_id, usage.c.id == holds.c.id)
    return (
        select(_about("usage rows of hold", holds.c.id), literal(1), literal(0))
        .select_from(holds.outerjoin(usage, row))
        .where(_ours(organization_id, HoldState.SETTLED), usage.c.id.is_(None))
    )


def _not_as_used(organization_id: str, settled: ColumnElement[Any]) -> Query:
    """A usage row says the credits that its hold settled."""
    row = and_(usage.c.organization_id == holds.c.organization_id, usage.c.id == holds.c.id)
    return (
        select(_about("credits of usage", holds.c.id), settled, usage.c.credits)
        .select_from(holds.join(usage, row))
        .where(_ours(organization_id, HoldState.SETTLED), usage.c.credits != settled)
    )
