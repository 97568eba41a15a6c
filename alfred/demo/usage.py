"""A month of plausible calls, the same for the same seed and days: busier on weekdays, everybody at their own pace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Final

from alfred.demo.acme import PEOPLE, PROJECT_MEMBERS, PROVIDERS, Colleague
from core.pricing.catalogue import price_of
from core.pricing.price import Parts
from core.spending.calls import Call
from core.storage.transaction import Clock

SEED: Final = 20_240_229
HOURS: Final = (9, 11, 14, 16)
"""Local hours in which a day's calls are booked together."""

_SATURDAY: Final = 5
_WEEKEND: Final = 0.08
"""Calls on a weekend day, as a part of an ordinary day's."""
_FAVOURITE: Final = 0.7
_FOR_THE_PROJECT: Final = 0.25
_CACHED: Final = 0.2
_TAGGED: Final = 0.3
_INITIATIVES: Final = ("search", "onboarding", "support")


@dataclass(frozen=True, slots=True)
class Planned:
    """A call to be made: who, for the project or not, held as the proxy would, and how it turns out."""

    handle: str
    for_project: bool
    estimate: int
    call: Call

    @property
    def actual(self) -> int:
        """Credits: the demo counts tokens."""
        return self.call.input_tokens + self.call.output_tokens


def calls_of(day: date, hour: int, *, clock: Clock) -> Iterator[Planned]:
    """What happens in one of the HOURS of a day; prices are those of the clock's moment."""
    chance = Random(f"{SEED}/{day.isoformat()}/{hour}")  # noqa: S311  a demo, no secret
    for person in PEOPLE:
        for _ in range(_how_many(person, chance, day=day)):
            yield _planned(person, chance, clock=clock)


def _how_many(person: Colleague, chance: Random, *, day: date) -> int:
    usual = person.calls / len(HOURS) * (_WEEKEND if day.weekday() >= _SATURDAY else 1)
    return int(chance.uniform(0.4, 1.6) * usual + chance.random())


def _planned(person: Colleague, chance: Random, *, clock: Clock) -> Planned:
    model = person.models[0] if chance.random() < _FAVOURITE else chance.choice(person.models)
    size = max(60, int(person.tokens * chance.lognormvariate(0, 0.6)))
    input_tokens = int(size * chance.uniform(0.5, 0.85))
    output_tokens = size - input_tokens
    cached_tokens = int(input_tokens * chance.uniform(0.3, 0.8)) if chance.random() < _CACHED else 0
    parts = Parts(input_tokens=input_tokens, output_tokens=output_tokens, cached_tokens=cached_tokens)
    first_byte_ms = int(chance.uniform(180, 900))
    for_project = person.handle in PROJECT_MEMBERS and chance.random() < _FOR_THE_PROJECT
    call = Call(
        provider=PROVIDERS[model],
        model=model,
        endpoint="chat.completions",
        status="ok",
        input_tokens=input_tokens,
        cached_tokens=cached_tokens,
        output_tokens=output_tokens,
        reasoning_tokens=0,
        cost_usd=price_of(parts, provider=PROVIDERS[model], model=model, at=clock.now()),
        latency_ms=first_byte_ms + output_tokens * 12,
        first_byte_ms=first_byte_ms,
        is_estimated=False,
        tags={"initiative": chance.choice(_INITIATIVES)} if chance.random() < _TAGGED else {},
    )
    return Planned(person.handle, for_project, input_tokens + 2 * output_tokens, call)
