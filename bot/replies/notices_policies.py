"""Words for rules that have changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.replies.notice import Notice

POLICIES: Final[Mapping[str, Notice]] = {
    "policy.applied": Notice(
        "[{author_id:person} || Somebody] changed the [{kind:text} || rules][ of {scope:text}].",
        "Say “policy explain” to see what counts for you.",
    ),
}
