"""The sealed trail: whatever is done to it in the database, verifying finds it and names the first bad event."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Executable, delete, insert, literal, select, update

from core.audit import sealer, verify
from core.audit.sealer import Sealer
from core.audit.seals import Head, Signer, event_hash, next_link
from core.storage.tables import audit_blocks, audit_events, audit_seals, audit_texts, audit_unsealed
from tests.audit.sealed import SIGNER, event_ids, first_flaw, head_of, look, seal, tamper
from tests.company import MONDAY, Company, found_rival
from tests.directory.making_keys import make_key

FOUNDING = 23
"""Events that founding Acme leaves."""


@pytest.fixture
async def sealed(company: Company, monkeypatch: pytest.MonkeyPatch) -> Company:
    """Acme with its founding in blocks of ten, and pages of seven while verifying."""
    monkeypatch.setattr(sealer, "AT_ONCE", 10)
    monkeypatch.setattr(verify, "PAGE", 7)
    await seal(company)
    return company


async def test_every_event_is_sealed_once_and_nothing_waits(sealed: Company) -> None:
    trail = await look(sealed)
    assert (trail.events, trail.blocks, trail.waiting, trail.flaws) == (FOUNDING, 3, 0, [])
    assert await seal(sealed) == 0


async def test_an_event_waits_for_the_next_block(sealed: Company) -> None:
    await make_key(sealed, "alice")
    assert (await look(sealed)).waiting == 1
    assert await seal(sealed) == 1
    trail = await look(sealed)
    assert (trail.events, trail.blocks, trail.waiting, trail.flaws) == (FOUNDING + 1, 4, 0, [])


async def test_an_event_that_commits_late_joins_a_later_block(company: Company) -> None:
    """It waits in a transaction of its own while events with later ids are sealed."""
    ids = await _events(company)
    late = ids[3]
    await company.execute(delete(audit_unsealed).where(audit_unsealed.c.event_id == late))
    await seal(company)
    await company.execute(insert(audit_unsealed).values(organization_id=company.id, event_id=late))
    assert await seal(company) == 1
    assert (await event_ids(company))[-1] == late
    assert (await look(company)).flaws == []


async def test_two_sealers_at_once_make_one_chain(company: Company) -> None:
    sealers = [Sealer(company.database, SIGNER) for _ in range(3)]
    counts = await asyncio.gather(*(one.seal(company.id, now=company.clock.now()) for one in sealers))
    assert sum(counts) == FOUNDING
    assert (await look(company)).flaws == []


async def test_each_organization_has_a_chain_of_its_own(company: Company) -> None:
    bolt = await found_rival(company)
    await seal(company)
    assert ((await look(company)).flaws, (await look(bolt)).flaws) == ([], [])
    assert (await head_of(bolt)).head.link != (await head_of(company)).head.link


Deed = tuple[list[Executable], int | None, str | None]
Tampering = Callable[[Company, list[str]], Deed]
"""The statements, the number of the first bad event in the chain, and its id (None: nothing is left that has one)."""


def change_an_event(company: Company, ids: list[str]) -> Deed:
    return [update(audit_events).where(audit_events.c.id == ids[11]).values(amount=1)], 12, ids[11]


def change_what_it_tells(company: Company, ids: list[str]) -> Deed:
    return [update(audit_events).where(audit_events.c.id == ids[0]).values(details={"kind": "team"})], 1, ids[0]


def delete_an_event(company: Company, ids: list[str]) -> Deed:
    return [delete(audit_events).where(audit_events.c.id == ids[5])], 6, ids[5]


def delete_an_event_with_its_seal(company: Company, ids: list[str]) -> Deed:
    return gone(ids[5]), 6, None


def close_the_gap_too(company: Company, ids: list[str]) -> Deed:
    shifted = [
        update(audit_seals).where(audit_seals.c.event_id == event).values(number=number)
        for number, event in enumerate(ids[6:], start=6)
    ]
    return [*gone(ids[5]), *shifted], 6, ids[6]


def insert_an_event(company: Company, ids: list[str]) -> Deed:
    return (
        [insert(audit_events).from_select([*audit_events.c.keys()], _copy_of(ids[0], "aud_forged"))],
        None,
        "aud_forged",
    )


def swap_two_events(company: Company, ids: list[str]) -> Deed:
    def named(old: str, new: str) -> Executable:
        return update(audit_events).where(audit_events.c.id == old).values(id=new)

    return [named(ids[8], "aside"), named(ids[15], ids[8]), named("aside", ids[15])], 9, ids[8]


def swap_two_seals(company: Company, ids: list[str]) -> Deed:
    def numbered(event: str, number: int) -> Executable:
        return update(audit_seals).where(audit_seals.c.event_id == event).values(number=number)

    return [numbered(ids[8], 99), numbered(ids[15], 9), numbered(ids[8], 16)], 9, ids[15]


def cut_the_tail_of_seals(company: Company, ids: list[str]) -> Deed:
    return [delete(audit_seals).where(audit_seals.c.number > 22)], 23, None


def take_the_last_head_away(company: Company, ids: list[str]) -> Deed:
    return [delete(audit_blocks).where(audit_blocks.c.position == 3)], 21, ids[20]


def take_a_head_away(company: Company, ids: list[str]) -> Deed:
    return [delete(audit_blocks).where(audit_blocks.c.position == 2)], 11, ids[10]


def change_a_head(company: Company, ids: list[str]) -> Deed:
    return [update(audit_blocks).where(audit_blocks.c.position == 2).values(events=19)], 11, ids[10]


def say_another_role(company: Company, ids: list[str]) -> Deed:
    return [update(audit_events).where(audit_events.c.id == ids[4]).values(actor_roles="super_admin")], 5, ids[4]


def change_the_words(company: Company, ids: list[str]) -> Deed:
    words = (audit_texts.c.event_id == ids[-5], audit_texts.c.field == "handle")
    return [update(audit_texts).where(*words).values(text="mallory")], len(ids) - 4, ids[-5]


def forget_what_waits(company: Company, ids: list[str]) -> Deed:
    return [insert(audit_unsealed).values(organization_id=company.id, event_id="aud_gone")], None, "aud_gone"


def gone(event: str) -> list[Executable]:
    return [
        delete(audit_events).where(audit_events.c.id == event),
        delete(audit_seals).where(audit_seals.c.event_id == event),
    ]


def _copy_of(event: str, name: str) -> Any:  # noqa: ANN401  a statement
    columns = [literal(name).label("id") if column.name == "id" else column for column in audit_events.c]
    return select(*columns).where(audit_events.c.id == event)


WAYS: list[Tampering] = [
    change_an_event,
    change_what_it_tells,
    delete_an_event,
    delete_an_event_with_its_seal,
    close_the_gap_too,
    insert_an_event,
    swap_two_events,
    swap_two_seals,
    cut_the_tail_of_seals,
    take_the_last_head_away,
    take_a_head_away,
    change_a_head,
    say_another_role,
    change_the_words,
    forget_what_waits,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_tampering_is_found_and_the_first_bad_event_named(sealed: Company, way: Tampering) -> None:
    statements, number, event_id = way(sealed, await event_ids(sealed))
    await tamper(sealed, *statements)
    flaw = await first_flaw(sealed)
    assert (flaw.number, flaw.event_id) == (number, event_id), flaw.what


async def test_an_event_changed_together_with_its_seal_is_found(sealed: Company) -> None:
    ids = await event_ids(sealed)
    await tamper(sealed, update(audit_events).where(audit_events.c.id == ids[11]).values(amount=1))
    await tamper(sealed, *await _resealed(sealed, number=12, to=12))
    assert (await first_flaw(sealed)).number == 13
    await tamper(sealed, *await _resealed(sealed, number=12, to=FOUNDING))
    flaw = await first_flaw(sealed)
    assert (flaw.number, flaw.what) == (20, "block 2 was sealed with another chain up to here")


async def test_a_whole_block_less_at_the_end_is_found_with_a_head_that_was_kept(sealed: Company) -> None:
    kept = await head_of(sealed)
    ids = await event_ids(sealed)
    await tamper(
        sealed,
        delete(audit_blocks).where(audit_blocks.c.position == 3),
        delete(audit_seals).where(audit_seals.c.number > 20),
        delete(audit_events).where(audit_events.c.id.in_(ids[20:])),
        delete(audit_texts).where(audit_texts.c.event_id.in_(ids[20:])),
    )
    assert (await look(sealed)).flaws == []
    flaw = await first_flaw(sealed, kept=kept)
    assert flaw.number == 21
    assert flaw.what == "the trail was cut: the head that was kept has 23 events, here are 20"


async def test_a_chain_made_anew_with_the_stolen_key_is_found_with_a_head_that_was_kept(sealed: Company) -> None:
    kept = await head_of(sealed)
    ids = await event_ids(sealed)
    await tamper(
        sealed,
        update(audit_events).where(audit_events.c.id == ids[2]).values(amount=1),
        delete(audit_blocks),
        delete(audit_seals),
        *[insert(audit_unsealed).values(organization_id=sealed.id, event_id=event) for event in ids],
    )
    await seal(sealed)
    assert (await look(sealed)).flaws == []
    assert (
        await first_flaw(sealed, kept=kept)
    ).what == "the head that was kept says otherwise: the chain was made anew"


async def test_a_chain_made_anew_with_another_key_is_found(sealed: Company) -> None:
    ids = await event_ids(sealed)
    await tamper(
        sealed,
        delete(audit_blocks),
        delete(audit_seals),
        *[insert(audit_unsealed).values(organization_id=sealed.id, event_id=event) for event in ids],
    )
    forger = Signer(b"f" * 32)
    await seal(sealed, signer=forger)
    flaw = await first_flaw(sealed)
    assert (flaw.number, flaw.event_id) == (1, ids[0])
    assert flaw.what == f"block 1 is signed with a key that is not trusted: {forger.public_key}"


async def test_words_may_be_erased_and_the_trail_stays_whole(sealed: Company) -> None:
    await sealed.execute(delete(audit_texts))
    assert (await look(sealed)).flaws == []


_HEAD = Head(organization_id="org_1", position=2, events=10, link="ab" * 32, sealed_at=MONDAY)


def test_a_head_is_genuine_as_it_was_signed_and_not_otherwise() -> None:
    signed = SIGNER.sign(_HEAD)
    assert signed.is_genuine
    assert not replace(signed, head=replace(signed.head, events=11)).is_genuine
    assert not replace(signed, signature="00" * 64).is_genuine
    assert not replace(signed, signature="no hex").is_genuine
    assert not replace(signed, public_key=Signer(b"f" * 32).public_key).is_genuine


async def _events(company: Company) -> list[str]:
    async with company.database.snapshot() as connection:
        return list(await connection.scalars(select(audit_events.c.id).order_by(audit_events.c.id)))


async def _resealed(company: Company, *, number: int, to: int) -> list[Executable]:
    """Seals `number` to `to` as they would have to be, for what the events are now."""
    async with company.database.snapshot() as connection:
        seals = (await connection.execute(select(audit_seals).order_by(audit_seals.c.number))).all()
        events = {row.id: row._asdict() for row in await connection.execute(select(audit_events))}
    link = seals[number - 2].link
    changes: list[Executable] = []
    for seal_ in seals[number - 1 : to]:
        hashed = event_hash(events[seal_.event_id])
        link = next_link(link, number=seal_.number, hashed=hashed)
        changes.append(
            update(audit_seals).where(audit_seals.c.number == seal_.number).values(event_hash=hashed, link=link)
        )
    return changes
