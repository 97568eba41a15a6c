"""`delegate @dan until friday`: somebody who decides in my place."""

from __future__ import annotations

from typing import Final

from bot.commands.dates import apart_from_until, end_named
from bot.commands.finding import find_people
from bot.commands.parse import bare
from bot.commands.people import named
from bot.commands.verb import Asked, Verb, usage
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Reply
from core.approvals.delegate import Delegate
from core.approvals.end_delegation import EndDelegation

_END: Final = frozenset({"end", "off", "stop", "nobody", "none"})
_FILLERS: Final = frozenset({"to", "my", "approvals", "decisions"})


async def _delegate(asked: Asked) -> Reply:
    words, until = apart_from_until(asked.words)
    words = tuple(word for word in words if bare(word) not in _FILLERS)
    if len(words) == 1 and bare(words[0]) in _END:
        return await _end(asked)
    who = named(words[0]) if len(words) == 1 else None
    if who is None:
        return usage(
            "Who should decide in your place?", "For example: “delegate @dan until friday”.", "“delegate end” ends it."
        )
    ends_at = end_named(until, asked) if until else None
    if until and ends_at is None:
        return usage(f"I do not know when “{' '.join(until)}” is.", "For example: “until friday”, “until 20 march”.")
    (person,) = await find_people((who,), asked)
    speaker = asked.speaker
    made = await asked.office.engine.run(
        Delegate(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            delegate_id=person.id,
            ends_at=ends_at,
        )
    )
    lasts = asked.telling.until(made.ends_at) if made.ends_at else "until you end it"
    return Reply(
        title=f"@{made.handle} decides in your place, {lasts}.",
        lines=("Only what you may decide yourself, and nothing that either of you asks for or gains by.",),
        actions=(Action(label="End it", says="delegate end", command_id=speaker.mint("end")),),
        kind=ReplyKind.RECEIPT,
    )


async def _end(asked: Asked) -> Reply:
    speaker = asked.speaker
    await asked.office.engine.run(
        EndDelegation(id=speaker.command_id, organization_id=speaker.organization_id, actor=speaker.actor)
    )
    return Reply(title="You decide for yourself again.", kind=ReplyKind.RECEIPT)


VERB = Verb(
    name="delegate",
    does="name somebody who decides in your place",
    examples=(
        ("delegate @dan until friday", "to the end of that day"),
        ("delegate @dan", "until you end it"),
        ("delegate end", "from now on only you"),
    ),
    run=_delegate,
    aliases=("deputy",),
)
