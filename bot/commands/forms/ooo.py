"""Going away: days, who has the credits meanwhile, who decides; then what would happen is shown, to be confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from bot.commands.finding import find_people
from bot.commands.forms.filled import Filled, Mistaken, sentence_of
from bot.commands.forms.kind import FormKind, with_initial
from bot.commands.ooo import go_away
from bot.commands.ooo_changing import today_of
from bot.commands.ooo_person import Whose
from bot.commands.ooo_told import status_told
from bot.commands.parse import split
from bot.commands.parse_ooo import OooWords
from bot.commands.people import By, Named
from bot.commands.spans import Days
from bot.commands.splits import Share, Stage, read_split
from bot.commands.verb import Asked
from bot.replies.form import Choice, Field, FieldKind, Form
from bot.replies.reply import Reply
from core.directory.people import PersonLine
from core.ooo.plans import MOST_PARTS, To
from core.ooo.show_absences import ShowAbsences
from core.ooo.words import Reason
from core.refusals import Because, Refused

_LONGEST_SPLIT: Final = 500
_AS_ALWAYS: Final = "policy"
_COLLEAGUES: Final = "colleagues"
_HALF: Final = "half"
_TO: Final = (
    Choice(_AS_ALWAYS, "Whoever the policy says"),
    Choice(To.POOL.value, "All to the pool of my team"),
    Choice(_COLLEAGUES, "All to colleagues"),
    Choice(_HALF, "Half to the pool, half to colleagues"),
    Choice(To.PARENT.value, "All to the budget above me"),
    Choice(To.DEPARTMENT.value, "All to the budget of my department"),
)
_REASONS: Final = (
    Choice(Reason.OTHER.value, "Just away"),
    Choice(Reason.VACATION.value, "Vacation"),
    Choice(Reason.SICK.value, "Sick"),
    Choice(Reason.LEAVE.value, "Leave"),
)


_FIELDS: Final = (
    Field(name="first", kind=FieldKind.DATE, label="First day away"),
    Field(name="back", kind=FieldKind.DATE, label="Back on", hint="The day you work again."),
    Field(
        name="reason",
        kind=FieldKind.CHOICE,
        label="Why",
        is_required=False,
        initial=Reason.OTHER.value,
        choices=_REASONS,
    ),
    Field(name="to", kind=FieldKind.CHOICE, label="Who has your credits meanwhile", initial=_AS_ALWAYS, choices=_TO),
    Field(
        name="colleagues",
        kind=FieldKind.PEOPLE,
        label="Which colleagues",
        hint="Only where colleagues have them; each gets as much.",
        is_required=False,
        longest=MOST_PARTS - 1,
    ),
    Field(
        name="split",
        kind=FieldKind.TEXT,
        label="Or a split of your own",
        hint="For example: 60% pool 40% @bob for 3 days, then department.",
        is_required=False,
        longest=_LONGEST_SPLIT,
    ),
    Field(
        name="delegate",
        kind=FieldKind.PERSON,
        label="Who decides for you",
        hint="About requests that wait for you meanwhile.",
        is_required=False,
    ),
)


async def _draw(asked: Asked) -> Form:
    today = today_of(asked)
    return Form(
        name="ooo",
        about="",
        title="Out of office",
        submit="Show what happens",
        asks="When are you away?",
        lines=await _present(asked),
        in_words=("For example: “ooo next week”, “ooo feb 20 - feb 27”, “ooo until wednesday”.",),
        fields=with_initial(_FIELDS, first=today.isoformat(), back=(today + timedelta(days=1)).isoformat()),
        command_id=asked.speaker.mint("form ooo"),
    )


async def _present(asked: Asked) -> tuple[str, ...]:
    """How it stands, where an absence is known already."""
    speaker = asked.speaker
    absences = await asked.office.engine.ask(
        ShowAbsences(organization_id=speaker.organization_id, actor=speaker.actor, user_id=speaker.user_id)
    )
    return (status_told(absences, asked, whose=Whose(asked.speaker.user_id, None)).title,) if absences.lines else ()


async def _run(filled: Filled, asked: Asked) -> Reply:
    first, back = filled.days["first"], filled.days["back"]
    if back <= first:
        raise Mistaken({"back": "You should be back after the first day away."})
    delegate = next(iter(filled.people.get("delegate", ())), None)
    words = OooWords(
        days=Days(first, back),
        stages=await _stages(filled, asked),
        delegate=_named(delegate) if delegate else None,
        reason=Reason(filled.texts.get("reason", Reason.OTHER.value)),
        is_confirmed=False,
    )
    return await go_away(words, asked)


async def _stages(filled: Filled, asked: Asked) -> tuple[Stage, ...]:
    """Raises Mistaken where what was chosen, named and written does not fit together."""
    text = filled.texts.get("split")
    if text is None:
        shares = _shares(filled)
        return (Stage(shares),) if shares else ()
    if filled.texts["to"] != _AS_ALWAYS or filled.people.get("colleagues"):
        raise Mistaken({"split": "Choose above who has them, or write it here; not both."})
    stages = read_split(split(text))
    if stages is None:
        raise Mistaken(
            {"split": "I do not understand that. For example: pool for 3 days, then 50% @bob 50% department."}
        )
    try:
        await find_people(
            [share.to for stage in stages for share in stage.shares if isinstance(share.to, Named)], asked
        )
    except Refused as refused:
        raise Mistaken({"split": sentence_of(refused, asked)}) from None
    return stages


def _shares(filled: Filled) -> tuple[Share, ...]:
    """Raises Mistaken where the colleagues and the choice do not fit."""
    to, colleagues = filled.texts["to"], filled.people.get("colleagues", ())
    to = _COLLEAGUES if to == _AS_ALWAYS and colleagues else to
    if to in {_COLLEAGUES, _HALF}:
        if not colleagues:
            raise Mistaken({"colleagues": "Name the colleagues who should have them."})
        half = 50 if to == _HALF else 0
        pool = (Share(To.POOL, half),) if half else ()
        return (*pool, *_evenly(colleagues, 100 - half))
    if colleagues:
        raise Mistaken({"to": "You name colleagues, too: should they have all of it, or half?"})
    return () if to == _AS_ALWAYS else (Share(To(to), 100),)


def _evenly(people: tuple[PersonLine, ...], percent: int) -> Iterator[Share]:
    """The first ones a little more where it does not divide."""
    each, rest = divmod(percent, len(people))
    for at, person in enumerate(people):
        yield Share(_named(person), each + (at < rest))


def _named(person: PersonLine) -> Named:
    return Named(By.NAME, person.handle, f"@{person.handle}")


FORM = FormKind(
    name="ooo",
    fields=_FIELDS,
    draw=_draw,
    run=_run,
    belongs={Because.OWN_GAIN: "colleagues", Because.INACTIVE_USER: "colleagues", Because.UNKNOWN_USER: "colleagues"},
    known_as={"starts_at": "first", "ends_at": "back", "people": "colleagues", "split": "split", "phases": "split"},
)
