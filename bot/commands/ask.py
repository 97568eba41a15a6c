"""`ask apr_… why not 100k?`: what an approver wants to know first; without a request of theirs, `request`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.commands import request
from bot.commands.approvals import waiting, which_one
from bot.commands.parse import bare
from bot.commands.people import readable
from bot.commands.verb import Asked, Verb, about_one_request, usage
from bot.replies.reply import Reply
from core.approvals.ask_question import AskQuestion

_ASKING: Final = frozenset(
    {"why", "what", "how", "when", "which", "who", "whom", "where", "is", "are", "do", "does", "can", "could"}
    | {"would", "will", "should", "about", "whether", "if"}
)
_EXAMPLE: Final = "For example: “ask @alice why not 100k?”, or “ask apr_… …” with an id that approvals shows."


async def _ask(asked: Asked) -> Reply:
    if not asked.words:
        return usage("Ask whom what?", _EXAMPLE, "To ask for credits: “request 10k from @bob”.")
    first, *rest = asked.words
    name = bare(first).removeprefix("@")
    if name.startswith("apr_"):
        return await _relay(asked, name, words=rest)
    if not _is_question(rest):
        credits_asked = (first, *rest[1:]) if rest and bare(rest[0]) == "for" else asked.words
        return await request.VERB.run(replace(asked, words=credits_asked))
    lists = await waiting(asked)
    meant = [item for item in lists.for_me if name == item.requester]
    if len(meant) == 1:
        return await _relay(asked, meant[0].approval_id, words=rest)
    if not meant:
        return usage("Nothing like that waits for you.", "“approvals” shows what does.")
    return which_one(meant, asked, verb="ask", rest=rest)


def _is_question(words: Sequence[str]) -> bool:
    return bool(words) and (words[-1].rstrip("\"'").endswith("?") or bare(words[0]) in _ASKING)


async def _relay(asked: Asked, approval_id: str, *, words: Sequence[str]) -> Reply:
    question = sentence(words)
    if not question:
        return usage("What do you want to know?", _EXAMPLE)
    speaker = asked.speaker
    relayed = await asked.office.engine.run(
        AskQuestion(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            approval_id=approval_id,
            question=question,
        )
    )
    return Reply(
        title=f"Asked: “{question}”",
        lines=(f"The request stays open meanwhile; “approve {relayed.approval_id}” decides it.",),
    )


def sentence(words: Sequence[str]) -> str:
    """As people read it, without quotes around it."""
    return " ".join(map(readable, words)).strip(" \"'")


VERB = Verb(
    name="ask",
    does="ask about a request that waits for you",
    examples=(
        ("ask @alice why not 100k?", "about what they ask for"),
        ("ask apr_… is it for the launch?", "about one that approvals shows"),
    ),
    run=_ask,
    form="question",
    opens=about_one_request,
    aliases=("question",),
)
