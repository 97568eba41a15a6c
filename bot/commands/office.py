"""Who speaks, and what answering takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.replies.minting import minted
from core.directory.identities import WhoIsWho
from core.engine import Engine
from core.storage.transaction import Actor, Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A person whom the edge has authenticated. `workspace_id` is where mentions of others are looked up."""

    organization_id: str
    user_id: str
    platform: str
    command_id: str
    """Minted when a button was rendered, else the platform's own: a repetition has the same."""
    workspace_id: str = ""
    room_id: str = ""
    """The channel where it was said, where several people read; empty in private."""
    origin: Origin | None = None
    """Where their own client spoke from; of a chat platform only its servers are seen."""

    @property
    def actor(self) -> Actor:
        """In the engine's terms."""
        return Actor.user(self.user_id, origin=self.origin)

    def mint(self, purpose: str) -> str:
        """The command id of a button in the answer. Answering a redelivery mints the same one again."""
        return minted(self.organization_id, self.user_id, self.command_id, purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What answering takes. `random_bytes` and `pepper` make API keys."""

    engine: Engine
    identities: WhoIsWho
    random_bytes: Callable[[int], bytes]
    pepper: bytes = field(repr=False)
