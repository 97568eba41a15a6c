"""Taking the address to listen on, before anything else is started."""

from __future__ import annotations

import socket
from typing import Final

from alfred.data_folder import reason
from alfred.stop import Stop

BACKLOG: Final = 1024
"""Connections that may wait to be accepted."""


def listening_socket(host: str, port: int, *, shared: bool = False) -> socket.socket:
    """A bound socket. With `shared`, other processes of this server may bind the same port (SO_REUSEPORT).

    Raises Stop when the port is taken or the address is not this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        bound = socket.socket(family, kind, protocol)
    except OSError as error:
        raise Stop(f"The address {host} cannot be used: {reason(error)}.") from error
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        bound.bind(address)
        if not shared:
            bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise Stop(f"Cannot listen on {host}:{port}: {reason(error)}. Name another port with --port.") from error
    bound.setblocking(False)
    return bound


def url_of(bound: socket.socket) -> str:
    """Where a browser or a client on this machine finds it."""
    host, port = bound.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104  compared, not bound
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
