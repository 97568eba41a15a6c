"""Asking for a boost."""

from __future__ import annotations

from bot.commands.forms.filled import Filled
from bot.commands.forms.hours import hours_in
from bot.commands.forms.kind import FormKind
from bot.commands.override_form import FIELDS, override_form
from bot.commands.parse_boost import BoostWords, read_boost
from bot.commands.request_override import ask_for
from bot.commands.verb import Asked
from bot.replies.form import Form
from bot.replies.reply import Reply
from core.directory.units import AmountError
from core.refusals import Because


async def _draw(asked: Asked) -> Form:
    """With what the words say."""
    words = read_boost(asked.words, asked.telling.units)
    return override_form(BoostWords(None, None, "") if isinstance(words, AmountError) else words, asked)


async def _run(filled: Filled, asked: Asked) -> Reply:
    words = BoostWords(filled.amounts["amount"], hours_in(filled), filled.texts.get("reason", ""))
    return await ask_for(words, asked)


FORM = FormKind(
    name="override",
    fields=FIELDS,
    draw=_draw,
    run=_run,
    belongs={
        Because.AMOUNT_OUT_OF_RANGE: "amount",
        Because.OVERRIDE_TOO_LARGE: "amount",
        Because.NO_APPROVER: "amount",
        Because.OVERRIDE_TOO_LONG: "hours",
        Because.REASON_REQUIRED: "reason",
    },
)
