"""Words for what a team is told together, by event type. Whoever reads there: nobody's own credits are named."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from bot.replies.notice import Notice
from bot.replies.reply import Reply
from bot.replies.sentences import fill
from bot.replies.telling import Telling

POSTS: Final[Mapping[str, Notice]] = MappingProxyType(
    {
        "channel.connected": Notice(
            "Here you hear who of [{team_id:text} || the team] is away, and what happens to its pool.",
            "[{connected_by:person} connected this channel. ]End it with “settings channel off”.",
        ),
        "absence.set": Notice(
            "[{user_id:person} || A colleague] is out of office[ from {starts_at:moment}][ until {ends_at:moment}].",
            "[{to_pool:count} % of their credits for that time go to the team's pool. ]"
            "[{delegate_id:person} decides in their place.]",
        ),
        "absence.changed": Notice(
            "[{user_id:person} || A colleague] is out of office[ from {starts_at:moment}][ until {ends_at:moment}].",
            "The days have changed.",
        ),
        "absence.ended": Notice(
            "[{user_id:person}{cancelled:if} will not be away after all || {user_id:person} is back"
            " || A colleague is back].",
        ),
        "pool.funded": Notice(
            "[{amount:amount} came into the pool || The pool was funded][ of {team_id:text}]"
            "[; it has {available:amount} now].",
            "[{by_id:person} funded it.]",
        ),
        "pool.withdrawn": Notice(
            "[{amount:amount} went back from the pool || Credits of the pool went back][ of {team_id:text}] to the"
            " budget[; the pool has {available:amount} now].",
        ),
        "pool.replenished": Notice(
            "[{amount:amount} filled up the pool || The pool was filled up][ of {team_id:text}]"
            "[; it has {available:amount} now].",
        ),
        "pool.short": Notice(
            "The pool[ of {team_id:text}] could not be filled up[: {missing:amount} of {quota:amount} are missing].",
            "It is filled up again as soon as the budget above has credits.",
        ),
        "draw.completed": Notice(
            "A large draw:[ {amount:amount}] left the pool[ of {team_id:text}][; {available:amount} are left].",
        ),
        "quota.low": Notice("The pool[ of {owner_id:text}] runs low[: {percent:count} % of it are spent]."),
        "quota.exhausted": Notice("The pool[ of {owner_id:text}] is empty.", "Its team's lead can fund it."),
    }
)
"""Every event that is posted has words; a test compares the two lists."""

_PLACES: Final = ("team_id", "owner_id")


def post_reply(event_type: str, payload: Mapping[str, Any], *, telling: Telling, places: Mapping[str, str]) -> Reply:
    """What the team is told; there is nothing to press, since whoever presses there is not known to be meant."""
    notice = POSTS[event_type]
    facts = {name: value for name, value in payload.items() if isinstance(value, str | int) and value != ""}
    if payload.get("state") == "cancelled":
        facts["cancelled"] = True
    if not payload.get("to_pool"):
        facts.pop("to_pool", None)
    facts |= {name: places[str(facts[name])] for name in _PLACES if facts.get(name) in places}
    facts = {name: value for name, value in facts.items() if name not in _PLACES or value in places.values()}
    title, line = (fill(sentence, facts, telling=telling).strip() for sentence in (notice.title, notice.line))
    return Reply(title=title, lines=(line,) if line else (), is_private=False)
