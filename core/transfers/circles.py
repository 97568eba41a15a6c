"""Who has sent credits to whom lately: what can be given back, and which chains lead back to a sender.

What goes to and fro between two people cancels out: only the difference is a link, and only it can be given back.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from core.storage.tables import transfers
from core.storage.transaction import Transaction
from core.transfers.states import CIRCLE_WINDOW, LONGEST_CIRCLE, TransferState


@dataclass(frozen=True, slots=True)
class Chains:
    """Towards one sender: the shortest chain from each person, in links, and what each may be given back."""

    links: dict[str, int]
    returnable: dict[str, int]


async def chains_to(tx: Transaction, sender_id: str) -> Chains:
    """Walk backwards from the sender along completed, unreversed transfers of the last 24 hours. Needs the gate."""
    links: dict[str, int] = {}
    returnable: dict[str, int] = {}
    frontier = {sender_id}
    for length in range(1, LONGEST_CIRCLE):
        into = await _net_into(tx, frontier)
        if length == 1:
            returnable = {giver: amount for (giver, _), amount in into.items()}
        frontier = {giver for giver, _ in into} - links.keys() - {sender_id}
        links |= dict.fromkeys(frontier, length)
        if not frontier:
            break
    return Chains(links, returnable)


async def _net_into(tx: Transaction, people: set[str]) -> dict[tuple[str, str], int]:
    """(giver, receiver) → credits, for receivers among `people`, where more went that way than back."""
    names = sorted(people)
    found = await tx.execute(
        select(transfers.c.sender_id, transfers.c.recipient_id, func.sum(transfers.c.amount).label("amount"))
        .where(
            transfers.c.organization_id == tx.organization_id,
            transfers.c.state == TransferState.COMPLETED.value,
            transfers.c.completed_at > tx.now - CIRCLE_WINDOW,
            or_(transfers.c.sender_id.in_(names), transfers.c.recipient_id.in_(names)),
        )
        .group_by(transfers.c.sender_id, transfers.c.recipient_id)
    )
    sent = Counter({(row.sender_id, row.recipient_id): int(row.amount) for row in found})
    net = {(giver, receiver): amount - sent[receiver, giver] for (giver, receiver), amount in sent.items()}
    return {pair: amount for pair, amount in net.items() if pair[1] in people and amount > 0}
