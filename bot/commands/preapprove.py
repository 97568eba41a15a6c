"""`preapprove @alice transfers up to 50k until friday`: a yes in advance, `preapprove end pre_…`: no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.commands.amounts import Found, find_amount
from bot.commands.dates import apart_from_until, end_named
from bot.commands.finding import find_people
from bot.commands.parse import bare
from bot.commands.people import Named, is_explicit, named
from bot.commands.verb import Asked, Verb, usage
from bot.commands.wrong_amounts import wrong_amount
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Reply, Style
from core.approvals.end_preapproval import EndPreapproval
from core.approvals.own_preapprovals import OwnPreapprovals, PreapprovalLine
from core.approvals.preapprove import Preapprove, Preapproved
from core.approvals.states import Subject
from core.directory.units import AmountError

_SUBJECTS: Final[Mapping[str, Subject]] = {
    **dict.fromkeys(("transfer", "transfers", "sending", "sendings", "gifts"), Subject.TRANSFER),
    **dict.fromkeys(("draw", "draws", "pool", "withdrawals"), Subject.DRAW),
    **dict.fromkeys(("override", "overrides", "boost", "boosts"), Subject.OVERRIDE),
}
_CALLED: Final[Mapping[str, str]] = {
    Subject.TRANSFER.value: "transfers",
    Subject.DRAW.value: "pool draws",
    Subject.OVERRIDE.value: "overrides",
}
_ANYBODY: Final = frozenset({"anybody", "anyone", "everybody", "everyone", "all"})
_END: Final = frozenset({"end", "stop", "revoke", "cancel", "remove", "delete"})
_LIST: Final = frozenset({"list", "show"})
_FILLERS: Final = frozenset(
    {"", "to", "up", "of", "at", "most", "max", "for", "and", "&", "by", "from", "requests", "request", "each", "the"}
    | {"please", "pls", "his", "her", "their"}
)
_EXAMPLE: Final = "For example: “preapprove @alice transfers up to 50k until friday”."


async def _preapprove(asked: Asked) -> Reply:
    first = bare(asked.words[0]) if asked.words else "list"
    if first in _LIST:
        return _listed(await own_preapprovals(asked), asked)
    if first in _END:
        return await _end(asked)
    return await _make(asked)


async def own_preapprovals(asked: Asked) -> tuple[PreapprovalLine, ...]:
    """Those of who speaks."""
    speaker = asked.speaker
    return await asked.office.engine.ask(OwnPreapprovals(organization_id=speaker.organization_id, actor=speaker.actor))


def preapproval_line(item: PreapprovalLine, asked: Asked) -> str:
    """`Agreed in advance: transfers of @alice up to 50,000 tokens each, until …`."""
    until = asked.telling.until(item.ends_at)
    return f"Agreed in advance: {_what(item, asked)}, {until}. Id: {item.preapproval_id}"


def _what(item: PreapprovalLine, asked: Asked) -> str:
    who = "anybody" if item.people is None else ", ".join(f"@{handle}" for handle in item.people)
    return f"{_CALLED[item.subject]} of {who} up to {asked.telling.amount(item.most)} each"


def _listed(items: Sequence[PreapprovalLine], asked: Asked) -> Reply:
    if not items:
        return Reply(title="You have agreed to nothing in advance.", lines=(_EXAMPLE,))
    return Reply(
        title="1 agreement in advance." if len(items) == 1 else f"{len(items)} agreements in advance.",
        lines=tuple(preapproval_line(item, asked) for item in items),
        actions=tuple(_end_button(item.preapproval_id, asked) for item in items[:1]) if len(items) == 1 else (),
        kind=ReplyKind.LIST,
    )


async def _make(asked: Asked) -> Reply:
    words, until = apart_from_until(asked.words)
    found = find_amount(words, asked.telling.units)
    if isinstance(found, AmountError):
        return wrong_amount(found, _EXAMPLE)
    subject, people = _read(words, found)
    if found is None or people is None or len(subject) > 1:
        return usage("Whose requests, and up to how much each time?", _EXAMPLE, "“anybody” is everybody there.")
    ends_at = end_named(until, asked) if until else None
    if ends_at is None:
        title = f"I do not know when “{' '.join(until)}” is." if until else "Until when?"
        return usage(title, _EXAMPLE)
    persons = await find_people(people, asked)
    speaker = asked.speaker
    made = await asked.office.engine.run(
        Preapprove(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            subject=next(iter(subject), Subject.TRANSFER),
            most=found.amount.credits,
            ends_at=ends_at,
            people=tuple(person.id for person in persons) or None,
        )
    )
    handles = tuple(person.handle for person in persons) or None
    return _told(
        made, PreapprovalLine(made.preapproval_id, made.subject, made.most, handles, made.ends_at), asked=asked
    )


def _read(words: Sequence[str], found: Found | None) -> tuple[set[Subject], list[Named] | None]:
    """The subjects, and the people: none is anybody; None when nobody is named or a word is no person."""
    rest = [word for at, word in enumerate(words) if found is None or not found.first <= at < found.end]
    subjects = {_SUBJECTS[bare(word)] for word in rest if bare(word) in _SUBJECTS}
    said = [word for word in rest if is_explicit(word) or (bare(word) not in _SUBJECTS and bare(word) not in _FILLERS)]
    if len(said) == 1 and bare(said[0]).removesuffix("'s") in _ANYBODY:
        return subjects, []
    people = [named(word.removesuffix("'s")) for word in said]
    return subjects, [person for person in people if person] if people and None not in people else None


def _told(made: Preapproved, line: PreapprovalLine, *, asked: Asked) -> Reply:
    what, until = _what(line, asked), asked.telling.until(made.ends_at)
    return Reply(
        title=f"Agreed in advance: {what}.",
        lines=(
            f"{until[0].upper()}{until[1:]}.",
            "It counts where you may decide, and never for what you gain by.",
        ),
        actions=(_end_button(made.preapproval_id, asked),),
        kind=ReplyKind.RECEIPT,
    )


def _end_button(preapproval_id: str, asked: Asked) -> Action:
    says = f"preapprove end {preapproval_id}"
    return Action(label="End it", says=says, command_id=asked.speaker.mint(says), style=Style.DANGER)


def _which_ends(items: Sequence[PreapprovalLine], asked: Asked) -> Reply:
    if not items:
        return usage("You have agreed to nothing like that in advance.", "“preapprove” shows what you agreed to.")
    buttons = (replace(_end_button(item.preapproval_id, asked), label=_label(item, asked)) for item in items)
    return replace(usage("Which one?", *(preapproval_line(item, asked) for item in items)), actions=tuple(buttons))


def _label(item: PreapprovalLine, asked: Asked) -> str:
    who = "anybody" if item.people is None else ", ".join(f"@{handle}" for handle in item.people)
    return f"{_CALLED[item.subject].capitalize()} of {who}, {asked.telling.units.show_short(item.most)}"


async def _end(asked: Asked) -> Reply:
    named_ids = [word.strip(".,!`\"'") for word in asked.words[1:] if word.startswith("pre_")]
    found = await own_preapprovals(asked)
    if not named_ids:
        handles = {bare(word).removeprefix("@") for word in asked.words[1:]}
        fits = [item for item in found if not handles or handles & set(item.people or ())]
        if len(fits) != 1:
            return _which_ends(fits, asked)
        named_ids = [fits[0].preapproval_id]
    speaker = asked.speaker
    await asked.office.engine.run(
        EndPreapproval(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            preapproval_id=named_ids[0],
        )
    )
    return Reply(
        title="Ended: from now on you are asked again.", lines=("What it let through stays.",), kind=ReplyKind.RECEIPT
    )


VERB = Verb(
    name="preapprove",
    does="say yes in advance, up to an amount each time",
    examples=(
        ("preapprove @alice transfers up to 50k until friday", "those that you would be asked about"),
        ("preapprove anybody overrides up to 20k until 31 march", "everybody's where you decide"),
        ("preapprove list", "what you agreed to"),
        ("preapprove end @alice", "be asked again"),
    ),
    run=_preapprove,
    aliases=("pre-approve", "preapproval", "preapprovals"),
)
