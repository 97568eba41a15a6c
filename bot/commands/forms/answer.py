"""An answer to an approver's question."""

from __future__ import annotations

from typing import Final

from bot.commands.forms.filled import Filled
from bot.commands.forms.kind import FormKind
from bot.commands.forms.waiting import approval_named, told, waits_of_mine
from bot.commands.verb import Asked
from bot.replies.form import Field, FieldKind, Form
from bot.replies.reply import Reply
from core.approvals.answer_question import AnswerQuestion
from core.approvals.texts import LONGEST
from core.approvals.waiting import OpenQuestion
from core.refusals import Because, Refused, refuse

_FIELDS: Final = (
    Field(name="answer", kind=FieldKind.TEXT, label="Your answer", hint="Who asked reads it.", longest=LONGEST),
)


async def _draw(asked: Asked) -> Form:
    """About the last question of a request that has no answer yet."""
    item = await waits_of_mine(asked)
    if not item.questions:
        raise Refused(refuse(Because.UNKNOWN_QUESTION, approval=item.approval_id))
    return Form(
        name="answer",
        about=item.approval_id,
        title="Answer a question",
        submit="Answer",
        asks=_asks(item.questions[-1]),
        lines=(*told(item, asked), _asks(item.questions[-1])),
        in_words=(f"For example: “answer {item.approval_id} it is for the launch”.",),
        fields=_FIELDS,
        command_id=asked.speaker.mint(f"form answer {item.approval_id}"),
    )


def _asks(question: OpenQuestion) -> str:
    return f"You are asked: “{question.question}”"


async def _run(filled: Filled, asked: Asked) -> Reply:
    speaker = asked.speaker
    await asked.office.engine.run(
        AnswerQuestion(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            approval_id=approval_named(asked),
            answer=filled.texts["answer"],
        )
    )
    return Reply(title="Your answer is on its way.")


FORM = FormKind(name="answer", fields=_FIELDS, draw=_draw, run=_run, belongs={})
