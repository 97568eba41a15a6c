"""Reading the audit trail: who sees what, by which filters, and that reading is itself seen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError

from core.access.matrix import Role
from core.allocation.allocate import Allocate
from core.audit.filters import AuditLine
from core.audit.query import MOST, QueryAudit
from core.directory.change_user import ChangeUser
from core.directory.grant_role import GrantRole
from core.directory.move_user import MoveUser
from core.leaving.deactivate_user import DeactivateUser
from core.refusals import Because
from core.storage.tables import audit_events, audit_texts
from core.transfers.send_credits import SendCredits
from tests.company import MONDAY, Company, found_rival
from tests.directory.making_keys import make_key


def told(company: Company, events: tuple[AuditLine, ...]) -> list[tuple[str, str]]:
    """The events as (type, about whom), newest first."""
    names = {user_id: handle for handle, user_id in company.users.items()}
    names |= {node_id: name for name, node_id in company.nodes.items()}
    return [(event.type, names.get(event.subject_id or "", "")) for event in events]


@pytest.fixture
async def busy(company: Company) -> Company:
    """A day after the founding: a key in Backend, a move in Engineering, a role in Sales."""
    company.clock.advance(days=1)
    await make_key(company, "alice")
    company.clock.advance(hours=1)
    await company.run(MoveUser, by="erin", user_id=company.user("dan"), home_id=company.node("Engineering"))
    company.clock.advance(hours=1)
    field: dict[str, Any] = {"role": Role.TEAM_LEAD, "scope_id": company.node("Field")}
    await company.run(GrantRole, by="grace", user_id=company.user("frank"), **field)
    company.clock.advance(hours=1)
    return company


KEY, MOVE, ROLE = ("key.created", "alice"), ("user.moved", "dan"), ("role.granted", "frank")


SEEN: dict[str, list[tuple[str, str]]] = {
    "grace": [ROLE, MOVE, KEY],
    "henry": [ROLE, MOVE, KEY],
    "frank": [ROLE, MOVE, KEY],
    "operator": [ROLE, MOVE, KEY],
    "erin": [MOVE, KEY],
    "carol": [KEY],
    "alice": [KEY],
    "dan": [MOVE],
    "bob": [],
    "ci-bot": [],
}


async def test_readers_see_only_their_scope(busy: Company) -> None:
    for who, sees in SEEN.items():
        page = await busy.run(QueryAudit, by=who, since=MONDAY + timedelta(days=1), until=busy.clock.now())
        assert told(busy, page.events) == sees


async def test_reading_is_itself_in_the_trail(busy: Company) -> None:
    await busy.run(QueryAudit, by="henry", types=("role.granted",), limit=3)
    busy.clock.advance(minutes=1)
    page = await busy.run(QueryAudit, by="grace", types=("audit.read",))
    [read] = page.events
    assert (read.actor_id, read.type) == (busy.user("henry"), "audit.read")
    assert read.details == {"asked": {"types": ["role.granted"]}, "found": 3}


async def test_an_event_says_in_which_roles_somebody_acted(company: Company) -> None:
    """As they were then: an acting lead is one no longer when the trail is read."""
    acting: dict[str, Any] = {"role": Role.TEAM_LEAD, "scope_id": company.node("Backend")}
    soon = company.clock.now() + timedelta(hours=1)
    await company.run(GrantRole, by="grace", user_id=company.user("bob"), ends_at=soon, **acting)
    await company.fund("Backend", 1_000)
    await company.run(Allocate, by="bob", owner_id=company.user("alice"), amount=1_000)
    company.clock.advance(days=1)
    await company.run(SendCredits, by="alice", recipients=(company.user("bob"),), amount=1_000)
    page = await company.run(QueryAudit, by="henry", types=("allocation.made", "transfer.completed", "role.granted"))
    roles = {event.actor_id: event.actor_roles for event in page.events}
    assert roles == {
        company.user("bob"): ("developer", "team_lead"),
        company.user("alice"): ("developer",),
        company.user("grace"): ("super_admin",),
        "operator:root": (),
    }


async def test_events_are_found_by_time_person_type_and_amount(busy: Company) -> None:
    await busy.fund("alice", 20_000)
    busy.clock.advance(minutes=1)
    await busy.run(DeactivateUser, by="erin", user_id=busy.user("alice"))
    left = ("user.deactivated", "alice")
    day = MONDAY + timedelta(days=1)
    for filters, found in (
        ({"since": day, "until": day + timedelta(hours=1)}, [KEY]),
        ({"since": day, "actor_id": busy.user("erin")}, [left, MOVE]),
        ({"since": day, "subject_id": busy.user("alice")}, [left, KEY]),
        ({"types": ("user.moved", "key.created")}, [MOVE, KEY]),
        ({"types": ("user.deactivated",), "least": 20_000, "most": 20_000}, [left]),
        ({"types": ("user.deactivated",), "least": 20_001}, []),
        ({"types": ("user.deactivated",), "most": 19_999}, []),
    ):
        fields: dict[str, Any] = filters
        page = await busy.run(QueryAudit, by="henry", **fields)
        assert told(busy, page.events) == found


async def test_pages_follow_each_other_without_gap_or_repetition(busy: Company) -> None:
    until = busy.clock.now()
    whole = await busy.run(QueryAudit, by="henry", until=until, limit=MOST)
    assert whole.cursor is None
    collected: list[AuditLine] = []
    cursor = None
    while True:
        page = await busy.run(QueryAudit, by="henry", until=until, limit=7, cursor=cursor)
        collected += page.events
        cursor = page.cursor
        if cursor is None:
            break
    assert tuple(collected) == whole.events


async def test_words_are_joined_until_a_person_is_erased(busy: Company) -> None:
    await busy.run(ChangeUser, by="erin", user_id=busy.user("alice"), name="Alice Ng")
    asked: dict[str, Any] = {"types": ("user.changed",)}
    [event] = (await busy.run(QueryAudit, by="henry", **asked)).events
    assert event.words == {"before_name": "Alice", "after_name": "Alice Ng"}
    await busy.execute(delete(audit_texts).where(audit_texts.c.about_user_id == busy.user("alice")))
    [event] = (await busy.run(QueryAudit, by="henry", **asked)).events
    assert (event.words, event.subject_id) == ({}, busy.user("alice"))


async def test_the_same_reading_under_one_id_gives_the_same_page(busy: Company) -> None:
    first = await busy.run(QueryAudit, by="henry", id="page-1")
    assert await busy.run(QueryAudit, by="henry", id="page-1") == first


async def test_a_filter_that_makes_no_sense_is_refused(company: Company) -> None:
    wrong: dict[str, list[Any]] = {
        "types": [("no.such",)],
        "limit": [0, MOST + 1],
        "since": [MONDAY.replace(tzinfo=None)],
        "cursor": ["yesterday", "2026-01-01|aud_1", "2026-01-01T00:00:00+00:00"],
    }
    for field, value in [(field, value) for field, values in wrong.items() for value in values]:
        fields: dict[str, Any] = {field: value}
        refusal = await company.refused(QueryAudit, by="henry", **fields)
        assert (refusal.because, refusal.facts["field"]) == (Because.BAD_VALUE, field)


async def test_another_organizations_trail_is_out_of_sight(company: Company) -> None:
    bolt = await found_rival(company)
    page = await bolt.run(QueryAudit, by="mallory", limit=MOST)
    assert {event.scope[0] for event in page.events} == {bolt.id}
    peek = await bolt.refused(QueryAudit, by="mallory", organization_id=company.id)
    assert peek.because is Because.UNKNOWN_USER


async def test_events_cannot_be_changed_or_removed(company: Company) -> None:
    for statement in (update(audit_events).values(actor_id="somebody"), delete(audit_events)):
        with pytest.raises(DatabaseError):
            await company.execute(statement)
