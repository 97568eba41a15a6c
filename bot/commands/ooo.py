"""`ooo next week`, `ooo until wednesday to @bob`, `ooo back`: away, with a preview before anything is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.commands.finding import find_people
from bot.commands.ooo_told import preview_told, returned_told, set_told, status_told
from bot.commands.parse import bare
from bot.commands.parse_ooo import OooWords, Unclear, read_ooo
from bot.commands.people import Named
from bot.commands.verb import Asked, Verb, usage
from bot.replies.reply import Action, Reply, Style
from core.ooo.cancel_absence import CancelAbsence
from core.ooo.correct_absence import CorrectAbsence
from core.ooo.plans import Part, Phase
from core.ooo.preview_absence import PreviewAbsence
from core.ooo.return_early import ReturnEarly
from core.ooo.set_out_of_office import SetOutOfOffice
from core.ooo.show_absences import Absences, ShowAbsences
from core.ooo.words import Source
from core.policy.periods import start_of

_STATUS: Final = frozenset({"status", "show", "when", "?"})
_BACK: Final = frozenset({"back", "return", "returned", "here"})
_CANCEL: Final = frozenset({"cancel", "delete", "remove"})
_CORRECT: Final = frozenset({"correct", "change", "really", "fix"})
_UNCLEAR: Final[Mapping[Unclear, tuple[str, ...]]] = {
    Unclear.DAYS: ("When are you away?", "For example: “ooo next week”, “ooo feb 20 - feb 27”, “ooo until wednesday”."),
    Unclear.SPLIT: (
        "Who should have your credits meanwhile?",
        "For example: “ooo next week to pool”, “… to @bob”, “… to 70% pool 30% @bob”.",
    ),
    Unclear.DELEGATE: ("Who decides for you?", "For example: “ooo next week delegate @carol”."),
}


@dataclass(frozen=True, slots=True)
class _Wish:
    """What was said, with everybody known; `delegate_id` and `phases` as the engine takes them."""

    words: OooWords
    phases: tuple[Phase, ...]
    delegate_id: str | None


async def _ooo(asked: Asked) -> Reply:
    first = bare(asked.words[0]) if asked.words else "status"
    if first in _STATUS:
        return status_told(await _absences(asked), asked)
    if first in _BACK:
        return await _back(asked)
    if first in _CANCEL:
        return await _cancel(asked)
    if first in _CORRECT:
        return await _correct(asked)
    words = read_ooo(asked.words, today=_today(asked))
    if isinstance(words, Unclear):
        return usage(*_UNCLEAR[words])
    return await go_away(words, asked)


async def go_away(words: OooWords, asked: Asked) -> Reply:
    """Show what would happen, or set it. Raises Refused."""
    wish = await _known(words, asked)
    return await (_set(wish, asked) if words.is_confirmed else _preview(wish, asked))


async def _known(words: OooWords, asked: Asked) -> _Wish:
    """Raises Refused when somebody is unknown."""
    parts = [Part(await _destination(share.to, asked), share.percent) for share in words.shares]
    delegate = None if words.delegate is None else (await find_people([words.delegate], asked))[0].id
    return _Wish(words, (Phase(tuple(parts)),) if parts else (), delegate)


async def _destination(to: Named | str, asked: Asked) -> str:
    return (await find_people([to], asked))[0].id if isinstance(to, Named) else str(to)


async def _preview(wish: _Wish, asked: Asked) -> Reply:
    speaker, zone = asked.speaker, asked.telling.zone
    preview = await asked.office.engine.ask(
        PreviewAbsence(
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            user_id=speaker.user_id,
            starts_at=start_of(wish.words.days.first, zone),
            ends_at=start_of(wish.words.days.back, zone),
            phases=wish.phases,
            delegate_id=wish.delegate_id,
        )
    )
    actions = (
        Action(label="Confirm", says=_says(wish), command_id=speaker.mint("confirm"), style=Style.PRIMARY),
        Action(label="Cancel", says="cancel", command_id=speaker.mint("cancel")),
    )
    return preview_told(preview, asked, delegate=wish.words.delegate, actions=actions)


def _says(wish: _Wish) -> str:
    """Days by date and people by id, so that nothing changes until it is pressed."""
    days = wish.words.days
    split = " ".join(f"{part.percent}% {part.to}" for phase in wish.phases for part in phase.parts)
    return " ".join(
        filter(
            None,
            (
                f"ooo {days.first} until {days.back}",
                wish.words.reason.value if wish.words.reason.value != "other" else "",
                f"to {split}" if split else "",
                f"delegate {wish.delegate_id}" if wish.delegate_id else "",
                "--yes",
            ),
        )
    )


async def _set(wish: _Wish, asked: Asked) -> Reply:
    speaker, zone = asked.speaker, asked.telling.zone
    receipt = await asked.office.engine.run(
        SetOutOfOffice(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            user_id=speaker.user_id,
            starts_at=start_of(wish.words.days.first, zone),
            ends_at=start_of(wish.words.days.back, zone),
            reason=wish.words.reason,
            source=Source.MANUAL_STATUS,
            phases=wish.phases,
            delegate_id=wish.delegate_id,
        )
    )
    return set_told(receipt, asked)


async def _back(asked: Asked) -> Reply:
    speaker = asked.speaker
    back = await asked.office.engine.run(
        ReturnEarly(id=speaker.command_id, organization_id=speaker.organization_id, actor=speaker.actor)
    )
    return returned_told("Welcome back.", back, asked=asked)


async def _cancel(asked: Asked) -> Reply:
    speaker = asked.speaker
    back = await asked.office.engine.run(
        CancelAbsence(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            absence_id=next((word for word in asked.words if word.startswith("ooo_")), None),
        )
    )
    return returned_told("All right, you are not out of office.", back, asked=asked)


async def _correct(asked: Asked) -> Reply:
    speaker, zone = asked.speaker, asked.telling.zone
    present = next(iter((await _absences(asked)).lines), None)
    if present is None:
        return status_told(await _absences(asked), asked)
    # “until wednesday” leaves the first day as it was; days that are over have names, too.
    first = present.starts_at.astimezone(zone).date()
    start = (first.isoformat(),) if [bare(word) for word in asked.words[1:2]] == ["until"] else ()
    words = read_ooo((*start, *asked.words[1:]), today=min(first, _today(asked)))
    if isinstance(words, Unclear):
        return usage("When were you really away?", "For example: “ooo correct 2026-02-20 until 2026-02-25”.")
    corrected = await asked.office.engine.run(
        CorrectAbsence(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            absence_id=present.id,
            starts_at=start_of(words.days.first, zone),
            ends_at=start_of(words.days.back, zone),
        )
    )
    telling = asked.telling
    came = telling.amount(corrected.returned + corrected.grace)
    return Reply(
        title=f"Corrected: away from {telling.day(words.days.first)}, back on {telling.day(words.days.back)}.",
        lines=(f"{came} came back to you.",),
    )


async def _absences(asked: Asked) -> Absences:
    speaker = asked.speaker
    return await asked.office.engine.ask(
        ShowAbsences(organization_id=speaker.organization_id, actor=speaker.actor, user_id=speaker.user_id)
    )


def _today(asked: Asked) -> date:
    return asked.office.engine.clock.now().astimezone(asked.telling.zone).date()


VERB = Verb(
    name="ooo",
    does="say when you are away; your days' credits then help others",
    examples=(
        ("ooo next week", "Monday to Sunday; shows first what will happen"),
        ("ooo feb 20 - feb 27 to pool", "all to the pool of your team"),
        ("ooo until wednesday to @bob", "from today on, all to Bob; back on Wednesday"),
        ("ooo next week delegate @carol", "Carol decides for you meanwhile"),
        ("ooo back", "you are back: what is still there comes back to you"),
        ("ooo status", "when you are away, and what was moved"),
    ),
    run=_ooo,
    form="ooo",
    aliases=("away", "vacation", "holiday", "outofoffice"),
)
