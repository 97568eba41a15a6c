"""Where somebody may try something: with themselves, near, far, and in another organization."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from core.access.matrix import Role


@dataclass(frozen=True, slots=True)
class Spot:
    """A place with somebody in it. `person` is empty where it is who tries."""

    name: str
    person: str
    node: str
    bot: str = "ci-bot"
    is_team: bool = True


OWN: Final = Spot("own", "", "Backend")
ELSEWHERE: Final = Spot("other organization", "mallory", "Ops")
PLACES: Final = (
    OWN,
    Spot("own team", "alice", "Backend"),
    Spot("other team", "dan", "Platform", bot="platform-bot"),
    Spot("department", "dora", "Engineering", bot="engineering-bot", is_team=False),
    Spot("other department", "sam", "Field", bot="field-bot"),
    Spot("organization", "olga", "Acme", bot="acme-bot", is_team=False),
)

WORDS: Final = {
    "-": frozenset(),
    "own": frozenset({"own"}),
    "mates": frozenset({"own team"}),
    "team": frozenset({"own", "own team"}),
    "teams": frozenset({"own team", "other team"}),
    "below": frozenset({"own team", "other team", "department"}),
    "dept": frozenset({"own", "own team", "other team", "department"}),
    "afar": frozenset({"other department", "organization"}),
    "others": frozenset(spot.name for spot in PLACES) - {"own"},
    "all": frozenset(spot.name for spot in PLACES),
}
"""The words of the table: in which places something may be done."""


def actor_of(role: Role) -> str:
    """The one who has this role and no other."""
    return f"zoe-{role.value.replace('_', '-')}"
