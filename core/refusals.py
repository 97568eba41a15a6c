"""Why Alfred says no: one closed list of reasons, each with the facts that explain it.

A refusal is an answer, not an accident: it is stored under the command's id and given again to every repetition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

Fact = str | int | bool | None
"""What a fact may be; dates and times are ISO 8601 text."""


class Because(StrEnum):
    """The reason of a refusal. The value is the stable code that clients see; codes are added, never renamed."""

    # commands
    SAME_ID_OTHER_CONTENTS = "same_id_other_contents"
    MALFORMED_ID = "malformed_id"
    NOT_ALLOWED = "not_allowed"
    UNKNOWN_ORGANIZATION = "unknown_organization"
    UNKNOWN_USER = "unknown_user"
    UNKNOWN_NODE = "unknown_node"
    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_LINK_CODE = "unknown_link_code"
    TOO_MANY_TRIES = "too_many_tries"
    UNKNOWN_TRANSFER = "unknown_transfer"
    INACTIVE_USER = "inactive_user"
    ARCHIVED_NODE = "archived_node"
    NAME_TAKEN = "name_taken"
    BAD_VALUE = "bad_value"
    WRONG_PARENT = "wrong_parent"
    WRONG_POLICY = "wrong_policy"
    NOT_EMPTY = "not_empty"
    OWN_GAIN = "own_gain"
    LAST_SUPER_ADMIN = "last_super_admin"
    STILL_ACTIVE = "still_active"
    ERASED = "erased"
    UNKNOWN_ROLE = "unknown_role"
    UNITS_FIXED = "units_fixed"
    # ledger
    UNKNOWN_ACCOUNT = "unknown_account"
    CLOSED_ACCOUNT = "closed_account"
    OUT_OF_CREDITS = "out_of_credits"
    AMOUNT_OUT_OF_RANGE = "amount_out_of_range"
    UNKNOWN_HOLD = "unknown_hold"
    HOLD_TOO_OLD = "hold_too_old"
    HOLD_SETTLED = "hold_settled"
    HOLD_RELEASED = "hold_released"
    HOLD_EXPIRED = "hold_expired"
    ALREADY_USED = "already_used"
    # calls
    UNKNOWN_MODEL = "unknown_model"
    UNPRICED_MODEL = "unpriced_model"
    UNKNOWN_CALL = "unknown_call"
    # transfers
    TRANSFERS_OFF = "transfers_off"
    ROLE_MAY_NOT_SEND = "role_may_not_send"
    NOT_TO_SELF = "not_to_self"
    SAME_RECIPIENT_TWICE = "same_recipient_twice"
    BELOW_MINIMUM = "below_minimum"
    NEEDS_APPROVAL = "needs_approval"
    OVER_DAILY_LIMIT = "over_daily_limit"
    RECIPIENT_OVER_DAILY_LIMIT = "recipient_over_daily_limit"
    CIRCLE = "circle"
    NOT_YOUR_TRANSFER = "not_your_transfer"
    UNDO_TOO_LATE = "undo_too_late"
    ALREADY_REVERSED = "already_reversed"
    NOT_COMPLETED = "not_completed"
    ALREADY_THANKED = "already_thanked"
    NOTHING_TO_THANK_FOR = "nothing_to_thank_for"
    NOTHING_TO_UNDO = "nothing_to_undo"
    NOT_PENDING = "not_pending"
    UNKNOWN_REQUEST = "unknown_request"
    # loans
    UNKNOWN_LOAN = "unknown_loan"
    NOT_YOUR_LOAN = "not_your_loan"
    LOAN_NOT_OPEN = "loan_not_open"
    MORE_THAN_OWED = "more_than_owed"
    NOBODY_LEFT = "nobody_left"
    # pools
    NO_POOL = "no_pool"
    JUSTIFICATION_NEEDED = "justification_needed"
    TOO_MANY_DRAWS = "too_many_draws"
    OVER_POOL_ALLOWANCE = "over_pool_allowance"
    POOL_SHORT = "pool_short"
    UNKNOWN_DRAW = "unknown_draw"
    # approvals
    UNKNOWN_APPROVAL = "unknown_approval"
    UNKNOWN_QUESTION = "unknown_question"
    UNKNOWN_DELEGATION = "unknown_delegation"
    UNKNOWN_PREAPPROVAL = "unknown_preapproval"
    NO_APPROVER = "no_approver"
    NO_NEXT_APPROVER = "no_next_approver"
    NOT_AN_APPROVER = "not_an_approver"
    ALREADY_DECIDED = "already_decided"
    ALREADY_AGREED = "already_agreed"
    # temporary boosts
    OVERRIDES_OFF = "overrides_off"
    OVERRIDE_TOO_LONG = "override_too_long"
    OVERRIDE_TOO_LARGE = "override_too_large"
    OVERRIDE_ABOVE_YOURS = "override_above_yours"
    OVERRIDE_NOT_ACTIVE = "override_not_active"
    UNKNOWN_OVERRIDE = "unknown_override"
    REASON_REQUIRED = "reason_required"
    BUDGET_SHORT = "budget_short"
    # absences
    UNKNOWN_ABSENCE = "unknown_absence"
    ABSENCE_OVER = "absence_over"
    NOT_AWAY_YET = "not_away_yet"
    SUGGESTION_OVER = "suggestion_over"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A no with its reason and the facts a person needs to understand it (limits, what is used, when it resets)."""

    because: Because
    facts: Mapping[str, Fact] = field(default_factory=dict)


def refuse(because: Because, **facts: Fact | date | datetime) -> Refusal:
    """Make a refusal; dates and aware times among the facts become ISO 8601 text."""
    return Refusal(because, {name: _plain(fact) for name, fact in facts.items()})


def _plain(fact: Fact | date | datetime) -> Fact:
    if isinstance(fact, datetime):
        return fact.astimezone(UTC).isoformat()
    return fact.isoformat() if isinstance(fact, date) else fact


class Refused(Exception):
    """Raised inside a deed to end it; everything the deed wrote is rolled back, the refusal is stored."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.because.value)
        self.refusal = refusal


def first_refusal(*answers: Refusal | None) -> None:
    """Raise the first refusal among the answers of rules; their order is part of the contract."""
    for answer in answers:
        if answer is not None:
            raise Refused(answer)
