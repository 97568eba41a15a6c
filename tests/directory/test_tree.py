"""The tree: what may stand where, what moves along, and where the credits of what ends go."""

from __future__ import annotations

from typing import Any

from core.directory.archive_node import ArchiveNode
from core.directory.change_node import ChangeNode
from core.directory.create_node import CreateNode
from core.directory.create_user import CreateUser
from core.directory.move_node import MoveNode
from core.directory.move_user import MoveUser
from core.directory.show_tree import Tree
from core.directory.tree import NodeKind
from core.leaving.deactivate_user import DeactivateUser
from core.refusals import Because, Refused
from tests.company import Company, found_rival


async def outline(company: Company, *, with_archived: bool = False) -> list[str]:
    """The tree as indented names, as alice sees it."""
    lines = await company.ask(Tree, by="alice", with_archived=with_archived)
    return ["  " * (len(line.path) - 1) + line.name for line in lines]


async def test_everybody_sees_the_tree(company: Company) -> None:
    assert await outline(company) == [
        "Acme",
        "  Engineering",
        "    Backend",
        "      Apollo",
        "    Platform",
        "  Sales",
        "    Field",
    ]


async def test_each_kind_has_its_place(company: Company) -> None:
    fitting = {
        NodeKind.DEPARTMENT: {"Acme", "Engineering"},
        NodeKind.TEAM: {"Acme", "Engineering"},
        NodeKind.PROJECT: {"Engineering", "Backend"},
        NodeKind.ORGANIZATION: set(),
    }
    for kind, parents in fitting.items():
        for parent in ("Acme", "Engineering", "Backend", "Apollo"):
            fields: dict[str, Any] = {"kind": kind, "name": f"New {kind}", "parent_id": company.node(parent)}
            assert await is_opened(company, **fields) is (parent in parents)


async def is_opened(company: Company, **fields: object) -> bool:
    """Whether grace can create this node; if not, it is for its place."""
    try:
        await company.run(CreateNode, by="grace", at=None, **fields)
    except Refused as refused:
        if refused.refusal.because is not Because.WRONG_PARENT:
            raise
        return False
    return True


async def test_leads_open_projects_but_only_super_admins_open_teams(company: Company) -> None:
    project: dict[str, Any] = {"kind": NodeKind.PROJECT, "name": "Zeus", "parent_id": company.node("Backend")}
    team: dict[str, Any] = {"kind": NodeKind.TEAM, "name": "Core", "parent_id": company.node("Engineering")}
    await company.run(CreateNode, by="carol", **project)
    for who in ("carol", "erin"):
        assert (await company.refused(CreateNode, by=who, **team)).because is Because.NOT_ALLOWED
    elsewhere = project | {"parent_id": company.node("Platform")}
    assert (await company.refused(CreateNode, by="carol", **elsewhere)).because is Because.NOT_ALLOWED


async def test_siblings_have_different_names(company: Company) -> None:
    fields: dict[str, Any] = {"kind": NodeKind.TEAM, "name": "BACKEND", "parent_id": company.node("Engineering")}
    assert (await company.refused(CreateNode, by="grace", **fields)).because is Because.NAME_TAKEN
    await company.run(CreateNode, by="grace", **(fields | {"parent_id": company.node("Sales")}))
    rename: dict[str, Any] = {"node_id": company.node("Platform"), "name": "Backend"}
    assert (await company.refused(ChangeNode, by="grace", **rename)).because is Because.NAME_TAKEN
    changed = await company.run(ChangeNode, by="grace", node_id=company.node("Backend"), name="Backend 2")
    assert (changed.before, changed.name) == ("Backend", "Backend 2")


