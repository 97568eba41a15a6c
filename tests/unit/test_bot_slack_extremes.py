"""Whatever Alfred tells anybody, with the longest names, reasons and amounts: Slack takes it and pings nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

import pytest

from alfred.event_schemas import schemas
from bot.replies.notices import NOTICES, Heard, notice_reply
from bot.replies.outcomes import outcome_reply
from bot.replies.refusals import SAYINGS, refusal_reply
from bot.replies.telling import Telling
from bot.slack.rendering import content, message
from core.directory.units import Metering, Units
from core.notify.request_now import RequestNow
from core.refusals import Because, Fact, Refusal
from tests.block_kit import check_message
from tests.standing import MONDAY

HANDLE: Final = "z" * 32
NAME: Final = "<!channel> & Söhne *GmbH* " + "&" * 174
WORDS: Final = "<@U0BOB> <http://x|Approve> *now* `code` & " * 200
MOST: Final = 2**63 - 1
TELLING: Final = Telling(
    Units(Metering.TOKENS, Decimal(20_000), {}), ZoneInfo("America/Argentina/ComodRivadavia"), {"usr_1": HANDLE}
)
SCHEMAS: Final = {json.loads(text)["title"]: json.loads(text) for text in schemas().values()}


def extreme(schema: dict[str, Any], *, name: str, defs: dict[str, Any]) -> Any:  # noqa: ANN401  JSON
    """A value of the schema that is as long as it gets."""
    schema = schema.get("anyOf", [schema])[0]
    schema = defs[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    if schema["type"] == "object":
        return {key: extreme(part, name=key, defs=defs) for key, part in schema.get("properties", {}).items()}
    if schema["type"] == "array":
        return [extreme(schema.get("items", {"type": "string"}), name=name, defs=defs)] * 50
    if schema["type"] == "string":
        return _string(schema.get("format"), name=name)
    return {"integer": MOST, "boolean": True}[schema["type"]]


def _string(form: str | None, *, name: str) -> str:
    if form is not None:
        return {"date-time": "2026-12-31T23:59:59+00:00", "date": "2026-12-31"}[form]
    if name in {"approval_id", "request_id", "transfer_id", "absence_id", "loan_id"}:
        return "x" * 255
    return "usr_1" if name.endswith(("_id", "_by", "_for")) else WORDS


@pytest.mark.parametrize("name", NOTICES)
def test_every_notice_fits_whatever_people_are_called_and_write(name: str) -> None:
    schema = SCHEMAS[name]
    payload = extreme(schema, name=name, defs=schema.get("$defs", {}))
    for places in ({}, {"usr_1": NAME}):
        heard = Heard(
            event_id="evt_" + "1" * 26,
            type=name,
            payload=payload,
            reader_id="usr_1",
            people={"usr_1": HANDLE},
            places=places,
        )
        reply = notice_reply(heard, TELLING)
        body = content(reply)
        check_message(body)
        assert "<" not in body["text"], "nobody is pinged"
        for action in reply.actions:
            assert action.label in json.dumps(body["blocks"], ensure_ascii=False), "no button is lost"


@pytest.mark.parametrize("state", ["approved", "rejected", "expired", "cancelled", "granted", "declined", "odd"])
def test_every_end_of_a_request_fits_and_is_a_sentence(state: str) -> None:
    request = RequestNow(
        id="apr_1",
        state=state,
        subject="transfer",
        requester_id="usr_1",
        gainer_id="usr_1",
        gainers=1,
        amount=MOST,
        granted=MOST - 1,
        reason=WORDS,
        decided_by="usr_1",
        decided_for="usr_1",
        ended_at=MONDAY + timedelta(days=300),
    )
    for said in (request, replace(request, granted=None, reason="", decided_by=None, decided_for=None, ended_at=None)):
        reply = outcome_reply(said, TELLING, note=WORDS)
        check_message(content(reply))
        assert reply.actions == ()
        assert reply.title.endswith(".")
        assert "{" not in reply.title


@pytest.mark.parametrize("because", SAYINGS)
def test_every_refusal_fits(because: Because) -> None:
    facts: dict[str, Fact] = {
        "amount": MOST,
        "limit": MOST,
        "typed": WORDS,
        "user": "usr_1",
        "node": NAME,
        "why": WORDS,
        "reason": WORDS,
    }
    check_message(message(refusal_reply(Refusal(because, facts), TELLING)))


def _section(**parts: Any) -> dict[str, Any]:  # noqa: ANN401  JSON
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x"}} | parts


@pytest.mark.parametrize(
    "blocks",
    [
        [],
        [_section()] * 51,
        [_section(fields=[{"type": "mrkdwn", "text": "x" * 2_001}])],
        [_section(text={"type": "mrkdwn", "text": "x" * 3_001})],
        [{"type": "hologram"}],
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        [_section(block_id="same"), _section(block_id="same")],
    ],
)
def test_the_table_catches_what_the_sdk_lets_through(blocks: list[dict[str, Any]]) -> None:
    with pytest.raises(AssertionError):
        check_message({"text": "x", "blocks": blocks})
