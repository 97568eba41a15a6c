"""One call from its hold to its settlement: ask the provider, pass its answer on, book what it cost."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from contextlib import closing
from http import HTTPStatus
from typing import Any, Final

from aiohttp import web

from core.pricing.price import Parts
from proxy.errand import Errand
from proxy.headers import known_after, known_before
from proxy.problems import Problem
from proxy.refused_upstream import cut_off, no_answer, not_understood, refused_by
from proxy.streaming import stream
from proxy.upstreams.upstream import Answer, UpstreamCut, UpstreamFailed
from proxy.usage import likely_parts, parts_of

EVENTS: Final = "text/event-stream"

log = logging.getLogger(__name__)


async def forward(errand: Errand) -> web.StreamResponse:
    """Ask and answer. Raises Problem when the provider did not; its hold is then given back."""
    policy, upstream = errand.proxy.policy, errand.upstream
    body = errand.asked.outgoing(default_cap=policy.default_output_cap, cap_field=upstream.cap_field)
    try:
        answer = await upstream.complete(body)
    except UpstreamFailed as failed:
        await errand.release()
        raise no_answer(failed.failure) from failed
    with closing(answer):
        if answer.status != HTTPStatus.OK:
            raise await _refused(errand, answer)
        if answer.content_type == EVENTS:
            return await stream(errand, answer)
        return await _pass_whole(errand, answer)


async def _refused(errand: Errand, answer: Answer) -> Problem:
    await errand.release()
    problem = await refused_by(answer)
    log.info(
        "a provider refused a call",
        extra={"request_id": errand.authorised.hold_id, "provider": errand.upstream.name, "status": answer.status},
    )
    return problem


async def _pass_whole(errand: Errand, answer: Answer) -> web.Response:
    """A JSON answer: read, settled, passed on as it came."""
    try:
        body = await answer.read(most=errand.proxy.bounds.answer_bytes)
    except UpstreamCut as cut:
        # The provider had made its answer when it began to send it: it will charge for it.
        await errand.settle(_likely(errand, len(cut.seen)), status="partial", is_estimated=True)
        raise cut_off(cut.failure) from cut
    content = _object(body)
    if content is None:
        await errand.release()
        raise not_understood()
    parts = parts_of(content.get("usage"))
    is_estimated = parts is None
    parts = parts or _likely(errand, len(body))
    bill, settled = await errand.settle(parts, status="ok", is_estimated=is_estimated)
    headers = known_before(errand.authorised) | known_after(parts, bill=bill, settled=settled)
    return web.Response(body=body, content_type="application/json", headers=headers)


def _likely(errand: Errand, output_bytes: int) -> Parts:
    return likely_parts(prompt_bytes=errand.asked.prompt_bytes, output_bytes=output_bytes)


def _object(body: bytes) -> Mapping[str, Any] | None:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
