"""`alfred chat --script FILE`: a conversation of several people, played on the configured database."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from alfred.cli.durations import duration
from alfred.cli.operator import Operator, opened
from alfred.cli.seat import Seat, active
from alfred.clocks import EngineClock, WallClock, read_deployment
from alfred.data_folder import local_defaults, reason
from alfred.demo.clock import let_pass
from alfred.settings import load_settings
from alfred.stop import Exit, Stop
from alfred.wiring import House, open_database, open_house
from bot.replies.form import Form, Mistakes
from bot.replies.reply import Action, Reply
from bot.terminal.playing import Play, Unexpected
from bot.terminal.rendering import draw, printable
from bot.terminal.script import Line, NoSuchLine, people_of, read_script
from core.directory.people import PersonLine
from core.refusals import Refused

STDIN: Final = Path("-")


async def play_file(file: Path, *, organization: str | None) -> None:
    """Play it and say how it went. Raises Stop with file and line at the first thing that is not as expected."""
    name = "standard input" if file == STDIN else str(file)
    try:
        script = read_script(_text(file))
    except NoSuchLine as error:
        raise Stop(f"{name}, line {error.number}: {error}", code=Exit.USAGE) from None
    organization_id, people = await _cast(script, name=name, organization=organization)
    settings = load_settings(defaults=local_defaults())
    async with open_database(settings) as database:
        _, offset = await read_deployment(database)
    clock = EngineClock(WallClock(), offset=offset)
    async with open_house(settings, clock=clock) as house:
        seats = {handle: Seat(house, person, organization_id=organization_id) for handle, person in people.items()}
        for seat in seats.values():
            await seat.window.news()  # what arrived before the play is told by `inbox`
        console = Console(highlight=False)
        try:
            read = await Play(_Room(house, clock, seats=seats), _Audience(console)).play(script)
        except Unexpected as error:
            raise Stop(f"{name}, line {error.number}: {error}", code=Exit.REFUSED) from None
    line = f"{'Standard input' if file == STDIN else file.name}: all {read} expected lines were read."
    console.print(line, style="dim", markup=False, soft_wrap=True)


async def _cast(script: Sequence[Line], *, name: str, organization: str | None) -> tuple[str, Mapping[str, PersonLine]]:
    """Everybody who has a part, found before the first of them speaks."""
    async with opened(organization) as operator:
        return operator.organization_id, {
            handle: await _player(operator, handle, where=f"{name}, line {number}")
            for handle, number in people_of(script).items()
        }


async def _player(operator: Operator, handle: str, *, where: str) -> PersonLine:
    try:
        return await active(operator, handle)
    except Refused:
        raise Stop(f"{where}: nobody here is called {handle}.", code=Exit.REFUSED) from None


def _text(file: Path) -> str:
    try:
        return sys.stdin.read() if file == STDIN else file.read_text(encoding="utf-8")
    except OSError as error:
        raise Stop(f"{file} cannot be read: {reason(error)}.") from None
    except UnicodeDecodeError:
        raise Stop(f"{file} is no text in UTF-8.") from None


class _Room:
    """The stage: everybody has a seat at the same house, and its clock can be moved where it is a demo's."""

    def __init__(self, house: House, clock: EngineClock, *, seats: Mapping[str, Seat]) -> None:
        self._house: Final = house
        self._clock: Final = clock
        self._seats: Final = seats

    async def says(self, who: str, text: str) -> Reply:
        return await self._seats[who].answer(text, None)

    async def presses(self, who: str, action: Action) -> Reply:
        return await self._seats[who].answer(action.says, action.command_id)

    async def submits(self, who: str, form: Form, *, values: Mapping[str, str]) -> Reply | Mistakes:
        return await self._seats[who].send_off(form, values)

    async def news(self, who: str) -> Sequence[Reply]:
        return await self._seats[who].window.news()

    async def advance(self, by: str) -> str:
        return (await let_pass(duration(by), self._house.engine, database=self._house.database, clock=self._clock)).told


class _Audience:
    """Who looks on, at a console."""

    def __init__(self, console: Console) -> None:
        self._console: Final = console

    def told(self, text: str) -> None:
        self._console.print(Text(text, style="italic"))
        self._console.print()

    def said(self, who: str, text: str) -> None:
        self._console.print(Text.assemble((f"{who}> ", "bold cyan"), (text, "bold")))

    def answered(self, _who: str, reply: Reply) -> None:
        draw(reply, self._console, numbered=True)
        if reply.form is not None:
            for line in _form(reply.form):
                self._console.print(printable(line, "cyan"))
        self._console.print()

    def received(self, who: str, reply: Reply) -> None:
        self._console.print(Text(f"{who} is told:", style="dim"))
        draw(reply, self._console, numbered=True)
        self._console.print()


def _form(form: Form) -> Iterator[str]:
    """What there is to fill in, and what sends it off."""
    yield form.title
    yield from form.lines
    for field in form.fields:
        initial = next((choice.label for choice in field.choices if choice.value == field.initial), field.initial)
        yield f"  {field.label}: {initial}".rstrip()
    yield f"  [{form.submit}]"
