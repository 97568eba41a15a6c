"""Words -> command -> Reply: the one door of every front end where people type."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from difflib import get_close_matches
from typing import Final
from zoneinfo import ZoneInfo

from bot.commands import (
    allocate,
    answer,
    approvals,
    approve,
    ask,
    balance,
    cancel,
    delegate,
    deny,
    help_,
    history,
    inbox,
    keys,
    loan,
    loans,
    ooo,
    policy,
    preapprove,
    quota,
    request,
    send,
    team,
    undo,
    withdraw,
)
from bot.commands.last_resort import answered
from bot.commands.office import Office, Speaker
from bot.commands.parse import Words, bare, past_courtesies, read
from bot.commands.verb import Asked, Verb
from bot.replies.refusals import refusal_reply
from bot.replies.reply import Action, Reply, Style, Tone
from bot.replies.telling import Telling
from core.directory.read_units import ReadUnits
from core.directory.units import Metering, Units
from core.refusals import Refused
from core.storage.faults import StorageUnavailable

VERBS: Final = (
    balance.VERB,
    send.VERB,
    request.VERB,
    loan.VERB,
    loans.VERB,
    undo.VERB,
    history.VERB,
    inbox.VERB,
    approvals.VERB,
    approve.VERB,
    deny.VERB,
    ask.VERB,
    answer.VERB,
    preapprove.VERB,
    delegate.VERB,
    keys.VERB,
    ooo.VERB,
    team.VERB,
    quota.VERB,
    allocate.VERB,
    withdraw.VERB,
    policy.VERB,
    help_.VERB,
    cancel.VERB,
)
HIDDEN: Final = (cancel.VERB,)
"""Understood, but only as the answer to a question, or on a button."""

_STRANGER: Final = Telling(Units(Metering.TOKENS, Decimal(1), {}), ZoneInfo("UTC"))
"""How somebody is told that their organization is unknown."""
_BY_NAME: Final = {name: verb for verb in VERBS for name in verb.names}
_LONGEST_VERB: Final = 30
_LONGEST_REPEATED: Final = 500
_LONGEST_LABEL: Final = 60


async def say(text: str, speaker: Speaker, office: Office) -> Reply:  # noqa: PLR0917  three types that cannot be mistaken
    """Answer a text. Never raises: a refusal, a database that is away and a defect are answers too."""
    return await answered(_said(text, speaker, office=office), new_id=office.engine.new_id)


async def _said(text: str, speaker: Speaker, *, office: Office) -> Reply:
    telling = _STRANGER
    try:
        telling = await _telling(speaker, office)
        return await _answer(read(text), speaker=speaker, office=office, telling=telling)
    except Refused as refused:
        return refusal_reply(refused.refusal, telling)
    except StorageUnavailable as away:
        return Reply(title=away.sentence, tone=Tone.ERROR, code=away.code)


async def _telling(speaker: Speaker, office: Office) -> Telling:
    counting = await office.engine.ask(ReadUnits(organization_id=speaker.organization_id, actor=speaker.actor))
    return Telling(counting.units, ZoneInfo(counting.time_zone))


async def _answer(words: Words, *, speaker: Speaker, office: Office, telling: Telling) -> Reply:
    asked = Asked(words=words.rest, speaker=speaker, office=office, telling=telling, verbs=_shown())
    for said in (words, past_courtesies(words)):
        if said.verb in _BY_NAME:
            return await _BY_NAME[said.verb].run(replace(asked, words=said.rest))
    if not words.verb:
        return await help_.VERB.run(replace(asked, words=()))
    return _not_understood(words, speaker)


def _shown() -> tuple[Verb, ...]:
    return tuple(verb for verb in VERBS if verb not in HIDDEN)


def _not_understood(words: Words, speaker: Speaker) -> Reply:
    meant = _near(words)
    known = "You can say: " + ", ".join(verb.name for verb in _shown()) + "."
    if meant is None:
        title = "I did not understand that."
        return Reply(title=title, lines=(known, "“help send” explains one of them."), tone=Tone.REFUSED, code="usage")
    says = " ".join((meant, *_rest(words, meant)))
    label = says if len(says) <= _LONGEST_LABEL else meant
    action = Action(label=label, says=says, command_id=speaker.mint("meant"), style=Style.PRIMARY)
    return Reply(title=f"Did you mean {meant}?", lines=(known,), actions=(action,), tone=Tone.REFUSED, code="usage")


def _near(words: Words) -> str | None:
    """The verb that was nearly typed, or stands later in the text."""
    if len(words.verb) <= _LONGEST_VERB:
        near = get_close_matches(words.verb, [name for verb in _shown() for name in verb.names], n=1, cutoff=0.6)
        if near:
            return _BY_NAME[near[0]].name
    later = next((name for name in map(bare, words.rest) if name in _BY_NAME), None)
    return _BY_NAME[later].name if later else None


def _rest(words: Words, meant: str) -> tuple[str, ...]:
    """What was said behind the verb, to be said again with it."""
    later = [at for at, word in enumerate(words.rest) if bare(word) in _BY_NAME]
    near = not later or _BY_NAME[bare(words.rest[later[0]])].name != meant
    rest = words.rest if near else words.rest[later[0] + 1 :]
    return rest if sum(map(len, rest)) <= _LONGEST_REPEATED else ()
