"""Policy documents: read with their lines, checked by field, laid over each other from the organization down."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.policy.documents import Layer, PolicyKind, changes, effective, read_documents, settings
from core.policy.ooo import OOO_DEFAULTS
from core.policy.override_policy import OVERRIDE_DEFAULTS
from core.policy.pool import POOL_DEFAULTS
from core.policy.transfer_policy import TRANSFER_DEFAULTS
from core.policy.yaml_reading import LONGEST, Unusable

WHOLE = """\
transfer_policy:
  enabled: true
  limits:
    min_transfer: 1000 # Minimum tokens per transfer
    max_transfer: 100000
    max_per_user_per_day: 500000
    max_receive_per_user_per_day: 1000000
  approval_required:
    threshold: 100000
    approvers: ["team_lead", "dept_manager"]
    sla_hours: 24
  restrictions:
    block_to_self: true
    block_circular: true
    allowed_roles: ["developer", "team_lead", "dept_manager", "super_admin"]
ooo_policy:
  auto_redistribute: true
  trigger_after_hours: 24
  inactivity_days: 0
  destinations:
    team_pool_percent: 80
    return_to_manager_percent: 20
  return_policy:
    restore_full_quota: true
    grace_period_days: 2
pool_policy:
  access_mode: "auto_draw"
  draw_limits:
    per_user_per_month: 500000
    junior_dev_limit: 100000
    require_justification_over: 50000
  replenishment:
    schedule: "weekly"
    source: "department_budget"
override_policy:
  enabled: true
  max_duration_hours: 168
  requires_justification: true
  auto_expire: true
  approval_tiers:
    - limit: 100000
      approver: "team_lead"
    - limit: 1000000
      approver: "dept_manager"
    - limit: 10000000
      approver: "finance_admin"
