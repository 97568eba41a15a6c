"""The rules of the four policies in words that people who never saw a policy document understand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from bot.replies.telling import Telling
from core.directory.explain_policy import PolicyValue
from core.policy.documents import PolicyKind

Worded = Callable[[Any, Telling], str]


def _amount(value: Any, telling: Telling) -> str:  # noqa: ANN401  JSON has this type
    return telling.amount(value)


def _yes(value: Any, _telling: Telling) -> str:  # noqa: ANN401
    return "yes" if value else "no"


def _hours(value: Any, _telling: Telling) -> str:  # noqa: ANN401
    return f"{value:,} {'hour' if value == 1 else 'hours'}"


def _silence(value: Any, _telling: Telling) -> str:  # noqa: ANN401
    return f"{value} days without a call or a command" if value else "never"


def _shares(value: Any, _telling: Telling) -> str:  # noqa: ANN401
    return f"{value:,} {'share' if value == 1 else 'shares'}"


def _percent(value: Any, _telling: Telling) -> str:  # noqa: ANN401
    return f"{value} %"


def _names(value: Any, _telling: Telling) -> str:  # noqa: ANN401
    return ", ".join(map(_name, value))


def _word(value: Any, _telling: Telling) -> str:  # noqa: ANN401
    return _name(value)


def _draw(value: Any, _telling: Telling) -> str:  # noqa: ANN401
    return "by themselves" if value == "auto_draw" else "never: people ask"


def _tiers(value: Any, telling: Telling) -> str:  # noqa: ANN401
    return ", ".join(f"{_name(tier['approver'])} up to {telling.units.show_short(tier['limit'])}" for tier in value)


def _name(value: str) -> str:
    return value.replace("_", " ").replace("dept", "department")


RULES: Final[Mapping[PolicyKind, Mapping[str, tuple[str, Worded]]]] = MappingProxyType(
    {
        PolicyKind.TRANSFER: {
            "enabled": ("Sending is on", _yes),
            "limits.min_transfer": ("Least at once", _amount),
            "limits.max_transfer": ("Most at once without approval", _amount),
            "limits.max_per_user_per_day": ("Most sent in a day", _amount),
            "limits.max_receive_per_user_per_day": ("Most received in a day", _amount),
            "approval_required.threshold": ("Approval above", _amount),
            "approval_required.approvers": ("Who is asked", _names),
            "approval_required.all_must_agree": ("All of them must agree", _yes),
            "approval_required.sla_hours": ("They decide within", _hours),
            "restrictions.block_to_self": ("Nothing to oneself", _yes),
            "restrictions.block_circular": ("Nothing in a circle", _yes),
            "restrictions.allowed_roles": ("Who may send", _names),
        },
        PolicyKind.OOO: {
            "auto_redistribute": ("Credits move by themselves", _yes),
            "trigger_after_hours": ("The first share moves after", _hours),
            "inactivity_days": ("Away by itself after", _silence),
            "destinations.team_pool_percent": ("To the team's pool", _percent),
            "destinations.return_to_manager_percent": ("Back to the budget", _percent),
            "return_policy.restore_full_quota": ("Full quota on return", _yes),
            "return_policy.grace_period_days": ("Replaced on return at most", _shares),
        },
        PolicyKind.POOL: {
            "access_mode": ("Calls draw", _draw),
            "draw_limits.per_user_per_month": ("Most in a month", _amount),
            "draw_limits.junior_dev_limit": ("Most in a month for juniors", _amount),
            "draw_limits.require_justification_over": ("Reason and approval above", _amount),
            "replenishment.schedule": ("Filled up", _word),
            "replenishment.source": ("Filled up from", _word),
        },
        PolicyKind.OVERRIDE: {
            "enabled": ("Boosts are on", _yes),
            "max_duration_hours": ("Longest", _hours),
            "requires_justification": ("A reason is needed", _yes),
            "auto_expire": ("They end by themselves", _yes),
            "approval_tiers": ("Who decides", _tiers),
            "all_tiers_must_agree": ("All tiers must agree", _yes),
        },
    }
)
"""Label and wording of every field; a test compares them with the fields that there are."""

HEADINGS: Final[Mapping[PolicyKind, str]] = MappingProxyType(
    {
        PolicyKind.TRANSFER: "Sending",
        PolicyKind.OOO: "Out of office",
        PolicyKind.POOL: "Team pools",
        PolicyKind.OVERRIDE: "Boosts",
    }
)


def rule_told(value: PolicyValue, telling: Telling) -> tuple[str, str]:
    """The label and the value."""
    label, worded = RULES[PolicyKind(value.kind)][value.field]
    return label, worded(value.value, telling)


def origin_told(value: PolicyValue) -> str:
    """The place whose document says it, or that none does."""
    return "built in" if value.place is None else f"{value.place}, version {value.version}"


def summary(kind: PolicyKind, values: Mapping[str, Any], *, telling: Telling) -> str:
    """One document in a sentence: what most people ask."""
    return _SUMMARIES[kind](values, telling)


def _sending(values: Mapping[str, Any], telling: Telling) -> str:
    if not values["enabled"]:
        return "switched off"
    free = min(values["limits.max_transfer"], values["approval_required.threshold"])
    day = telling.amount(values["limits.max_per_user_per_day"])
    roles = [_name(role) for role in values["approval_required.approvers"]]
    chained = f", more with a yes of {' and then '.join(roles)}" if values["approval_required.all_must_agree"] else ""
    return f"up to {telling.amount(free)} without approval{chained}, {day} a day"


def _away(values: Mapping[str, Any], telling: Telling) -> str:
    if not values["auto_redistribute"]:
        return "nothing moves"
    pool, budget = values["destinations.team_pool_percent"], values["destinations.return_to_manager_percent"]
    hours = _hours(values["trigger_after_hours"], telling)
    silent = values["inactivity_days"]
    by_itself = f"; by itself after {_silence(silent, telling)}" if silent else ""
    return f"a share a day after {hours}: {pool} % to the team's pool, {budget} % to the budget{by_itself}"


def _pool(values: Mapping[str, Any], telling: Telling) -> str:
    month = telling.amount(values["draw_limits.per_user_per_month"])
    free = telling.amount(values["draw_limits.require_justification_over"])
    juniors = telling.amount(values["draw_limits.junior_dev_limit"])
    return f"{month} a month each ({juniors} for juniors), on request up to {free} without approval"


def _boosts(values: Mapping[str, Any], telling: Telling) -> str:
    if not values["enabled"]:
        return "switched off"
    most = telling.amount(values["approval_tiers"][-1]["limit"])
    chained = ", every tier up to the amount must agree" if values["all_tiers_must_agree"] else ""
    return f"up to {most}, for {_hours(values['max_duration_hours'], telling)} at most{chained}"


_SUMMARIES: Final[Mapping[PolicyKind, Callable[[Mapping[str, Any], Telling], str]]] = MappingProxyType(
    {
        PolicyKind.TRANSFER: _sending,
        PolicyKind.OOO: _away,
        PolicyKind.POOL: _pool,
        PolicyKind.OVERRIDE: _boosts,
    }
)
