"""Who speaks, and what answering takes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from core.directory.identities import Identities
from core.engine import Engine
from core.storage.transaction import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A person whom the edge has authenticated. `workspace_id` is where mentions of others are looked up."""

    organization_id: str
    user_id: str
    platform: str
    command_id: str
    """Minted when a button was rendered, else the platform's own: a repetition has the same."""
    workspace_id: str = ""

    @property
    def actor(self) -> Actor:
        """In the engine's terms."""
        return Actor.user(self.user_id)

    def mint(self, purpose: str) -> str:
        """The command id of a button in the answer. Answering a redelivery mints the same one again."""
        words = f"{self.organization_id}\0{self.user_id}\0{self.command_id}\0{purpose}"
        return "say_" + hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:40]


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What answering takes. `random_bytes` and `pepper` make API keys."""

    engine: Engine
    identities: Identities
    random_bytes: Callable[[int], bytes]
    pepper: bytes = field(repr=False)
