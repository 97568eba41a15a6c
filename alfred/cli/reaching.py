"""Which server the terminal talks to, and with which key."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from alfred.data_folder import data_folder
from alfred.environment import KEY_VARIABLE, URL_VARIABLE
from alfred.stop import Stop

DEFAULT_URL: Final = "http://127.0.0.1:8080"


@dataclass(frozen=True, slots=True)
class Server:
    """A base URL without a slash at its end, and the API key."""

    url: str
    key: str = field(repr=False)


def the_server() -> Server:
    """ALFRED_URL and ALFRED_KEY; without either the demo of this folder. Raises Stop."""
    url, key = os.environ.get(URL_VARIABLE), os.environ.get(KEY_VARIABLE)
    folder = data_folder()
    if not url and not key and folder.is_made:
        url, key = folder.read(folder.address), folder.read(folder.api_key)
    if not key:
        raise Stop("ALFRED_KEY is missing: it should be your API key (alf_…). An administrator makes one.")
    url = (url or DEFAULT_URL).rstrip("/").removesuffix("/v1")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Stop("ALFRED_URL is wrong: it should be the address of a server, such as http://127.0.0.1:8080.")
    return Server(url, key)
