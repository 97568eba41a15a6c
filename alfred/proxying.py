"""The proxy's parts from the settings: providers, policy, bounds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import aiohttp

from alfred.setting_groups import OpenAIProvider, SandboxProvider
from alfred.wiring import House
from proxy.metering import CallPolicy
from proxy.parts import Bounds, Proxy
from proxy.settling import Settling
from proxy.upstreams.openai_compatible import OpenAICompatible, UpstreamTimeouts, new_session
from proxy.upstreams.routes import Routes
from proxy.upstreams.sandbox import Sandbox
from proxy.upstreams.upstream import Upstream

SANDBOX_PAUSE_SECONDS: Final = 0.02
"""Before each piece of a streamed answer, so that the sandbox writes as a model does."""


@asynccontextmanager
async def open_proxy(house: House) -> AsyncIterator[Proxy]:
    """The proxy, with its pool of connections while the block runs."""
    async with new_session() as session:
        providers = house.settings.providers
        ttl = timedelta(seconds=house.settings.hold_ttl_seconds)
        yield Proxy(
            engine=house.engine,
            principals=house.principals,
            spending=house.spending,
            settling=Settling(house.spending, clock=house.clock, pause=asyncio.sleep, ttl=ttl),
            routes=Routes([_upstream(provider, session) for provider in providers]),
            policy=CallPolicy(),
            bounds=Bounds(
                body_bytes=house.settings.limits.max_body_bytes,
                body_seconds=house.settings.limits.request_timeout_seconds,
            ),
            clock=house.clock,
            monotonic=time.monotonic,
            new_id=house.engine.new_id,
        )


def _upstream(provider: OpenAIProvider | SandboxProvider, session: aiohttp.ClientSession) -> Upstream:
    if isinstance(provider, SandboxProvider):
        return Sandbox(name=provider.name, patterns=provider.models, pause=_sandbox_pause)
    timeouts = provider.timeouts
    return OpenAICompatible(
        session,
        name=provider.name,
        base_url=provider.base_url,
        api_key=None if provider.api_key is None else provider.api_key.get_secret_value(),
        patterns=provider.models,
        timeouts=UpstreamTimeouts(
            connect=timeouts.connect_seconds, read=timeouts.read_seconds, total=timeouts.total_seconds
        ),
    )


async def _sandbox_pause() -> None:
    await asyncio.sleep(SANDBOX_PAUSE_SECONDS)
