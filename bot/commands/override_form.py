"""What is filled in to ask for a boost, apart from what is done with it, so that the verb can offer it."""

from __future__ import annotations

from typing import Final

from bot.commands.forms.fields import AMOUNT, HOURS, REASON
from bot.commands.forms.kind import with_initial
from bot.commands.parse_boost import BoostWords
from bot.commands.verb import Asked
from bot.replies.form import Form

EXAMPLE: Final = "For example: “request override 200k for 48h P0 incident”."
FIELDS: Final = (
    AMOUNT,
    HOURS,
    REASON,
)


def override_form(words: BoostWords, asked: Asked) -> Form:
    """With what was said already in it."""
    return Form(
        name="override",
        about="",
        title="Ask for a boost",
        submit="Ask",
        asks="How much, for how long, and what for?",
        lines=("More credits for a time. They are spent first; what is left at the end goes back.",),
        in_words=(EXAMPLE,),
        fields=with_initial(
            FIELDS,
            amount=str(words.amount.credits) if words.amount else "",
            hours=f"{words.hours}h" if words.hours else "",
            reason=words.reason,
        ),
        command_id=asked.speaker.mint("form override"),
    )
