"""Whose key it is, as the proxy asks for every call; and for how long an old answer may count."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from core.access.matrix import Role
from core.directory.key_making import Environment
from core.directory.move_user import MoveUser
from core.directory.principals import MOST_REMEMBERED, Principals
from core.directory.revoke_key import RevokeKey
from core.directory.revoke_role import RevokeRole
from core.leaving.deactivate_user import DeactivateUser
from core.refusals import Because, Refusal, Refused
from tests.company import MONDAY, Company
from tests.directory.making_keys import PEPPER, make_key, secret


@dataclass
class Stopwatch:
    """Seconds that pass when a test says so."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def principals(company: Company, watch: Stopwatch) -> Principals:
    return Principals(company.database, PEPPER, monotonic=watch)


async def refusal_of(principals: Principals, company: Company, *, number: int = 1) -> Refusal:
    with pytest.raises(Refused) as refused:
        await principals.by_key(secret(number), now=company.clock.now())
    return refused.value.refusal


async def test_a_key_names_its_holder_and_where_they_are(company: Company, principals: Principals) -> None:
    key = await make_key(company, "alice", environment=Environment.STAGING)
    alice = await principals.by_key(secret(1), now=MONDAY)
    assert (alice.organization_id, alice.user_id, alice.handle) == (company.id, company.user("alice"), "alice")
    assert (alice.key_id, alice.environment, alice.is_service) == (key.key_id, "staging", False)
    assert alice.team_id == company.node("Backend")
    assert alice.department_id == company.node("Engineering")
    assert alice.path == (company.id, company.node("Engineering"), company.node("Backend"))
    assert alice.zone.key == "Europe/Berlin"
    assert alice.units.parse("10k") == 10_000


async def test_who_is_at_home_in_a_department_has_no_team(company: Company, principals: Principals) -> None:
    await make_key(company, "erin", number=1)
    await make_key(company, "grace", number=2)
    erin = await principals.by_key(secret(1), now=MONDAY)
    assert (erin.team_id, erin.department_id) == (None, company.node("Engineering"))
    grace = await principals.by_key(secret(2), now=MONDAY)
    assert (grace.team_id, grace.department_id, grace.path) == (None, None, (company.id,))


async def test_a_service_account_calls_with_its_own_key(company: Company, principals: Principals) -> None:
    await make_key(company, "ci-bot", by="grace")
    assert (await principals.by_key(secret(1), now=MONDAY)).is_service


async def test_a_revoked_key_ends_within_two_seconds_where_it_is_remembered(
    company: Company, principals: Principals, watch: Stopwatch
) -> None:
    key = await make_key(company, "alice")
    await principals.by_key(secret(1), now=MONDAY)
    await company.run(RevokeKey, by="alice", key_id=key.key_id)
    watch.seconds = 1.99
    await principals.by_key(secret(1), now=MONDAY)
    watch.seconds = 2.0
    refusal = await refusal_of(principals, company)
    assert (refusal.because, refusal.facts["state"]) == (Because.UNKNOWN_KEY, "revoked")


async def test_a_revoked_key_ends_at_once_where_nobody_remembers_it(company: Company, principals: Principals) -> None:
    key = await make_key(company, "alice")
    await company.run(RevokeKey, by="alice", key_id=key.key_id)
    assert (await refusal_of(principals, company)).because is Because.UNKNOWN_KEY


async def test_an_unknown_key_is_forgotten_too_so_that_a_new_key_soon_works(
    company: Company, principals: Principals, watch: Stopwatch
) -> None:
    refusal = await refusal_of(principals, company)
    assert (refusal.because, dict(refusal.facts)) == (Because.UNKNOWN_KEY, {})
    await make_key(company, "alice")
    assert (await refusal_of(principals, company)).because is Because.UNKNOWN_KEY
    watch.seconds = 2.0
    assert (await principals.by_key(secret(1), now=MONDAY)).handle == "alice"


async def test_a_key_ends_at_its_time_even_while_it_is_remembered(company: Company, principals: Principals) -> None:
    await make_key(company, "alice", expires_at=MONDAY + timedelta(seconds=1))
    await principals.by_key(secret(1), now=MONDAY)
    company.clock.advance(seconds=1)
    refusal = await refusal_of(principals, company)
    assert (refusal.because, refusal.facts["state"]) == (Because.UNKNOWN_KEY, "expired")


async def test_a_person_who_left_has_no_key_any_more(company: Company, principals: Principals) -> None:
    await make_key(company, "bob")
    await company.run(DeactivateUser, by="erin", user_id=company.user("bob"))
    assert (await refusal_of(principals, company)).facts["state"] == "revoked"


async def test_without_a_role_there_is_a_key_but_no_call(company: Company, principals: Principals) -> None:
    await make_key(company, "alice")
    role: dict[str, Any] = {"user_id": company.user("alice"), "role": Role.DEVELOPER, "scope_id": company.id}
    await company.run(RevokeRole, by="grace", **role)
    refusal = await refusal_of(principals, company)
    assert (refusal.because, refusal.facts["needs"]) == (Because.NOT_ALLOWED, "use_api")


async def test_a_move_is_seen_after_two_seconds(company: Company, principals: Principals, watch: Stopwatch) -> None:
    await make_key(company, "alice")
    assert (await principals.by_key(secret(1), now=MONDAY)).team_id == company.node("Backend")
    await company.run(MoveUser, by="erin", user_id=company.user("alice"), home_id=company.node("Platform"))
    watch.seconds = 2.0
    assert (await principals.by_key(secret(1), now=MONDAY)).team_id == company.node("Platform")


async def test_callers_that_come_together_share_one_look_up(company: Company) -> None:
    """One reading, seen by the stopwatch: it is asked once per look-up, when the memory's end is set."""
    await make_key(company, "alice")
    asked = 0

    def watch() -> float:
        nonlocal asked
        asked += 1
        return 0.0

    principals = Principals(company.database, PEPPER, monotonic=watch)
    callers = [principals.by_key(secret(1), now=MONDAY) for _ in range(20)]
    assert len({found.key_id for found in await asyncio.gather(*callers)}) == 1
    assert asked == 1


async def test_a_caller_that_goes_away_does_not_take_the_answer_from_others(
    company: Company, principals: Principals
) -> None:
    await make_key(company, "alice")
    first = asyncio.create_task(principals.by_key(secret(1), now=MONDAY))
    second = asyncio.create_task(principals.by_key(secret(1), now=MONDAY))
    await asyncio.sleep(0)  # both have asked
    first.cancel()
    assert (await second).handle == "alice"
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_flood_of_invented_keys_is_not_kept(company: Company, principals: Principals) -> None:
    assert MOST_REMEMBERED == 10_000
    small = Principals(company.database, PEPPER, monotonic=lambda: 0.0, most=3)
    for number in range(10):
        with pytest.raises(Refused):
            await small.by_key(secret(number), now=MONDAY)
    assert small.remembered == 3
