"""What the rules of sending look at; exact only under the locks of the gate and of the people."""

from __future__ import annotations

from core.access.check import roles_of
from core.policy.transfer_rules import RecipientFacts, SendFacts
from core.storage.transaction import Transaction
from core.transfers.circles import chains_to
from core.transfers.people import Party
from core.transfers.sums import day_around, received_on, sent_on


async def send_facts(
    tx: Transaction, parties: dict[str, Party], *, sender_id: str, recipients: tuple[str, ...], amount: int
) -> SendFacts:
    """Facts of a sending that begins, or completes, now; `amount` goes to each."""
    day = day_around(tx)
    sender = parties[sender_id]
    received = await received_on(tx, day, recipients=recipients)
    chains = await chains_to(tx, sender.id)
    return SendFacts(
        sender_id=sender.id,
        sender_is_active=sender.is_active,
        sender_roles=frozenset(role.value for role, _ in await roles_of(tx, sender.id)),
        recipients=tuple(
            RecipientFacts(
                user_id=user,
                is_known=user in parties,
                is_active=user in parties and parties[user].is_active,
                received_today=received.get(user, 0),
                returnable=chains.returnable.get(user, 0),
                links=chains.links[user] + 1 if user in chains.links else 0,
            )
            for user in recipients
        ),
        amount=amount,
        sent_today=await sent_on(tx, day, sender_id=sender.id),
        day_ends=day.end,
        time_zone=tx.zone.key,
    )
