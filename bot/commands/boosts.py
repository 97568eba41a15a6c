"""`boosts`: those that run, with buttons to close them; `boosts revoke ovr_…` closes one."""

from __future__ import annotations

from typing import Final

from bot.commands.deciding_override import revoking
from bot.commands.parse import bare
from bot.commands.verb import Asked, Verb, usage
from bot.commands.verdict import sentence
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Reply, Table
from core.overrides.revoke_override import RevokeOverride
from core.overrides.show_overrides import ActiveOverrides, OverrideLine

_MOST_SHOWN: Final = 25
_MOST_BUTTONS: Final = 4
_CLOSING: Final = frozenset({"revoke", "close", "end", "stop"})


async def _boosts(asked: Asked) -> Reply:
    named = next((at for at, word in enumerate(asked.words) if word.startswith("ovr_")), None)
    if named is not None:
        return await _revoke(asked, asked.words[named].strip(".,!`\"'"), note=sentence(asked.words[named + 1 :]))
    if asked.words and bare(asked.words[0]) in _CLOSING:
        return usage("Which one?", "“boosts” shows those that run, with their ids.")
    return await list_boosts(asked)


async def list_boosts(asked: Asked) -> Reply:
    """The speaker's own, and those of everybody for whom they decide."""
    speaker = asked.speaker
    lines = await asked.office.engine.ask(ActiveOverrides(organization_id=speaker.organization_id, actor=speaker.actor))
    if not lines:
        return Reply(
            title="No boost is running.",
            lines=("“request override 200k for 48h P0 incident” asks for one.",),
        )
    shown = lines[:_MOST_SHOWN]
    more = (f"The {len(shown)} that end soonest of {len(lines)} are shown.",) if len(lines) > len(shown) else ()
    can_close = [line for line in shown if line.can_revoke][:_MOST_BUTTONS]
    return Reply(
        title="1 boost is running." if len(lines) == 1 else f"{len(lines)} boosts are running.",
        lines=more,
        table=Table(("Who", "Boost", "Used", "Until", "For", "From", "Id"), tuple(_row(line, asked) for line in shown)),
        actions=tuple(revoking(line.override_id, line.person, asked=asked) for line in can_close),
        kind=ReplyKind.LIST,
    )


def _row(line: OverrideLine, asked: Asked) -> tuple[str, ...]:
    telling = asked.telling
    until = "" if line.ends_at is None else telling.moment(line.ends_at)
    who = f"@{line.granted_by}" if line.granted_by else "the operator"
    amounts = telling.amount(line.amount), telling.amount(line.used)
    return f"@{line.person}", *amounts, until, line.reason, who, line.override_id


async def _revoke(asked: Asked, override_id: str, *, note: str) -> Reply:
    speaker, telling = asked.speaker, asked.telling
    closed = await asked.office.engine.run(
        RevokeOverride(
            id=speaker.command_id,
            organization_id=speaker.organization_id,
            actor=speaker.actor,
            override_id=override_id,
            note=note,
        )
    )
    held = f" {telling.amount(closed.in_flight)} are held by calls; what they do not cost goes back, too."
    came_to = f"{telling.amount(closed.used)} were used, {telling.amount(closed.returned)} went back."
    return Reply(
        title=f"The boost of @{closed.person}, {telling.amount(closed.amount)}, is closed.",
        lines=(f"{came_to}{held if closed.in_flight else ''}",),
        kind=ReplyKind.RECEIPT,
    )


VERB = Verb(
    name="boosts",
    does="the boosts that run",
    examples=(("boosts", "yours, and those you may close"), ("boosts revoke ovr_…", "close one at once")),
    run=_boosts,
    aliases=("overrides",),
)
