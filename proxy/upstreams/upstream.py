"""What the proxy asks of a provider, and how a provider fails."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from enum import StrEnum
from typing import Protocol


class Failure(StrEnum):
    """Why there is no answer."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"


class UpstreamFailed(Exception):
    """The provider gave no answer at all."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


class UpstreamCut(Exception):
    """The answer began and then broke off. `seen` is what had come, where it was being collected."""

    def __init__(self, failure: Failure, seen: bytes = b"") -> None:
        super().__init__(failure.value)
        self.failure = failure
        self.seen = seen


class Answer(Protocol):
    """A provider's answer whose body has not been read yet."""

    status: int
    content_type: str
    retry_after: str | None

    async def read(self, *, most: int) -> bytes:
        """The whole body. Raises UpstreamCut, also when it is longer than `most` bytes."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """The body as it arrives. Raises UpstreamCut."""
        ...

    def close(self) -> None:
        """Let go; a body that was not read to its end is cut."""
        ...


class Upstream(Protocol):
    """One provider as the settings name it."""

    @property
    def name(self) -> str:
        """What the settings call it."""
        ...

    @property
    def catalogue_name(self) -> str | None:
        """What the price catalogue calls it; None prices a model as its maker does."""
        ...

    @property
    def cap_field(self) -> str:
        """The field in which it takes the output cap."""
        ...

    @property
    def patterns(self) -> Sequence[str]:
        """The models that it serves, `*` for anything."""
        ...

    @property
    def state(self) -> str:
        """`up`, `down` (the last call got no answer) or `unknown` (nothing was asked yet)."""
        ...

    async def complete(self, body: bytes) -> Answer:
        """Ask for a chat completion. Raises UpstreamFailed."""
        ...

    async def models(self) -> Mapping[str, str]:
        """The models that it serves, each with its owner. Raises UpstreamFailed."""
        ...
