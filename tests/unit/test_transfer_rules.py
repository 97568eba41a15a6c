"""The rules of sending, one by one and in their order."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from core.ledger.accounts import MAX_CREDITS
from core.policy.transfer_policy import (
    TRANSFER_DEFAULTS,
    ApprovalRequired,
    TransferLimits,
    TransferPolicy,
    TransferRestrictions,
)
from core.policy.transfer_rules import RecipientFacts, SendFacts, needs_approval, weigh
from core.refusals import Because

BOB = RecipientFacts(user_id="bob", is_known=True, is_active=True)
CAROL = replace(BOB, user_id="carol")
SEND = SendFacts(
    sender_id="alice",
    sender_is_active=True,
    sender_roles=frozenset({"developer"}),
    recipients=(BOB,),
    amount=10_000,
    sent_today=0,
    day_ends=datetime(2026, 3, 2, 23, tzinfo=UTC),
    time_zone="Europe/Berlin",
)


def why(send: SendFacts, policy: TransferPolicy = TRANSFER_DEFAULTS) -> Because | None:
    refusal = weigh(policy, send)
    return None if refusal is None else refusal.because


def test_the_built_in_policy_is_that_of_the_rule_book() -> None:
    assert (
        TransferPolicy(
            enabled=True,
            limits=TransferLimits(
                min_transfer=1_000,
                max_transfer=100_000,
                max_per_user_per_day=500_000,
                max_receive_per_user_per_day=1_000_000,
            ),
            approval_required=ApprovalRequired(
                threshold=100_000, approvers=("team_lead", "dept_manager"), sla_hours=24
            ),
            restrictions=TransferRestrictions(
                block_circular=True, allowed_roles=("developer", "team_lead", "dept_manager", "super_admin")
            ),
        )
        == TRANSFER_DEFAULTS
    )


def test_an_ordinary_gift_is_allowed() -> None:
    assert why(SEND) is None


def test_nothing_can_be_sent_while_transfers_are_off() -> None:
    assert why(SEND, TransferPolicy(enabled=False)) is Because.TRANSFERS_OFF


@pytest.mark.parametrize("role", ["developer", "team_lead", "dept_manager", "super_admin"])
def test_these_roles_may_send(role: str) -> None:
    assert why(replace(SEND, sender_roles=frozenset({role}))) is None


@pytest.mark.parametrize("role", ["finance_admin", "auditor", "service_account"])
def test_these_roles_may_not_send(role: str) -> None:
    assert why(replace(SEND, sender_roles=frozenset({role}))) is Because.ROLE_MAY_NOT_SEND


@pytest.mark.parametrize(
    ("amount", "answer"),
    [
        (-1, Because.AMOUNT_OUT_OF_RANGE),
        (0, Because.AMOUNT_OUT_OF_RANGE),
        (1, Because.BELOW_MINIMUM),
        (999, Because.BELOW_MINIMUM),
        (1_000, None),
        (100_000, None),
        (100_001, None),
        (MAX_CREDITS, Because.OVER_DAILY_LIMIT),
        (MAX_CREDITS + 1, Because.AMOUNT_OUT_OF_RANGE),
    ],
)
def test_amounts_at_their_edges(amount: int, answer: Because | None) -> None:
    assert why(replace(SEND, amount=amount)) is answer


def waits(send: SendFacts, policy: TransferPolicy = TRANSFER_DEFAULTS) -> bool:
    return needs_approval(policy, send)


def test_above_100_000_somebody_must_agree() -> None:
    assert not waits(replace(SEND, amount=100_000))
    assert waits(replace(SEND, amount=100_001))


def test_the_lower_of_the_two_figures_decides_about_approval() -> None:
    low = TransferPolicy(limits=TransferLimits(max_transfer=50_000))
    assert not waits(replace(SEND, amount=50_000), low)
    assert waits(replace(SEND, amount=50_001), low)


def test_several_recipients_count_as_their_total() -> None:
    both = replace(SEND, recipients=(BOB, CAROL))
    assert not waits(replace(both, amount=50_000))
    assert waits(replace(both, amount=50_001))
    assert why(replace(both, amount=1_001, sent_today=497_999)) is Because.OVER_DAILY_LIMIT


def test_a_day_of_sending_ends_at_500_000() -> None:
    assert why(replace(SEND, sent_today=490_000)) is None
    refusal = weigh(TRANSFER_DEFAULTS, replace(SEND, sent_today=490_001))
    assert refusal is not None
    assert refusal.because is Because.OVER_DAILY_LIMIT
    assert refusal.facts == {
        "amount": 10_000,
        "limit": 500_000,
        "used": 490_001,
        "resets": "2026-03-02T23:00:00+00:00",
        "time_zone": "Europe/Berlin",
    }


def test_a_day_of_receiving_ends_at_1_000_000() -> None:
    assert why(replace(SEND, recipients=(replace(BOB, received_today=990_000),))) is None
    refusal = weigh(TRANSFER_DEFAULTS, replace(SEND, recipients=(CAROL, replace(BOB, received_today=990_001))))
    assert refusal is not None
    assert refusal.because is Because.RECIPIENT_OVER_DAILY_LIMIT
    assert refusal.facts["user"] == "bob"
    assert refusal.facts["used"] == 990_001


def test_what_comes_back_to_the_sender_in_a_chain_is_a_circle() -> None:
    refusal = weigh(TRANSFER_DEFAULTS, replace(SEND, recipients=(replace(BOB, links=3),)))
    assert refusal is not None
    assert refusal.because is Because.CIRCLE
    assert refusal.facts == {"user": "bob", "links": 3, "returnable": 0}
    open_policy = TransferPolicy(restrictions=TransferRestrictions(block_circular=False))
    assert why(replace(SEND, recipients=(replace(BOB, links=3),)), open_policy) is None


def test_giving_back_is_no_circle_and_needs_no_approval() -> None:
    gave_150_000 = replace(BOB, links=2, returnable=150_000)
    assert why(replace(SEND, amount=150_000, recipients=(gave_150_000,))) is None
    assert not waits(replace(SEND, amount=150_000, recipients=(gave_150_000,)))
    assert waits(replace(SEND, amount=150_001, recipients=(gave_150_000,)))
    gave_5_000 = replace(BOB, links=2, returnable=5_000)
    assert why(replace(SEND, amount=5_001, recipients=(gave_5_000,))) is Because.CIRCLE


def test_giving_back_counts_for_the_day() -> None:
    gave = replace(BOB, links=2, returnable=10_000)
    assert why(replace(SEND, recipients=(gave,), sent_today=495_000)) is Because.OVER_DAILY_LIMIT


def test_the_first_refusal_in_the_documented_order_wins() -> None:
    """Mend one fault after the other; the next one in the list shows."""
    nobody = replace(BOB, user_id="nobody", is_known=False, is_active=False)
    gone = replace(CAROL, is_active=False)
    alice = replace(BOB, user_id="alice")
    full = replace(BOB, received_today=1_000_000, links=2)
    send = replace(SEND, sender_is_active=False, sender_roles=frozenset(), amount=0, sent_today=500_000, recipients=())
    assert why(send, TransferPolicy(enabled=False)) is Because.TRANSFERS_OFF
    assert why(send) is Because.INACTIVE_USER
    send = replace(send, sender_is_active=True)
    assert why(send) is Because.ROLE_MAY_NOT_SEND
    send = replace(send, sender_roles=frozenset({"developer"}))
    assert why(send) is Because.BAD_VALUE
    assert why(replace(send, recipients=(gone, nobody, alice, full, full))) is Because.UNKNOWN_USER
    assert why(replace(send, recipients=(gone, alice, full, full))) is Because.INACTIVE_USER
    assert why(replace(send, recipients=(alice, full, full))) is Because.NOT_TO_SELF
    assert why(replace(send, recipients=(full, full))) is Because.SAME_RECIPIENT_TWICE
    send = replace(send, recipients=(full,))
    assert why(send) is Because.AMOUNT_OUT_OF_RANGE
    assert why(replace(send, amount=1)) is Because.BELOW_MINIMUM
    send = replace(send, amount=1_000)
    assert why(send) is Because.OVER_DAILY_LIMIT
    assert why(replace(send, sent_today=0)) is Because.RECIPIENT_OVER_DAILY_LIMIT
    assert why(replace(send, sent_today=0, recipients=(replace(full, received_today=0),))) is Because.CIRCLE
