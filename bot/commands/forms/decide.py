"""Deciding with more than a press: a part of what was asked for, or words to go with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.commands.deciding import decide_approval
from bot.commands.forms.fields import AMOUNT, HOURS
from bot.commands.forms.filled import Filled
from bot.commands.forms.hours import hours_in
from bot.commands.forms.kind import FormKind, with_initial
from bot.commands.forms.waiting import approval_named, told, waits_for_me
from bot.commands.verb import Asked
from bot.commands.verdict import Said
from bot.replies.form import Choice, Field, FieldKind, Form
from bot.replies.reply import Reply
from core.approvals.texts import LONGEST
from core.approvals.waiting import WaitingLine
from core.refusals import Because

_APPROVE: Final = "approve"
_DENY: Final = "deny"


_FIELDS: Final = (
    Field(
        name="verdict",
        kind=FieldKind.CHOICE,
        label="Your decision",
        initial=_APPROVE,
        choices=(Choice(_APPROVE, "Approve"), Choice(_DENY, "Deny")),
    ),
    replace(AMOUNT, hint="Empty: all of it.", is_required=False),
    replace(HOURS, hint="Empty: as long as was asked for.", is_required=False),
    Field(
        name="note",
        kind=FieldKind.TEXT,
        label="A note",
        hint="Who asked reads it.",
        is_required=False,
        longest=LONGEST,
    ),
)


async def _draw(asked: Asked) -> Form:
    """About a request that waits; with `deny` behind its id that is chosen already."""
    item = await waits_for_me(asked)
    chosen = _DENY if _DENY in asked.words else _APPROVE
    asks_for = asked.telling.amount(item.amount)
    return Form(
        name="decide",
        about=" ".join((item.approval_id, *((_DENY,) if chosen == _DENY else ()))),
        title="Decide a request",
        submit="Decide",
        asks="Yes or no, and how much?",
        lines=told(item, asked),
        in_words=(f"“approve {item.approval_id} 50k”, or “deny {item.approval_id} not this month”.",),
        fields=_with_hint(with_initial(_shown(item), verdict=chosen), f"Empty: all of it, {asks_for}."),
        command_id=asked.speaker.mint(f"form decide {item.approval_id}"),
    )


def _shown(item: WaitingLine) -> tuple[Field, ...]:
    """Only a boost lasts for a time."""
    return tuple(field for field in _FIELDS if field.name != "hours" or item.hours is not None)


def _with_hint(fields: tuple[Field, ...], hint: str) -> tuple[Field, ...]:
    """The hint at the amount."""
    return tuple(replace(item, hint=hint) if item.name == "amount" else item for item in fields)


async def _run(filled: Filled, asked: Asked) -> Reply:
    is_yes = filled.texts["verdict"] == _APPROVE
    amount = filled.amounts.get("amount")
    note = filled.texts.get("note")
    said = Said(
        is_yes=is_yes,
        named=None,
        amount=amount.credits if is_yes and amount else None,
        hours=hours_in(filled) if is_yes else None,
        rest=("note", *note.split()) if note else (),
        breaks_glass=False,
    )
    return await decide_approval(said, asked, approval_id=approval_named(asked))


FORM = FormKind(
    name="decide",
    fields=_FIELDS,
    draw=_draw,
    run=_run,
    belongs={
        Because.AMOUNT_OUT_OF_RANGE: "amount",
        Because.OVERRIDE_TOO_LARGE: "amount",
        Because.OVERRIDE_TOO_LONG: "hours",
    },
)
