"""The one place that turns a refusal into words: why, what the limit is, when it resets, and what to do instead."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from bot.replies.reply import Reply, Tone
from bot.replies.saying import Saying
from bot.replies.sayings_absences import ABSENCES
from bot.replies.sayings_approvals import APPROVALS
from bot.replies.sayings_directory import DIRECTORY
from bot.replies.sayings_ledger import LEDGER
from bot.replies.sayings_loans import LOANS
from bot.replies.sayings_overrides import OVERRIDES
from bot.replies.sayings_pools import POOLS
from bot.replies.sayings_transfers import TRANSFERS
from bot.replies.sentences import fill
from bot.replies.telling import Telling
from core.refusals import Because, Refusal

SAYINGS: Final[Mapping[Because, Saying]] = MappingProxyType(
    {**ABSENCES, **APPROVALS, **DIRECTORY, **LEDGER, **LOANS, **OVERRIDES, **POOLS, **TRANSFERS}
)
"""Every reason has one; a test compares the two lists."""


def refusal_reply(refusal: Refusal, telling: Telling, *, to_operator: bool = False) -> Reply:
    """What the person is told, or the operator."""
    saying = SAYINGS[refusal.because]
    instead = saying.to_operator if to_operator and saying.to_operator is not None else saying.instead
    title, *lines = (
        fill(sentence, refusal.facts, telling=telling).strip() for sentence in (saying.title, saying.why, instead)
    )
    return Reply(title=title, lines=tuple(filter(None, lines)), tone=Tone.REFUSED, code=refusal.because.value)