"""


def test_the_documents_written_out_are_the_built_in_policy() -> None:
    built_in = {
        PolicyKind.TRANSFER: TRANSFER_DEFAULTS,
        PolicyKind.OOO: OOO_DEFAULTS,
        PolicyKind.POOL: POOL_DEFAULTS,
        PolicyKind.OVERRIDE: OVERRIDE_DEFAULTS,
    }
    assert {one.kind: effective(one.kind, [one.values]) for one in read_documents(WHOLE)} == built_in


WRONG = {
    "transfer_policy:\n  limits:\n    min_transfer: lots": (
        "line 3: transfer_policy.limits.min_transfer should be a whole number of credits"
    ),
    "transfer_policy:\n  limits:\n    min_transfer: -5": (
        "line 3: transfer_policy.limits.min_transfer should be a whole number of credits"
    ),
    "transfer_policy:\n  limits:\n    min_transfer: 1.5": (
        "line 3: transfer_policy.limits.min_transfer should be a whole number of credits"
    ),
    "transfer_policy:\n  limits:\n    min_transfer: 010": (
        "line 3: transfer_policy.limits.min_transfer should be a whole number of credits"
    ),
    "transfer_policy:\n  enabled: 1": "line 2: transfer_policy.enabled should be true or false",
    "transfer_policy:\n  limits:\n    max_transfr: 5": (
        "line 3: transfer_policy.limits.max_transfr is no field (did you mean max_transfer?)"
    ),
    "transfer_policy:\n  limits: 5": ("line 2: transfer_policy.limits should hold fields, one `name: value` per line"),
    "transfer_policy:\n  restrictions:\n    block_to_self: false": (
        "line 3: transfer_policy.restrictions.block_to_self should be true: it cannot be switched off"
    ),
    "transfer_policy:\n  restrictions:\n    allowed_roles: []": (
        "line 3: transfer_policy.restrictions.allowed_roles "
        "should be a list of developer, team_lead, dept_manager, finance_admin, super_admin"
    ),
    "transfer_polcy: {}": "line 1: transfer_polcy is no policy (did you mean transfer_policy?)",
    "transfer_policy: 3": "line 1: transfer_policy should hold fields, one `name: value` per line",
    "pool_policy:\n  enabled: true\n  enabled: true": "line 3: pool_policy.enabled is there twice",
    "pool_policy:\n  access_mode: free": "line 2: pool_policy.access_mode should be auto_draw or request_approval",
    "ooo_policy:\n  destinations:\n    team_pool_percent: 90": (
        "line 2: ooo_policy.destinations the percentages should add to 100"
    ),
    **{
        f"ooo_policy:\n  inactivity_days: {days}": (
            "line 2: ooo_policy.inactivity_days should be a whole number of days, 3 to 365, or 0 for never"
        )
        for days in ("2", "366", "-1", "often", "1.5", "null")
    },
    "override_policy:\n  approval_tiers:\n    - {limit: 5, approver: team_lead}\n    - {limit: 5}": (
        "line 4: override_policy.approval_tiers[1].approver is missing"
    ),
    "override_policy:\n  approval_tiers: [{limit: 5, approver: team_lead}, {limit: 5, approver: team_lead}]": (
        "line 1: override_policy the limits of approval_tiers should rise"
    ),
    "transfer_policy:\n  approval_required:\n    all_must_agree: maybe": (
        "line 3: transfer_policy.approval_required.all_must_agree should be true or false"
    ),
    "transfer_policy:\n  approval_required:\n    all_must_agre: true": (
        "line 3: transfer_policy.approval_required.all_must_agre is no field (did you mean all_must_agree?)"
    ),
    "transfer_policy:\n  approval_required: {all_must_agree: true, approvers: [team_lead, team_lead]}": (
        "line 2: transfer_policy.approval_required where all must agree approvers should name each role once"
    ),
    "override_policy:\n  all_tiers_must_agree: true\n  approval_tiers:\n    - {limit: 5, approver: team_lead}\n"
    "    - {limit: 6, approver: team_lead}": (
        "line 1: override_policy where all tiers must agree approval_tiers should name each role once"
    ),
    "a: &x [1]\nb: [*x, *x]": "line 1:  anchors and aliases are not used here: write the value again",
    "a: " + "[" * 50_000: "line 1:  this is nested deeper than 10 levels",
    "a: [": "line 1:  this is not YAML: expected the node content, but found '<stream end>'",
    "": "line 1:  the text is empty",
    "- a": "line 1:  it should begin with one of transfer_policy, ooo_policy, pool_policy, override_policy",
    "x" * (LONGEST + 1): "line 1:  the text is longer than 64,000 characters",
    "transfer_policy:\n  enabled: !!python/object:os.system x": (
        "line 2: transfer_policy.enabled should be true or false"
    ),
}


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_what_is_wrong_is_named_by_line_and_field(text: str) -> None:
    with pytest.raises(Unusable) as wrong:
        read_documents(text)
    assert str(wrong.value) == WRONG[text]


def test_everything_that_is_wrong_is_said_at_once() -> None:
    text = (
        "pool_policy:\n  access_mode: free\n  draw_limits:\n    junior_dev_limit: few\nooo_policy:\n  trigger: never\n"
    )
    with pytest.raises(Unusable) as wrong:
        read_documents(text)
    assert [(problem.line, problem.field) for problem in wrong.value.problems] == [
        (2, "pool_policy.access_mode"),
        (4, "pool_policy.draw_limits.junior_dev_limit"),
        (6, "ooo_policy.trigger"),
    ]


@given(st.text())
def test_no_text_makes_reading_fail_otherwise(text: str) -> None:
    with suppress(Unusable):
        read_documents(text)


def test_a_team_overrides_its_department_field_by_field() -> None:
    layers = [
        Layer("Acme", 3, {"limits": {"min_transfer": 10, "max_transfer": 20}}),
        Layer("Engineering", 1, {"limits": {"max_transfer": 30}, "approval_required": {"approvers": ["team_lead"]}}),
        Layer("Backend", 7, {"approval_required": {"approvers": ["super_admin"]}}),
    ]
    policy = effective(PolicyKind.TRANSFER, [layer.values for layer in layers])
    assert (policy.limits.min_transfer, policy.limits.max_transfer) == (10, 30)
    assert policy.approval_required.approvers == ("super_admin",)
    origins = {one.field: one.origin.name if one.origin else None for one in settings(PolicyKind.TRANSFER, layers)}
    assert {field: origin for field, origin in origins.items() if origin} == {
        "limits.min_transfer": "Acme",
        "limits.max_transfer": "Engineering",
        "approval_required.approvers": "Backend",
    }
    assert origins["enabled"] is None


def test_what_two_versions_say_differently_is_told_field_by_field() -> None:
    before = {"enabled": True, "limits": {"min_transfer": 10}}
    after = {"limits": {"min_transfer": 20, "max_transfer": 30}}
    assert changes(before=before, after=after) == {
        "limits.min_transfer": (10, 20),
        "limits.max_transfer": (None, 30),
        "enabled": (True, None),
    }
