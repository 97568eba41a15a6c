"""Who asked, or their whole team, moves elsewhere while a request waits: whoever leads them there decides."""

from __future__ import annotations

import pytest

from core.access.matrix import Role
from core.approvals.waiting import Waiting
from core.directory.create_user import BaseRole
from core.directory.move_node import MoveNode
from core.directory.move_user import MoveUser
from core.overrides.decide_override import DecideOverride
from core.pools.decide_draw import DecideDraw
from core.pools.request_draw import RequestDraw
from core.refusals import Because
from core.transfers.decide_transfer import DecideTransfer
from core.transfers.send_credits import SendCredits
from tests.accounts_read import assert_no_drift
from tests.company import Company
from tests.overrides.boosts import ask, boost


@pytest.fixture
async def sales(company: Company) -> Company:
    """Sid manages Sales, which has 900,000; Engineering has as much."""
    await company.hire("sid", home="Sales", role=Role.DEPT_MANAGER, base_role=BaseRole.NONE)
    await company.fund("Sales", 900_000)
    await company.fund("Engineering", 900_000)
    await company.fund("alice", 150_000)
    return company


async def test_the_department_that_a_team_has_joined_decides_and_pays(sales: Company) -> None:
    asked = await ask(sales, 200_000)
    await sales.run(MoveNode, by="grace", node_id=sales.node("Backend"), parent_id=sales.node("Sales"))
    refusal = await sales.refused(DecideOverride, by="erin", approval_id=asked.approval_id, is_yes=True)
    assert refusal.because is Because.NOT_AN_APPROVER
    assert [line.approval_id for line in (await sales.ask(Waiting, by="sid")).for_me] == [asked.approval_id]
    decided = await sales.run(DecideOverride, by="sid", approval_id=asked.approval_id, is_yes=True)
    assert decided.budget == "Sales"
    assert await sales.balances() == {
        "Sales": 700_000,
        "Engineering": 900_000,
        "alice": 150_000,
        boost(asked.override_id): 200_000,
    }
    await assert_no_drift(sales)


async def test_who_moves_takes_their_requests_along_but_for_what_they_asked_of_the_old_pool(sales: Company) -> None:
    await sales.fund("Backend pool", 60_000)
    sent = await sales.run(SendCredits, by="alice", recipients=(sales.user("bob"),), amount=150_000)
    drawn = await sales.run(RequestDraw, by="alice", amount=60_000, reason="P0")
    await sales.run(MoveUser, by="grace", user_id=sales.user("alice"), home_id=sales.node("Field"))
    for who in ("carol", "erin"):
        refusal = await sales.refused(DecideTransfer, by=who, approval_id=sent.approval_id, is_yes=True)
        assert refusal.because is Because.NOT_AN_APPROVER
    await sales.run(DecideTransfer, by="sid", approval_id=sent.approval_id, is_yes=True)
    refusal = await sales.refused(DecideDraw, by="sid", approval_id=drawn.approval_id, is_yes=False)
    assert refusal.because is Because.NOT_AN_APPROVER
    await sales.run(DecideDraw, by="carol", approval_id=drawn.approval_id, is_yes=False)
    balances = {"Sales": 900_000, "Engineering": 900_000, "bob": 150_000, "Backend pool": 60_000}
    assert (await sales.balances(), await sales.held()) == (balances, {})
