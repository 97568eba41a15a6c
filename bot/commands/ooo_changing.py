"""An absence that is known already: back, back on another day, cancelled, or other than was said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, Protocol

from bot.commands.ooo_person import NOTHING_NEW, Whose
from bot.commands.ooo_told import corrected_told, extended_told, returned_told, status_told
from bot.commands.parse import bare
from bot.commands.parse_ooo import Unclear, read_ooo
from bot.commands.spans import WEEKDAYS, Days, read_date, read_days
from bot.commands.splits import read_days_count
from bot.commands.verb import Asked, usage
from bot.replies.reply import Reply
from core.ooo.cancel_absence import CancelAbsence
from core.ooo.correct_absence import CorrectAbsence
from core.ooo.extend_absence import ExtendAbsence
from core.ooo.return_early import ReturnEarly
from core.ooo.show_absences import AbsenceLine, Absences, ShowAbsences
from core.policy.periods import start_of
from core.refusals import Because, Refused, refuse

_BY: Final = frozenset({"by", "for", "more", "the", "it"})
_UNTIL: Final = frozenset({"until", "till", "til", "to", "on", "only", "through"})


class Changing(Protocol):
    """What is done about an absence, with the words behind the deed's own. Raises Refused."""

    async def __call__(self, words: Sequence[str], whose: Whose, *, asked: Asked) -> Reply: ...


async def back(words: Sequence[str], whose: Whose, *, asked: Asked) -> Reply:
    """`back` now; `back friday`, sooner or later than was said."""
    said = [word for word in words if not word.startswith("ooo_")]
    if all(bare(word) in NOTHING_NEW for word in said):
        return await _back_now(words, whose, asked=asked)
    day = _day(said, today=today_of(asked))
    if day is None:
        return usage("When are you back?", "For example: “ooo back” for now, “ooo back friday”.")
    if day <= today_of(asked):
        return await _back_now(words, whose, asked=asked)
    line = await _meant(words, whose, asked=asked)
    first = line.starts_at.astimezone(asked.telling.zone).date()
    day = _later(day, said, than=first)
    if start_of(day, asked.telling.zone) > line.ends_at:
        return await _extend(line, whose, until=day, asked=asked)
    return await _correct(line, whose, days=Days(first, day), asked=asked)


async def extend(words: Sequence[str], whose: Whose, *, asked: Asked) -> Reply:
    """`extend until friday`, `extend by 2 days`."""
    line = await _meant(words, whose, asked=asked)
    said = [word for word in words if not word.startswith("ooo_")]
    end = today_of(asked) if line.is_open_ended else line.ends_at.astimezone(asked.telling.zone).date()
    more = read_days_count([word for word in said if bare(word) not in _BY])
    day = end + timedelta(days=more) if more else _day(said, today=today_of(asked))
    if day is None:
        return usage("Until when?", "For example: “ooo extend until friday”, “ooo extend by 2 days”.")
    return await _extend(line, whose, until=_later(day, said, than=end), asked=asked)


async def cancel(words: Sequence[str], whose: Whose, *, asked: Asked) -> Reply:
    """`cancel`, `cancel next week`, `cancel ooo_…`."""
    speaker = asked.speaker
    said = () if _id_in(words) or all(bare(word) in NOTHING_NEW for word in words) else words
    days = read_days(said, today=today_of(asked)) if said else None
    if said and days is None:
        return usage("Which absence?", "For example: “ooo cancel”, “ooo cancel next week”.")
    gone = await asked.office.engine.run(
        CancelAbsence(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            absence_id=_id_in(words) or await _named(days, whose, asked=asked),
        )
    )
    title = f"All right, {whose.subject} not out of office."
    return returned_told(title, gone, asked=asked, whose=whose)


async def correct(words: Sequence[str], whose: Whose, *, asked: Asked) -> Reply:
    """`correct feb 20 - feb 25`: when it was really."""
    zone = asked.telling.zone
    absences = await absences_of(whose, asked)
    if not absences.lines:
        return status_told(absences, asked, whose=whose)
    said = [word for word in words if not word.startswith("ooo_")]
    by_id = await _by_id(words, whose, asked=asked)
    # “until wednesday” leaves the first day as it was; days that are over have names, too.
    first = (by_id or absences.lines[0]).starts_at.astimezone(zone).date()
    start = (first.isoformat(),) if [bare(word) for word in said[:1]] == ["until"] else ()
    read = read_ooo((*start, *said), today=min(first, today_of(asked)))
    if isinstance(read, Unclear):
        return usage("When was it really?", "For example: “ooo correct 2026-02-20 until 2026-02-25”.")
    line = by_id or _during(absences.lines, read.days, asked=asked) or absences.lines[0]
    return await _correct(line, whose, days=read.days, asked=asked)


