"""The one door: a command is done once however often it is repeated, whatever happens to the database meanwhile."""

import asyncio
import hashlib
import json
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

import pytest
from sqlalchemy import func, select, update

from core.access.matrix import Permission, Role
from core.access.places import organization_place
from core.directory.grant_role import GrantRole
from core.engine import LONGEST_ID
from core.ledger.verify import verify
from core.refusals import Because, Refused
from core.storage.tables import audit_events, commands, organizations, outbox, postings
from core.storage.transaction import Actor, AuditNote, Place, Transaction
from tests.company import OPERATOR, Company, Fund, Funded


@dataclass(frozen=True, slots=True)
class Done:
    """The receipt of the deeds below."""


@dataclass(frozen=True, kw_only=True)
class TestDeed:
    """What the deeds below have in common."""

    __test__ = False
    id: str
    organization_id: str
    actor: Actor
    needs: ClassVar[str] = Permission.ALLOCATE

    async def place(self, tx: Transaction) -> Place:
        return organization_place(tx)


@dataclass(frozen=True, kw_only=True)
class NamesMany(TestDeed):
    """Does nothing, and says so."""

    names: frozenset[str]

    async def execute(self, tx: Transaction) -> Done:
        tx.record(AuditNote("test.done", organization_place(tx)))
        return Done()


@dataclass(frozen=True, kw_only=True)
class Silent(TestDeed):
    """Changes something and does not say so."""

    async def execute(self, tx: Transaction) -> Done:
        await tx.execute(update(organizations).values(name="Silence"))
        return Done()


@dataclass(frozen=True, kw_only=True)
class Defective(TestDeed):
    """Changes something and breaks down."""

    async def execute(self, tx: Transaction) -> Done:
        await tx.execute(update(organizations).values(name="Defect"))
        tx.record(AuditNote("test.done", organization_place(tx)))
        raise ZeroDivisionError


@pytest.fixture
def acme(company: Company) -> Company:
    return company


def gift(acme: Company, amount: int = 100, *, id: str = "g-1", whose: str = "alice") -> Fund:
    return Fund(id=id, organization_id=acme.id, actor=OPERATOR, account=acme.account(whose), amount=amount)


