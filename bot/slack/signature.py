"""Whether a request is Slack's, decided on the raw body before anything parses it.

Slack, "Verifying requests from Slack": `v0=` and HMAC-SHA256 of `v0:{timestamp}:{body}` under the signing secret.
Bolt checks the same, but only after parsing, and answers malformed headers and bodies with 500.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime
from typing import Final

WINDOW_SECONDS: Final = 300
"""How far the timestamp may be from now, on either side."""

_TIMESTAMP: Final = re.compile(r"[0-9]{1,12}")
_SIGNATURE: Final = re.compile(r"v0=[0-9a-f]{64}")


def is_from_slack(body: bytes, *, timestamp: str, signature: str, secret: str, now: datetime) -> bool:
    """False for whatever is missing, malformed, stale or signed otherwise. Takes the same time for every signature."""
    if not (_TIMESTAMP.fullmatch(timestamp) and _SIGNATURE.fullmatch(signature)):
        return False
    if abs(now.timestamp() - int(timestamp)) > WINDOW_SECONDS:
        return False
    expected = hmac.new(secret.encode(), b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(f"v0={expected}", signature)
