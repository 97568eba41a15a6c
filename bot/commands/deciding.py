"""What `approve` and `deny` share: which request is meant, and which file carries out a decision about its subject."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final, Protocol

from bot.commands.amounts import find_amount
from bot.commands.approvals import waiting, which_one
from bot.commands.deciding_draw import decide_draw
from bot.commands.deciding_override import decide_override
from bot.commands.deciding_transfer import decide_transfer
from bot.commands.finding import find_people
from bot.commands.parse import after_dashes, bare
from bot.commands.parse_boost import read_length
from bot.commands.people import is_explicit, named
from bot.commands.requests import answered_request, answering, open_requests, request_line
from bot.commands.verb import Asked, usage
from bot.commands.verdict import FILLERS, Said
from bot.commands.wrong_amounts import wrong_amount
from bot.replies.reply import Reply
from core.approvals.find_subject import FindSubject
from core.approvals.states import Subject
from core.directory.units import AmountError

_MOST_SHOWN: Final = 3
_GLASS: Final = frozenset({"break-glass", "breakglass", "justification"})


class Decide(Protocol):
    """How a verdict on one kind of request is carried out and told. Raises Refused."""

    def __call__(self, said: Said, asked: Asked, *, approval_id: str) -> Awaitable[Reply]: ...


_DECIDE: Final[Mapping[Subject, Decide]] = MappingProxyType(
    {Subject.DRAW: decide_draw, Subject.OVERRIDE: decide_override, Subject.TRANSFER: decide_transfer}
)
"""One file per subject: `deciding_….py`."""


async def decided(asked: Asked, *, is_yes: bool) -> Reply:
    """Decide the request that is named by its id or by who asks, or the only one that waits."""
    asked = await _by_handle(asked)
    said = _read(asked, is_yes=is_yes)
    if isinstance(said, AmountError):
        return wrong_amount(said, "For example: “approve @alice 50k”.")
    if said.named is not None and said.named.startswith("crq_"):
        return await answered_request(asked, said.named, is_yes=said.is_yes, amount=said.amount)
    if said.named is not None and said.named.startswith("apr_"):
        return await decide_approval(said, asked, approval_id=said.named)
    lists = await waiting(asked)
    meant = [item for item in lists.for_me if said.named in {None, item.requester}]
    if said.hours is not None:
        meant = [item for item in meant if item.subject == Subject.OVERRIDE.value] or meant
    if len(meant) == 1:
        return await decide_approval(said, asked, approval_id=meant[0].approval_id)
    if not meant:
        return await _answered_colleague(said, asked)
    rest = asked.words if said.named is None else asked.words[1:]
    return which_one(meant, asked, verb="approve" if is_yes else "deny", rest=rest)


async def _answered_colleague(said: Said, asked: Asked) -> Reply:
    """Where nothing waits to be approved a colleague's request may be meant, if there is one alone."""
    asks_me = [item for item in await open_requests(asked) if not item.is_mine]
    fits = [item for item in asks_me if said.named in {None, item.other}]
    if not fits:
        return usage("Nothing like that waits for you.", "“approvals” shows what does.")
    if len(fits) == 1:
        return await answered_request(asked, fits[0].request_id, is_yes=said.is_yes, amount=said.amount)
    reply = usage("Which one?", *(request_line(item, asked) for item in fits))
    return replace(reply, actions=tuple(action for item in fits[:_MOST_SHOWN] for action in answering(item, asked)))


async def decide_approval(said: Said, asked: Asked, *, approval_id: str) -> Reply:
    """Carry out a verdict on the request with that id. Raises Refused."""
    speaker = asked.speaker
    subject = await asked.office.engine.ask(
        FindSubject(organization_id=speaker.organization_id, actor=speaker.actor, approval_id=approval_id)
    )
    if said.hours is not None and subject is not Subject.OVERRIDE:
        return usage("Only a boost is for a time.", "Say it again without how long, or deny it and ask for a loan.")
    return await _DECIDE[subject](said, asked, approval_id=approval_id)


async def _by_handle(asked: Asked) -> Asked:
    """The same with whoever is named first called by their handle: a chat platform has ids of its own for people.

    Raises Refused where they are unknown, rather than take a name for a note.
    """
    at = next((at for at, word in enumerate(asked.words) if after_dashes(word) not in _GLASS), None)
    who = named(asked.words[at]) if at is not None and is_explicit(asked.words[at]) else None
    if at is None or who is None:
        return asked
    (person,) = await find_people([who], asked)
    return replace(asked, words=(*asked.words[:at], f"@{person.handle}", *asked.words[at + 1 :]))


def _read(asked: Asked, *, is_yes: bool) -> Said | AmountError:
    """`[apr_… | @alice] [50k] [for 24h] [words]`; `--break-glass` in front of the words of a super admin."""
    words = [word for word in asked.words if after_dashes(word) not in _GLASS]
    breaks_glass = len(words) < len(asked.words)
    meant = next((word for word in words[:1] if _names_one(word)), None)
    words = words[1:] if meant else words
    lasting = read_length(words) if is_yes else None
    words = words if lasting is None else list(lasting.rest)
    found = find_amount(words[:4], asked.telling.units) if is_yes else None
    if isinstance(found, AmountError):
        return found
    has_amount = found is not None and all(bare(word) in FILLERS for word in words[: found.first])
    return Said(
        is_yes=is_yes,
        named=_name(meant),
        amount=found.amount.credits if found is not None and has_amount else None,
        hours=None if lasting is None else lasting.hours,
        rest=tuple(words[found.end :] if found is not None and has_amount else words),
        breaks_glass=breaks_glass,
    )


def _names_one(word: str) -> bool:
    return word.startswith(("apr_", "crq_", "@")) or (bare(word).isidentifier() and bare(word) not in FILLERS)


def _name(word: str | None) -> str | None:
    return bare(word).removeprefix("@") if word else None
