"""What callers are told when a provider did not answer as it should. Its own words pass only where they are about the
caller's request; they may name the key or the account that we use there.
"""

from __future__ import annotations

import json
from typing import Any, Final

from proxy.problems import Problem, Type
from proxy.upstreams.upstream import Answer, Failure, UpstreamCut

ABOUT_THE_REQUEST: Final = frozenset({400, 404, 413, 415, 422})
TOO_MANY: Final = 429
OVERLOADED: Final = frozenset({503, 529})
MOST_ERROR_BYTES: Final = 64 * 1024
LONGEST_MESSAGE: Final = 2_000


async def refused_by(answer: Answer) -> Problem:
    """The provider said no, or something that is no answer."""
    if answer.status in ABOUT_THE_REQUEST:
        return await _about_the_request(answer)
    if answer.status == TOO_MANY or answer.status in OVERLOADED:
        busy = answer.status == TOO_MANY
        return Problem(
            status=TOO_MANY if busy else 503,
            type=Type.RATE_LIMIT if busy else Type.API,
            code="provider_rate_limited" if busy else "provider_overloaded",
            message="The provider takes no more calls at the moment. Nothing was charged; try again later.",
            headers=_retry_after(answer),
        )
    return Problem(
        status=502,
        type=Type.API,
        code="provider_error",
        message=f"The provider failed (HTTP {answer.status}). Nothing was charged; try again.",
    )


def no_answer(failure: Failure) -> Problem:
    """It could not be reached, or said nothing in time."""
    if failure is Failure.TIMEOUT:
        return Problem(
            status=504,
            type=Type.API,
            code="provider_timeout",
            message="The provider did not answer in time. Nothing was charged; try again.",
        )
    return Problem(
        status=502,
        type=Type.API,
        code="provider_unreachable",
        message="The provider could not be reached. Nothing was charged; try again.",
    )


def cut_off(failure: Failure) -> Problem:
    """Its answer broke off after it had begun."""
    return Problem(
        status=504 if failure is Failure.TIMEOUT else 502,
        type=Type.API,
        code="provider_cut_off",
        message="The provider's answer broke off. What it had produced was charged by estimate.",
    )


def nothing_came(failure: Failure) -> Problem:
    """Its answer broke off before it had produced anything."""
    return Problem(
        status=504 if failure is Failure.TIMEOUT else 502,
        type=Type.API,
        code="provider_cut_off",
        message="The provider's answer broke off before it began. Nothing was charged; try again.",
    )


def not_understood() -> Problem:
    """Its answer was no JSON."""
    return Problem(
        status=502,
        type=Type.API,
        code="provider_answer_malformed",
        message="The provider's answer could not be read. Nothing was charged.",
    )


async def _about_the_request(answer: Answer) -> Problem:
    try:
        body = await answer.read(most=MOST_ERROR_BYTES)
    except UpstreamCut as cut:
        body = cut.seen
    error = _error_in(body)
    message, param, code = error.get("message"), error.get("param"), error.get("code")
    return Problem(
        status=answer.status,
        type=Type.INVALID_REQUEST,
        code=code if isinstance(code, str) else "provider_refused",
        message=message[:LONGEST_MESSAGE] if isinstance(message, str) else "The provider refused this request.",
        param=param if isinstance(param, str) else None,
    )


def _error_in(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    error = content.get("error") if isinstance(content, dict) else None
    return error if isinstance(error, dict) else {}


def _retry_after(answer: Answer) -> dict[str, str]:
    said = answer.retry_after
    is_seconds = said is not None and said.isascii() and said.isdigit() and len(said) <= 6  # noqa: PLR2004
    return {"Retry-After": said} if said is not None and is_seconds else {}
