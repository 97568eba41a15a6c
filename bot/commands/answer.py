"""`answer apr_… the launch is on friday`: to an approver's question about what I ask for."""

from __future__ import annotations

from typing import Final

from bot.commands.approvals import waiting
from bot.commands.ask import sentence
from bot.commands.parse import bare
from bot.commands.verb import Asked, Verb, about_one_request, usage
from bot.replies.reply import Reply
from core.approvals.answer_question import AnswerQuestion

_EXAMPLE: Final = "For example: “answer the launch is on friday”."


async def _answer(asked: Asked) -> Reply:
    first = bare(asked.words[0]) if asked.words else ""
    is_named = first.startswith("apr_")
    text = sentence(asked.words[1:] if is_named else asked.words)
    if not text:
        return usage("What is your answer?", _EXAMPLE)
    mine = [item for item in (await waiting(asked)).of_mine if item.questions]
    if not is_named and len(mine) != 1:
        lines = [f"{item.approval_id}: {question.question}" for item in mine for question in item.questions]
        return usage("Which question?", *lines, "Say “answer”, the id and your answer.") if mine else _none()
    approval_id = first if is_named else mine[0].approval_id
    speaker = asked.speaker
    await asked.office.engine.run(
        AnswerQuestion(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            approval_id=approval_id,
            answer=text,
        )
    )
    return Reply(title=f"Answered: “{text}”", lines=("Who asked hears it now and can decide.",))


def _none() -> Reply:
    return usage("Nobody has asked you anything.", "“approvals” shows what you wait for.")


VERB = Verb(
    name="answer",
    does="answer a question about what you asked for",
    examples=(("answer the launch is on friday", "the one open question"), ("answer apr_… yes", "of several")),
    run=_answer,
    form="answer",
    opens=about_one_request,
    aliases=("reply",),
)