async def test_a_team_moves_with_its_projects_people_and_credits(company: Company) -> None:
    await company.fund("Backend", 700)
    await company.fund("Apollo", 30)
    moved = await company.run(MoveNode, by="grace", node_id=company.node("Backend"), parent_id=company.node("Sales"))
    assert moved.nodes == 2
    assert await outline(company) == [
        "Acme",
        "  Engineering",
        "    Platform",
        "  Sales",
        "    Backend",
        "      Apollo",
        "    Field",
    ]
    assert await company.balances() == {"Backend": 700, "Apollo": 30}
    # Who manages a department manages what has left it no longer.
    refusal = await company.refused(DeactivateUser, by="erin", user_id=company.user("alice"))
    assert refusal.because is Because.NOT_ALLOWED


async def test_a_department_cannot_move_below_itself(company: Company) -> None:
    await company.department("Research", under="Engineering")
    for parent in ("Research", "Engineering", "Backend"):
        fields: dict[str, Any] = {"node_id": company.node("Engineering"), "parent_id": company.node(parent)}
        assert (await company.refused(MoveNode, by="grace", **fields)).because is Because.WRONG_PARENT


async def test_nothing_moves_to_another_organization(company: Company) -> None:
    bolt = await found_rival(company)
    fields: dict[str, Any] = {"node_id": company.node("Backend"), "parent_id": bolt.id}
    assert (await company.refused(MoveNode, by="grace", **fields)).because is Because.UNKNOWN_NODE


async def test_a_lead_moves_a_project_only_between_places_they_lead(company: Company) -> None:
    fields: dict[str, Any] = {"node_id": company.node("Apollo"), "parent_id": company.node("Platform")}
    assert (await company.refused(MoveNode, by="carol", **fields)).because is Because.NOT_ALLOWED
    await company.run(MoveNode, by="erin", **fields)


async def test_the_organization_itself_is_not_moved_or_archived(company: Company) -> None:
    fields: dict[str, Any] = {"node_id": company.id}
    assert (await company.refused(ArchiveNode, by="grace", **fields)).because is Because.BAD_VALUE
    moved = fields | {"parent_id": company.node("Sales")}
    assert (await company.refused(MoveNode, by="grace", **moved)).because is Because.BAD_VALUE


async def test_a_team_with_people_or_projects_is_not_archived(company: Company) -> None:
    refusal = await company.refused(ArchiveNode, by="grace", node_id=company.node("Backend"))
    assert refusal.because is Because.NOT_EMPTY
    assert dict(refusal.facts) == {"children": 1, "people": 4}


async def test_what_an_archived_team_has_goes_to_its_department(company: Company) -> None:
    await company.fund("Platform", 500)
    await company.fund("Platform pool", 70)
    await company.fund("dan", 9)
    await company.run(MoveUser, by="erin", user_id=company.user("dan"), home_id=company.node("Backend"))
    archived = await company.run(ArchiveNode, by="grace", node_id=company.node("Platform"))
    assert archived.credits == 570
    assert await company.balances() == {"Engineering": 570, "dan": 9}
    assert "    Platform" not in await outline(company)
    assert "    Platform" in await outline(company, with_archived=True)
    again = await company.refused(ArchiveNode, by="grace", node_id=company.node("Platform"))
    assert again.because is Because.ARCHIVED_NODE


async def test_nothing_new_begins_in_an_archived_project_or_team(company: Company) -> None:
    await company.run(ArchiveNode, by="carol", node_id=company.node("Apollo"))
    await company.run(ArchiveNode, by="grace", node_id=company.node("Field"))
    person: dict[str, Any] = {"handle": "zoe", "name": "Zoe", "home_id": company.node("Field")}
    assert (await company.refused(CreateUser, by="grace", **person)).because is Because.ARCHIVED_NODE
    project: dict[str, Any] = {"kind": NodeKind.PROJECT, "name": "X", "parent_id": company.node("Field")}
    assert (await company.refused(CreateNode, by="grace", **project)).because is Because.ARCHIVED_NODE


async def test_an_archived_teams_name_is_free_again(company: Company) -> None:
    await company.run(ArchiveNode, by="grace", node_id=company.node("Field"))
    made = await company.run(CreateNode, by="grace", kind=NodeKind.TEAM, name="Field", parent_id=company.node("Sales"))
    assert (made.name, made.node_id != company.node("Field")) == ("Field", True)
