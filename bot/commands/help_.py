"""`help`, `help send`: short, with examples."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.parse import COURTESIES, bare
from bot.commands.verb import Asked, Verb
from bot.replies.reply import Action, Fact, Reply


async def _help(asked: Asked) -> Reply:
    wanted = next((bare(word) for word in asked.words if bare(word)), "")
    verb = next((verb for verb in asked.verbs if wanted in verb.names), None)
    if verb is not None:
        return _one(verb)
    everything = _everything(asked)
    is_about_a_word = len(asked.words) == 1 and wanted not in COURTESIES | {""}
    return replace(everything, title=f"I do not know “{wanted}”. You can say:") if is_about_a_word else everything


def _everything(asked: Asked) -> Reply:
    return Reply(
        title="I look after your AI credits. You can say:",
        facts=tuple(Fact(verb.examples[0][0], verb.does) for verb in asked.verbs),
        lines=("“help send” explains one of them, with examples.",),
        actions=(Action(label="Show my balance", says="balance", command_id=asked.speaker.mint("balance")),),
    )


def _one(verb: Verb) -> Reply:
    also = (f"Also understood: {', '.join(verb.aliases)}.",) if verb.aliases else ()
    return Reply(
        title=f"{verb.name}: {verb.does}.", facts=tuple(Fact(*example) for example in verb.examples), lines=also
    )


VERB = Verb(
    name="help",
    does="this list, or one verb with examples",
    examples=(("help", "everything you can say"), ("help send", "one verb, with examples")),
    run=_help,
    aliases=("?", "commands", "hello", "hi", "hey", "start"),
)
