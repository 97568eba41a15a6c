"""What an absence may be, who may set it, what it does to delegations, and what is foreseen of it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.leaving.deactivate_user import DeactivateUser
from core.ooo.correct_absence import CorrectAbsence
from core.ooo.extend_absence import ExtendAbsence
from core.ooo.plans import Part, Phase
from core.ooo.preview_absence import PreviewAbsence
from core.ooo.return_early import ReturnEarly
from core.ooo.set_out_of_office import SetOutOfOffice
from core.refusals import Because, Refused
from core.storage.tables import delegations
from core.transfers.send_credits import SendCredits
from tests.accounts_read import told
from tests.allocation.granting import until
from tests.company import Company, found_rival
from tests.ooo.away import away, berlin, give_march, morning_of, split

WEEK: dict[str, Any] = {"starts_at": berlin("2026-03-09"), "ends_at": berlin("2026-03-16")}


def one(*parts: Part) -> tuple[Phase, ...]:
    return (Phase(parts),)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_at": WEEK["starts_at"]}, "ends_at"),
        ({"starts_at": berlin("2026-02-01"), "ends_at": berlin("2026-03-01")}, "ends_at"),
        ({"starts_at": berlin("2026-01-01")}, "starts_at"),
        ({"ends_at": berlin("2029-12-31")}, "ends_at"),
        ({"starts_at": WEEK["starts_at"].replace(tzinfo=None)}, "starts_at"),
        ({"phases": one()}, "split"),
        ({"phases": one(Part("pool", 99))}, "split"),
        ({"phases": one(Part("pool", 150), Part("parent", -50))}, "split"),
        ({"phases": one(Part("pool", 50), Part("pool", 50))}, "split"),
        ({"phases": (Phase((Part("pool", 100),)), Phase((Part("parent", 100),)))}, "phases"),
        ({"phases": (Phase((Part("pool", 100),), days=0),)}, "phases"),
    ],
)
async def test_what_makes_no_sense_is_refused(sqlite_company: Company, wrong: dict[str, Any], field: str) -> None:
    fields: dict[str, Any] = {"user_id": sqlite_company.user("alice")} | WEEK | wrong
    refusal = await sqlite_company.refused(SetOutOfOffice, by="alice", **fields)
    assert (refusal.because, refusal.facts["field"]) == (Because.BAD_VALUE, field)


async def test_only_known_and_active_colleagues_can_be_designated(sqlite_company: Company) -> None:
    company = sqlite_company
    bolt = await found_rival(company)
    await company.run(DeactivateUser, by="erin", user_id=company.user("dan"))
    fields: dict[str, Any] = {"user_id": company.user("alice")} | WEEK
    for who, because in (
        (bolt.user("mallory"), Because.UNKNOWN_USER),
        (company.user("dan"), Because.INACTIVE_USER),
        (company.user("alice"), Because.BAD_VALUE),
    ):
        refusal = await company.refused(SetOutOfOffice, by="alice", phases=one(Part(who, 100)), **fields)
        assert refusal.because is because


async def test_who_leads_may_set_it_but_gains_nothing_and_names_nobody(sqlite_company: Company) -> None:
    company = sqlite_company
    fields: dict[str, Any] = {"user_id": company.user("alice")} | WEEK
    assert (await company.refused(SetOutOfOffice, by="bob", **fields)).because is Because.NOT_ALLOWED
    phases = one(Part(company.user("carol"), 100))
    assert (await company.refused(SetOutOfOffice, by="carol", phases=phases, **fields)).because is Because.OWN_GAIN
    refusal = await company.refused(SetOutOfOffice, by="carol", delegate_id=company.user("bob"), **fields)
    assert refusal.because is Because.BAD_VALUE
    set_ = await company.run(SetOutOfOffice, by="alice", phases=phases, **fields)
    longer: dict[str, Any] = {"absence_id": set_.absence_id, "ends_at": berlin("2026-03-20")}
    assert (await company.refused(ExtendAbsence, by="carol", **longer)).because is Because.OWN_GAIN
    refusal = await company.refused(CorrectAbsence, by="carol", starts_at=WEEK["starts_at"], **longer)
    assert refusal.because is Because.OWN_GAIN
    assert (await company.refused(ReturnEarly, by="bob", absence_id=set_.absence_id)).because is Because.NOT_ALLOWED


async def test_an_absence_of_another_organization_is_unknown(sqlite_company: Company) -> None:
    bolt = await found_rival(sqlite_company)
    set_ = await away(sqlite_company, "alice", "2026-03-09", "2026-03-16")
    refusal = await bolt.refused(ReturnEarly, by="mallory", absence_id=set_.absence_id)
    assert refusal.because is Because.UNKNOWN_ABSENCE


async def test_longer_means_later(sqlite_company: Company) -> None:
    set_ = await away(sqlite_company, "alice", "2026-03-09", "2026-03-16")
    refusal = await sqlite_company.refused(
        ExtendAbsence, by="alice", absence_id=set_.absence_id, ends_at=berlin("2026-03-15")
    )
    assert refusal.because is Because.BAD_VALUE


async def test_a_delegate_decides_for_exactly_that_time(company: Company) -> None:
    set_ = await away(company, "carol", "2026-03-09", "2026-03-16", delegate="bob")
    assert await delegated(company) == [("carol", "bob", berlin("2026-03-09"), berlin("2026-03-16"))]
    await company.run(ExtendAbsence, by="carol", absence_id=set_.absence_id, ends_at=berlin("2026-03-18"))
    assert (await delegated(company))[-1] == ("carol", "bob", berlin("2026-03-09"), berlin("2026-03-18"))
    await morning_of(company, "2026-03-12")
    await company.run(ReturnEarly, by="carol", absence_id=set_.absence_id)
    assert max(ends for *_, ends in await delegated(company)) == company.clock.at


async def delegated(company: Company) -> list[tuple[str, str, datetime, datetime]]:
    names = {user_id: handle for handle, user_id in company.users.items()}
    async with company.database.snapshot() as connection:
        found = await connection.execute(select(delegations).order_by(delegations.c.id))
        return [(names[row.delegator_id], names[row.delegate_id], row.starts_at, row.ends_at) for row in found]


async def test_the_preview_is_what_happens_if_nobody_does_anything_else(company: Company) -> None:
    """Over the end of March, with a gift that stays until April, and credits that expire on the way."""
    await give_march(company, "alice", "bob")
    await company.fund("Backend", 620_000)
    for amount in (100_000, 100_000, 95_000):
        await company.run(SendCredits, by="alice", recipients=(company.user("dan"),), amount=amount)
    await company.run(SendCredits, by="bob", recipients=(company.user("alice"),), amount=20_000)
    await company.fund("alice", 12_000, expires_on=berlin("2026-03-29").date())
    phases = split(company, pool=33, parent=33, dan=34)
    asked: dict[str, Any] = {
        "user_id": company.user("alice"),
        "starts_at": berlin("2026-03-26"),
        "ends_at": berlin("2026-04-05"),
        "phases": phases,
    }
    preview = await company.ask(PreviewAbsence, by="alice", **asked)
    await company.run(SetOutOfOffice, by="alice", **asked)
    await until(company, berlin("2026-04-05") - timedelta(seconds=1))
    moved: Counter[str] = Counter()
    for event in await told(company, "absence.share_moved"):
        moved.update({portion["account"]: portion["amount"] for portion in event["to"]})
    assert {part.to.account: part.amount for part in preview.to} == moved
    assert preview.days == 9
    assert preview.total == sum(part.amount for part in preview.to) > 60_000
    assert preview.first_share_at == berlin("2026-03-27")


async def test_a_preview_refuses_what_setting_refuses(sqlite_company: Company) -> None:
    with pytest.raises(Refused) as refused:
        await sqlite_company.ask(
            PreviewAbsence, by="alice", user_id=sqlite_company.user("alice"), **WEEK, phases=one(Part("pool", 99))
        )
    assert refused.value.refusal.because is Because.BAD_VALUE


async def test_the_preview_of_more_days_counts_with_the_split_that_stays(sqlite_company: Company) -> None:
    company = sqlite_company
    await give_march(company, "alice")
    await away(company, "alice", "2026-03-09", "2026-03-11", phases=split(company, bob=100))
    fields = {"user_id": company.user("alice"), "starts_at": berlin("2026-03-09"), "ends_at": berlin("2026-03-13")}
    preview = await company.ask(PreviewAbsence, by="alice", **fields)
    assert [(part.to.name, part.amount) for part in preview.to] == [("bob", 30_000)]
    assert len(preview.joins) == 1
