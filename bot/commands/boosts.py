"""`boosts`: those that run, with buttons to close them; `boosts revoke @dan` closes one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot.commands.deciding_override import revoking
from bot.commands.finding import find_people
from bot.commands.parse import bare
from bot.commands.people import named
from bot.commands.verb import Asked, Verb, usage
from bot.commands.verdict import sentence
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Reply, Tone, with_stop
from core.overrides.revoke_override import RevokeOverride
from core.overrides.show_overrides import ActiveOverrides, OverrideLine

_MOST_SHOWN: Final = 25
_MOST_BUTTONS: Final = 4
_CLOSING: Final = frozenset({"revoke", "close", "end", "stop"})


async def _boosts(asked: Asked) -> Reply:
    words = asked.words
    at = next((at for at, word in enumerate(words) if word.startswith("ovr_")), None)
    if at is not None:
        return await _revoke(asked, bare(words[at]), note=sentence(words[at + 1 :]))
    if words and bare(words[0]) in _CLOSING:
        return await _revoke_of(asked, words[1:])
    return await list_boosts(asked)


async def _revoke_of(asked: Asked, words: Sequence[str]) -> Reply:
    """Whose boost it is, where they have one alone that the speaker may close; else which one."""
    who = named(words[0]) if words else None
    whose = {person.id for person in await find_people([who], asked)} if who is not None else None
    can_close = [line for line in await _running(asked) if line.can_revoke]
    meant = [line for line in can_close if whose is None or line.user_id in whose]
    if whose is not None and len(meant) == 1:
        return await _revoke(asked, meant[0].override_id, note=sentence(words[1:]))
    if not meant:
        return usage("No boost runs that you may close.", "“boosts” shows those that run.")
    return Reply(
        title="Which one?",
        lines=tuple(_line(line, asked) for line in meant[:_MOST_SHOWN]),
        actions=tuple(revoking(line.override_id, line.person, asked=asked) for line in meant[:_MOST_BUTTONS]),
        tone=Tone.REFUSED,
        code="usage",
    )


async def _running(asked: Asked) -> tuple[OverrideLine, ...]:
    speaker = asked.speaker
    return await asked.office.engine.ask(ActiveOverrides(organization_id=speaker.organization_id, actor=speaker.actor))


async def list_boosts(asked: Asked) -> Reply:
    """The speaker's own, and those of everybody for whom they decide."""
    lines = await _running(asked)
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
        lines=(*(_line(line, asked) for line in shown), *more),
        actions=tuple(revoking(line.override_id, line.person, asked=asked) for line in can_close),
        kind=ReplyKind.LIST,
    )


def _line(line: OverrideLine, asked: Asked) -> str:
    telling = asked.telling
    until = "" if line.ends_at is None else f" until {telling.moment(line.ends_at)}"
    who = f"@{line.granted_by}" if line.granted_by else "the operator"
    reason = f" For: {with_stop(line.reason)}" if line.reason else ""
    used = telling.amount(line.used)
    return (
        f"@{line.person}: {telling.amount(line.amount)}{until}, {used} used. From {who}.{reason} Id: {line.override_id}"
    )


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
    examples=(("boosts", "yours, and those you may close"), ("boosts revoke @dan", "close it at once")),
    run=_boosts,
    aliases=("overrides",),
)
