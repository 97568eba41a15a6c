"""`policy`, `policy explain @alice`: which rules count for somebody, and where each of them was set."""

from __future__ import annotations

from collections.abc import Sequence

from bot.commands.finding import find_people
from bot.commands.parse import bare
from bot.commands.people import named
from bot.commands.verb import Asked, Verb, usage
from bot.replies.kinds import ReplyKind
from bot.replies.reply import Action, Fact, Reply, Table
from bot.replies.rules import HEADINGS, origin_told, rule_told, summary
from core.directory.explain_policy import ExplainPolicy, PolicyValue
from core.policy.documents import PolicyKind

_FILLERS = frozenset({"explain", "show", "for", "of", "policy", "policies", "my", "me"})
_KINDS = {
    **{kind.value.removesuffix("_policy"): kind for kind in PolicyKind},
    **dict.fromkeys(("transfers", "send", "sending"), PolicyKind.TRANSFER),
    **dict.fromkeys(("pools", "draws"), PolicyKind.POOL),
    **dict.fromkeys(("overrides", "boost", "boosts"), PolicyKind.OVERRIDE),
    **dict.fromkeys(("absence", "absences", "vacation"), PolicyKind.OOO),
}


async def _policy(asked: Asked) -> Reply:
    said = [word for word in asked.words if bare(word) not in _FILLERS]
    kinds = [_KINDS[bare(word)] for word in said if bare(word) in _KINDS]
    people = [who for word in said if bare(word) not in _KINDS and (who := named(word)) is not None]
    if len(people) > 1 or len(kinds) > 1:
        return usage("One person and one kind of rules at a time.", "For example: “policy explain @alice transfer”.")
    found = await find_people(people, asked)
    user_id, handle = (found[0].id, f"@{found[0].handle}") if found else (asked.speaker.user_id, "you")
    values = await asked.office.engine.ask(
        ExplainPolicy(organization_id=asked.speaker.organization_id, actor=asked.speaker.actor, user_id=user_id)
    )
    if kinds:
        return _one(kinds[0], values, handle=handle, asked=asked)
    return _all(values, handle=handle, asked=asked)


def _one(kind: PolicyKind, values: Sequence[PolicyValue], *, handle: str, asked: Asked) -> Reply:
    """Every rule of one document."""
    shown = [value for value in values if value.kind == kind.value]
    rows = tuple((*rule_told(value, asked.telling), origin_told(value)) for value in shown)
    return Reply(
        title=f"{HEADINGS[kind]}: the rules that count for {handle}.",
        lines=(_own(shown),),
        table=Table(("Rule", "Value", "Set by"), rows),
        kind=ReplyKind.LIST,
    )


def _all(values: Sequence[PolicyValue], *, handle: str, asked: Asked) -> Reply:
    """A sentence for each document, and whatever the organization has set itself; the rest by a button."""
    telling, speaker = asked.telling, asked.speaker
    by_kind = {kind: {one.field: one.value for one in values if one.kind == kind.value} for kind in PolicyKind}
    own = [value for value in values if value.place is not None]
    rows = tuple(
        (
            f"{HEADINGS[PolicyKind(one.kind)]}: {rule_told(one, telling)[0]}",
            rule_told(one, telling)[1],
            origin_told(one),
        )
        for one in own
    )
    of = f"{handle} " if handle.startswith("@") else ""
    says = {kind: f"policy explain {of}{kind.value.removesuffix('_policy')}" for kind in PolicyKind}
    return Reply(
        title=f"The rules that count for {handle}.",
        lines=(_own(values),),
        facts=tuple(Fact(HEADINGS[kind], summary(kind, by_kind[kind], telling=telling)) for kind in PolicyKind),
        table=Table(("Rule", "Value", "Set by"), rows) if rows else None,
        actions=tuple(
            Action(label=HEADINGS[kind], says=said, command_id=speaker.mint(said)) for kind, said in says.items()
        ),
        kind=ReplyKind.LIST,
    )


def _own(values: Sequence[PolicyValue]) -> str:
    own = sum(value.place is not None for value in values)
    if not own:
        return "They are built in; your organization has changed none of them."
    return f"{own} of {len(values)} {'is' if own == 1 else 'are'} your organization's own; the others are built in."


VERB = Verb(
    name="policy",
    does="the rules that count for you",
    examples=(
        ("policy", "yours in short"),
        ("policy explain transfer", "all about sending, and where each was set; also pool, ooo, override"),
        ("policy explain @alice transfer", "what Alice may send"),
    ),
    run=_policy,
    aliases=("policies", "rules"),
)
