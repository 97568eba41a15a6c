"""`ooo next week`, `ooo until wednesday to @bob`, `ooo back`: away, with a preview before anything is set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.commands.finding import find_people
from bot.commands.ooo_person import BACK, CANCEL, CORRECT, STATUS, Whose, apart_from_person
from bot.commands.ooo_told import preview_told, returned_told, set_told, status_told
from bot.commands.parse import bare
from bot.commands.parse_ooo import OooWords, Unclear, read_ooo
from bot.commands.people import Named
from bot.commands.verb import Asked, Verb, usage
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Reply, Style
from core.directory.people import PersonLine
from core.ooo.cancel_absence import CancelAbsence
from core.ooo.correct_absence import CorrectAbsence
from core.ooo.plans import Part, Phase
from core.ooo.preview_absence import PreviewAbsence
from core.ooo.return_early import ReturnEarly
from core.ooo.set_out_of_office import SetOutOfOffice
from core.ooo.show_absences import Absences, ShowAbsences
from core.ooo.words import Source
from core.policy.periods import start_of
from core.refusals import Because, Refused, refuse

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
    """What was said, with everybody known; `phases` as the engine takes them."""

    whose: Whose
    words: OooWords
    phases: tuple[Phase, ...]
    delegate: PersonLine | None

    @property
    def delegate_id(self) -> str | None:
        """As the engine takes it."""
        return None if self.delegate is None else self.delegate.id


async def _ooo(asked: Asked) -> Reply:
    who, words = apart_from_person(asked.words, is_day=lambda said: _is_clear(said, asked))
    whose = await _whose(who, asked)
    first = bare(words[0]) if words else "status"
    if first in STATUS:
        return status_told(await _absences(whose, asked), asked, whose=whose)
    if first in BACK:
        return await _back(whose, asked)
    if first in CANCEL:
        return await _cancel(whose, asked)
    if first in CORRECT:
        return await _correct(words[1:], whose, asked=asked)
    said = read_ooo(words, today=_today(asked))
    if isinstance(said, Unclear):
        return usage(*_UNCLEAR[said])
    return await go_away(said, asked, whose=whose)


async def go_away(words: OooWords, asked: Asked, *, whose: Whose | None = None) -> Reply:
    """Show what would happen, or set it; for who speaks unless it is somebody else's. Raises Refused."""
    wish = await _known(words, whose or Whose(asked.speaker.user_id, None), asked=asked)
    return await (_set(wish, asked) if words.is_confirmed else _preview(wish, asked))


def _is_clear(words: Sequence[str], asked: Asked) -> bool:
    return not isinstance(read_ooo(words, today=_today(asked)), Unclear)


async def _whose(who: Named | None, asked: Asked) -> Whose:
    """Who speaks, unless somebody else is named. Raises Refused when they are unknown."""
    if who is None:
        return Whose(asked.speaker.user_id, None)
    (person,) = await find_people([who], asked)
    return Whose(person.id, None if person.id == asked.speaker.user_id else person.handle)


async def _known(words: OooWords, whose: Whose, *, asked: Asked) -> _Wish:
    """Raises Refused when somebody is unknown."""
    parts = [Part(await _destination(share.to, asked), share.percent) for share in words.shares]
    delegate = None if words.delegate is None else (await find_people([words.delegate], asked))[0]
    return _Wish(whose, words, (Phase(tuple(parts)),) if parts else (), delegate)


async def _destination(to: Named | str, asked: Asked) -> str:
    return (await find_people([to], asked))[0].id if isinstance(to, Named) else str(to)


async def _preview(wish: _Wish, asked: Asked) -> Reply:
    speaker, zone = asked.speaker, asked.telling.zone
    preview = await asked.office.engine.ask(
        PreviewAbsence(
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            user_id=wish.whose.user_id,
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
    return preview_told(preview, asked, delegate=wish.delegate, whose=wish.whose, actions=actions)


def _says(wish: _Wish) -> str:
    """Days by date and people by id, so that nothing changes until it is pressed."""
    days = wish.words.days
    split = " ".join(f"{part.percent}% {part.to}" for phase in wish.phases for part in phase.parts)
    return " ".join(
        filter(
            None,
            (
                "ooo",
                wish.whose.user_id if wish.whose.handle else "",
                f"{days.first} until {days.back}",
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
            user_id=wish.whose.user_id,
            starts_at=start_of(wish.words.days.first, zone),
            ends_at=start_of(wish.words.days.back, zone),
            reason=wish.words.reason,
            source=Source.MANUAL_STATUS,
            phases=wish.phases,
            delegate_id=wish.delegate_id,
        )
    )
    return set_told(receipt, asked, whose=wish.whose)


async def _back(whose: Whose, asked: Asked) -> Reply:
    speaker = asked.speaker
    back = await asked.office.engine.run(
        ReturnEarly(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            absence_id=await _of_another(whose, asked),
        )
    )
    title = f"@{whose.handle} is back." if whose.handle else "Welcome back."
    return returned_told(title, back, asked=asked, whose=whose)


async def _cancel(whose: Whose, asked: Asked) -> Reply:
    speaker = asked.speaker
    named_id = next((word for word in asked.words if word.startswith("ooo_")), None)
    back = await asked.office.engine.run(
        CancelAbsence(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            absence_id=named_id or await _of_another(whose, asked),
        )
    )
    title = f"All right, {whose.subject} not out of office."
    return returned_told(title, back, asked=asked, whose=whose)


async def _of_another(whose: Whose, asked: Asked) -> str | None:
    """The id of their present or next absence; None for who speaks, whose own the deed finds. Raises Refused."""
    if whose.handle is None:
        return None
    lines = (await _absences(whose, asked)).lines
    if not lines:
        raise Refused(refuse(Because.UNKNOWN_ABSENCE, user=whose.user_id, handle=whose.handle))
    return lines[0].id


async def _correct(words: Sequence[str], whose: Whose, *, asked: Asked) -> Reply:
    speaker, zone = asked.speaker, asked.telling.zone
    absences = await _absences(whose, asked)
    present = next(iter(absences.lines), None)
    if present is None:
        return status_told(absences, asked, whose=whose)
    # “until wednesday” leaves the first day as it was; days that are over have names, too.
    first = present.starts_at.astimezone(zone).date()
    start = (first.isoformat(),) if [bare(word) for word in words[:1]] == ["until"] else ()
    said = read_ooo((*start, *words), today=min(first, _today(asked)))
    if isinstance(said, Unclear):
        return usage("When was it really?", "For example: “ooo correct 2026-02-20 until 2026-02-25”.")
    corrected = await asked.office.engine.run(
        CorrectAbsence(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            absence_id=present.id,
            starts_at=start_of(said.days.first, zone),
            ends_at=start_of(said.days.back, zone),
        )
    )
    telling = asked.telling
    came = telling.amount(corrected.returned + corrected.grace)
    return Reply(
        title=f"Corrected: away from {telling.day(said.days.first)}, back on {telling.day(said.days.back)}.",
        lines=(f"{came} came back to {whose.object}.",),
        kind=ReplyKind.ABSENCE,
    )


async def _absences(whose: Whose, asked: Asked) -> Absences:
    speaker = asked.speaker
    return await asked.office.engine.ask(
        ShowAbsences(organization_id=speaker.organization_id, actor=speaker.actor, user_id=whose.user_id)
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
        ("ooo correct feb 20 - feb 25", "when it was really"),
        ("ooo @carol next week", "for somebody you lead; also back, cancel, status and correct"),
    ),
    run=_ooo,
    form="ooo",
    aliases=("away", "vacation", "holiday", "outofoffice", "out"),
)
