"""`thank @alice`: who sent credits hears that they were welcome."""

from __future__ import annotations

from typing import Final

from bot.commands.finding import find_people
from bot.commands.parse import bare
from bot.commands.people import named
from bot.commands.verb import Asked, Verb, usage
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Reply
from core.transfers.thank_sender import ThankSender

_FILLERS: Final = frozenset({"you", "to", "for", "so", "much", "very", "a", "lot", "again", "the", "credits", "alfred"})


async def _thank(asked: Asked) -> Reply:
    said = [word for word in asked.words if bare(word) and bare(word) not in _FILLERS]
    if not said:  # said to Alfred, who sends no credits
        return Reply(title="You are welcome.", lines=("“thank @alice” thanks a colleague for credits.",))
    transfer_id = next((bare(word) for word in said if word.startswith("tr_")), None)
    sender = named(said[0]) if transfer_id is None else None
    if transfer_id is None and sender is None:
        return usage("Whom should I thank?", "For example: “thank @alice”.")
    found = await find_people((sender,), asked) if sender is not None else ()
    speaker = asked.speaker
    thanked = await asked.office.engine.run(
        ThankSender(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            transfer_id=transfer_id,
            sender_id=found[0].id if found else None,
        )
    )
    return Reply(
        title=f"You thanked @{thanked.sender} for {asked.telling.amount(thanked.amount)}.", kind=ReplyKind.RECEIPT
    )


VERB = Verb(
    name="thank",
    does="say thanks for credits that you received",
    examples=(
        ("thank @alice", "for the latest that they sent"),
        ("thank tr_…", "for one of those that you received"),
    ),
    run=_thank,
    aliases=("thanks", "kudos"),
)