async def rows(acme: Company) -> dict[str, int]:
    """How many rows a command may have written, by table."""
    tables = (commands, postings, audit_events, outbox)
    async with acme.database.snapshot() as connection:
        return {table.name: await connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


async def test_a_repeated_command_gets_its_receipt_again_and_changes_nothing(acme: Company) -> None:
    first = await acme.engine.run(gift(acme))
    after = await rows(acme)
    acme.clock.advance(days=1)
    assert await acme.engine.run(gift(acme)) == first == Funded(100)
    assert await rows(acme) == after
    assert await acme.balances() == {"alice": 100}


async def test_a_command_writes_one_audit_event(acme: Company) -> None:
    before = await rows(acme)
    await acme.engine.run(gift(acme))
    after = await rows(acme)
    assert {name: after[name] - before[name] for name in ("commands", "audit_events")} == {
        "commands": 1,
        "audit_events": 1,
    }


async def test_the_same_id_with_other_contents_is_refused(acme: Company) -> None:
    await acme.engine.run(gift(acme))
    after = await rows(acme)
    with pytest.raises(Refused) as refused:
        await acme.engine.run(gift(acme, 101))
    assert refused.value.refusal.because is Because.SAME_ID_OTHER_CONTENTS
    assert (await rows(acme), await acme.balances()) == (after, {"alice": 100})
    assert await acme.engine.run(gift(acme)) == Funded(100)


async def test_the_same_id_of_another_person_is_another_command(acme: Company) -> None:
    await acme.engine.run(gift(acme))
    await acme.engine.run(replace(gift(acme), actor=Actor.operator("jane")))
    assert await acme.balances() == {"alice": 200}


async def test_a_refused_command_stays_refused_when_it_would_succeed_by_now(acme: Company) -> None:
    by_alice = replace(gift(acme), actor=acme.actor("alice"))
    with pytest.raises(Refused) as refused:
        await acme.engine.run(by_alice)
    await acme.run(
        GrantRole, by="operator", user_id=acme.user("alice"), role=Role.FINANCE_ADMIN, scope_id=acme.node("Acme")
    )
    with pytest.raises(Refused) as again:
        await acme.engine.run(by_alice)
    assert refused.value.refusal == again.value.refusal
    assert again.value.refusal.because is Because.NOT_ALLOWED
    assert await acme.balances() == {}
    await acme.engine.run(replace(by_alice, id="g-2"))
    assert await acme.balances() == {"alice": 100}


async def test_a_refused_command_leaves_its_row_and_nothing_else(acme: Company) -> None:
    before = await rows(acme)
    with pytest.raises(Refused):
        await acme.engine.run(gift(acme, 0))
    assert await rows(acme) == before | {"commands": before["commands"] + 1}


async def test_a_double_click_moves_credits_once(acme: Company) -> None:
    receipts = await asyncio.gather(*(acme.engine.run(gift(acme)) for _ in range(5)))
    assert receipts == [Funded(100)] * 5
    assert await acme.balances() == {"alice": 100}


async def test_commands_at_once_all_count(acme: Company) -> None:
    await asyncio.gather(*(acme.engine.run(gift(acme, 1, id=f"g-{number}")) for number in range(30)))
    assert await acme.balances() == {"alice": 30}
    assert (await verify(acme.database)).drift == []


@pytest.mark.parametrize("id", ["", "x" * (LONGEST_ID + 1)])
async def test_an_id_that_is_empty_or_endless_is_refused(acme: Company, id: str) -> None:
    before = await rows(acme)
    with pytest.raises(Refused) as refused:
        await acme.engine.run(gift(acme, id=id))
    assert refused.value.refusal.because is Because.MALFORMED_ID
    assert await rows(acme) == before


async def test_text_that_no_database_takes_is_refused_and_names_its_field(acme: Company) -> None:
    before = await rows(acme)
    nul, half = "a\x00b", "half a \ud800 pair"
    given = gift(acme)
    for field, command in (
        ("id", replace(given, id=nul)),
        ("organization_id", replace(given, organization_id=half)),
        ("actor", replace(given, actor=Actor.operator(nul))),
        ("account", replace(given, account=half)),
    ):
        with pytest.raises(Refused) as refused:
            await acme.engine.run(command)
        assert refused.value.refusal.because is Because.BAD_VALUE
        assert refused.value.refusal.facts["field"] == field
    assert await rows(acme) == before


async def test_a_defect_in_a_deed_leaves_nothing_behind(acme: Company) -> None:
    before = await rows(acme)
    with pytest.raises(ZeroDivisionError):
        await acme.engine.run(Defective(id="d-1", organization_id=acme.id, actor=OPERATOR))
    assert (await rows(acme), await acme.balances()) == (before, {})


async def test_a_deed_that_says_nothing_for_the_audit_trail_is_undone(acme: Company) -> None:
    before = await rows(acme)
    with pytest.raises(AssertionError, match="0 audit notes"):
        await acme.engine.run(Silent(id="s-1", organization_id=acme.id, actor=OPERATOR))
    assert await rows(acme) == before


async def test_a_set_means_the_same_command_in_every_process(acme: Company) -> None:
    """Each process hashes text with another seed, so a set has another order in each."""
    names = frozenset({"alice", "bob", "carol", "dan", "erin", "frank"})
    await acme.engine.run(NamesMany(id="n-1", organization_id=acme.id, actor=OPERATOR, names=names))
    async with acme.database.snapshot() as connection:
        found = await connection.scalar(select(commands.c.content_hash).where(commands.c.id == "n-1"))
    in_order = json.dumps(["NamesMany", {"names": sorted(names)}])
    assert found == hashlib.sha256(in_order.encode()).hexdigest()


async def test_when_the_clock_goes_back_nothing_that_expired_comes_back(acme: Company) -> None:
    await acme.fund("alice", 100, expires_on=date(2026, 3, 3))
    acme.clock.advance(days=3)
    await acme.fund("alice", 10)
    assert await acme.balances() == {"alice": 10}
    acme.clock.advance(days=-3)
    await acme.fund("alice", 1)
    assert await acme.balances() == {"alice": 11}
    assert (await verify(acme.database)).drift == []
