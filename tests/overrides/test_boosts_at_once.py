"""Several people at the same moment, on Postgres: locks mean something only there."""

from __future__ import annotations

import asyncio

import pytest

from core.access.matrix import Role
from core.directory.create_user import BaseRole
from core.jobs.due import run_due
from core.overrides.decide_override import OverrideDecided
from core.overrides.revoke_override import RevokeOverride
from core.refusals import Because, Refused
from core.storage.database import Database
from tests.accounts_read import assert_no_drift, told
from tests.company import Company, find_company
from tests.overrides.boosts import ask, boost, decide, fund_all, grant, rows, states
from tests.spending.desk import open_desk

pytestmark = pytest.mark.postgres


@pytest.fixture
async def acme(postgres_acme: Database) -> Company:
    company = await find_company(postgres_acme)
    await fund_all(company)
    await company.hire("ruth", home="Engineering", role=Role.DEPT_MANAGER, base_role=BaseRole.NONE)
    return company


async def test_two_managers_who_press_at_once_make_one_decision(acme: Company) -> None:
    asked = await ask(acme, 200_000)
    assert asked.approvers == ("erin", "ruth")
    pressed = [decide(acme, asked, by="erin"), decide(acme, asked, by="ruth", is_yes=False)]
    outcomes = await asyncio.gather(*pressed, return_exceptions=True)
    (stands,) = [outcome for outcome in outcomes if isinstance(outcome, OverrideDecided)]
    (told_off,) = [outcome for outcome in outcomes if isinstance(outcome, Refused)]
    winner = "erin" if stands.state == "approved" else "ruth"
    assert (told_off.refusal.because, told_off.refusal.facts["by"]) == (Because.ALREADY_DECIDED, winner)
    moved = 200_000 if winner == "erin" else 0
    assert (await acme.balances()).get(boost(asked.override_id), 0) == moved
    await assert_no_drift(acme)


async def test_requests_at_once_do_not_slip_past_the_most_of_168_hours(acme: Company) -> None:
    wishes = [ask(acme, 3_000_000) for _ in range(6)]
    outcomes = await asyncio.gather(*wishes, return_exceptions=True)
    refused = [outcome.refusal.because for outcome in outcomes if isinstance(outcome, Refused)]
    assert refused == [Because.OVERRIDE_TOO_LARGE] * 3
    assert await states(acme) == ["pending"] * 3


async def test_gifts_and_requests_at_once_count_for_each_other(acme: Company) -> None:
    gifts = [grant(acme, 60_000, to="alice", by="carol") for _ in range(2)]
    outcomes = await asyncio.gather(*gifts, ask(acme, 60_000), return_exceptions=True)
    given = [row["amount"] for row in await rows(acme) if row["state"] == "active"]
    assert sum(given) <= 100_000
    reasons = {outcome.refusal.because for outcome in outcomes if isinstance(outcome, Refused)}
    assert reasons <= {Because.OVERRIDE_ABOVE_YOURS}


async def test_two_workers_end_a_boost_once(acme: Company) -> None:
    given = await grant(acme, 80_000, to="alice", by="carol")
    acme.clock.at = given.ends_at
    await asyncio.gather(*(run_due(acme.engine, acme.database, until=acme.clock.at) for _ in range(2)))
    assert await acme.balances() == {"Acme": 9_000_000, "Engineering": 2_000_000, "Backend": 300_000}
    assert len(await told(acme, "override.ended")) == 1
    await assert_no_drift(acme)


async def test_what_is_spent_while_it_is_closed_is_spent_or_back_never_both(acme: Company) -> None:
    given = await grant(acme, 80_000, to="alice", by="carol")
    async with open_desk(acme) as desk:
        calls = [desk.call("alice", 2_000) for _ in range(10)]
        closing = acme.run(RevokeOverride, by="carol", override_id=given.override_id)
        outcomes = await asyncio.gather(*calls, closing, return_exceptions=True)
    paid = 2_000 * sum(not isinstance(outcome, BaseException) for outcome in outcomes[:-1])
    assert not isinstance(outcomes[-1], BaseException)
    assert (await acme.balances())["Backend"] == 300_000 - paid
    await assert_no_drift(acme)
