"""`5M to team backend`, `@alice 200k monthly`: how much to whom, where a whom is a person or a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.commands.amounts import Found, find_amount
from bot.commands.finding import find_people
from bot.commands.parse import after_dashes, bare
from bot.commands.people import is_explicit, named, readable
from bot.commands.places import find_place, name_of
from bot.commands.verb import Asked, usage
from bot.replies.reply import Reply
from core.allocation.show_funding import Funding, ShowFunding
from core.directory.units import Amount, AmountError, Units
from core.refusals import Because, Refused

YES: Final = frozenset({"yes", "y", "confirm", "confirmed"})
_REASON: Final = frozenset({"reason", "message", "msg", "m", "note", "because"})
_FILLERS: Final = frozenset(
    {"", "to", "from", "back", "of", "a", "an", "for", "into", "out", "give", "credits", "tokens", "please", "pls"}
)


@dataclass(frozen=True, slots=True)
class Giving:
    """`whom` are the words that name a person or place; empty when nobody is named."""

    amount: Amount | None
    typed: str
    whom: tuple[str, ...]
    reason: str
    is_confirmed: bool


def read_giving(words: Sequence[str], units: Units) -> Giving | AmountError:
    """The parts of what was said, in any order."""
    kept = [word for word in words if after_dashes(word) not in YES]
    said, reason = _apart(kept)
    found = find_amount(said, units)
    if isinstance(found, AmountError):
        return found
    rest = [*said[: found.first], *said[found.end :]] if isinstance(found, Found) else said
    whom = tuple(word for word in rest if bare(word) not in _FILLERS)
    if not whom and reason[:1] and bare(reason[0]) == "for":
        whom, reason = tuple(word for word in reason if bare(word) not in _FILLERS), []
    text = " ".join(map(readable, reason[1:])).strip(" \"'")
    if found is None:
        return Giving(None, "", whom, text, is_confirmed=len(kept) < len(words))
    typed = " ".join(said[found.first : found.end])
    return Giving(found.amount, typed, whom, text, is_confirmed=len(kept) < len(words))


def _apart(words: list[str]) -> tuple[list[str], list[str]]:
    """In front of the reason, and the reason with the word that begins it."""
    for at, word in enumerate(words):
        option = after_dashes(word).partition("=")[0]
        if option in _REASON:
            joined = word.partition("=")[2]
            return words[:at], [word, *([joined] if joined else []), *words[at + 1 :]]
        if at and bare(word) in {"for", "because"}:
            return words[:at], words[at:]
    return words, []


async def funding_of(whom: Sequence[str], asked: Asked) -> Funding | Reply:
    """The person or place with its quota and what is above; the question which one when it is unclear."""
    owner_id = await _owner_id(whom, asked)
    if isinstance(owner_id, Reply):
        return owner_id
    speaker = asked.speaker
    return await asked.office.engine.ask(
        ShowFunding(organization_id=speaker.organization_id, actor=speaker.actor, owner_id=owner_id)
    )


async def _owner_id(whom: Sequence[str], asked: Asked) -> str | Reply:
    """A person with an @ or an id; else a place; else a person by a bare name."""
    if len(whom) > 1 and any(map(is_explicit, whom)):
        return usage("One person or place at a time.")
    somebody = named(whom[0]) if len(whom) == 1 else None
    if somebody is not None and (is_explicit(whom[0]) or whom[0].startswith("usr_") or bare(whom[0]) == "me"):
        return (await find_people((somebody,), asked))[0].id
    try:
        place = await find_place(name_of(whom) or " ".join(whom), asked)
        return place if isinstance(place, Reply) else place.id
    except Refused as refused:
        no_place = refused
        if somebody is None or refused.refusal.because is not Because.UNKNOWN_NODE:
            raise
    try:
        return (await find_people((somebody,), asked))[0].id
    except Refused as refused:
        raise (no_place if "near" in no_place.refusal.facts else refused) from None


def called(funding: Funding) -> str:
    """`@alice`, `Backend`."""
    return f"@{funding.name}" if funding.is_person else funding.name
