"""What was typed, out of the text of a message in which the bot and others are mentioned.

In group conversations the text begins with the bot's own mention; only that one is taken away, by its entity and not
by its name, so that "send 5 to Alfred" keeps its last word.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

_TAG: Final = re.compile(r"</?at[^<>]*>", re.IGNORECASE)
_BREAK: Final = re.compile(r"<(?:br|/?p|/?div)\s*/?>", re.IGNORECASE)
_STAND_IN: Final = re.compile("\ue000(\\d+)\ue001")
_ITS_MARKS: Final = re.compile("[\ue000\ue001]")
_NOT_IN_A_NAME: Final = re.compile(r"[<>|]")


def typed_text(activity: Mapping[str, Any]) -> str:
    """The words of a message activity; others' mentions as `<@id|name>`, which the verbs look up."""
    text = activity.get("text")
    if not isinstance(text, str):
        return ""
    text = _ITS_MARKS.sub("", text)
    own = _bot_ids(activity)
    placed: list[str] = []
    for marked, mentioned in _mentions(activity.get("entities")):
        at = text.find(marked)
        if at < 0:
            continue
        if mentioned.get("id") in own:
            stand_in = " "
            own = frozenset()  # further mentions of the bot are words of the person
        else:
            stand_in = f" \ue000{len(placed)}\ue001 "
            placed.append(_mention(mentioned))
        text = text[:at] + stand_in + text[at + len(marked) :]
    pieces = _STAND_IN.split(_TAG.sub("", _BREAK.sub(" ", text)))
    return "".join(placed[int(piece)] if at % 2 else html.unescape(piece) for at, piece in enumerate(pieces)).strip()


def _bot_ids(activity: Mapping[str, Any]) -> frozenset[object]:
    recipient = activity.get("recipient")
    return frozenset({recipient.get("id")} if isinstance(recipient, dict) else ())


def _mentions(entities: object) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The text of each mention and who is meant; what has another shape is passed over."""
    for entity in entities if isinstance(entities, list) else ():
        if not isinstance(entity, dict) or entity.get("type") != "mention":
            continue
        marked, mentioned = entity.get("text"), entity.get("mentioned")
        if isinstance(marked, str) and marked and isinstance(mentioned, dict) and isinstance(mentioned.get("id"), str):
            yield marked, mentioned


def _mention(mentioned: Mapping[str, Any]) -> str:
    account = mentioned.get("aadObjectId") or mentioned["id"]
    name = _NOT_IN_A_NAME.sub("", str(mentioned.get("name", ""))).strip()
    return f"<@{account}|{name}>" if name else f"<@{account}>"
