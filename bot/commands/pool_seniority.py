"""`pool junior @judy`, `pool senior @judy`: which of the two limits at the pool is hers."""

from __future__ import annotations

from typing import Final

from bot.commands.finding import find_people
from bot.commands.parse import bare
from bot.commands.people import Named, is_explicit, named
from bot.commands.verb import Asked
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Reply
from core.directory.change_user import ChangeUser
from core.directory.create_user import Seniority

_WORDS: Final = {
    "junior": Seniority.JUNIOR,
    "juniors": Seniority.JUNIOR,
    "senior": Seniority.SENIOR,
    "seniors": Seniority.SENIOR,
}
_FILLERS: Final = frozenset({"", "is", "a", "as", "now", "make", "the", "counts", "please"})


def whose_seniority(asked: Asked) -> tuple[Named, Seniority] | None:
    """Somebody who is named, with an @, beside one of the two words and nothing else; None when it is not that."""
    wanted = [_WORDS[bare(word)] for word in asked.words if bare(word) in _WORDS]
    rest = [word for word in asked.words if bare(word) not in _FILLERS | _WORDS.keys()]
    if len(wanted) != 1 or len(rest) != 1 or not is_explicit(rest[0]):
        return None
    who = named(rest[0])
    return None if who is None else (who, wanted[0])


async def change_seniority(who: Named, seniority: Seniority, *, asked: Asked) -> Reply:
    """Raises Refused: those may who manage the person, and nobody for themselves."""
    (person,) = await find_people([who], asked)
    speaker = asked.speaker
    done = await asked.office.engine.run(
        ChangeUser(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            user_id=person.id,
            seniority=seniority,
        )
    )
    if not done.changed:
        return Reply(title=f"@{done.handle} is a {seniority.value} already.", kind=ReplyKind.RECEIPT)
    return Reply(
        title=f"@{done.handle} is a {seniority.value} now.",
        lines=(
            f"At the pool the limit for {seniority.value}s counts for them from now on; what they drew stays drawn.",
        ),
        kind=ReplyKind.RECEIPT,
    )
