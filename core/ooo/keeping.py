"""Checking and writing an absence: one at a time, so those that overlap become one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from core.directory.texts import aware, wrong
from core.ooo.absences import Absence, add, change, open_absences, overlapping, swallow
from core.ooo.delegating import delegate
from core.ooo.plans import Plan, check_plan, people_in
from core.ooo.words import AbsenceState, Source
from core.refusals import Because, Refused, refuse
from core.storage.transaction import Transaction
from core.transfers.people import Party

LONGEST: Final = timedelta(days=1_096)
EARLIEST: Final = timedelta(days=31)
"""How far in the past an absence may begin that somebody forgot to set."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was written, and the ids of the absences that are now part of it."""

    absence: Absence
    merged: tuple[str, ...]


def check_span(*, starts_at: datetime, ends_at: datetime) -> None:
    """Raise Refused unless the time has zones, an order, and a length within reason."""
    aware(starts_at, field="starts_at")
    aware(ends_at, field="ends_at")
    if ends_at <= starts_at:
        raise wrong("ends_at", "it should be after the start")
    if ends_at - starts_at > LONGEST:
        raise wrong("ends_at", f"an absence lasts at most {LONGEST.days:,} days")


def check_start(tx: Transaction, starts_at: datetime) -> None:
    """Raise Refused for a beginning that is long past."""
    if starts_at < tx.now - EARLIEST:
        raise wrong("starts_at", f"it should be at most {EARLIEST.days} days ago")


def check_new(tx: Transaction, *, starts_at: datetime, ends_at: datetime) -> None:
    """Raise Refused unless somebody may say now that they are away from then to then."""
    check_span(starts_at=starts_at, ends_at=ends_at)
    check_start(tx, starts_at)
    if ends_at <= tx.now:
        raise wrong("ends_at", "it should be in the future")


def named_in(tx: Transaction, plan: Plan, *, user_id: str, delegate_id: str | None) -> set[str]:
    """The ids of everybody else whom a new absence names. Raises Refused for a plan that makes no sense."""
    if plan:
        check_plan(plan)
    if delegate_id is not None and tx.actor.id != user_id:
        raise wrong("delegate_id", "everybody names their own")
    return people_in(plan) | ({delegate_id} if delegate_id is not None else set())


def check_people(tx: Transaction, parties: dict[str, Party], *, user_id: str, others: Iterable[str]) -> None:
    """Raise Refused for people who are unknown or have left, oneself, and whoever sets it for somebody else."""
    if not parties[user_id].is_active:
        raise Refused(refuse(Because.INACTIVE_USER, user=user_id))
    for other in sorted(others):
        if other == user_id:
            raise wrong("people", "nobody stands in for themselves")
        if other not in parties:
            raise Refused(refuse(Because.UNKNOWN_USER, user=other))
        if not parties[other].is_active:
            raise Refused(refuse(Because.INACTIVE_USER, user=other))
        if other == tx.actor.id:
            raise Refused(refuse(Because.OWN_GAIN, user=other))


def refuse_gainer(tx: Transaction, plan: Plan, *, user_id: str) -> None:
    """Raise Refused when somebody lengthens another's absence by whose credits they gain."""
    if tx.actor.id != user_id and tx.actor.id in people_in(plan):
        raise Refused(refuse(Because.OWN_GAIN, user=tx.actor.id))


async def keep_new(tx: Transaction, new: Absence, *, has_plan: bool) -> Kept:
    """Write a new absence, or make it part of one that it overlaps: what is said anew then counts.

    Raises Refused when the actor would gain by a plan that stays.
    """
    met = await met_by(tx, new)
    if not met:
        await add(tx, new)
        await delegate(tx, new)
        return Kept(new, ())
    first = min(met, key=lambda other: (other.starts_at, other.id))
    plan = plan_of(new, met, has_plan=has_plan)
    refuse_gainer(tx, plan, user_id=new.user_id)
    joined = replace(
        spanning(new, met),
        plan=plan,
        id=first.id,
        version=first.version + 1,
        delegate_id=new.delegate_id or first.delegate_id,
    )
    return await _write(tx, joined, met=[other for other in met if other.id != first.id], was=[first.id])


async def met_by(tx: Transaction, new: Absence) -> list[Absence]:
    """Those of the person's absences that a new one makes a part of itself.

    Who speaks of later days is here now: what began because nothing was heard of them ends, and joins nothing.
    """
    is_here = tx.actor.id == new.user_id and tx.now < new.starts_at
    known = await open_absences(tx, new.user_id)
    return overlapping([other for other in known if not (is_here and other.is_open_ended)], new)


async def keep_changed(tx: Transaction, changed: Absence) -> Kept:
    """Write new days of an absence, and what it now overlaps as a part of it. From now on somebody has said its end."""
    source = Source.MANUAL_STATUS.value if changed.is_open_ended else changed.source
    said = replace(changed, source=source, version=changed.version + 1, set_at=tx.now)
    met = overlapping(await open_absences(tx, said.user_id), said)
    joined = spanning(said, met)
    return await _write(tx, joined, met=met, was=[])


async def _write(tx: Transaction, joined: Absence, *, met: list[Absence], was: list[str]) -> Kept:
    await change(tx, joined)
    await swallow(tx, joined.id, others=met)
    for over in met:
        await delegate(tx, replace(over, state=AbsenceState.MERGED))
    await delegate(tx, joined)
    return Kept(joined, tuple(was + [other.id for other in met]))


def plan_of(new: Absence, met: list[Absence], *, has_plan: bool) -> Plan:
    """Where credits go from now on: as is said now, else as it was said for what it joins."""
    return new.plan if has_plan or not met else min(met, key=lambda other: (other.starts_at, other.id)).plan


def spanning(item: Absence, met: list[Absence]) -> Absence:
    """The absence over all their time, as far as it is known."""
    return replace(
        item,
        starts_at=min([item.starts_at, *(other.starts_at for other in met)]),
        ends_at=max([item.ends_at, *(other.ends_at for other in met if not other.is_open_ended)]),
    )
