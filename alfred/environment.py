"""The variables that are no settings, and the names of our files. Kept apart from the settings, which take longer to
import than a terminal's answer should.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

PREFIX: Final = "ALFRED_"
CONFIG_VARIABLE: Final = "ALFRED_CONFIG"
DATA_VARIABLE: Final = "ALFRED_DATA"
DATABASE_VARIABLE: Final = "ALFRED_DATABASE_URL"
URL_VARIABLE: Final = "ALFRED_URL"
KEY_VARIABLE: Final = "ALFRED_KEY"

SLACK_VARIABLES: Final = {
    "SLACK_BOT_TOKEN": "bot_token",
    "SLACK_APP_TOKEN": "app_token",
    "SLACK_SIGNING_SECRET": "signing_secret",
    "SLACK_CLIENT_ID": "client_id",
    "SLACK_CLIENT_SECRET": "client_secret",
}
"""The names that Slack's own documentation and tools use, and what they are here."""

DEFAULT_FILE: Final = "alfred.yaml"
OTHER_VARIABLES: Final = frozenset({CONFIG_VARIABLE, DATA_VARIABLE, URL_VARIABLE, KEY_VARIABLE})
"""Where files are, and what the terminal client uses to reach a server."""


@contextmanager
def unseen_by_bolt() -> Iterator[None]:
    """Hide Slack's variables while Bolt makes an app: it would take its own way of installing from them."""
    hidden = {name: os.environ.pop(name) for name in SLACK_VARIABLES if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
