"""Erasing a person: nothing names them any more, and the books and the audit trail are as whole as before."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Text, cast, select

from core.audit.query import QueryAudit
from core.directory.change_user import ChangeUser
from core.directory.erase_person import ErasePerson
from core.leaving.deactivate_user import DeactivateUser
from core.refusals import Because
from core.storage.tables import metadata, users
from core.storage.transaction import Actor, Origin
from core.transfers.send_credits import SendCredits
from tests.accounts_read import assert_no_drift
from tests.audit.sealed import look, seal
from tests.company import Company
from tests.directory.making_keys import make_key

TRACES = ("alice", "Alice", "rent for the flat", "zaphod", "key 1", "203.0.113.7", "her own client")


@pytest.fixture
async def left(company: Company) -> Company:
    """Alice was renamed, made a key, sent bob 2,000 and left; henry read all of it, and it was sealed."""
    await company.fund("alice", 10_000)
    await company.run(ChangeUser, by="erin", user_id=company.user("alice"), name="Alice Zaphod zaphod")
    await make_key(company, "alice")
    send: dict[str, Any] = {"recipients": (company.user("bob"),), "amount": 2_000, "reason": "rent for the flat"}
    at_home = Origin(ip_address="203.0.113.7", user_agent="her own client")
    send["actor"] = Actor.user(company.user("alice"), origin=at_home)
    await company.run(SendCredits, by="alice", id="gift", **send)
    back: dict[str, Any] = {"recipients": (company.user("alice"),), "amount": 1_000, "reason": "thank you"}
    at_work = Origin(ip_address="198.51.100.4", user_agent="his own client")
    await company.run(SendCredits, by="bob", id="thanks", **back, actor=Actor.user(company.user("bob"), origin=at_work))
    await company.refused(SendCredits, by="bob", recipients=(company.user("alice"),), amount=150_000)
    await company.run(DeactivateUser, by="erin", user_id=company.user("alice"))
    await company.run(QueryAudit, by="henry", limit=100)
    await seal(company)
    return company


async def everything(company: Company) -> str:
    """All that any table holds, as text."""
    async with company.database.snapshot() as connection:
        cells = [
            str(cell)
            for table in metadata.sorted_tables
            for row in await connection.execute(select(*[cast(column, Text) for column in table.columns]))
            for cell in row
        ]
    return "\n".join(cells)


async def test_nothing_names_an_erased_person_anywhere(left: Company) -> None:
    before = await everything(left)
    assert all(trace in before for trace in TRACES)
    await left.run(ErasePerson, by="grace", user_id=left.user("alice"))
    after = await everything(left)
    assert [trace for trace in TRACES if trace in after] == []
    assert "thank you" in after, "bob's words are bob's"
    assert {"198.51.100.4", "his own client"} <= set(after.splitlines()), "and so is where he was"


async def test_the_trail_and_the_books_stay_whole(left: Company) -> None:
    balances = await left.balances()
    await left.run(ErasePerson, by="grace", user_id=left.user("alice"))
    await seal(left)
    trail = await look(left)
    assert (trail.flaws, trail.waiting) == ([], 0)
    assert await left.balances() == balances
    await assert_no_drift(left)
    page = await left.run(QueryAudit, by="henry", subject_id=left.user("alice"), limit=100)
    assert {event.type for event in page.events} >= {"user.created", "key.created", "user.deactivated", "user.erased"}
    assert [event.words for event in page.events if event.words] == []


async def test_a_request_of_theirs_is_not_done_again(left: Company) -> None:
    await left.run(ErasePerson, by="grace", user_id=left.user("alice"))
    balances = await left.balances()
    back: dict[str, Any] = {"recipients": (left.user("alice"),), "amount": 1_000, "reason": "thank you"}
    refusal = await left.refused(SendCredits, by="bob", id="thanks", **back)
    assert refusal.because is Because.ERASED
    assert await left.balances() == balances


async def test_erasing_twice_erases_nothing_more(left: Company) -> None:
    first = await left.run(ErasePerson, by="grace", user_id=left.user("alice"))
    again = await left.run(ErasePerson, by="grace", user_id=left.user("alice"))
    assert first.texts > 0
    assert (again.texts, again.messages) == (0, 0)


async def test_somebody_who_works_here_is_not_erased(company: Company) -> None:
    refusal = await company.refused(ErasePerson, by="grace", user_id=company.user("alice"))
    assert refusal.because is Because.STILL_ACTIVE
    async with company.database.snapshot() as connection:
        assert "alice" in set(await connection.scalars(select(users.c.handle)))


@pytest.mark.parametrize("who", ["erin", "carol", "bob", "henry", "frank"])
async def test_only_who_runs_the_organization_erases(left: Company, who: str) -> None:
    refusal = await left.refused(ErasePerson, by=who, user_id=left.user("alice"))
    assert refusal.because is Because.NOT_ALLOWED
