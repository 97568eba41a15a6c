"""How a command ends when it does not end well: one line, an exit code, and no traceback unless asked for."""

from __future__ import annotations

import json
import logging
import sys
import traceback

from alfred.cli.operator import Told
from alfred.logs import masked
from alfred.settings import SettingsError
from alfred.stop import Exit, Stop
from core.storage.faults import StorageUnavailable

log = logging.getLogger(__name__)


def report(error: BaseException, *, is_debug: bool, as_json: bool) -> int:
    """Say what went wrong and return the exit code."""
    if is_debug:
        sys.stderr.write(masked("".join(traceback.format_exception(error))))
    code, name, sentence = _weighed(error)
    if as_json:
        sys.stdout.write(json.dumps({"error": {"code": name, "sentence": sentence, **_facts(error)}}) + "\n")
    else:
        sys.stderr.write("".join(f"alfred: {line}\n" for line in sentence.splitlines()))
    return code


def _weighed(error: BaseException) -> tuple[Exit, str, str]:
    if isinstance(error, Told):
        return Exit.REFUSED, error.refusal.because.value, " ".join([error.reply.title, *error.reply.lines])
    if isinstance(error, Stop):
        return error.code, "stopped", str(error)
    if isinstance(error, SettingsError):
        return Exit.USAGE, "settings", str(error)
    if isinstance(error, StorageUnavailable):
        return Exit.UNREACHABLE, error.code, error.sentence
    if isinstance(error, KeyboardInterrupt):
        return Exit.REFUSED, "interrupted", "interrupted"
    name = type(error).__name__
    return Exit.DEFECT, "defect", f"this is a defect in Alfred ({name}); `alfred --debug …` shows where."


def _facts(error: BaseException) -> dict[str, object]:
    return {"facts": dict(error.refusal.facts)} if isinstance(error, Told) else {}
