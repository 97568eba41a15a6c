"""`form send`, `form decide apr_…`: what buttons say that open something to fill in."""

from __future__ import annotations

from dataclasses import replace

from bot.commands.forms.catalogue import FORMS
from bot.commands.parse import bare
from bot.commands.verb import Asked, Verb, usage
from bot.replies.form import Form
from bot.replies.reply import Reply, Tone


async def opened(name: str, asked: Asked) -> Reply:
    """The form of that name, about what the words say. Raises Refused where nothing can be filled in."""
    return form_reply(await FORMS[name].draw(asked))


def form_reply(form: Form) -> Reply:
    """A form to fill in; for who cannot, the question it answers and how to say it in words."""
    return Reply(title=form.asks, lines=form.in_words, tone=Tone.REFUSED, code="usage", form=form)


async def _form(asked: Asked) -> Reply:
    name = bare(asked.words[0]) if asked.words else ""
    if name not in FORMS:
        return usage("I do not know that form.", "There are: " + ", ".join(FORMS) + ".")
    return await opened(name, replace(asked, words=asked.words[1:]))


VERB = Verb(name="form", does="something to fill in", examples=(("form send", "for sending"),), run=_form)
