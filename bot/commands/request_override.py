"""`request override 200k for 48h P0 incident`: ask for more credits for a time."""

from __future__ import annotations

from typing import Final

from bot.commands.asking import Asking
from bot.commands.override_form import EXAMPLE, override_form
from bot.commands.parse import bare
from bot.commands.parse_boost import BoostWords, read_boost
from bot.commands.spans_told import hours_in_words
from bot.commands.verb import Asked
from bot.commands.wrong_amounts import wrong_amount
from bot.replies.chains import asked_in_words
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Reply, Tone
from core.directory.units import AmountError
from core.overrides.request_override import OverrideRequested, RequestOverride
from core.overrides.states import OverrideState

_NAMES: Final = frozenset({"override", "boost", "overrides", "boosts"})
_FILLERS: Final = frozenset({"a", "an", "temporary", "my", "quota", "for", "priority"})


def means_override(words: tuple[str, ...]) -> bool:
    """Whether the first word that says something is `override` or `boost`."""
    return next((bare(word) for word in words if bare(word) not in _FILLERS), "") in _NAMES


async def request_override(asked: Asked) -> Reply:
    """Ask for it, or say what is missing."""
    at = next((at for at, word in enumerate(asked.words) if bare(word) in _NAMES), -1)
    words = read_boost(asked.words[at + 1 :], asked.telling.units)
    if isinstance(words, AmountError):
        return wrong_amount(words, EXAMPLE)
    return await ask_for(words, asked)


async def ask_for(words: BoostWords, asked: Asked) -> Reply:
    """Ask for a boost of who speaks."""
    if words.amount is None or words.hours is None:
        form = override_form(words, asked)
        title = form.asks if words.amount is None else "For how long?"
        return Reply(title=title, lines=form.in_words, tone=Tone.REFUSED, code="usage", form=form)
    speaker = asked.speaker
    made = await asked.office.engine.run(
        RequestOverride(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            amount=words.amount.credits,
            hours=words.hours,
            reason=words.reason,
        )
    )
    return _told(made, asked, reason=words.reason)


def _told(made: OverrideRequested, asked: Asked, *, reason: str) -> Reply:
    telling = asked.telling
    what = f"{telling.amount(made.amount)} for {hours_in_words(made.hours)}"
    why = (f"For: {reason}",) if reason else ()
    if made.state is OverrideState.ACTIVE and made.ends_at is not None:
        until = f"They are yours until {telling.moment(made.ends_at)} and spent first; what is left then goes back."
        return Reply(
            title=f"{what}: @{made.agreed_by} has agreed in advance.", lines=(*why, until), kind=ReplyKind.RECEIPT
        )
    says = f"cancel {made.override_id}"
    cancel = Action(label="Cancel", says=says, command_id=asked.speaker.mint("cancel"))
    who = asked_in_words(made.approvers, must_agree=made.must_agree)
    asks = f"{who} They can decide until {telling.moment(made.expires_at)}."
    return Reply(title=f"{what}: waits for approval.", lines=(*why, asks), actions=(cancel,), kind=ReplyKind.RECEIPT)


ASKING = Asking(
    means=means_override,
    run=request_override,
    examples=(("request override 200k for 48h P0 incident", "more credits for a time, spent first"),),
)
