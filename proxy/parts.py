"""Everything that the proxy's handlers need, put together once at the start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from core.directory.principals import Principals
from core.engine import Engine
from core.spending.spending import Spending
from core.storage.transaction import Clock, NewId
from proxy.metering import CallPolicy
from proxy.settling import Settling
from proxy.upstreams.routes import Routes


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What one request may take: bytes of its body, seconds to send it, seconds that a stream is read on
    when its caller is gone, and seconds after which a caller that reads nothing counts as gone.
    """

    body_bytes: int = 8 * 1024 * 1024
    body_seconds: float = 60
    answer_bytes: int = 64 * 1024 * 1024
    drain_seconds: float = 30
    stall_seconds: float = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """The composed proxy. `monotonic` gives seconds for latencies; `clock` is the engine's."""

    engine: Engine
    principals: Principals
    spending: Spending
    settling: Settling
    routes: Routes
    policy: CallPolicy
    bounds: Bounds
    clock: Clock
    monotonic: Callable[[], float]
    new_id: NewId


PROXY: Final = web.AppKey("proxy", Proxy)
