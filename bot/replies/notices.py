"""Words for what people receive, by event type, before any platform draws them.

Sentences have blanks (sentences.py), filled from the event's payload: `{sender_id:person}`; `{parent:text}` is the name
of the place in `parent_id`; `{own_sender_id:if}` is there for the sender alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from bot.replies.chains import chain_facts
from bot.replies.minting import minted
from bot.replies.notice import Notice, Offer
from bot.replies.notices_absences import ABSENCES
from bot.replies.notices_accounts import ACCOUNTS
from bot.replies.notices_approvals import APPROVALS
from bot.replies.notices_credits import CREDITS
from bot.replies.notices_overrides import OVERRIDES
from bot.replies.notices_policies import POLICIES
from bot.replies.notices_pools import POOLS
from bot.replies.reply import Action, Reply
from bot.replies.requested import kind_fact
from bot.replies.sentences import fill
from bot.replies.telling import Telling
from core.refusals import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """An event as somebody hears of it. `people` and `places`: id -> handle or name."""

    event_id: str
    type: str
    payload: Mapping[str, Any]
    reader_id: str
    people: Mapping[str, str]
    places: Mapping[str, str]


NOTICES: Final[Mapping[str, Notice]] = MappingProxyType(
    {**ABSENCES, **ACCOUNTS, **APPROVALS, **CREDITS, **OVERRIDES, **POLICIES, **POOLS}
)
"""Every event that somebody hears of has words; a test compares the two lists."""

_OTHER: Final = Notice("Something happened that this version of Alfred has no words for.")
"""An event that a newer version wrote."""


def notice_reply(heard: Heard, telling: Telling) -> Reply:
    """What this person is told, and what they can press."""
    notice = NOTICES.get(heard.type, _OTHER)
    named = _with_names(heard, telling)
    facts = _facts(heard)
    title, line = (fill(sentence, facts, telling=named).strip() for sentence in (notice.title, notice.line))
    found = (_action(offer, heard, facts=facts, telling=named) for offer in notice.offers)
    lines = tuple(filter(None, map(str.strip, line.split("\n"))))
    return Reply(title=title, lines=lines, actions=tuple(filter(None, found)), kind=notice.kind)


def typed_reply(heard: Heard, telling: Telling) -> Reply:
    """The same where there is nothing to press: it says what to type."""
    notice = NOTICES.get(heard.type, _OTHER)
    reply = notice_reply(heard, telling)
    words = fill(notice.typed, _facts(heard), telling=_with_names(heard, telling)).strip()
    return replace(reply, lines=(*reply.lines, *filter(None, [words])), actions=())


def _with_names(heard: Heard, telling: Telling) -> Telling:
    return replace(telling, names={**telling.names, **heard.people})


def _action(offer: Offer, heard: Heard, *, facts: Mapping[str, Fact], telling: Telling) -> Action | None:
    """Its command id is that of the event, the reader and the purpose: a notice that comes twice has the same one."""
    label, says = (fill(sentence, facts, telling=telling).strip() for sentence in (offer.label, offer.says))
    if not label or not says:
        return None
    command_id = minted("notice", heard.reader_id, heard.event_id, says)
    return Action(label=label, says=says, command_id=command_id, style=offer.style, stays=offer.stays)


def _facts(heard: Heard) -> dict[str, Fact]:
    """The event's own facts, of a list of grants only the reader's, and the names of places."""
    own: Mapping[str, Any] = next(
        (grant for grant in heard.payload.get("grants", ()) if grant["owner_id"] == heard.reader_id), {}
    )
    facts = {name: value for name, value in {**heard.payload, **own}.items() if _can_be_said(value)}
    facts |= {name.removesuffix("_id"): heard.places[value] for name, value in facts.items() if value in heard.places}
    facts |= {f"own_{name}": value for name, value in facts.items() if value == heard.reader_id}
    amount = facts.get("amount")
    if isinstance(amount, int) and amount:
        facts["given" if amount > 0 else "taken"] = abs(amount)
    if "platform" in facts:
        facts[f"in_{facts['platform']}"] = True
    if "source" in facts:
        facts[f"by_{facts['source']}"] = True
    if "subject" in facts:
        facts[kind_fact(str(facts["subject"]))] = True
    if "state" in facts:
        facts[f"{facts['state']}_amount"] = facts.get("granted") or amount
    return facts | chain_facts(heard.payload)


def _can_be_said(value: object) -> bool:
    return isinstance(value, str | int) and value != ""
