"""Questions in plain words, and the verb that answers each: `how much do I have left?` is `balance`.

The first pattern that is found decides. Only verbs that change nothing stand here: nobody does something by asking.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from bot.commands.parse import bare

_ME: Final = r"(?:i|we|me)"

_QUESTIONS: Final = tuple(
    (re.compile(pattern), says)
    for pattern, says in (
        (r"\bwho (?:is |else is |s )?(?:away|out|off|ooo|absent|on (?:vacation|holiday|leave))\b", "team"),
        (r"\bis (?:anybody|anyone|somebody|someone) (?:away|out|off|ooo)\b", "team"),
        (r"\bwho (?:is |s |are )?(?:in|on) (?:my|our|the) team\b", "team"),
        (r"\bhow (?:is|s|are|much|many) .*\b(?:my|our|the) team\b", "team"),
        (r"\bteams? budget\b", "team"),
        (r"\bwho (?:leads|manages|runs) (?:my|our|the) team\b|\bwho (?:is|s) (?:my|our) (?:lead|team lead)\b", "team"),
        (r"\b(?:in|on|left in|draw from|take from|does) (?:the|my|our) (?:team )?pool\b", "pool"),
        (r"\bhow (?:full|big|much|many) .*\bpool\b", "pool"),
        (r"\bwho (?:drew|took|used|uses) .*\bpool\b", "pool"),
        ((r"\bwho (?:can|could|may|will|should|must|has to|needs to|is going to"
         r"|would)? ?(?:approve|decide|sign)"), "approvals"),
        (r"\bwho (?:do i ask|decides|approves)\b", "approvals"),
        ((r"\b(?:is|are|what|which|anything|something|requests?) .*\b(?:waiting|waits|pending"
         r"|undecided)\b"), "approvals"),
        ((r"\b(?:was|is|has|did) my (?:request|transfer|draw|override) (?:been )?(?:approve"
         r"|decide|denied|reject|pending|still)"), "approvals"),
        (r"\b(?:anything|something) (?:for me )?to (?:approve|decide)\b", "approvals"),
        (r"\bwhom? do i owe\b|\bwho owes me\b|\bdo i owe\b|\bwhat do i owe\b|\bdoes \S+ owe me\b", "loans"),
        ((r"\bam i (?:away|out(?! of (?:credits|tokens|budget))|ooo|off|on vacation)\b"
         r"|\bwhen am i (?:away|back|out|off)\b"), "ooo status"),
        ((r"\b(?:what|how (?:much|big|high|large)) (?:is |s )?my (?:monthly |weekly "
         r"|daily )?(?:quota|allowance|allotment)\b"), "quota"),
        ((r"\bhow (?:much|many)(?: \w+)? (?:can|may|could) i (?:send|give|transfer"
         r"|share)\b"), "policy explain transfer"),
        (r"\b(?:can|may) i (?:send|give|transfer) (?:more than|over|above|up to)\b", "policy explain transfer"),
        (r"\b(?:what|which) (?:is |are |s )?(?:my |the |our )?(?:rules?|polic(?:y|ies)|limits?)\b", "policy explain"),
        (r"\b(?:is|are) there (?:a |any )?(?:rules?|limits?|polic(?:y|ies))\b", "policy explain"),
        (r"\b(?:what|which|how many) (?:api )?keys\b|\b(?:are|is) my (?:api )?keys?\b", "keys"),
        ((r"\b(?:what|whom?|how much|how many)(?: \w+)? (?:did|have|had) i (?:send|sent|give"
         r"|gave|given|receive|received|get)\b"), "history"),
        (r"\bwho (?:has )?(?:sent|gave|given) me\b|\bdid \S+ (?:send|give) me\b", "history"),
        (r"\b(?:what s|what is|whats|anything|something) new\b|\bany (?:news|messages)\b|\bwhat happened\b", "inbox"),
        (rf"\bhow (?:much|many)\b.* (?:do|have|has|can|did) {_ME}\b", "balance"),
        (rf"\bhow (?:much|many) .*\b{_ME} (?:have|got|spent|used)\b", "balance"),
        (r"\bhow (?:much|many)\b.*\b(?:left|remain\w*|available|spend)\b", "balance"),
        (r"\bwhat(?: \w+)? (?:did|have|do) i (?:spend|spent|use|used|have|got)\b", "balance"),
        ((r"\bwhat (?:is|s|are|was) (?:my|the) (?:current |remaining |own )?(?:balance|credits"
         r"|usage|spending|spend)\b"), "balance"),
        ((r"\b(?:what|whats|show|see|check|tell)\b.*\bmy (?:\w+ )?(?:balance|credits|tokens"
         r"|usage|spending)\b"), "balance"),
        ((r"\b(?:do|have) (?:i|we) (?:have|got|still have) (?:any |enough |some "
         r"|more )?(?:credits|tokens|budget|left)\b"), "balance"),
        (r"\bwhen (?:do|will|can) (?:i|we) get (?:more|new|my|the next)\b", "balance"),
        (r"\b(?:am|are) (?:i|we) (?:running )?(?:out|low|broke|short)\b", "balance"),
        ((r"\bwhen\b.*\b(?:refresh|refreshed|reset|refill|renew|expire|expires|more credits"
         r"|new credits|next credits|quota)"), "balance"),
        ((r"\b(?:turn|switch|mute|stop|silence|fewer|less|too many)\b.* (?:notifications?|notices|dms)\b"
         r"|\bnotification (?:settings?|preferences)\b"), "settings"),
        (r"\bhow (?:do|can|would|could|should) i (?P<verb>\w+)", "help"),
        (r"\bwhat (?:can|do|should|could) (?:you|i) (?:do|say|type|ask)\b|\bwho are you\b|\bwhat are you\b", "help"),
        (r"\b(?:i|we) (?:need|want|would like)\b.*\b(?:more|credits|tokens|budget)\b", "help request"),
        (r"\b(?:can|could|may) (?:i|we) (?:get|have) (?:some |any )?(?:more|credits|tokens)\b", "help request"),
        (r"\bwhat (?:is|s|are|does) an? (?P<verb>\w+)", "help"),
        (r"\bhow does (?:this|it|alfred|that) work\b|\bi need help\b|\bwhat is (?:this|alfred)\b", "help"),
    )
)  # fmt: skip
_LONGEST: Final = 300
_SPANS: Final = {
    "today": "today",
    "this week": "7d",
    "last week": "14d",
    "this month": "30d",
    "last month": "60d",
    "this year": "365d",
}
_SPAN: Final = re.compile("|".join(_SPANS))
_HELPED: Final = {
    "give": "send",
    "transfer": "send",
    "share": "send",
    "borrow": "request",
    "get": "request",
    "ask": "request",
    "take": "request",
    "lend": "loan",
    "override": "request",
    "token": "balance",
    "credit": "balance",
}


def meant_by(words: Sequence[str], *, verbs: frozenset[str]) -> str | None:
    """What to say instead of a question in plain words; None when it is none. `verbs` are those that there are."""
    text = " ".join(filter(None, (re.sub(r"[^\w@ ]+", " ", bare(word)) for word in words)))
    if len(text) > _LONGEST:
        return None
    text = re.sub(r"\s+", " ", text)
    for pattern, says in _QUESTIONS:
        found = pattern.search(text)
        if found is not None and says.split()[0] in verbs:
            return _said(says, found, text=text, verbs=verbs)
    return None


def _said(says: str, found: re.Match[str], *, text: str, verbs: frozenset[str]) -> str:
    if says == "history":
        span = _SPAN.search(text)
        return f"history {_SPANS[span[0]]}" if span else "history 30d"
    if says == "help" and "verb" in found.re.groupindex:
        verb = _HELPED.get(found["verb"], found["verb"])
        return f"help {verb}" if verb in verbs else "help"
    return says
