"""Who must hear of people who are away. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from core.notify.audience import PERSON, Audience, Payload, nobody

_OWN: Final = "personal:"
_SILENCE: Final = "inactivity_days"


def to_team(payload: Payload) -> Audience:
    """Everybody else who is at home where the person is; the person, too, where somebody else set it.

    Where nothing was heard of them, they and their managers are told so by an event of its own.
    """
    by, person = payload.get("by_id"), payload["user_id"]  # events of before it was told may still wait
    if payload.get("source") == _SILENCE:
        home_id = payload["home_id"]
        return Audience(members_of=(home_id,), besides=(person,), besides_managers_of=(home_id,))
    if by is None:
        return Audience(members_of=(payload["home_id"],), besides=(person,))
    return Audience(people=(person,), members_of=(payload["home_id"],), besides=(by,))


def to_designated(payload: Payload) -> Audience:
    """The colleagues who got something; pools and budgets show it when somebody looks."""
    owners = (portion["account"].removeprefix(_OWN) for portion in payload["to"])
    return Audience(people=tuple(owner for owner in owners if owner.startswith(PERSON)))


def to_person_and_managers(payload: Payload) -> Audience:
    """Whose absence it is, and who leads them."""
    return Audience(people=(payload["user_id"],), managers_of=(payload["home_id"],))


def to_person(payload: Payload) -> Audience:
    """Whose absence it is, was, or may be."""
    return Audience(people=(payload["user_id"],))


ABSENCES: Final[Mapping[str, Callable[[Payload], Audience]]] = {
    "absence.set": to_team,
    "absence.silence_noticed": to_person_and_managers,
    "absence.changed": nobody,
    "absence.share_moved": to_designated,
    "absence.ended": to_person,
    "absence.suggested": to_person,
    "absence.status_followed": to_person,
    "absence.return_suggested": to_person,
}
