"""Every field of every command and question, given what is another organization's or of another type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any, Final

import pytest

from core.access.matrix import SYSTEM_MAY, Role
from core.refusals import Because, Refusal, Refused
from core.storage.transaction import RESERVED
from tests.rights.attempts import Attempt, Target
from tests.rights.conftest import Stage
from tests.rights.places import ELSEWHERE, PLACES, actor_of
from tests.rights.test_every_deed_by_every_role import ATTEMPTS

# ---------------------------------------------------------------------------------------- ids of another organization

TAKES_NOTHING_BY_IT: Final = frozenset(
    {
        "ThankSender.sender_id",  # the transfer is named, so nobody else is looked for
        "SuggestedAbsence.suggestion_id",  # a name of a form that has been sent off, nobody's id
        "QueryAudit.actor_id",
        "QueryAudit.subject_id",
        "MarkInboxRead.event_ids",
        "ReplayDeliveries.event_id",
        "ReplayDeliveries.recipient_id",
        "ListUsers.after",
        "NoteChatStatus.user_id",  # refuses nobody
    }
)
"""What filters, and finds nothing of others."""

NO_IDS_OF_OURS: Final = frozenset({"workspace_id", "conversation_id", "external_id", "bot_user_id"})
"""Chat platforms give these, and Acme may well have the same as another."""


def theirs(attempt: Attempt, *, here: Target, there: Target, stage: Stage) -> Iterator[tuple[str, object]]:
    """One field after the other, with what names Bolt's in its place."""
    ours, given = attempt.given(here), attempt.given(there)
    others = (stage.bolt.user("mallory"), stage.bolt.node("Ops"), stage.bolt.id)
    for item in fields(attempt.work):
        if item.name in RESERVED or item.name in NO_IDS_OF_OURS:
            continue
        if str(item.type) in {"str", "str | None", "tuple[str, ...]"} and ours.get(item.name) != given.get(item.name):
            yield item.name, given[item.name]
        if item.name.endswith("_id"):
            yield from ((item.name, other) for other in others)
        if item.name.endswith("_ids"):
            yield from ((item.name, (other,)) for other in others)


def actors(attempt: Attempt) -> list[str]:
    system = ["system"] if attempt.work.needs in SYSTEM_MAY else []
    return [actor_of(Role.SUPER_ADMIN), *system]


@pytest.mark.parametrize("name", ATTEMPTS)
async def test_no_field_of_a_deed_reaches_what_another_organization_has(stage: Stage, name: str) -> None:
    attempt = ATTEMPTS[name]
    spot = next(spot for spot in PLACES if spot.name in attempt.where)
    here, there = stage.target(Role.SUPER_ADMIN, spot), stage.target(Role.SUPER_ADMIN, ELSEWHERE)
    for field, value in theirs(attempt, here=here, there=there, stage=stage):
        for who in actors(attempt):
            came = await done(stage, attempt, who=who, given={**attempt.given(here), field: value})
            assert not any(theirs in repr(came) for theirs in ("Bolt", "mallory"))
            is_refused = isinstance(came, Refusal)
            assert is_refused or f"{attempt.work.__name__}.{field}" in TAKES_NOTHING_BY_IT, (field, who, came)


async def done(stage: Stage, attempt: Attempt, *, who: str, given: Mapping[str, object]) -> object:
    """A receipt, an answer or a refusal."""
    run: Any = stage.acme.run if hasattr(attempt.work, "execute") else stage.acme.ask
    try:
        return await run(attempt.work, by=who, **given)
    except Refused as refused:
        return refused.refusal


# ---------------------------------------------------------------------------------------- values of another type

TIME: Final = datetime(2026, 3, 2, tzinfo=UTC)
DAY: Final = date(2026, 3, 2)
NAIVE: Final = TIME.replace(tzinfo=None)
VALUES: Final[tuple[object, ...]] = (
    None, True, 1.5, "x", "nul\x00", "half \ud800", b"x", [], ["x"], {}, {"x": "x"}, {1: 1}, ("x", 1),
    (None,), ((),), DAY, TIME, NAIVE, TIME.replace(year=9999), TIME.replace(year=1), float("nan"), float("inf"), object,
)  # fmt: skip

FITTING: Final[Mapping[str, tuple[object, ...]]] = {
    "str": ("x",),
    "bool": (True,),
    "date": (DAY,),
    "datetime": (TIME,),
    "Mapping[str, int]": ({},),
    "Wanted": ({},),  # ways by what is told
}
"""By how a field's type is written, without `| None`: which of the values it takes."""


def fits(kind: str, value: object) -> bool:
    if value is None:
        return kind.endswith(" | None")
    good = FITTING.get(kind.removesuffix(" | None"), ())
    return any(type(value) is type(one) and value == one for one in good)


def each_field(stage: Stage) -> Iterator[tuple[Attempt, Mapping[str, object], str, str]]:
    """Every field once: its attempt, what that is given, the field's name and its type as written."""
    for attempt in ATTEMPTS.values():
        given = attempt.given(stage.target(Role.SUPER_ADMIN, PLACES[0]))
        own = (item for item in fields(attempt.work) if item.name not in RESERVED)
        yield from ((attempt, given, item.name, str(item.type)) for item in own)


async def test_a_value_of_another_type_is_refused_before_anything_is_asked(stage: Stage) -> None:
    """Nothing is compared with it, added to it or stored; not even its id is used up."""
    for attempt, given, name, kind in each_field(stage):
        for value in (value for value in VALUES if not fits(kind, value)):
            came = await done(stage, attempt, who="grace", given={**given, name: value})
            assert isinstance(came, Refusal), (attempt.work, name, value)
            assert (came.because, came.facts.get("field")) == (Because.BAD_VALUE, name)


async def test_no_number_is_too_large_to_be_refused(stage: Stage) -> None:
    """But however many lines are asked for, a page has as many as it has."""
    numbers = [one for one in each_field(stage) if one[3].startswith("int") and one[2] != "limit"]
    for attempt, given, name, _ in numbers:
        for number in (2**63, -(2**63), 10**40):
            came = await done(stage, attempt, who="grace", given={**given, name: number})
            assert isinstance(came, Refusal), (attempt.work, name, number)
