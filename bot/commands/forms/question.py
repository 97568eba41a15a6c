"""A question about a request, before it is decided."""

from __future__ import annotations

from typing import Final

from bot.commands.forms.filled import Filled
from bot.commands.forms.kind import FormKind
from bot.commands.forms.waiting import approval_named, told, waits_for_me
from bot.commands.verb import Asked
from bot.replies.form import Field, FieldKind, Form
from bot.replies.reply import Reply
from core.approvals.ask_question import AskQuestion
from core.approvals.texts import LONGEST

_FIELDS: Final = (
    Field(
        name="question",
        kind=FieldKind.TEXT,
        label="Your question",
        hint="Who asked reads and answers it; the request waits meanwhile.",
        longest=LONGEST,
    ),
)


async def _draw(asked: Asked) -> Form:
    item = await waits_for_me(asked)
    return Form(
        name="question",
        about=item.approval_id,
        title="Ask a question",
        submit="Ask",
        asks=f"What would you like to know from @{item.requester}?",
        lines=told(item, asked),
        in_words=(f"For example: “ask {item.approval_id} is it for the launch?”.",),
        fields=_FIELDS,
        command_id=asked.speaker.mint(f"form question {item.approval_id}"),
    )


async def _run(filled: Filled, asked: Asked) -> Reply:
    speaker = asked.speaker
    put = await asked.office.engine.run(
        AskQuestion(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            approval_id=approval_named(asked),
            question=filled.texts["question"],
        )
    )
    return Reply(
        title="Your question is on its way.", lines=(f"You hear the answer here. The request: {put.approval_id}",)
    )


FORM = FormKind(name="question", fields=_FIELDS, draw=_draw, run=_run, belongs={})
