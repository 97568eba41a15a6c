"""Sending credits."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.commands.forms.fields import AMOUNT, REASON
from bot.commands.forms.filled import Filled
from bot.commands.forms.kind import FormKind, with_initial
from bot.commands.forms.people import known_people
from bot.commands.parse_send import SendWords
from bot.commands.send import EXAMPLE, give
from bot.commands.verb import Asked
from bot.replies.form import Field, FieldKind, Form
from bot.replies.reply import Reply
from core.refusals import Because
from core.transfers.send_credits import MOST_RECIPIENTS

_FIELDS: Final = (
    Field(
        name="people",
        kind=FieldKind.PEOPLE,
        label="Who gets it",
        hint="Each of them gets the amount.",
        longest=MOST_RECIPIENTS,
    ),
    AMOUNT,
    replace(REASON, hint="They read it."),
)


async def _draw(asked: Asked) -> Form:
    """About the people who are named, or nobody yet."""
    people = " ".join(await known_people(asked))
    return Form(
        name="send",
        about=people,
        title="Send credits",
        submit="Send",
        asks="Who should get it?",
        in_words=(EXAMPLE,),
        fields=with_initial(_FIELDS, people=people),
        command_id=asked.speaker.mint("form send"),
    )


async def _run(filled: Filled, asked: Asked) -> Reply:
    words = SendWords((), filled.amounts["amount"], filled.texts.get("reason", ""), is_confirmed=False)
    return await give(words, filled.people["people"], asked=asked)


FORM = FormKind(
    name="send",
    fields=_FIELDS,
    draw=_draw,
    run=_run,
    belongs={
        Because.UNKNOWN_USER: "people",
        Because.INACTIVE_USER: "people",
        Because.NOT_TO_SELF: "people",
        Because.SAME_RECIPIENT_TWICE: "people",
        Because.RECIPIENT_OVER_DAILY_LIMIT: "people",
        Because.CIRCLE: "people",
        Because.OUT_OF_CREDITS: "amount",
        Because.BELOW_MINIMUM: "amount",
        Because.OVER_DAILY_LIMIT: "amount",
        Because.NEEDS_APPROVAL: "amount",
        Because.NO_APPROVER: "amount",
        Because.AMOUNT_OUT_OF_RANGE: "amount",
    },
    known_as={"recipients": "people"},
)
