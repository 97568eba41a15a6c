"""What the body of an answered invoke says: Universal Actions for Adaptive Cards, and dialogs.

Every answer goes out with HTTP 200; `statusCode` inside is what Teams looks at.
"""

from __future__ import annotations

from typing import Any, Final

from bot.teams.escaping import cut

_TOAST: Final = 250
"""Characters that a toast shows."""
_DIALOG_TITLE: Final = 60

Body = dict[str, Any]


def shows(card: dict[str, Any]) -> Body:
    """The card takes the place of the one that was pressed, for who pressed."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": card}


def toast(text: str) -> Body:
    """A sentence that passes by; the card stays."""
    return {"statusCode": 200, "type": "application/vnd.microsoft.activity.message", "value": cut(text, _TOAST)}


def not_known() -> Body:
    """For what nobody here asks for: an empty answer would be asked for again."""
    value = {"code": "NotSupported", "message": "Alfred does not know what this asks for."}
    return {"statusCode": 400, "type": "application/vnd.microsoft.error", "value": value}


def dialog(card: dict[str, Any], *, title: str) -> Body:
    """A dialog, or the next page of the one that is open."""
    value = {
        "title": cut(title, _DIALOG_TITLE),
        "height": "medium",
        "width": "medium",
        "card": {"contentType": "application/vnd.microsoft.card.adaptive", "content": card},
    }
    return {"task": {"type": "continue", "value": value}}


def closed(text: str) -> Body:
    """The dialog is done and says so."""
    return {"task": {"type": "message", "value": cut(text, _TOAST)}}
