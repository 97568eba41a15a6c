"""`request 10k from @bob for the demo`: ask a colleague for credits."""

from __future__ import annotations

from bot.commands.asking import Asking
from bot.commands.finding import find_people
from bot.commands.parse import bare
from bot.commands.parse_send import Missing, read_send
from bot.commands.verb import Asked, usage
from bot.commands.wrong_amounts import wrong_amount
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Reply
from core.directory.people import PersonLine
from core.directory.units import AmountError
from core.transfers.request_credits import RequestCredits

_EXAMPLE = "For example: “request 10k from @bob for the demo”."


async def _request_of_colleague(asked: Asked) -> Reply:
    words = read_send([word for word in asked.words if bare(word) != "from"], asked.telling.units)
    if isinstance(words, AmountError):
        return wrong_amount(words, _EXAMPLE)
    if isinstance(words, Missing) or len(words.people) > 1:
        return usage("Whom should I ask for how much?", _EXAMPLE)
    (person,) = await find_people(words.people, asked)
    return await ask_colleague(person, words.amount.credits, reason=words.reason, asked=asked)


async def ask_colleague(person: PersonLine, amount: int, *, reason: str, asked: Asked) -> Reply:
    """Ask one person for so many credits. Raises Refused."""
    speaker, telling = asked.speaker, asked.telling
    made = await asked.office.engine.run(
        RequestCredits(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            colleague_id=person.id,
            amount=amount,
            reason=reason,
        )
    )
    cancel = Action(label="Cancel", says=f"cancel {made.request_id}", command_id=speaker.mint("cancel"))
    return Reply(
        title=f"@{made.colleague} is asked for {telling.amount(made.amount)}.",
        lines=(f"The request ends on {telling.moment(made.expires_at)}.",),
        actions=(cancel,),
        kind=ReplyKind.RECEIPT,
    )


ASKING = Asking(
    means=lambda _: True,
    run=_request_of_colleague,
    examples=(("request 10k from @bob for the demo", "they may send them, or not"),),
)
