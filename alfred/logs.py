"""One log on standard error, as text or as JSON lines, with everything that looks like a secret blacked out.

Nothing here should ever be given a secret; the mask is the second fence.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from typing import Final

from aiohttp.abc import AbstractAccessLogger
from aiohttp.web import BaseRequest, StreamResponse
from typing_extensions import override

from alfred.settings import Settings

SECRETS: Final = re.compile(
    r"alf_[0-9A-Za-z]{6,}|xox[a-z]-[0-9A-Za-z-]+|xapp-[0-9A-Za-z-]+|sk-[0-9A-Za-z_-]{6,}"
    r"|xoxe\.\S+|(?<=://)[^/@\s]+:[^/@\s]+(?=@)|(?i:(?<=bearer )|(?<=api-key: ))\S+|(?<=[?&]ticket=)[^&'\"\s]+"
)
"""Our keys, Slack's tokens and its sockets' tickets, providers' keys, passwords in URLs, authorization headers."""

ALWAYS: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What every record carries; the rest came as `extra`."""


def masked(text: str) -> str:
    """The text without what looks like a secret."""
    return SECRETS.sub("•••", text)


class TextFormat(logging.Formatter):
    """`07:31:05 info    alfred.server  listening on http://127.0.0.1:8080`."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created).astimezone()
        facts = "".join(f" {name}={value}" for name, value in _facts(record).items())
        line = f"{at:%H:%M:%S} {record.levelname.lower():7} {record.name}  {record.getMessage()}{facts}"
        return masked("\n".join([_on_one_line(line), *_trace(self, record)]))


class JsonFormat(logging.Formatter):
    """One JSON object per line."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        content = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        content |= {name: masked(str(value)) for name, value in _facts(record).items()}
        trace = _trace(self, record)
        return json.dumps(content | ({"trace": masked("\n".join(trace))} if trace else {}), ensure_ascii=False)


class AccessLog(AbstractAccessLogger):
    """One line per request: method, path without its query, status, milliseconds."""

    @override
    def log(self, request: BaseRequest, response: StreamResponse, time: float) -> None:
        self.logger.info("%s %s %d %.0f ms", request.method, request.path[:200], response.status, time * 1000)

    @property
    @override
    def enabled(self) -> bool:
        return self.logger.isEnabledFor(logging.INFO)


def start_logging(settings: Settings) -> None:
    """Send this process's log to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormat() if settings.log_format == "json" else TextFormat())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level.upper())
    for chatty in ("aiosqlite", "apscheduler", "alembic", "slack_bolt", "slack_sdk", "asyncio"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))


def _on_one_line(text: str) -> str:
    """What callers send (a path, a name) can neither begin a line of its own nor move or hide anything."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _facts(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in ALWAYS}


def _trace(formatter: logging.Formatter, record: logging.LogRecord) -> list[str]:
    return formatter.formatException(record.exc_info).splitlines() if record.exc_info else []
