"""Which provider serves a model: the first whose patterns fit, in the order of the settings."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

from core.refusals import Because, Refused, refuse
from proxy.upstreams.upstream import Upstream

MOST_REMEMBERED: Final = 4_096


class Routes:
    """All providers."""

    def __init__(self, upstreams: Sequence[Upstream]) -> None:
        self.upstreams: Final = tuple(upstreams)
        self._find: Final = lru_cache(MOST_REMEMBERED)(self._search)

    def to(self, model: str) -> Upstream:
        """The provider. Raises Refused (UNKNOWN_MODEL) when nobody serves the model."""
        found = self._find(model)
        if found is None:
            raise Refused(refuse(Because.UNKNOWN_MODEL, model=model))
        return found

    def _search(self, model: str) -> Upstream | None:
        return next((upstream for upstream in self.upstreams if serves(upstream, model)), None)


def serves(upstream: Upstream, model: str) -> bool:
    """Whether a provider's patterns fit a model."""
    return any(fnmatchcase(model, pattern) for pattern in upstream.patterns)
