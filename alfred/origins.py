"""Where a request comes from: the socket's peer, or what the reverse proxies that the settings name say of it.

Only `X-Forwarded-For` is read. Proxies add to it; one that does not know `Forwarded` (RFC 7239) passes on whatever a
client wrote there.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from aiohttp import web

from core.storage.transaction import Origin

FORWARDED: Final = "X-Forwarded-For"
LONGEST_USER_AGENT: Final = 256

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def origin_of(http: web.Request, *, trusted: Sequence[Network]) -> Origin:
    """The client's address as far as the `trusted` vouch for it, and its user agent without what cannot be printed."""
    found = _client(http, trusted=trusted)
    named = "".join(letter for letter in http.headers.get("User-Agent", "") if letter.isprintable())
    return Origin(ip_address="" if found is None else str(found), user_agent=named[:LONGEST_USER_AGENT])


def _client(http: web.Request, *, trusted: Sequence[Network]) -> Address | None:
    """The last one that one of ours has seen. Each proxy adds its peer at the end; what stands before is hearsay."""
    known = _address(http.remote or "")  # a client that is gone again has no address
    for hop in reversed(",".join(http.headers.getall(FORWARDED, ())).split(",")):
        told = _address(hop)
        if told is None or known is None or not any(known in network for network in trusted):
            break
        known = told
    return known


def _address(text: str) -> Address | None:
    """An address without the port or the zone that may stand behind it; None for anything else."""
    host = text.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        found = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
