"""`boost @dan 200k for 48h P0`: give somebody more credits for a time, without being asked."""

from __future__ import annotations

from typing import Final

from bot.commands.boosts import list_boosts
from bot.commands.deciding_override import revoking
from bot.commands.finding import find_people
from bot.commands.parse_boost import BoostWords, read_boost
from bot.commands.people import Named, is_explicit, named
from bot.commands.request_override import ask_for
from bot.commands.spans_told import hours_in_words
from bot.commands.verb import Asked, Verb, usage
from bot.commands.wrong_amounts import wrong_amount
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Reply
from core.directory.units import AmountError
from core.overrides.grant_override import GrantOverride

_EXAMPLE: Final = "For example: “boost @dan 200k for 48h P0 incident”."


async def _boost(asked: Asked) -> Reply:
    if not asked.words:
        return await list_boosts(asked)
    who = next((word for word in asked.words if is_explicit(word)), None)
    words = read_boost([word for word in asked.words if word is not who], asked.telling.units)
    if isinstance(words, AmountError):
        return wrong_amount(words, _EXAMPLE)
    person = named(who) if who is not None else None
    # Nobody gives one to themselves, so without a name it can only mean asking.
    return await ask_for(words, asked) if person is None else await _give(words, asked, person=person)


async def _give(words: BoostWords, asked: Asked, *, person: Named) -> Reply:
    if words.amount is None or words.hours is None:
        return usage("How much, and for how long?", _EXAMPLE)
    (who,) = await find_people((person,), asked)
    speaker, telling = asked.speaker, asked.telling
    given = await asked.office.engine.run(
        GrantOverride(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            user_id=who.id,
            amount=words.amount.credits,
            hours=words.hours,
            reason=words.reason,
        )
    )
    budget = f"out of the budget of {given.budget}; what is left at the end goes back there"
    return Reply(
        title=f"{telling.amount(given.amount)} for @{given.person} until {telling.moment(given.ends_at)}.",
        lines=(f"That is {hours_in_words(given.hours)}, {budget}.",),
        actions=(revoking(given.override_id, given.person, asked=asked),),
        kind=ReplyKind.RECEIPT,
    )


VERB = Verb(
    name="boost",
    does="give somebody more credits for a time",
    examples=(
        ("boost @dan 200k for 48h P0 incident", "out of your budget; what is left goes back"),
        ("boost 200k for 48h P0 incident", "ask for one yourself"),
    ),
    run=_boost,
)
