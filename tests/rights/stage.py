"""Acme with one person of each role in Backend, and with something of everybody's that others might reach for.

Nothing that is tried here stays: a transaction ends as it does in earnest, and is then rolled back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection
from typing_extensions import override

from core.access.matrix import Role
from core.approvals.delegate import Delegate
from core.approvals.states import Subject
from core.audit.export import ExportAudit
from core.audit.filters import Wanted
from core.directory.create_user import BaseRole
from core.directory.link_workspace import LinkWorkspace
from core.directory.platforms import Platform
from core.ooo.set_out_of_office import SetOutOfOffice
from core.overrides.grant_override import GrantOverride
from core.overrides.request_override import RequestOverride
from core.pools.request_draw import RequestDraw
from core.storage.database import Database
from core.storage.tables import approval_questions, approvals, holds, preapprovals, roles, users
from core.transfers.lend_credits import LendCredits
from core.transfers.request_credits import RequestCredits
from core.transfers.send_credits import SendCredits
from tests.company import MONDAY, Company, found_company, found_rival
from tests.directory.making_keys import make_key
from tests.rights.places import ELSEWHERE, OWN, PLACES, actor_of

HELD: Final = {
    Role.SUPER_ADMIN: "Acme",
    Role.FINANCE_ADMIN: "Acme",
    Role.DEPT_MANAGER: "Engineering",
    Role.TEAM_LEAD: "Backend",
    Role.DEVELOPER: "Acme",
    Role.AUDITOR: "Acme",
    Role.SERVICE_ACCOUNT: "Acme",
}
"""Where each role is held; that of a developer says nothing about how far it reaches."""

SENT: Final = 10_000
DRAWN: Final = 60_000
NO_TEAM: Final = frozenset({"dora", "olga"})
WAITING: Final = 150_000
"""Everybody whom its tiers name has been asked by now."""
BOOST: Final = 50_000
URGENT: Final = 150_001
"""Only the first tier has been asked."""


@dataclass(frozen=True, slots=True)
class Things:
    """What somebody has that others might reach for: ids, as chat and API name them."""

    key: str
    transfer: str
    waiting: str
    approval: str
    urgent: str
    received: str
    boost: str
    boost_asked_for: str
    boost_approval: str
    asked_by_them: str
    asked_of_them: str
    absence: str
    delegation: str
    preapproval: str
    call: str
    export: str
    loan: str
    lost: str
    draw: str
    draw_approval: str


class Rehearsal(Database):
    """A database in which every write transaction runs to its end and leaves nothing behind."""

    @override
    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncConnection]:
        async with self.writer, self.engine.connect() as connection:
            transaction = await connection.begin()
            try:
                yield connection
            finally:
                await transaction.rollback()


async def build(database: Database) -> tuple[Company, Company, dict[str, Things]]:
    """Acme and Bolt, and the things of everybody by name."""
    acme = await found_company(database)
    bolt = await found_rival(acme)
    await _people(acme)
    await bolt.hire("judy", home="Bolt", role=Role.SUPER_ADMIN)
    await bolt.hire("gone", home="Ops")
    await bolt.fund("Bolt", 1_000_000)
    for company, workspace in ((acme, "T1"), (bolt, "T2")):
        await company.run(LinkWorkspace, by="operator", platform=Platform.SLACK, workspace_id=workspace)
    await acme.run(Delegate, by="grace", delegate_id=acme.user("bob"), starts_at=MONDAY + timedelta(days=90))
    things = {}
    for number, who in enumerate((*map(actor_of, Role), *(spot.person for spot in PLACES if spot.person)), start=1):
        things[who] = await _things(acme, who, peer="bob", number=number)
    things[ELSEWHERE.person] = await _things(bolt, ELSEWHERE.person, peer="ops-bob", number=99)
    await _give_roles(acme)
    for company in (acme, bolt):
        await _leaves(company, "gone")
    await _ask_everybody(acme)
    return acme, bolt, things


async def _people(acme: Company) -> None:
    for role in Role:
        await acme.hire(actor_of(role), home="Backend")
    await acme.hire("gone", home="Backend")
    await acme.hire("sam", home="Field")
    await acme.hire("dora", home="Engineering")
    await acme.hire("olga", home="Acme")
    await acme.fund("Sales", 1_000_000)
    for spot in PLACES:
        if spot.bot not in acme.users:
            await acme.hire(spot.bot, home=spot.node, base_role=BaseRole.SERVICE_ACCOUNT)
        if spot.is_team and spot is not OWN:
            await acme.project(f"{spot.node} project", under=spot.node, members=("bob",))
        await acme.fund(spot.node, 1_000_000)
    await acme.project("Joined", under="Backend", members=tuple(map(actor_of, Role)))


async def _things(company: Company, who: str, *, peer: str, number: int) -> Things:
    """Made while everybody is a developer, so that everybody has them."""
    if peer not in company.users:
        await company.hire(peer, home="Ops")
    for name in (who, peer):
        await company.fund(name, 1_000_000)
    at = company.clock.now()
    return Things(
        **await _sent(company, who, peer=peer),
        **await _boosted(company, who),
        **await _asked(company, who, peer=peer),
        **await _standing_in(company, who, peer=peer, at=at),
        export=(await company.run(ExportAudit, by=who, wanted=Wanted())).export_id,
        key=(await make_key(company, who, number=number)).key_id,
        **await _drawn(company, who, peer=peer),
        preapproval=await _preapproved(company, who, at=at),
        call=await _called(company, who, at=at),
        loan=await _lent(company, peer, to=who),
        lost=await _lent(company, who, to="gone"),
    )


async def _sent(company: Company, who: str, *, peer: str) -> dict[str, str]:
    sent = await company.run(SendCredits, by=who, recipients=(company.user(peer),), amount=SENT)
    waits = await company.run(SendCredits, by=who, recipients=(company.user(peer),), amount=WAITING)
    soon = await company.run(SendCredits, by=who, recipients=(company.user(peer),), amount=URGENT)
    got = await company.run(SendCredits, by=peer, recipients=(company.user(who),), amount=SENT)
    assert waits.approval_id is not None
    assert soon.approval_id is not None
    return {
        "transfer": sent.group_id,
        "waiting": waits.group_id,
        "approval": waits.approval_id,
        "urgent": soon.approval_id,
        "received": got.transfers[0].transfer_id,
    }


async def _boosted(company: Company, who: str) -> dict[str, str]:
    boost = await company.run(
        GrantOverride,
        by="judy" if "judy" in company.users else "grace",
        user_id=company.user(who),
        amount=SENT,
        hours=24,
        reason="for the launch",
    )
    wish = await company.run(RequestOverride, by=who, amount=BOOST, hours=24, reason="for the launch")
    return {
        "boost": boost.override_id,
        "boost_asked_for": wish.override_id,
        "boost_approval": wish.approval_id,
    }


async def _asked(company: Company, who: str, *, peer: str) -> dict[str, str]:
    asks = await company.run(RequestCredits, by=who, colleague_id=company.user(peer), amount=SENT)
    asked = await company.run(RequestCredits, by=peer, colleague_id=company.user(who), amount=SENT)
    return {"asked_by_them": asks.request_id, "asked_of_them": asked.request_id}


async def _standing_in(company: Company, who: str, *, peer: str, at: datetime) -> dict[str, str]:
    gone = await company.run(
        SetOutOfOffice,
        by=who,
        user_id=company.user(who),
        starts_at=at + timedelta(days=30),
        ends_at=at + timedelta(days=40),
    )
    deputy = await company.run(Delegate, by=who, delegate_id=company.user(peer), starts_at=at + timedelta(days=90))
    return {"absence": gone.absence_id, "delegation": deputy.delegation_id}


async def _lent(company: Company, who: str, *, to: str) -> str:
    at = company.clock.now() + timedelta(days=60)
    lent = await company.run(LendCredits, by=who, borrower_id=company.user(to), amount=SENT, due_at=at)
    # Else what they still ask to send would go in a circle.
    await company.run(SendCredits, by=to, recipients=(company.user(who),), amount=SENT)
    return lent.loan_id


async def _preapproved(company: Company, who: str, *, at: datetime) -> str:
    name = company.new_id("pre")
    row = {"id": name, "approver_id": company.user(who), "subject_kind": Subject.DRAW.value, "most": 1}
    times = {"starts_at": at, "ends_at": at + timedelta(days=9)}
    await company.execute(insert(preapprovals).values(organization_id=company.id, **row, **times))
    return name


async def _drawn(company: Company, who: str, *, peer: str) -> dict[str, str]:
    """A draw that waits and its approval; of the peer where somebody is in no team."""
    team, drawer = ("Ops", peer) if company.name == "Bolt" else ("Backend", who)
    if who in NO_TEAM:
        drawer = peer
    for name in sorted({team, *(spot.node for spot in PLACES if spot.is_team)} & company.nodes.keys()):
        await company.fund(f"{name} pool", DRAWN)
    drawn = await company.run(RequestDraw, by=drawer, amount=DRAWN, reason="for the launch")
    assert drawn.approval_id is not None
    return {"draw": drawn.draw_id, "draw_approval": drawn.approval_id}


async def _called(company: Company, who: str, *, at: datetime) -> str:
    name = company.new_id("hold")
    row = {"id": name, "contents": f"{company.user(who)} 1", "state": "released", "amount": 1, "lines": "[]"}
    times = {"created_at": at, "expires_at": at, "ended_at": at}
    await company.execute(insert(holds).values(organization_id=company.id, **row, **times))
    return name


async def _leaves(company: Company, who: str) -> None:
    """Without paying anything back."""
    gone = update(users).where(users.c.id == company.user(who)).values(deactivated_at=company.clock.now())
    await company.execute(gone)


async def _give_roles(acme: Company) -> None:
    """Everybody's own role in place of a developer's, as if they had been hired so."""
    for role in Role:
        who = acme.user(actor_of(role))
        given = {"role": role.value, "scope_id": acme.node(HELD[role])}
        await acme.execute(update(roles).where(roles.c.user_id == who).values(**given))
        is_service = role is Role.SERVICE_ACCOUNT
        await acme.execute(update(users).where(users.c.id == who).values(seniority="junior", is_service=is_service))


async def _ask_everybody(acme: Company) -> None:
    """About every request one question; and about those that have waited for long, everybody whom their tiers name."""
    async with acme.database.snapshot() as connection:
        waiting = (await connection.execute(approvals.select())).all()
    for row in waiting:
        question = {"number": 1, "question": "What for?", "asked_by": acme.user("grace"), "asked_at": acme.clock.now()}
        ids = {"organization_id": row.organization_id, "approval_id": row.id}
        await acme.execute(insert(approval_questions).values(**ids, **question))
        await acme.execute(
            update(approvals)
            .where(approvals.c.id == row.id, approvals.c.amount != URGENT)
            .values(tier=len(row.tiers) - 1)
        )
