"""Roles for a time: an acting manager may from the first moment to the last, and not a second longer."""

from __future__ import annotations

from datetime import timedelta

from core.access.matrix import Role
from core.directory.create_node import CreateNode
from core.directory.grant_role import GrantRole
from core.directory.tree import NodeKind
from core.refusals import Because, Refusal
from tests.company import MONDAY, Company


async def test_an_acting_lead_may_only_while_acting(company: Company) -> None:
    start, end = MONDAY + timedelta(days=1), MONDAY + timedelta(days=8)
    await company.run(
        GrantRole,
        by="grace",
        user_id=company.user("alice"),
        role=Role.TEAM_LEAD,
        scope_id=company.node("Backend"),
        starts_at=start,
        ends_at=end,
    )
    company.clock.at = start - timedelta(seconds=1)
    assert (await try_to_open_a_project(company)).because is Because.NOT_ALLOWED
    company.clock.at = start
    await company.run(CreateNode, by="alice", kind=NodeKind.PROJECT, name="First", parent_id=company.node("Backend"))
    company.clock.at = end - timedelta(seconds=1)
    await company.run(CreateNode, by="alice", kind=NodeKind.PROJECT, name="Last", parent_id=company.node("Backend"))
    company.clock.at = end
    assert (await try_to_open_a_project(company)).because is Because.NOT_ALLOWED


async def try_to_open_a_project(company: Company) -> Refusal:
    return await company.refused(
        CreateNode, by="alice", kind=NodeKind.PROJECT, name="Never", parent_id=company.node("Backend")
    )
