"""`suggested sug_…`: yes to the absence that was suggested because of a chat status."""

from __future__ import annotations

from bot.commands.ooo_person import Whose
from bot.commands.ooo_told import set_told
from bot.commands.parse import bare
from bot.commands.verb import Asked, Verb, usage
from bot.replies.reply import Reply
from core.ooo.set_out_of_office import SetOutOfOffice
from core.ooo.suggested_absence import SuggestedAbsence
from core.ooo.words import Source


async def _suggested(asked: Asked) -> Reply:
    suggestion_id = next((bare(word) for word in asked.words if word.startswith("sug_")), None)
    if suggestion_id is None:
        return usage("When are you away?", "For example: “ooo next week”.")
    speaker = asked.speaker
    suggestion = await asked.office.engine.ask(
        SuggestedAbsence(organization_id=speaker.organization_id, actor=speaker.actor, suggestion_id=suggestion_id)
    )
    receipt = await asked.office.engine.run(
        SetOutOfOffice(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            user_id=speaker.user_id,
            starts_at=suggestion.starts_at,
            ends_at=suggestion.ends_at,
            source=Source.CHAT_STATUS,
        )
    )
    return set_told(receipt, asked, whose=Whose(speaker.user_id, None))


VERB = Verb(
    name="suggested",
    does="yes to what was suggested",
    examples=(("suggested sug_…", "be out of office as your status says"),),
    run=_suggested,
)
