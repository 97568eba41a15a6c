"""A form that was sent off -> command -> Reply: the door beside `say`, for what was filled in instead of typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.commands.door import through_the_door
from bot.commands.forms.catalogue import FORMS
from bot.commands.forms.filled import Filled, Mistaken, read_filled, sentence_of
from bot.commands.forms.kind import FormKind
from bot.commands.office import Office, Speaker
from bot.commands.parse import split
from bot.commands.verb import Asked, usage
from bot.replies.form import Mistakes
from bot.replies.refusals import refusal_reply
from bot.replies.reply import Reply, Tone
from bot.replies.telling import Telling
from core.refusals import Because, Refusal, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """A form as it came back; `name` and `about` are its own, the speaker's command id is the one minted with it."""

    name: str
    about: str
    values: Mapping[str, str]


async def submit(submitted: Submitted, *, speaker: Speaker, office: Office) -> Reply | Mistakes:
    """Answer a form. Never raises: see `say`."""

    async def work(telling: Telling) -> Reply | Mistakes:
        asked = Asked(words=split(submitted.about), speaker=speaker, office=office, telling=telling, verbs=())
        return await _submitted(submitted, asked)

    return await through_the_door(work, speaker=speaker, office=office)


async def _submitted(submitted: Submitted, asked: Asked) -> Reply | Mistakes:
    kind = FORMS.get(submitted.name)
    if kind is None:
        return usage("I do not know that form.", "It may be of another version; please open it again.")
    try:
        filled = await read_filled(kind.fields, submitted.values, asked=asked)
        return await _run(kind, filled, asked=await _with_id_to_try(asked))
    except Mistaken as mistaken:
        return mistaken.mistakes


async def _with_id_to_try(asked: Asked) -> Asked:
    """What was refused may be changed and sent again; what was done may not be done again with other contents."""
    speaker = asked.speaker
    tried = await asked.office.engine.id_to_try(
        organization_id=speaker.organization_id, actor=speaker.actor, id=speaker.command_id
    )
    return replace(asked, speaker=replace(speaker, command_id=tried))


async def _run(kind: FormKind, filled: Filled, *, asked: Asked) -> Reply:
    named = replace(asked, telling=asked.telling.with_names(filled.names))
    try:
        return await kind.run(filled, named)
    except Refused as refused:
        if refused.refusal.because is Because.SAME_ID_OTHER_CONTENTS:
            return _sent_before()
        field = _belongs_to(refused.refusal, kind)
        if field is not None:
            raise Mistaken({field: sentence_of(refused, named)}) from None
        return refusal_reply(refused.refusal, named.telling)


def _belongs_to(refusal: Refusal, kind: FormKind) -> str | None:
    """The field that a refusal is about, where there is one."""
    shown = {field.name for field in kind.fields}
    called = str(refusal.facts.get("field", ""))
    meant = (
        kind.known_as.get(called, called) if refusal.because is Because.BAD_VALUE else kind.belongs.get(refusal.because)
    )
    return meant if meant in shown else None


def _sent_before() -> Reply:
    return Reply(
        title="This form was sent off before.",
        lines=("What it said then was done; what you changed since was not.", "“history” shows what you sent."),
        tone=Tone.REFUSED,
        code=Because.SAME_ID_OTHER_CONTENTS.value,
    )
