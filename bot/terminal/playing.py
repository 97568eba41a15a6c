"""Plays a conversation of several people, line by line, and stops at the first thing that is not as it should be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from bot.replies.form import Field, Form, Mistakes
from bot.replies.reply import Action, Reply, Tone
from bot.terminal.fragments import NotKept, as_known, filled, found_in
from bot.terminal.script import Advances, Line, Presses, Reads, Says, Tells


class Stage(Protocol):
    """Where a conversation is played."""

    async def says(self, who: str, text: str) -> Reply:
        """Somebody types; what they are answered."""

    async def presses(self, who: str, action: Action) -> Reply:
        """Somebody presses what they were shown; what they are answered."""

    async def submits(self, who: str, form: Form, *, values: Mapping[str, str]) -> Reply | Mistakes:
        """Somebody sends off a form that they were shown; `values` by the names of its fields."""

    async def news(self, who: str) -> Sequence[Reply]:
        """What has arrived for somebody since the last look."""

    async def advance(self, by: str) -> str:
        """Let time pass; what to say about it."""


class Watcher(Protocol):
    """Who looks on."""

    def told(self, text: str) -> None:
        """A stage direction, or that time has passed."""

    def said(self, who: str, text: str) -> None:
        """Somebody typed or pressed."""

    def answered(self, who: str, reply: Reply) -> None:
        """They were answered."""

    def received(self, who: str, reply: Reply) -> None:
        """Something arrived for them."""


class Unexpected(Exception):
    """Not what the script expects; `why` says it in lines."""

    def __init__(self, number: int, *why: str) -> None:
        super().__init__("\n".join(why))
        self.number = number


@dataclass(slots=True)
class _Screen:
    """What somebody sees: all since they last spoke, and every button that was shown, the newest last."""

    shown: list[Reply] = field(default_factory=list)
    offered: list[tuple[Action, ...]] = field(default_factory=list)
    form: Form | None = None
    values: dict[str, str] = field(default_factory=dict)

    def show(self, reply: Reply) -> None:
        self.shown.append(reply)
        if reply.actions:
            self.offered.append(reply.actions)

    def answer(self, reply: Reply) -> None:
        """Show it alone; the form that was open is closed, and that of the answer opened."""
        self.shown.clear()
        self.show(reply)
        self.form = reply.form
        self.values = {one.name: one.initial for one in reply.form.fields} if reply.form else {}

    def labelled(self, label: str) -> Field | None:
        """A field of the open form."""
        fields = self.form.fields if self.form else ()
        return next((one for one in fields if one.label.casefold() == label.strip().casefold()), None)

    def button(self, label: str) -> Action | None:
        """By its label, the newest first; by its number in what was shown last."""
        if label.isdecimal():
            newest = self.offered[-1] if self.offered else ()
            return newest[int(label) - 1] if 0 < int(label) <= len(newest) else None
        labelled = (action for actions in reversed(self.offered) for action in actions)
        return next((action for action in labelled if action.label.casefold() == label.casefold()), None)


class Play:
    """One conversation. Names that were kept last until its end."""

    def __init__(self, stage: Stage, watcher: Watcher) -> None:
        self._stage: Final = stage
        self._watcher: Final = watcher
        self._screens: Final[dict[str, _Screen]] = {}
        self._kept: Final[dict[str, str]] = {}

    async def play(self, script: Sequence[Line]) -> int:
        """Play it; how many lines were read as expected. Raises Unexpected."""
        for line, following in zip(script, [*script[1:], None], strict=True):
            reply = await self._play(line)
            if reply is not None:
                _expect_no_surprise(line, following, reply=reply)
        return sum(isinstance(line, Reads) for line in script)

    async def _play(self, line: Line) -> Reply | None:
        match line:
            case Tells():
                self._watcher.told(line.text)
            case Advances():
                self._watcher.told(await self._stage.advance(line.by))
            case Reads():
                await self._read(line)
            case Says() | Presses():
                return await self._speak(line)
        return None

    async def _speak(self, line: Says | Presses) -> Reply | None:
        await self._look(line.who)
        screen = self._screen(line.who)
        if isinstance(line, Presses):
            reply = await self._press(line, screen)
        else:
            text = self._filled(line)
            self._watcher.said(line.who, text)
            if _filled_in(text, screen):
                return None
            reply = await self._stage.says(line.who, text)
        screen.answer(reply)
        self._watcher.answered(line.who, reply)
        return reply

    async def _press(self, line: Presses, screen: _Screen) -> Reply:
        form = screen.form
        if form is not None and form.submit.casefold() == line.label.casefold():
            self._watcher.said(line.who, f"[{form.submit}]")
            outcome = await self._stage.submits(line.who, form, values=screen.values)
            return _told(outcome, form, values=screen.values) if isinstance(outcome, Mistakes) else outcome
        action = _pressed(line, screen)
        self._watcher.said(line.who, f"[{action.label}]")
        return await self._stage.presses(line.who, action)

    async def _read(self, line: Reads) -> None:
        await self._look(line.who)
        shown = self._screen(line.who).shown
        for reply in reversed(shown):
            new = found_in(_in_words(reply), line.text, kept=self._kept)
            if new is not None:
                self._kept.update(new)
                return
        raise Unexpected(line.number, *_missing(line, shown, kept=self._kept))

    async def _look(self, who: str) -> None:
        for reply in await self._stage.news(who):
            self._screen(who).show(reply)
            self._watcher.received(who, reply)

    def _screen(self, who: str) -> _Screen:
        return self._screens.setdefault(who, _Screen())

    def _filled(self, line: Says) -> str:
        try:
            return filled(line.text, self._kept)
        except NotKept as name:
            raise Unexpected(
                line.number, f"{{{name}}} stands for nothing yet: nothing above it was read as that."
            ) from None


def _missing(line: Reads, shown: Sequence[Reply], *, kept: Mapping[str, str]) -> list[str]:
    expected = [f"{line.who} should read", *_indented(as_known(line.text, kept))]
    if not shown:
        return [*expected, f"but nothing has arrived for {line.who}."]
    return [*expected, f"but {line.who} reads", *(part for reply in shown for part in _indented(_in_words(reply)))]


def _filled_in(text: str, screen: _Screen) -> bool:
    """Whether it was `Label: value` for a field of the open form; its value is kept then."""
    label, colon, value = text.partition(":")
    found = screen.labelled(label) if colon else None
    if found is None:
        return False
    choices = {choice.label.casefold(): choice.value for choice in found.choices}
    screen.values[found.name] = choices.get(value.strip().casefold(), value.strip())
    return True


def _told(mistakes: Mistakes, form: Form, *, values: Mapping[str, str]) -> Reply:
    """The same form again, filled in as it was, with what cannot stay."""
    labels = {one.name: one.label for one in form.fields}
    lines = tuple(f"{labels[name]}: {why}" for name, why in mistakes.by_field.items())
    fields = tuple(replace(one, initial=values[one.name]) for one in form.fields)
    return Reply(title=f"{form.title}:", lines=lines, form=replace(form, fields=fields), tone=Tone.REFUSED, code="form")


def _in_words(reply: Reply) -> str:
    """Everything that is shown, the open form with it."""
    form = reply.form
    if form is None or reply.code == "form":
        return reply.in_words()
    return "\n".join((reply.in_words(), form.title, *form.lines, *(one.label for one in form.fields)))


def _pressed(line: Presses, screen: _Screen) -> Action:
    action = screen.button(line.label)
    if action is None:
        offered = [f"[{action.label}]" for actions in screen.offered for action in actions]
        seen = f"Shown so far: {', '.join(dict.fromkeys(offered))}." if offered else "Nothing was shown to press."
        raise Unexpected(line.number, f"{line.who} cannot press [{line.label}].", seen)
    return action


def _expect_no_surprise(line: Line, following: Line | None, *, reply: Reply) -> None:
    """A refusal that nobody reads would pass unnoticed, and a defect is never what was meant."""
    assert isinstance(line, Says | Presses), "only who speaks is answered"
    is_read = isinstance(following, Reads) and following.who == line.who
    is_refused = reply.tone is Tone.REFUSED and (reply.form is None or reply.code == "form")
    if reply.tone is Tone.ERROR or (is_refused and not is_read):
        raise Unexpected(line.number, f"{line.who} was not expected to be told", *_indented(reply.in_words()))


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines()]