async def absences_of(whose: Whose, asked: Asked) -> Absences:
    """Those that are not over."""
    speaker = asked.speaker
    return await asked.office.engine.ask(
        ShowAbsences(organization_id=speaker.organization_id, actor=speaker.actor, user_id=whose.user_id)
    )


def today_of(asked: Asked) -> date:
    """The day where the organization is."""
    return asked.office.engine.clock.now().astimezone(asked.telling.zone).date()


async def _back_now(words: Sequence[str], whose: Whose, *, asked: Asked) -> Reply:
    speaker = asked.speaker
    ended = await asked.office.engine.run(
        ReturnEarly(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            absence_id=_id_in(words) or (None if whose.handle is None else (await _meant((), whose, asked=asked)).id),
        )
    )
    title = f"@{whose.handle} is back." if whose.handle else "Welcome back."
    return returned_told(title, ended, asked=asked, whose=whose)


async def _extend(line: AbsenceLine, whose: Whose, *, until: date, asked: Asked) -> Reply:
    speaker = asked.speaker
    extended = await asked.office.engine.run(
        ExtendAbsence(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            absence_id=line.id,
            ends_at=start_of(until, asked.telling.zone),
        )
    )
    return extended_told(extended, asked, whose=whose)


async def _correct(line: AbsenceLine, whose: Whose, *, days: Days, asked: Asked) -> Reply:
    speaker, zone = asked.speaker, asked.telling.zone
    same_day = line.starts_at.astimezone(zone).date() == days.first
    corrected = await asked.office.engine.run(
        CorrectAbsence(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            absence_id=line.id,
            starts_at=line.starts_at if same_day else start_of(days.first, zone),
            ends_at=start_of(days.back, zone),
        )
    )
    return corrected_told(corrected, asked, whose=whose)


async def _named(days: Days | None, whose: Whose, *, asked: Asked) -> str | None:
    """The id of the one that has these days; None for who speaks, whose own the deed finds. Raises Refused."""
    if days is None and whose.handle is None:
        return None
    lines = (await absences_of(whose, asked)).lines
    line = _during(lines, days, asked=asked) if days is not None else next(iter(lines), None)
    if line is None:
        raise Refused(refuse(Because.UNKNOWN_ABSENCE, user=whose.user_id, handle=whose.handle))
    return line.id


async def _meant(words: Sequence[str], whose: Whose, *, asked: Asked) -> AbsenceLine:
    """By its id, else the present or next one. Raises Refused."""
    line = await _by_id(words, whose, asked=asked)
    line = line or next(iter((await absences_of(whose, asked)).lines), None)
    if line is None:
        raise Refused(refuse(Because.UNKNOWN_ABSENCE, user=whose.user_id, handle=whose.handle))
    return line


async def _by_id(words: Sequence[str], whose: Whose, *, asked: Asked) -> AbsenceLine | None:
    """None when no id is among the words. Raises Refused when there is no such absence of theirs."""
    absence_id = _id_in(words)
    if absence_id is None:
        return None
    lines = (await absences_of(whose, asked)).lines
    line = next((line for line in lines if line.id == absence_id), None)
    if line is None:
        raise Refused(refuse(Because.UNKNOWN_ABSENCE, absence=absence_id))
    return line


def _id_in(words: Sequence[str]) -> str | None:
    return next((bare(word) for word in words if word.startswith("ooo_")), None)


def _during(lines: Sequence[AbsenceLine], days: Days, *, asked: Asked) -> AbsenceLine | None:
    """The first that has one of these days."""
    starts_at, ends_at = (start_of(day, asked.telling.zone) for day in (days.first, days.back))
    return next((line for line in lines if line.starts_at < ends_at and starts_at < line.ends_at), None)


def _day(words: Sequence[str], *, today: date) -> date | None:
    """`on friday`, `until feb 20`."""
    days = read_days(_without_until(words), today=today)
    return None if days is None else days.first


def _later(day: date, words: Sequence[str], *, than: date) -> date:
    """Of a day of the week the first one behind another day; every other day is what it is."""
    said = " ".join(map(bare, _without_until(words)))
    is_weekday = said.removeprefix("next ").removeprefix("this ") in WEEKDAYS
    found = read_date(said, today=than) if day <= than and is_weekday else day
    assert found is not None, "days of the week are understood"
    return found


def _without_until(words: Sequence[str]) -> Sequence[str]:
    at = next((at for at, word in enumerate(words) if bare(word) not in _UNTIL), len(words))
    return words[at:]
