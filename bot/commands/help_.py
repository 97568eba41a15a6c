"""`help`, `help send`: short, with examples; the verbs in groups, because there are many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

from bot.commands.parse import COURTESIES, bare
from bot.commands.verb import Asked, Verb
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Fact, Reply

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "Your credits": ("balance", "history", "quota", "keys"),
    "Sharing": ("send", "request", "undo", "thank", "loan", "loans", "pool"),
    "Deciding": ("approvals", "approve", "deny", "ask", "answer", "preapprove", "delegate"),
    "Being away": ("ooo",),
    "Team and budget": ("team", "allocate", "withdraw", "boost", "boosts"),
    "Yourself": ("inbox", "link", "policy", "settings", "help"),
}
"""Every verb that is shown stands in one of them; a verb that stands in none comes under “More”."""


_SKIPPED: Final = COURTESIES | {"", "alfred", "@alfred"}


async def _help(asked: Asked) -> Reply:
    wanted = next((bare(word).removeprefix("/") for word in asked.words if bare(word) not in _SKIPPED), "")
    verb = next((verb for verb in asked.verbs if wanted in verb.names), None)
    if verb is not None:
        return _one(verb, asked)
    everything = _everything(asked)
    if len(asked.words) != 1 or not wanted:
        return everything
    near = get_close_matches(wanted, [verb.name for verb in asked.verbs], n=1, cutoff=0.6)
    hint = (f"Did you mean “help {near[0]}”?",) if near else ()
    title = f"I do not know “{wanted}”."
    return replace(everything, title=title, lines=(*hint, *everything.lines))


def _everything(asked: Asked) -> Reply:
    return Reply(
        title="I look after your AI credits.",
        facts=tuple(Fact(name, ", ".join(verb.name for verb in verbs)) for name, verbs in grouped(asked.verbs)),
        lines=(
            "For example: “balance”, “send @bob 10k for the demo”, “ooo next week”.",
            "“help send” explains one verb, with examples. Questions work too: “how much do I have left?”",
        ),
        actions=tuple(
            Action(label=label, says=says, command_id=asked.speaker.mint(says))
            for label, says in (("Show my balance", "balance"), ("How to send", "help send"), ("My team", "team"))
        ),
        kind=ReplyKind.LIST,
    )


def grouped(verbs: Sequence[Verb]) -> Iterator[tuple[str, list[Verb]]]:
    """The verbs under their headings, in the headings' order."""
    by_name = {verb.name: verb for verb in verbs}
    for heading, names in GROUPS.items():
        here = [by_name.pop(name) for name in names if name in by_name]
        if here:
            yield heading, here
    if by_name:
        yield "More", list(by_name.values())


def _one(verb: Verb, asked: Asked) -> Reply:
    """What it does, and how it is said; what changes nothing can be tried at once."""
    also = (f"Also understood: {', '.join(verb.aliases)}.",) if verb.aliases else ()
    form = (f"“{verb.name}” alone opens a form.",) if verb.form and verb.opens(()) is not None else ()
    neighbours = next((list(group) for group in GROUPS.values() if verb.name in group), [])
    known = {known.name for known in asked.verbs}
    others = [name for name in neighbours if name != verb.name and name in known]
    see = (f"See also: {', '.join(others)}.",) if others else ()
    return Reply(
        title=f"{verb.name}: {verb.does}.",
        facts=tuple(Fact(*example) for example in verb.examples),
        lines=(*form, *also, *see),
    )


VERB = Verb(
    name="help",
    does="this list, or one verb with examples",
    examples=(("help", "everything you can say"), ("help send", "one verb, with examples")),
    run=_help,
    aliases=("?", "commands", "hello", "hi", "hey", "start"),
)
