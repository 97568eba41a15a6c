"""How a request is named: what would go from whom to whom."""

from __future__ import annotations

from typing import Final

_KINDS: Final = (
    "{is_override:if}{AMOUNT:amount} for {requester_id:person} for {hours:count} hours",
    "{is_transfer:if}{gainer_id:if}{AMOUNT:amount} from {requester_id:person} to {gainer_id:person}",
    "{is_transfer:if}{AMOUNT:amount} from {requester_id:person} to {gainers:count} people",
    "{is_draw:if}{AMOUNT:amount} of the pool for {requester_id:person}",
    "{AMOUNT:amount} for {requester_id:person}",
)


def requested(amount: str, ending: str = "") -> str:
    """The ways to say it, for a sentence with blanks; `amount` is the fact that says how much."""
    return " || ".join(kind.replace("AMOUNT", amount) + ending for kind in _KINDS)


def kind_fact(subject: str) -> str:
    """The fact that chooses among the ways."""
    return f"is_{subject}"
