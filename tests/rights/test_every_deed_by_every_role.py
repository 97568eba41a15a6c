"""Every command and question of core × every role × every place, really run, compared with a table written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pytest

from core.access.matrix import Role
from core.refusals import Because, Refused
from tests.company import Company
from tests.rights.attempts import Attempt, Target
from tests.rights.attempts_about_credits import ALLOCATING, DECIDING, OVERRIDES, SEEING, SENDING
from tests.rights.attempts_about_people import ABSENCES, KEYS, ORGANIZATION, PEOPLE
from tests.rights.attempts_about_people import PLACES as PLACING
from tests.rights.attempts_about_records import JOBS, RECORDS
from tests.rights.conftest import Stage
from tests.rights.places import ELSEWHERE, PLACES, WORDS, actor_of
from tests.rights.table import read_table
from tests.unit.test_every_deed_is_permitted import WORKS

ATTEMPTS: Final[Mapping[str, Attempt]] = {
    **SENDING, **ALLOCATING, **DECIDING, **OVERRIDES, **SEEING, **PEOPLE, **PLACING, **ORGANIZATION, **KEYS, **ABSENCES,
    **RECORDS, **JOBS,
}  # fmt: skip

NO: Final = frozenset(
    {
        Because.NOT_ALLOWED,
        Because.OWN_GAIN,
        Because.NOT_AN_APPROVER,
        Because.NOT_YOUR_TRANSFER,
        Because.UNKNOWN_ORGANIZATION,
        Because.UNKNOWN_USER,
        Because.UNKNOWN_NODE,
        Because.UNKNOWN_KEY,
        Because.UNKNOWN_TRANSFER,
        Because.UNKNOWN_REQUEST,
        Because.UNKNOWN_APPROVAL,
        Because.UNKNOWN_DELEGATION,
        Because.UNKNOWN_PREAPPROVAL,
        Because.UNKNOWN_ABSENCE,
        Because.UNKNOWN_CALL,
        Because.UNKNOWN_OVERRIDE,
    }
)
"""What says no to a person in a place: everything named exists, so what is unknown is only not theirs to know."""


async def outcome(company: Company, attempt: Attempt, *, target: Target) -> Any:  # noqa: ANN401  of any deed
    """A receipt, an answer or a refusal."""
    given = attempt.given(target)
    try:
        if hasattr(attempt.work, "execute"):
            return await company.run(attempt.work, by=actor_of(target.role), **given)
        return await company.ask(attempt.work, by=actor_of(target.role), **given)
    except Refused as refused:
        return refused.refusal.because


def is_yes(attempt: Attempt, came: object) -> bool:
    """Whether it was permitted, and then done or refused for one of the reasons that the attempt names."""
    if not isinstance(came, Because):
        return attempt.shows(came)
    if came in NO | attempt.no:
        return False
    assert came in attempt.besides, f"refused for another reason: {came}"
    return True


@pytest.mark.parametrize("name", ATTEMPTS)
async def test_the_engine_lets_each_role_do_it_where_the_table_says_and_nowhere_else(stage: Stage, name: str) -> None:
    attempt, told = ATTEMPTS[name], read_table()[name]
    wanted = {role.value: sorted(WORDS[told[role]] & attempt.where) for role in Role}
    found: dict[str, list[str]] = {}
    for role in Role:
        targets = [stage.target(role, spot) for spot in PLACES if spot.name in attempt.where]
        yes = [at.spot.name for at in targets if is_yes(attempt, await outcome(stage.acme, attempt, target=at))]
        found[role.value] = sorted(yes)
    assert found == wanted


@pytest.mark.parametrize("name", ATTEMPTS)
async def test_nobody_does_it_to_another_organization(stage: Stage, name: str) -> None:
    """Neither from their own with the other's ids, nor by naming the other as their own."""
    attempt = ATTEMPTS[name]
    stage.bolt.users[actor_of(Role.SUPER_ADMIN)] = stage.acme.user(actor_of(Role.SUPER_ADMIN))
    there = stage.target(Role.SUPER_ADMIN, ELSEWHERE)
    assert not is_yes(attempt, await outcome(stage.bolt, attempt, target=there))
    for role in Role if attempt.names_somebody else ():
        there = stage.target(role, ELSEWHERE)
        assert not is_yes(attempt, await outcome(stage.acme, attempt, target=there)), role


def test_every_deed_stands_in_the_table() -> None:
    tried = {attempt.work for attempt in ATTEMPTS.values()}
    missing = [work.__name__ for work in WORKS if work not in tried]
    assert not missing, (
        f"{', '.join(missing)}: write into tests/rights/table.py who may do it where, from the specification, "
        "and into tests/rights/attempts_about_….py how it is tried"
    )


def test_every_row_of_the_table_is_tried_and_names_every_role() -> None:
    assert read_table().keys() == ATTEMPTS.keys()
    assert all(set(row) == set(Role) and set(row.values()) <= set(WORDS) for row in read_table().values())


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.__name__)
def test_what_a_deed_does_not_know_is_an_error_and_not_ignored(work: type[Any]) -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument 'for_ever'"):
        work(for_ever=True)
