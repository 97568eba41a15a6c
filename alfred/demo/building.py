"""Acme comes to be through the same deeds that everybody uses: tree, people, roles, quotas, a project, keys."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, TypeVar

from alfred.demo.acme import (
    CREDITS_PER_USD,
    DEPARTMENTS,
    NAME,
    ORGANIZATION_MONTHLY,
    PEOPLE,
    PROJECT,
    PROJECT_MEMBERS,
    TEAMS,
    TIME_ZONE,
    Colleague,
    Unit,
)
from alfred.ids import new_id
from alfred.wiring import KEY_PEPPER, House
from core.allocation.set_quota import SetQuota
from core.directory.create_key import CreateKey
from core.directory.create_node import CreateNode
from core.directory.create_organization import CreateOrganization
from core.directory.create_user import CreateUser
from core.directory.grant_role import GrantRole
from core.directory.join_project import JoinProject
from core.directory.keys import RANDOM_BYTES, Secret, new_secret
from core.directory.tree import NodeKind
from core.directory.units import Metering, Units
from core.policy.periods import Period
from core.pools.fund_pool import FundPool
from core.storage.transaction import Actor, Command

R = TypeVar("R")

OPERATOR: Final = Actor.operator("demo")
UNITS: Final = Units(Metering.TOKENS, Decimal(CREDITS_PER_USD), {})


@dataclass(slots=True)
class Company:
    """Acme as it grows: ids by name, and each person's key."""

    house: House
    id: str
    nodes: dict[str, str] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    keys: dict[str, Secret] = field(default_factory=dict, repr=False)

    async def run(self, command: Callable[..., Command[R]], *, actor: Actor = OPERATOR, **fields: Any) -> R:  # noqa: ANN401
        """Do a command of the demo's maker, or of a person."""
        return await self.house.engine.run(command(id=new_id("cmd"), organization_id=self.id, actor=actor, **fields))

    async def give_monthly(self, owner_id: str, typed: str, *, anchor: date) -> None:
        """Set a monthly quota and grant the present month's at once."""
        await self.run(
            SetQuota,
            owner_id=owner_id,
            amount=UNITS.parse(typed),
            typed=typed,
            period=Period.MONTHLY,
            anchor=anchor,
            grant_now=True,
        )


async def build(house: House) -> Company:
    """Found Acme now, at the house's clock."""
    acme = Company(house, new_id("org"))
    await acme.run(
        CreateOrganization,
        name=NAME,
        time_zone=TIME_ZONE,
        metering=Metering.TOKENS,
        credits_per_usd=UNITS.credits_per_usd,
        email_domains=("acme.example",),
    )
    acme.nodes[NAME] = acme.id
    anchor = house.clock.now().date().replace(day=1)
    await acme.give_monthly(acme.id, ORGANIZATION_MONTHLY, anchor=anchor)
    for kind, units in ((NodeKind.DEPARTMENT, DEPARTMENTS), (NodeKind.TEAM, TEAMS), (NodeKind.PROJECT, (PROJECT,))):
        for unit in units:
            await _place(acme, kind, unit=unit, anchor=anchor)
    for person in PEOPLE:
        await _hire(acme, person, anchor=anchor)
    await fund_pools(acme)
    for handle in PROJECT_MEMBERS:
        await acme.run(JoinProject, project_id=acme.nodes[PROJECT.name], user_id=acme.users[handle])
    return acme


async def fund_pools(acme: Company) -> None:
    """What the teams put aside for everybody, once."""
    for team in TEAMS:
        assert team.pool is not None, "every team of the demo has a pool"
        await acme.run(FundPool, team_id=acme.nodes[team.name], amount=UNITS.parse(team.pool))


async def _place(acme: Company, kind: NodeKind, *, unit: Unit, anchor: date) -> None:
    made = await acme.run(CreateNode, kind=kind, name=unit.name, parent_id=acme.nodes[unit.parent])
    acme.nodes[unit.name] = made.node_id
    await acme.give_monthly(made.node_id, unit.monthly, anchor=anchor)


async def _hire(acme: Company, person: Colleague, *, anchor: date) -> None:
    hired = await acme.run(
        CreateUser,
        handle=person.handle,
        name=person.name,
        email=f"{person.handle}@acme.example",
        home_id=acme.nodes[person.home],
        seniority=person.seniority,
        base_role=person.base_role,
    )
    acme.users[person.handle] = hired.user_id
    if person.role is not None:
        await acme.run(GrantRole, user_id=hired.user_id, role=person.role, scope_id=acme.nodes[person.home])
    await acme.give_monthly(hired.user_id, person.monthly, anchor=anchor)
    secret = new_secret(secrets.token_bytes(RANDOM_BYTES))
    await acme.run(
        CreateKey,
        user_id=hired.user_id,
        name="laptop",
        digest=secret.digest(acme.house.settings.derived_key(KEY_PEPPER)),
        hint=secret.hint,
    )
    acme.keys[person.handle] = secret
