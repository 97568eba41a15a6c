"""One attempt per row of the table: the command or question, and what it is given in somebody's place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from core.access.matrix import Role
from core.policy.periods import Period
from core.refusals import Because
from tests.company import Company
from tests.directory.making_keys import PEPPER, secret
from tests.rights.places import PLACES, Spot, actor_of
from tests.rights.stage import HELD, Things

EVERYWHERE: Final = frozenset(spot.name for spot in PLACES)
NODES: Final = EVERYWHERE - {"own"}
TEAMS: Final = frozenset({"own team", "other team", "other department"})
HERE: Final = frozenset({"own"})
TOP: Final = frozenset({"organization"})


@dataclass(frozen=True, slots=True)
class Target:
    """Who and what is in a place, for one who reaches there."""

    company: Company
    role: Role
    spot: Spot
    person: str
    things: Things

    @property
    def me(self) -> str:
        return self.company.users.get(actor_of(self.role), "usr_nobody")

    @property
    def user(self) -> str:
        return self.company.user(self.person)

    @property
    def node(self) -> str:
        return self.company.node(self.spot.node)

    @property
    def project(self) -> str:
        return self.company.nodes.get(f"{self.spot.node} project", self.node)

    @property
    def bot(self) -> str:
        return self.company.users.get(self.spot.bot, self.user)

    @property
    def bob(self) -> str:
        return self.company.users.get("bob") or self.company.user("ops-bob")

    @property
    def other_team(self) -> str:
        """A team that is not this place's."""
        return self.company.nodes.get("Platform" if self.spot.node != "Platform" else "Backend", self.company.id)

    @property
    def joined(self) -> str:
        """A project of which everybody who tries is a member."""
        return self.company.nodes.get("Joined", self.node)

    @property
    def held_at(self) -> str:
        return self.company.nodes.get(HELD[self.role], self.company.id)

    @property
    def now(self) -> datetime:
        return self.company.clock.now()

    def days(self, number: int) -> datetime:
        return self.now + timedelta(days=number)


@dataclass(frozen=True, slots=True)
class Attempt:
    """`besides` are reasons for which it may be refused after it was permitted, `no` further ones that forbid it.

    `shows` tells whether what a reader got is of the place at all.
    """

    work: type[Any]
    given: Callable[[Target], Mapping[str, Any]]
    where: frozenset[str] = EVERYWHERE
    besides: frozenset[Because] = frozenset()
    no: frozenset[Because] = frozenset()
    shows: Callable[[Any], bool] = lambda _: True

    @property
    def names_somebody(self) -> bool:
        """Whether its fields say in whose place."""
        return self.where not in {HERE, TOP}


def a_key(to: str) -> Mapping[str, Any]:
    """A key that nobody has yet."""
    made = secret(1_000)
    return {"user_id": to, "name": "new", "digest": made.digest(PEPPER), "hint": made.hint}


def a_quota(owner: str) -> Mapping[str, Any]:
    """A monthly quota."""
    return {"owner_id": owner, "amount": 5_000, "typed": "5k", "period": Period.MONTHLY, "anchor": date(2026, 1, 1)}


def some(owner: str) -> Mapping[str, Any]:
    """A few credits."""
    return {"owner_id": owner, "amount": 100}
