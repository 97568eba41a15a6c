"""Asking for credits: the team's pool, a colleague, or a boost."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.commands.forms.fields import AMOUNT, HOURS, REASON
from bot.commands.forms.filled import Filled, Mistaken
from bot.commands.forms.hours import hours_in
from bot.commands.forms.kind import FormKind, with_initial
from bot.commands.forms.people import known_people
from bot.commands.parse_boost import BoostWords
from bot.commands.request_colleague import ask_colleague
from bot.commands.request_override import ask_for
from bot.commands.request_pool import ask_pool
from bot.commands.verb import Asked
from bot.replies.form import Choice, Field, FieldKind, Form
from bot.replies.reply import Reply
from core.refusals import Because

_POOL: Final = "pool"
_COLLEAGUE: Final = "colleague"
_BOOST: Final = "override"
_FIELDS: Final = (
    Field(
        name="source",
        kind=FieldKind.CHOICE,
        label="Where from",
        initial=_POOL,
        choices=(
            Choice(_POOL, "The pool of my team"),
            Choice(_COLLEAGUE, "A colleague"),
            Choice(_BOOST, "A boost: more credits for a time"),
        ),
    ),
    AMOUNT,
    Field(
        name="colleague",
        kind=FieldKind.PERSON,
        label="Which colleague",
        hint="Only when you ask a colleague.",
        is_required=False,
    ),
    replace(HOURS, hint=f"Only for a boost: {HOURS.hint}.", is_required=False),
    REASON,
)


async def _draw(asked: Asked) -> Form:
    """About a colleague, or nobody yet."""
    people = (await known_people(asked))[:1]
    return Form(
        name="request",
        about=" ".join(people),
        title="Ask for credits",
        submit="Ask",
        asks="Whom should I ask for how much?",
        in_words=("For example: “request 10k from @bob for the demo”, “request 50k from pool for the incident”.",),
        fields=with_initial(_FIELDS, colleague=" ".join(people), source=_COLLEAGUE if people else _POOL),
        command_id=asked.speaker.mint("form request"),
    )


async def _run(filled: Filled, asked: Asked) -> Reply:
    source, amount, reason = filled.texts["source"], filled.amounts["amount"], filled.texts.get("reason", "")
    colleague, hours = next(iter(filled.people.get("colleague", ())), None), hours_in(filled)
    _check(source, names_somebody=colleague is not None, has_hours=hours is not None)
    if colleague is not None:
        return await ask_colleague(colleague, amount.credits, reason=reason, asked=asked)
    if source == _BOOST:
        return await ask_for(BoostWords(amount, hours, reason), asked)
    return await ask_pool(amount.credits, reason=reason, asked=asked)


def _check(source: str, *, names_somebody: bool, has_hours: bool) -> None:
    """Raises Mistaken where the fields do not fit where it should come from."""
    if names_somebody != (source == _COLLEAGUE):
        says = "Leave it empty, or ask a colleague above." if names_somebody else "Whom should I ask?"
        raise Mistaken({"colleague": says})
    if has_hours != (source == _BOOST):
        raise Mistaken({"hours": "Leave it empty, or ask for a boost above." if has_hours else "For how long?"})


FORM = FormKind(
    name="request",
    fields=_FIELDS,
    draw=_draw,
    run=_run,
    belongs={
        Because.UNKNOWN_USER: "colleague",
        Because.INACTIVE_USER: "colleague",
        Because.NOT_TO_SELF: "colleague",
        Because.BELOW_MINIMUM: "amount",
        Because.AMOUNT_OUT_OF_RANGE: "amount",
        Because.NO_APPROVER: "amount",
        Because.OVERRIDE_TOO_LARGE: "amount",
        Because.OVERRIDE_TOO_LONG: "hours",
        Because.REASON_REQUIRED: "reason",
        Because.NO_POOL: "source",
        Because.OVERRIDES_OFF: "source",
    },
)
