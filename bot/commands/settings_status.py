"""`settings status suggest`, `settings status words ooo, urlaub`: what is done with chat statuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.commands.parse import bare
from bot.commands.verb import Asked, usage
from bot.replies.reply import Fact, Reply
from core.ooo.change_status_sync import ChangeStatusSync
from core.ooo.show_status_sync import ShowStatusSync
from core.ooo.status_rules import StatusSync

_TOLD: Final[Mapping[StatusSync, str]] = {
    StatusSync.OFF: "Chat statuses are not looked at.",
    StatusSync.SUGGEST: "Whose chat status says that they are away is asked whether to share their credits.",
    StatusSync.SET: "Whose chat status says that they are away, and until when, is set out of office.",
}
_SAID: Final[Mapping[str, StatusSync]] = {
    **{sync.value: sync for sync in StatusSync},
    "ask": StatusSync.SUGGEST,
    "suggestion": StatusSync.SUGGEST,
    "auto": StatusSync.SET,
    "automatic": StatusSync.SET,
    "none": StatusSync.OFF,
}
_LISTS: Final[Mapping[str, str]] = {"words": "words", "word": "words", "emoji": "emoji", "emojis": "emoji"}
_USUAL: Final = frozenset({"default", "defaults", "usual", "reset"})


async def status_settings(words: Sequence[str], asked: Asked) -> Reply:
    """What is said behind `settings status`. Raises Refused."""
    first = bare(words[0]) if words else ""
    if not first or first == "show":
        return await _shown(asked)
    if first in _SAID:
        return await _changed(asked, sync=_SAID[first].value)
    if first in _LISTS and len(words) > 1:
        return await _changed(asked, **{_LISTS[first]: _listed(words[1:])})
    return usage(
        "What should I do with chat statuses?",
        "Say “settings status suggest”, “… set” or “… off”.",
        "“settings status words ooo, vacation” and “settings status emoji :palm_tree:” say what means away.",
    )


def _listed(words: Sequence[str]) -> tuple[str, ...]:
    """Split at commas, where there are some; nothing stands for the built-in ones."""
    if len(words) == 1 and bare(words[0]) in _USUAL:
        return ()
    text = " ".join(words)
    parts = text.split(",") if "," in text else text.split()
    return tuple(part.strip() for part in parts if part.strip())


async def _changed(asked: Asked, **wanted: Any) -> Reply:  # noqa: ANN401  a field of the command
    speaker = asked.speaker
    await asked.office.engine.run(
        ChangeStatusSync(id=speaker.command_id, organization_id=speaker.organization_id, actor=speaker.actor, **wanted)
    )
    return await _shown(asked)


async def _shown(asked: Asked) -> Reply:
    speaker = asked.speaker
    rules = await asked.office.engine.ask(ShowStatusSync(organization_id=speaker.organization_id, actor=speaker.actor))
    means = (Fact("Words that mean away", ", ".join(rules.words)), Fact("Emoji", ", ".join(rules.emoji)))
    return Reply(
        title=_TOLD[rules.sync],
        lines=("Only when it lasts longer than your organization waits before credits move.",),
        facts=() if rules.sync is StatusSync.OFF else means,
    )
