"""Answers of ours as JSON: credits as whole numbers, times as ISO 8601, dollars as text without trailing zeros."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from aiohttp import web

from core.storage.transaction import plain


def as_json(answer: Any) -> web.Response:  # noqa: ANN401  any of the questions' dataclasses
    """The answer of a question."""
    content = plain(_dollars(asdict(answer)))
    return web.json_response(body=json.dumps(content, ensure_ascii=False).encode())


def _dollars(value: object) -> object:
    """The same with every decimal as text; databases differ in the zeros that they keep."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, Mapping):
        return {name: _dollars(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_dollars(item) for item in value]
    return value
