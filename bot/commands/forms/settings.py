"""By which ways somebody hears of what: one choice for each kind of news."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Final

from bot.commands.forms.filled import Filled
from bot.commands.forms.kind import FormKind
from bot.commands.own_settings import own_settings
from bot.commands.verb import Asked
from bot.replies.form import Choice, Field, FieldKind, Form
from bot.replies.reply import Reply
from bot.replies.settings import NEWS_TOLD, SHOWN_TOLD, unlinked_told, ways_told
from core.notify.change_own_settings import ChangeOwnSettings
from core.notify.leaderboards import Shown
from core.notify.news import ALWAYS, News, Way
from core.notify.show_settings import NoticeLine, OwnSettings

_DEFAULT: Final = "default"
_OFF: Final = "off"
_LEADERBOARD: Final = "leaderboard"


def _value(ways: tuple[Way, ...]) -> str:
    return " ".join(ways) or _OFF


def _choices(news: News) -> tuple[Choice, ...]:
    """Every set of ways that it can have, the most first."""
    sets = (ways for count in range(len(Way), -1, -1) for ways in combinations(Way, count))
    allowed = (ways for ways in sets if news not in ALWAYS or Way.IN_APP in ways)
    usual = Choice(_DEFAULT, "As everybody")
    return usual, *(Choice(_value(ways), ways_told(ways).capitalize()) for ways in allowed)


_FIELDS: Final = (
    *(
        Field(
            name=news.value,
            kind=FieldKind.CHOICE,
            label=NEWS_TOLD[news],
            initial=_DEFAULT,
            choices=_choices(news),
        )
        for news in News
    ),
    Field(
        name=_LEADERBOARD,
        kind=FieldKind.CHOICE,
        label="Leaderboards",
        initial=Shown.NO.value,
        choices=tuple(Choice(shown.value, told) for shown, told in SHOWN_TOLD.items()),
    ),
)


async def _draw(asked: Asked) -> Form:
    own = await own_settings(asked)
    return Form(
        name="settings",
        about="",
        title="Settings",
        submit="Save",
        asks="How should Alfred reach you?",
        lines=("Approvals and security notices stay in your inbox.",),
        in_words=("For example: “settings quota off”, “settings approvals slack”.", "“settings” shows how it is now."),
        fields=tuple(_drawn(own)),
        command_id=asked.speaker.mint("form settings"),
    )


def _drawn(own: OwnSettings) -> Iterator[Field]:
    """With what is chosen, and without platforms where the person has no account."""
    lines = {line.news.value: line for line in own.notices}
    for field in _FIELDS:
        if field.name == _LEADERBOARD:
            yield replace(field, initial=own.leaderboard.value)
            continue
        line = lines[field.name]
        initial = _DEFAULT if line.own is None else _value(line.own)
        usual = Choice(_DEFAULT, f"As everybody: {ways_told(line.default)}")
        offered = (choice for choice in field.choices[1:] if _is_offered(choice, line, own=own))
        yield replace(field, initial=initial, choices=(usual, *offered))


def _is_offered(choice: Choice, line: NoticeLine, *, own: OwnSettings) -> bool:
    reached = {Way.IN_APP.value, _OFF, *own.platforms}
    return set(choice.value.split()) <= reached or (line.own is not None and choice.value == _value(line.own))


async def _run(filled: Filled, asked: Asked) -> Reply:
    speaker = asked.speaker
    chosen = {news.value: filled.texts[news.value] for news in News}
    await asked.office.engine.run(
        ChangeOwnSettings(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            notices={name: _ways(value) for name, value in chosen.items()},
            leaderboard=filled.texts[_LEADERBOARD],
        )
    )
    own = await own_settings(asked)
    mine = [line for line in own.notices if line.own is not None]
    unlinked = unlinked_told([way for line in mine for way in line.ways], own.platforms)
    return Reply(
        title="Saved." if mine else "Saved: you hear of everything in the usual ways.",
        lines=tuple(filter(None, (*(f"{NEWS_TOLD[line.news]}: {ways_told(line.ways)}." for line in mine), unlinked))),
    )


def _ways(value: str) -> tuple[str, ...] | None:
    if value == _DEFAULT:
        return None
    return () if value == _OFF else tuple(value.split())


FORM = FormKind(name="settings", fields=_FIELDS, draw=_draw, run=_run, belongs={})
