"""What is wrong with a request or with a provider's answer, in OpenAI's error shape.

    {"error": {"message": "…", "type": "invalid_request_error", "param": "model", "code": "bad_value",
               "request_id": "hold_…"}}

`code` is stable, `message` is a sentence for a person, `param` names the field when there is one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aiohttp import web


class Type(StrEnum):
    """OpenAI's error types."""

    INVALID_REQUEST = "invalid_request_error"
    AUTHENTICATION = "authentication_error"
    PERMISSION = "permission_error"
    QUOTA = "insufficient_quota"
    RATE_LIMIT = "rate_limit_error"
    API = "api_error"


@dataclass(slots=True, kw_only=True)
class Problem(Exception):
    """Ends a request with this answer. Nothing in it may come from a key, a prompt or a provider's secret."""

    status: int
    type: Type
    code: str
    message: str
    param: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    closes: bool = False


def bad_value(param: str | None, message: str) -> Problem:
    """A 400 about one field of the request."""
    return Problem(status=400, type=Type.INVALID_REQUEST, code="bad_value", message=message, param=param)


def error_body(problem: Problem, *, request_id: str) -> dict[str, Any]:
    """The error as it is sent."""
    error: dict[str, Any] = {
        "message": problem.message,
        "type": problem.type.value,
        "param": problem.param,
        "code": problem.code,
        "request_id": request_id,
    }
    return {"error": error | ({"details": dict(problem.facts)} if problem.facts else {})}


def error_response(problem: Problem, *, request_id: str) -> web.Response:
    """The whole answer."""
    response = web.Response(
        status=problem.status,
        body=json.dumps(error_body(problem, request_id=request_id), ensure_ascii=False).encode(),
        content_type="application/json",
        headers={**problem.headers, "X-Alfred-Request-ID": request_id, "X-Request-ID": request_id},
    )
    if problem.closes:
        response.force_close()
    return response
