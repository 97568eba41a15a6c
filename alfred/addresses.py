"""How the addresses in the settings are read."""

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
}


def read_database_url(text: str) -> str:
    """The URL that SQLAlchemy opens, from a usual one or from the path of a SQLite file.

    Raises:
        ValueError: what is wrong, without the text, which may hold a password.
    """
    try:
        url = make_url(text if "://" in text else f"sqlite:///{text}")
    except (ArgumentError, ValueError):
        msg = "this is no URL"
        raise ValueError(msg) from None
    if url.drivername not in DRIVERS:
        msg = "this is another kind of database"
        raise ValueError(msg)
    if url.database in {None, "", ":memory:"}:
        msg = "this names no database"
        raise ValueError(msg)
    url = url.set(drivername=DRIVERS[url.drivername])
    if "sslmode" in url.query:  # libpq's word for what asyncpg calls ssl
        url = url.difference_update_query(["sslmode"]).update_query_dict({"ssl": url.query["sslmode"]})
    return url.render_as_string(hide_password=False)


def read_base_url(text: str) -> str:
    """A provider's address without a slash at its end.

    Raises:
        ValueError: what is wrong with it.
    """
    url = urlsplit(text)
    if not url.hostname or url.username is not None or url.query or url.fragment:
        msg = "it needs a host, and takes no user, query or fragment"
        raise ValueError(msg)
    if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(url.hostname)):
        msg = "anything else shows the key to the network"
        raise ValueError(msg)
    return text.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
