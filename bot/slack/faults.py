"""What Slack's refusals mean for a message: nobody is there, it can never arrive, or later."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, Final

from slack_sdk.errors import SlackApiError

from core.notify.channel import NobodyThere, Undelivered

GONE: Final = frozenset({"message_not_found", "user_not_found", "users_not_found", "user_disabled"})
"""The message was deleted, or the person has left Slack."""

FINAL: Final = frozenset(
    {
        "account_inactive",
        "cannot_dm_bot",
        "cant_update_message",
        "channel_not_found",
        "edit_window_closed",
        "invalid_arguments",
        "invalid_auth",
        "invalid_blocks",
        "invalid_blocks_format",
        "is_archived",
        "is_inactive",
        "messages_tab_disabled",
        "missing_scope",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_permission",
        "no_text",
        "not_allowed_token_type",
        "not_authed",
        "not_in_channel",
        "org_login_required",
        "restricted_action",
        "team_access_not_granted",
        "token_revoked",
        "user_not_in_channel",
    }
)
"""No retry helps, only somebody who changes something."""

_SECONDS: Final = re.compile(r"[0-9]{1,6}")
"""At most eleven days: more is no time to wait, and may be more than a clock can show."""
_OK: Final = 200
_TOO_MANY: Final = 429
_SERVER: Final = 500


def fault_of(error: SlackApiError) -> Undelivered | NobodyThere:
    """In our terms. What Slack says only stands in the reason when it is one of its short codes."""
    status, code = status_of(error), _code(error)
    if code in GONE:
        return NobodyThere(f"Slack: {code}")
    reason = f"Slack: {code or f'status {status}'}"
    return Undelivered(reason, is_final=code in FINAL, retry_after=retry_after(error))


def is_passing(error: SlackApiError) -> bool:
    """Whether Slack itself was in trouble."""
    return status_of(error) >= _SERVER


def retry_after(error: SlackApiError) -> timedelta | None:
    """How long Slack asks us to wait; a second where it forgot to say. None unless it said we are too fast."""
    if status_of(error) != _TOO_MANY and _code(error) not in {"ratelimited", "rate_limited"}:
        return None
    said: str = error.response.headers.get("Retry-After", "") if hasattr(error.response, "headers") else ""
    return timedelta(seconds=int(said) if _SECONDS.fullmatch(said) else 1)


def status_of(error: SlackApiError) -> int:
    """Of an answer that the SDK could read, or of one that it could not."""
    response: Any = error.response
    status: Any = getattr(response, "status_code", None) or getattr(response, "status", None)
    return status if isinstance(status, int) else _OK


def said(error: SlackApiError) -> str:
    """Slack's code for what is wrong, for a log line or a page; never the text of an answer that has none."""
    return _code(error) or "an answer without a code"


def _code(error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    return code if isinstance(code, str) and code.isidentifier() else ""
