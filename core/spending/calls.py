"""What is known of one model call, and how it becomes its usage row."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Table

from core.directory.principals import Principal
from core.ledger.accounts import kind_of, owner_of
from core.ledger.ending import Ended
from core.ledger.holding import Held
from core.storage.hot import Row, columns_of
from core.storage.tables import outbox, usage
from core.storage.transaction import NewId

_USAGE_COLUMNS: Final = columns_of(usage)
_OUTBOX_COLUMNS: Final = columns_of(outbox)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One model call as it went. Cached tokens are part of the input, reasoning tokens of the output.

    `status` is `ok`, `partial` (cut in mid-stream) or `upstream_error`; `cost_usd` is exact, None when unpriced.
    """

    provider: str
    model: str
    endpoint: str
    status: str
    input_tokens: int
    cached_tokens: int
    output_tokens: int
    reasoning_tokens: int
    cost_usd: Decimal | None
    latency_ms: int
    first_byte_ms: int | None
    is_estimated: bool
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Authorised:
    """A call that may go out: its hold, and what its sources still have free beside it."""

    principal: Principal
    held: Held
    project_id: str | None
    available: int

    @property
    def hold_id(self) -> str:
        """The hold's id, which is the call's."""
        return self.held.hold_id

    @property
    def amount(self) -> int:
        """Credits held."""
        return self.held.amount

    @property
    def expires_at(self) -> datetime:
        """When the hold ends by itself."""
        return self.held.expires_at


@dataclass(frozen=True, slots=True)
class Settled:
    """What a call cost in the end. `charged` is credits by kind of source (`boost`, `project`, `personal`, `pool`)."""

    charged: Mapping[str, int]
    credits: int
    overrun: int
    is_late: bool
    remaining: int


@dataclass(frozen=True, slots=True)
class QuotaLow:
    """A low-balance threshold was crossed. `percent` of what the account had this period is spent."""

    name = "quota.low"
    account: str
    owner_id: str
    percent: int
    user_id: str


@dataclass(frozen=True, slots=True)
class QuotaExhausted:
    """An account has nothing left to spend."""

    name = "quota.exhausted"
    account: str
    owner_id: str
    percent: int
    user_id: str


def rows_of(
    call: Call, authorised: Authorised, *, ended: Ended, at: datetime, new_id: NewId
) -> Iterable[tuple[Table, Row]]:
    """The usage row of a settled call and the events of the thresholds it crossed; none for a repetition."""
    if ended.is_replay:
        return
    yield usage, _in_order(_USAGE_COLUMNS, _usage(call, authorised, ended=ended, at=at))
    for mark in ended.marks:
        event = QuotaExhausted if mark.percent == 100 else QuotaLow  # noqa: PLR2004  all of it
        payload = asdict(event(mark.account, owner_of(mark.account), mark.percent, authorised.principal.user_id))
        row = {
            "organization_id": authorised.principal.organization_id,
            "id": new_id("evt"),
            "type": event.name,
            "payload": json.dumps(payload),
            "at": at,
            "dispatched_at": None,
        }
        yield outbox, _in_order(_OUTBOX_COLUMNS, row)


def charged_by_source(charged: Mapping[str, int]) -> dict[str, int]:
    """Credits by kind of source; a project pays from its budget."""
    sources: defaultdict[str, int] = defaultdict(int)
    for account, credits in charged.items():
        kind = kind_of(account).value
        sources["project" if kind == "budget" else kind] += credits
    return dict(sources)


def _usage(call: Call, authorised: Authorised, *, ended: Ended, at: datetime) -> dict[str, Any]:
    principal = authorised.principal
    return {
        "organization_id": principal.organization_id,
        "id": ended.hold_id,
        "user_id": principal.user_id,
        "key_id": principal.key_id,
        "team_id": principal.team_id,
        "department_id": principal.department_id,
        "project_id": authorised.project_id,
        "environment": principal.environment,
        "provider": call.provider,
        "model": call.model,
        "endpoint": call.endpoint,
        "status": call.status,
        "input_tokens": call.input_tokens,
        "cached_tokens": call.cached_tokens,
        "output_tokens": call.output_tokens,
        "reasoning_tokens": call.reasoning_tokens,
        "credits": ended.ending.settled,
        "cost_usd": call.cost_usd,
        "sources": json.dumps(ended.ending.charged, separators=(",", ":")),
        "overrun": ended.ending.overrun,
        "is_late": ended.ending.is_late,
        "is_estimated": call.is_estimated,
        "latency_ms": call.latency_ms,
        "first_byte_ms": call.first_byte_ms,
        "tags": json.dumps(dict(call.tags), separators=(",", ":")) if call.tags else "{}",
        "at": at,
    }


def _in_order(columns: list[str], row: Mapping[str, Any]) -> Row:
    return tuple(row[name] for name in columns)
