"""From a refusal to an HTTP answer: every reason has a status here, in OpenAI's error shape.

402 `insufficient_quota` is what a caller without enough credits gets:

    {"error": {"message": "…what is there, when more comes, what you can do…", "type": "insufficient_quota",
               "param": null, "code": "out_of_credits", "request_id": "hold_…",
               "details": {"asked": 5120, "available": 1200, "refreshes_at": "2026-12-01T00:00:00+00:00",
                           "refresh_amount": 2000000, "you_can": ["…", …]}}}
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiohttp import web

from core.refusals import Because, Refusal, Refused
from core.storage.faults import StorageUnavailable
from proxy.problems import Problem, Type, error_response

log = logging.getLogger(__name__)

API_PATH: Final = "/v1/"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

YOU_CAN: Final = (
    "lower max_tokens, or send a shorter prompt",
    "ask a teammate for credits, or your team lead for a larger quota",
    "ask for a boost: /alfred request override in chat",
    "see what you have: GET /v1/alfred/quota, or /alfred balance in chat",
)

_WRONG: Final = (400, Type.INVALID_REQUEST)
_ABSENT: Final = (404, Type.INVALID_REQUEST)
_CONFLICT: Final = (409, Type.INVALID_REQUEST)
_FORBIDDEN: Final = (403, Type.PERMISSION)
_OURS: Final = (500, Type.API)

STATUS: Final[dict[Because, tuple[int, Type]]] = {
    Because.UNKNOWN_KEY: (401, Type.AUTHENTICATION),
    Because.OUT_OF_CREDITS: (402, Type.QUOTA),
    **dict.fromkeys(
        (
            Because.SAME_ID_OTHER_CONTENTS,
            Because.MALFORMED_ID,
            Because.BAD_VALUE,
            Because.WRONG_POLICY,
            Because.AMOUNT_OUT_OF_RANGE,
            Because.OVERRIDE_TOO_LONG,
            Because.REASON_REQUIRED,
        ),
        _WRONG,
    ),
    **dict.fromkeys(
        (
            Because.UNKNOWN_ORGANIZATION,
            Because.UNKNOWN_USER,
            Because.UNKNOWN_NODE,
            Because.UNKNOWN_LINK_CODE,
            Because.UNKNOWN_TRANSFER,
            Because.UNKNOWN_LOAN,
            Because.UNKNOWN_ABSENCE,
            Because.UNKNOWN_ROLE,
            Because.UNKNOWN_MODEL,
            Because.UNKNOWN_CALL,
            Because.UNKNOWN_HOLD,
            Because.ERASED,
            Because.UNKNOWN_APPROVAL,
            Because.UNKNOWN_REQUEST,
            Because.UNKNOWN_DRAW,
            Because.UNKNOWN_QUESTION,
            Because.UNKNOWN_DELEGATION,
            Because.UNKNOWN_PREAPPROVAL,
            Because.UNKNOWN_OVERRIDE,
        ),
        _ABSENT,
    ),
    **dict.fromkeys(
        (
            Because.NOT_ALLOWED,
            Because.INACTIVE_USER,
            Because.ARCHIVED_NODE,
            Because.OWN_GAIN,
            Because.TOO_MANY_TRIES,
            Because.UNPRICED_MODEL,
            Because.CLOSED_ACCOUNT,
            Because.TRANSFERS_OFF,
            Because.ROLE_MAY_NOT_SEND,
            Because.NOT_TO_SELF,
            Because.SAME_RECIPIENT_TWICE,
            Because.BELOW_MINIMUM,
            Because.NEEDS_APPROVAL,
            Because.OVER_DAILY_LIMIT,
            Because.RECIPIENT_OVER_DAILY_LIMIT,
            Because.CIRCLE,
            Because.NOT_YOUR_TRANSFER,
            Because.NOT_YOUR_LOAN,
            Because.MORE_THAN_OWED,
            Because.NOBODY_LEFT,
            Because.NOT_AN_APPROVER,
            Because.NO_APPROVER,
            Because.NO_NEXT_APPROVER,
            Because.OVERRIDES_OFF,
            Because.OVERRIDE_TOO_LARGE,
            Because.OVERRIDE_ABOVE_YOURS,
            Because.NO_POOL,
            Because.JUSTIFICATION_NEEDED,
            Because.TOO_MANY_DRAWS,
            Because.OVER_POOL_ALLOWANCE,
            Because.POOL_SHORT,
        ),
        _FORBIDDEN,
    ),
    **dict.fromkeys(
        (
            Because.NAME_TAKEN,
            Because.WRONG_PARENT,
            Because.NOT_EMPTY,
            Because.LAST_SUPER_ADMIN,
            Because.STILL_ACTIVE,
            Because.UNITS_FIXED,
            Because.HOLD_TOO_OLD,
            Because.HOLD_SETTLED,
            Because.HOLD_RELEASED,
            Because.HOLD_EXPIRED,
            Because.ALREADY_USED,
            Because.UNDO_TOO_LATE,
            Because.ALREADY_REVERSED,
            Because.ALREADY_THANKED,
            Because.NOTHING_TO_THANK_FOR,
            Because.NOT_COMPLETED,
            Because.NOTHING_TO_UNDO,
            Because.NOT_PENDING,
            Because.LOAN_NOT_OPEN,
            Because.ABSENCE_OVER,
            Because.NOT_AWAY_YET,
            Because.SUGGESTION_OVER,
            Because.ALREADY_DECIDED,
            Because.ALREADY_AGREED,
            Because.OVERRIDE_NOT_ACTIVE,
            Because.BUDGET_SHORT,
        ),
        _CONFLICT,
    ),
    Because.UNKNOWN_ACCOUNT: _OURS,
}
"""HTTP status and OpenAI's error type of every reason."""

