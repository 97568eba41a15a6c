"""The department, team or project behind the words that name it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.commands.finding import find_people
from bot.commands.parse import bare
from bot.commands.people import By, Named
from bot.commands.verb import Asked, usage
from bot.replies.reply import Reply
from core.directory.find_node import FindNode
from core.directory.show_tree import NodeLine
from core.directory.tree import NodeKind

EVERY_KIND: Final = tuple(NodeKind)
HOMES: Final = (NodeKind.TEAM, NodeKind.DEPARTMENT, NodeKind.ORGANIZATION)
_KINDS: Final = frozenset(
    {"team", "department", "dept", "project", "organization", "org", "the", "my", "our", "please", "pls", "thanks"}
)


def name_of(words: Sequence[str]) -> str:
    """The name without `team`, `the department` around it: `team backend`, `the Backend team`."""
    kept = [word.strip("\"'`.,;:!?()") for word in words]
    while kept and bare(kept[0]) in _KINDS | {""}:
        kept = kept[1:]
    while kept and bare(kept[-1]) in _KINDS | {""}:
        kept = kept[:-1]
    return " ".join(kept)


async def find_place(name: str, asked: Asked, *, kinds: tuple[NodeKind, ...] = EVERY_KIND) -> NodeLine | Reply:
    """The one place of that name, or the question which one. Raises Refused when there is none."""
    speaker = asked.speaker
    found = await asked.office.engine.ask(
        FindNode(organization_id=speaker.organization_id, actor=speaker.actor, text=name, kinds=kinds)
    )
    if len(found) == 1:
        return found[0]
    lines = tuple(f"The {line.kind} {line.name}: {line.id}" for line in found)
    return usage(f"{len(found)} places are called {found[0].name}: which one?", *lines, "Name it by its id.")


async def own_home_id(asked: Asked) -> str:
    """The place where who speaks is at home."""
    (me,) = await find_people((Named(By.NAME, asked.speaker.user_id, "me"),), asked)
    return me.home_id
