"""Where several must agree, one after the other: how far that is, in words and as facts for sentences with blanks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.approvals.states import Progress
from core.refusals import Fact


def asked_in_words(approvers: Sequence[str], *, must_agree: int) -> str:
    """`Asked: @carol, @erin.`, or `2 must agree, one after the other. Asked first: @carol.`, as a sentence."""
    people = ", ".join(f"@{handle}" for handle in approvers)
    return f"Asked: {people}." if must_agree == 1 else f"{_how_many(must_agree)}. Asked first: {people}."


def waits_in_words(approvers: Sequence[str], *, must_agree: int, hours: int) -> str:
    """What a request will wait for, before it is made."""
    people = " or ".join(f"@{handle}" for handle in approvers)
    patience = "1 hour" if hours == 1 else f"{hours} hours"
    if must_agree == 1:
        return f"This will wait for {people}, up to {patience}."
    return f"{_how_many(must_agree)}, within {patience} in all. {people} will be asked first."


def progress_in_words(progress: Progress) -> str:
    """As `1 of 2 have agreed: @dan; now asked: @erin.` says it."""
    names = listed([f"@{handle}" for handle in progress.agreed])
    agreed = f"{len(progress.agreed)} of {progress.must_agree} have agreed{f': {names}' if names else ''}"
    asked = listed([f"@{handle}" for handle in progress.asked_now], last="or") or "nobody at present"
    return f"{agreed}; now asked: {asked}."


def how_far(progress: Progress | None) -> tuple[str, ...]:
    """The same as lines of a reply; none where there is no chain."""
    return () if progress is None else (progress_in_words(progress),)


def before_and_after(progress: Progress | None) -> tuple[str, ...]:
    """For who is asked now: `1 of 3 have agreed: @carol.` and `After you 1 more must agree.`, where it is so."""
    if progress is None:
        return ()
    names = listed([f"@{handle}" for handle in progress.agreed])
    so_far = f"{len(progress.agreed)} of {progress.must_agree} have agreed: {names}."
    more = progress.must_agree - len(progress.agreed) - 1
    return (*((so_far,) if names else ()), *((f"After you {more} more must agree.",) if more else ()))


def chain_facts(payload: Mapping[str, Any]) -> dict[str, Fact]:
    """The facts of an event about a chain; people are ids with blanks between. None of another event."""
    if payload.get("must_agree", 1) == 1:
        return {}
    agreed, asked = payload["agreed"], payload["asked"]
    more = payload["must_agree"] - len(agreed) - 1
    facts: dict[str, Fact] = {"now_asked": " ".join(payload["approvers"])} if payload["approvers"] else {}
    if agreed:
        facts |= {"agreed_count": len(agreed), "agreed": " ".join(agreed)}
    if more:
        facts["after_you"] = more
    if asked != payload["amount"]:
        facts["asked_first"] = asked
    return facts


def listed(names: Sequence[str], *, last: str = "and") -> str:
    """`@alice, @bob and @carol`."""
    return f" {last} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _how_many(must_agree: int) -> str:
    return f"{must_agree} people must agree, one after the other"
