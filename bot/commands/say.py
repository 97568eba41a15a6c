"""Words -> command -> Reply: the one door of every front end where people type."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import Final

from bot.commands import (
    allocate,
    answer,
    approvals,
    approve,
    ask,
    balance,
    boost,
    boosts,
    cancel,
    delegate,
    deny,
    form,
    help_,
    history,
    inbox,
    keys,
    link,
    loan,
    loans,
    ooo,
    policy,
    pool,
    preapprove,
    quota,
    request,
    send,
    settings,
    suggested,
    team,
    thank,
    undo,
    withdraw,
)
from bot.commands.door import through_the_door
from bot.commands.form import opened
from bot.commands.office import Office, Speaker
from bot.commands.parse import COURTESIES, Words, bare, past_courtesies, read
from bot.commands.plain_words import meant_by
from bot.commands.verb import Asked, Verb
from bot.replies.reply import Action, Reply, Style, Tone
from bot.replies.telling import Telling

VERBS: Final = (
    balance.VERB,
    send.VERB,
    request.VERB,
    loan.VERB,
    loans.VERB,
    undo.VERB,
    thank.VERB,
    history.VERB,
    inbox.VERB,
    boost.VERB,
    boosts.VERB,
    approvals.VERB,
    approve.VERB,
    deny.VERB,
    ask.VERB,
    answer.VERB,
    preapprove.VERB,
    delegate.VERB,
    keys.VERB,
    link.VERB,
    ooo.VERB,
    team.VERB,
    quota.VERB,
    allocate.VERB,
    withdraw.VERB,
    pool.VERB,
    policy.VERB,
    settings.VERB,
    help_.VERB,
    cancel.VERB,
    form.VERB,
    suggested.VERB,
)
HIDDEN: Final = (cancel.VERB, form.VERB, suggested.VERB)
"""Understood, but only as the answer to a question, or on a button."""

_BY_NAME: Final = {name: verb for verb in VERBS for name in verb.names}
_NAMES: Final = frozenset(verb.name for verb in VERBS if verb not in HIDDEN)
_MEANT: Final = [name for verb in VERBS if verb not in HIDDEN for name in verb.names if name not in COURTESIES]
"""What can be meant by a slip; `hey` never is."""
_YES: Final = frozenset({"yes", "y", "yep", "yeah", "sure", "ok", "okay", "confirm", "do"})
_NEAR: Final = 0.7
"""A slip of two letters in six is one; `report` is no `revert`."""
_LONGEST_VERB: Final = 30
_LONGEST_REPEATED: Final = 500
_LONGEST_LABEL: Final = 60


async def say(text: str, speaker: Speaker, office: Office) -> Reply:  # noqa: PLR0917  three types that cannot be mistaken
    """Answer a text. Never raises: a refusal, a database that is away and a defect are answers too."""

    async def answer(telling: Telling) -> Reply:
        return await _answer(read(text), speaker=speaker, office=office, telling=telling)

    return await through_the_door(answer, speaker=speaker, office=office)


async def _answer(words: Words, *, speaker: Speaker, office: Office, telling: Telling) -> Reply:
    asked = Asked(words=words.rest, speaker=speaker, office=office, telling=telling, verbs=_shown())
    said = past_courtesies(words)
    is_greeting = words.verb in COURTESIES and said.verb in _BY_NAME
    if words.verb in _BY_NAME and not is_greeting:
        return await _run(_BY_NAME[words.verb], asked)
    meant = meant_by((words.verb, *words.rest), verbs=_NAMES)
    if meant is not None:
        return await _in_plain_words(meant, asked)
    if said.verb in _BY_NAME:
        return await _run(_BY_NAME[said.verb], replace(asked, words=said.rest))
    if not words.verb:
        return await help_.VERB.run(replace(asked, words=()))
    return _not_understood(words, speaker)


async def _in_plain_words(meant: str, asked: Asked) -> Reply:
    """The answer of the verb that a question means, and which one that was."""
    words = read(meant)
    reply = await _BY_NAME[words.verb].run(replace(asked, words=words.rest))
    return replace(reply, lines=(*reply.lines, f"You can also say “{meant}”."))


async def _run(verb: Verb, asked: Asked) -> Reply:
    """What there is to fill in, where the words leave something open; else what the verb does."""
    about = None if verb.form is None else verb.opens(asked.words)
    if verb.form is None or about is None:
        return await verb.run(asked)
    return await opened(verb.form, replace(asked, words=about))


def opens_form(text: str) -> bool:
    """Whether the answer is something to fill in, as far as the words say."""
    words = read(text)
    verb = _BY_NAME.get(words.verb)
    if verb is None or verb is form.VERB:
        return verb is form.VERB
    return verb.form is not None and verb.opens(words.rest) is not None


def _shown() -> tuple[Verb, ...]:
    return tuple(verb for verb in VERBS if verb not in HIDDEN)


def _not_understood(words: Words, speaker: Speaker) -> Reply:
    meant = _near(words)
    if meant is None:
        return _nothing_known(words, speaker)
    says = " ".join((meant, *_rest(words, meant)))
    label = says if len(says) <= _LONGEST_LABEL else meant
    action = Action(label=label, says=says, command_id=speaker.mint("meant"), style=Style.PRIMARY)
    return Reply(
        title=f"Did you mean {meant}?",
        lines=("“help” shows everything that you can say.",),
        actions=(action,),
        tone=Tone.REFUSED,
        code="usage",
    )


def _nothing_known(words: Words, speaker: Speaker) -> Reply:
    if words.verb in _YES and not words.rest:
        again = "Press its button, or say it again with --yes behind: “send @bob 100k --yes”."
        return Reply(title="Yes to which question?", lines=(again,), tone=Tone.REFUSED, code="usage")
    return Reply(
        title="I did not understand that.",
        lines=("You can say balance, send, request, team, pool, ooo and more: “help” shows everything.",),
        actions=(
            Action(label="Help", says="help", command_id=speaker.mint("help")),
            Action(label="Show my balance", says="balance", command_id=speaker.mint("balance")),
        ),
        tone=Tone.REFUSED,
        code="usage",
    )


def _near(words: Words) -> str | None:
    """The verb that was nearly typed, or stands later in the text."""
    if len(words.verb) <= _LONGEST_VERB:
        near = get_close_matches(words.verb, _MEANT, n=1, cutoff=_NEAR)
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
