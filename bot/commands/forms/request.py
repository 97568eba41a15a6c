"""Asking for credits."""

from __future__ import annotations

from typing import Final

from bot.commands.forms.filled import Filled
from bot.commands.forms.kind import FormKind, with_initial
from bot.commands.forms.people import known_people
from bot.commands.request_colleague import ask_colleague
from bot.commands.verb import Asked
from bot.replies.form import Field, FieldKind, Form
from bot.replies.reply import Reply
from core.refusals import Because
from core.transfers.sending import LONGEST_REASON

_FIELDS: Final = (
    Field(name="colleague", kind=FieldKind.PERSON, label="Whom to ask"),
    Field(name="amount", kind=FieldKind.AMOUNT, label="How much", hint="10000, 10,000, 10k, 2.5M or $50"),
    Field(
        name="reason",
        kind=FieldKind.TEXT,
        label="What for",
        hint="Who decides reads it.",
        is_required=False,
        longest=LONGEST_REASON,
    ),
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
        in_words=("For example: “request 10k from @bob for the demo”.",),
        fields=with_initial(_FIELDS, colleague=" ".join(people)),
        command_id=asked.speaker.mint("form request"),
    )


async def _run(filled: Filled, asked: Asked) -> Reply:
    amount, reason = filled.amounts["amount"].credits, filled.texts.get("reason", "")
    (colleague,) = filled.people["colleague"]
    return await ask_colleague(colleague, amount, reason=reason, asked=asked)


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
    },
)
