"""`ooo next week`, `ooo until wednesday to @bob`, `ooo back`: away, with a preview before anything is set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.commands.finding import find_people
from bot.commands.ooo_changing import Changing, absences_of, back, cancel, correct, extend, today_of
from bot.commands.ooo_person import BACK, CANCEL, CORRECT, EXTEND, STATUS, Whose, apart_from_person
from bot.commands.ooo_told import preview_told, set_told, status_told
from bot.commands.parse import bare
from bot.commands.parse_ooo import OooWords, Unclear, read_ooo
from bot.commands.people import Named
from bot.commands.spans import Days
from bot.commands.splits import Stage
from bot.commands.verb import Asked, Verb, usage
from bot.replies.reply import Action, Reply, Style
from core.directory.people import PersonLine
from core.ooo.plans import Part, Phase
from core.ooo.preview_absence import PreviewAbsence
from core.ooo.set_out_of_office import SetOutOfOffice
from core.ooo.words import Source
from core.policy.periods import start_of

_UNCLEAR: Final[Mapping[Unclear, tuple[str, ...]]] = {
    Unclear.DAYS: ("When are you away?", "For example: “ooo next week”, “ooo feb 20 - feb 27”, “ooo until wednesday”."),
    Unclear.SPLIT: (
        "Who should have your credits meanwhile?",
        "For example: “ooo next week to pool”, “… to @bob”, “… to 70% pool 30% @bob”.",
        "One after the other: “… to pool for 3 days then department”.",
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
        return status_told(await absences_of(whose, asked), asked, whose=whose)
    if first in _DEEDS:
        return await _DEEDS[first](words[1:], whose, asked=asked)
    words = words[1:] if first == "preview" else words
    said = read_ooo(words, today=today_of(asked))
    if said is Unclear.DAYS:
        said = read_ooo(words, today=today_of(asked), present=await _present(whose, asked))
    if isinstance(said, Unclear):
        return usage(*_UNCLEAR[said])
    return await go_away(said, asked, whose=whose)


async def go_away(words: OooWords, asked: Asked, *, whose: Whose | None = None) -> Reply:
    """Show what would happen, or set it; for who speaks unless it is somebody else's. Raises Refused."""
    wish = await _known(words, whose or Whose(asked.speaker.user_id, None), asked=asked)
    return await (_set(wish, asked) if words.is_confirmed else _preview(wish, asked))


async def _present(whose: Whose, asked: Asked) -> Days | None:
    """The days of their absence: who should have the credits, or who decides, may be said on its own, too."""
    lines = (await absences_of(whose, asked)).lines
    if not lines or lines[0].is_open_ended:
        return None
    zone = asked.telling.zone
    first, end = (at.astimezone(zone).date() for at in (lines[0].starts_at, lines[0].ends_at))
    # From the first whole day on, so that it becomes no longer.
    whole = first if start_of(first, zone) == lines[0].starts_at else first + timedelta(days=1)
    days = Days(max(whole, today_of(asked)), end)
    return days if days.first < days.back else None


def _is_clear(words: Sequence[str], asked: Asked) -> bool:
    return not isinstance(read_ooo(words, today=today_of(asked)), Unclear)


async def _whose(who: Named | None, asked: Asked) -> Whose:
    """Who speaks, unless somebody else is named. Raises Refused when they are unknown."""
    if who is None:
        return Whose(asked.speaker.user_id, None)
    (person,) = await find_people([who], asked)
    return Whose(person.id, None if person.id == asked.speaker.user_id else person.handle)


async def _known(words: OooWords, whose: Whose, *, asked: Asked) -> _Wish:
    """Raises Refused when somebody is unknown."""
    phases = [Phase(await _parts(stage, asked), stage.days) for stage in words.stages]
    delegate = None if words.delegate is None else (await find_people([words.delegate], asked))[0]
    return _Wish(whose, words, tuple(phases), delegate)


async def _parts(stage: Stage, asked: Asked) -> tuple[Part, ...]:
    return tuple([Part(await _destination(share.to, asked), share.percent) for share in stage.shares])


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
    split = " then ".join(map(_phase_says, wish.phases))
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


def _phase_says(phase: Phase) -> str:
    parts = " ".join(f"{part.percent}% {part.to}" for part in phase.parts)
    return f"{parts} for {phase.days} days" if phase.days else parts


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


_DEEDS: Final[Mapping[str, Changing]] = {
    **dict.fromkeys(BACK, back),
    **dict.fromkeys(CANCEL, cancel),
    **dict.fromkeys(CORRECT, correct),
    **dict.fromkeys(EXTEND, extend),
}


VERB = Verb(
    name="ooo",
    does="say when you are away; your days' credits then help others",
    examples=(
        ("ooo next week", "Monday to Sunday; shows first what will happen"),
        ("ooo feb 20 - feb 27 to pool", "all to the pool of your team"),
        ("ooo until wednesday to @bob", "from today on, all to Bob; back on Wednesday"),
        ("ooo next week to pool for 3 days then department", "one after the other"),
        ("ooo next week delegate @carol", "Carol decides for you meanwhile"),
        ("ooo back", "you are back: what is still there comes back to you"),
        ("ooo back friday", "you will be back on Friday, earlier or later than you said"),
        ("ooo status", "when you are away, and what was moved"),
        ("ooo to @bob", "from now on, while you are away, Bob has them"),
        ("ooo cancel", "you are not away after all"),
        ("ooo correct feb 20 - feb 25", "when it was really"),
        ("ooo @carol next week", "for somebody you lead; also back, cancel, status and correct"),
    ),
    run=_ooo,
    form="ooo",
    aliases=("away", "vacation", "holiday", "outofoffice", "out"),
)