assert STATUS.keys() == set(Because), f"reasons without a status: {set(Because) - STATUS.keys()}"

SENTENCES: Final[dict[Because, str]] = {
    Because.UNKNOWN_KEY: "This is no valid API key. Make one with `/alfred keys` or ask your administrator.",
    Because.INACTIVE_USER: "The person this key belongs to has been deactivated.",
    Because.NOT_ALLOWED: "This key's holder has no right to do this.",
    Because.UNKNOWN_MODEL: "No provider here serves this model. GET /v1/models lists what there is.",
    Because.UNPRICED_MODEL: "Nobody knows what this model costs, and calls are paid by cost here.",
    Because.UNKNOWN_NODE: "There is no such project, or you are not in it.",
    Because.UNKNOWN_CALL: "You made no call with this id.",
    Because.AMOUNT_OUT_OF_RANGE: "This call could cost more than any account can hold. Lower max_tokens.",
    Because.UNKNOWN_USER: "There is no such person.",
    Because.BAD_VALUE: "A value in this request cannot be used.",
}
"""What the reasons that a call can meet mean to a person; the others speak by their code."""

PARAMS: Final = {Because.UNKNOWN_MODEL: "model", Because.UNPRICED_MODEL: "model", Because.UNKNOWN_NODE: "project"}


def problem_of(refusal: Refusal) -> Problem:
    """A refusal as an HTTP answer."""
    status, type_ = STATUS[refusal.because]
    if refusal.because is Because.OUT_OF_CREDITS:
        return _out_of_credits(refusal)
    message = SENTENCES.get(refusal.because, f"Refused: {refusal.because.value.replace('_', ' ')}.")
    code = "invalid_api_key" if refusal.because is Because.UNKNOWN_KEY else refusal.because.value
    code = "model_not_found" if refusal.because is Because.UNKNOWN_MODEL else code
    return Problem(
        status=status,
        type=type_,
        code=code,
        message=message,
        param=PARAMS.get(refusal.because),
        facts={} if refusal.because is Because.UNKNOWN_ACCOUNT else refusal.facts,
    )


def database_away(error: StorageUnavailable) -> Problem:
    """Spending stops while nobody can say what is there."""
    return Problem(status=503, type=Type.API, code=error.code, message=error.sentence, headers={"Retry-After": "5"})


def not_found(path: str) -> Problem:
    """A path that is not known, and so cannot be paid for, is not passed on."""
    return Problem(
        status=404,
        type=Type.INVALID_REQUEST,
        code="unknown_path",
        message=f"There is nothing at {path[:100]}. Calls that Alfred cannot account for are not passed on.",
    )


def answering_errors(new_id: Callable[[str], str]) -> Any:  # noqa: ANN401  aiohttp's middlewares have no public type
    """The middleware that names every request to the API and turns what ends it into an answer."""

    @web.middleware
    async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(API_PATH):
            return await handler(request)
        request_id = request[REQUEST_ID] = new_id("hold")
        try:
            return await handler(request)
        except Problem as problem:
            answer = problem
        except Refused as refused:
            answer = problem_of(refused.refusal)
        except StorageUnavailable as error:
            log.warning("the database is away", extra={"request_id": request_id})
            answer = database_away(error)
        except web.HTTPException as error:
            answer = _of_http(error, request.path)
        except Exception:
            log.exception("a request failed", extra={"request_id": request_id})
            answer = _unknown(request_id)
        return error_response(answer, request_id=request_id)

    return answer_errors


REQUEST_ID: Final = web.RequestKey("request_id", str)
"""The id of a request to the API (`hold_…`), which is also its hold's and its usage row's."""


def _out_of_credits(refusal: Refusal) -> Problem:
    asked, available = refusal.facts["asked"], refusal.facts["available"]
    refreshes_at, amount = refusal.facts.get("refreshes_at"), refusal.facts.get("refresh_amount")
    parts = [f"This call could cost up to {asked:,} credits and you have {available:,}."]
    if refreshes_at is not None:
        parts.append(f"{amount:,} more arrive on {refreshes_at}.")
    parts.append(f"You can {'; '.join(YOU_CAN)}.")
    return Problem(
        status=402,
        type=Type.QUOTA,
        code=refusal.because.value,
        message=" ".join(parts),
        facts={**refusal.facts, "you_can": list(YOU_CAN)},
    )


def _of_http(error: web.HTTPException, path: str) -> Problem:
    if error.status == 404:  # noqa: PLR2004
        return not_found(path)
    allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    return Problem(
        status=error.status,
        type=Type.INVALID_REQUEST,
        code=error.reason.lower().replace(" ", "_"),
        message=f"{error.reason}.",
        headers=allow,
    )


def _unknown(request_id: str) -> Problem:
    return Problem(
        status=500,
        type=Type.API,
        code="internal_error",
        message=f"Something failed here. Tell your administrator the request id {request_id}.",
    )
