"""`policy`, `policy explain @alice`: which rules count for somebody, and where each of them was set."""

from __future__ import annotations

from typing import Any

from bot.commands.finding import find_people
from bot.commands.parse import bare
from bot.commands.people import named
from bot.commands.verb import Asked, Verb, usage
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Reply, Table
from core.directory.explain_policy import ExplainPolicy, PolicyValue
from core.policy.documents import PolicyKind

_FILLERS = frozenset({"explain", "show", "for", "of", "policy", "policies", "my", "me"})
_KINDS = {kind.value.removesuffix("_policy"): kind for kind in PolicyKind}


async def _policy(asked: Asked) -> Reply:
    said = [word for word in asked.words if bare(word) not in _FILLERS]
    kinds = [_KINDS[bare(word)] for word in said if bare(word) in _KINDS]
    people = [who for word in said if bare(word) not in _KINDS and (who := named(word)) is not None]
    if len(people) > 1 or len(kinds) > 1:
        return usage("One person and one policy at a time.", "For example: “policy explain @alice transfer”.")
    found = await find_people(people, asked)
    user_id, handle = (found[0].id, f"@{found[0].handle}") if found else (asked.speaker.user_id, "you")
    values = await asked.office.engine.ask(
        ExplainPolicy(organization_id=asked.speaker.organization_id, actor=asked.speaker.actor, user_id=user_id)
    )
    shown = [value for value in values if not kinds or value.kind == kinds[0].value]
    own = sum(value.place is not None for value in shown)
    return Reply(
        title=f"The rules that count for {handle}.",
        lines=(f"{own} of {len(shown)} are your organization's own; the others are built in.",),
        table=Table(("Rule", "Value", "Set by"), tuple(_row(value) for value in shown)),
        kind=ReplyKind.LIST,
    )


def _row(value: PolicyValue) -> tuple[str, str, str]:
    origin = "built in" if value.place is None else f"{value.place}, version {value.version}"
    return f"{value.kind.removesuffix('_policy')}: {value.field}", _said(value.value), origin


def _said(value: Any) -> str:  # noqa: ANN401  JSON has this type
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        return ", ".join(map(_said, value))
    return " up to ".join((str(value["approver"]), _said(value["limit"]))) if isinstance(value, dict) else str(value)


VERB = Verb(
    name="policy",
    does="the rules that count for you",
    examples=(
        ("policy explain", "yours, and where each was set"),
        ("policy explain @alice transfer", "what alice may send"),
    ),
    run=_policy,
    aliases=("policies", "rules"),
)
