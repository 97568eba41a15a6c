"""What a deed works in: the transaction, who acts, where, and the shapes of commands and questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, ClassVar, Final, Protocol, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import CursorResult, Executable
from sqlalchemy.ext.asyncio import AsyncConnection

R_co = TypeVar("R_co", covariant=True)

NewId = Callable[[str], str]
"""Makes a new TypeID with the given prefix (`usr`, `tr`, …)."""


class Clock(Protocol):
    """The engine clock: what time it is for deeds and jobs."""

    def now(self) -> datetime:
        """An aware UTC time."""
        ...


class ActorKind(StrEnum):
    """People act through chat, keys and the API; jobs act as the system; who may open the database is the operator."""

    USER = "user"
    SYSTEM = "system"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where somebody's own client spoke from, and what it calls itself; an empty text is what nobody knows."""

    ip_address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `id` is a user id, or the job's or the OS user's name behind `system:` or `operator:`.

    A person is the same one wherever they speak from.
    """

    kind: ActorKind
    id: str
    origin: Origin | None = field(default=None, compare=False)

    @classmethod
    def user(cls, user_id: str, *, origin: Origin | None = None) -> Actor:
        """A person or a service account; `origin` where their own client is known."""
        return cls(ActorKind.USER, user_id, origin)

    @classmethod
    def system(cls, job: str) -> Actor:
        """A job."""
        return cls(ActorKind.SYSTEM, f"system:{job}")

    @classmethod
    def operator(cls, os_user: str) -> Actor:
        """Whoever opened the server's database."""
        return cls(ActorKind.OPERATOR, f"operator:{os_user}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command acts: the node ids from the organization down, and the person whose own affair it is."""

    path: tuple[str, ...]
    person: str | None = None


class Event(Protocol):
    """A typed payload for the outbox: a frozen dataclass with the event's name."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    name: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Words:
    """Free text of an audit event, kept apart so that it can be erased with the person it is about."""

    text: str
    about_user_id: str | None = None


def words_about(user_id: str, **said: str) -> dict[str, Words]:
    """Free text about somebody by its name in the audit event, without what was left empty."""
    return {name: Words(text, about_user_id=user_id) for name, text in said.items() if text}


@dataclass(frozen=True, slots=True)
class AuditNote:
    """What a deed says for the audit trail; the engine adds who, when and under which command."""

    type: str
    place: Place
    subject_id: str | None = None
    amount: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Words] = field(default_factory=dict)
    on_behalf_of: str | None = None


@dataclass(slots=True)
class Transaction:
    """One open transaction of one command or question. `actor_roles` are those that a person was let in with."""

    connection: AsyncConnection
    organization_id: str
    actor: Actor
    request_id: str
    now: datetime
    zone: ZoneInfo
    new_id: NewId
    actor_roles: tuple[str, ...] = ()
    notes: list[AuditNote] = field(default_factory=list)
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The day in the organization's time zone."""
        return self.now.astimezone(self.zone).date()

    @property
    def is_sqlite(self) -> bool:
        """Its write transaction has the whole file; FOR UPDATE is left out of statements there by itself."""
        return self.connection.dialect.name == "sqlite"

    async def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | list[dict[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run one statement."""
        return await self.connection.execute(statement, parameters)

    def record(self, note: AuditNote) -> None:
        """Say what happened, for the audit trail; every command records exactly one note."""
        self.notes.append(note)

    def emit(self, event: Event) -> None:
        """Put an event into the outbox, with the change."""
        self.events.append((event.name, {key: plain(value) for key, value in asdict(event).items()}))


class Command(Protocol[R_co]):
    """A frozen dataclass that changes state, with an id chosen by the caller.

    The idempotency key is (organization, actor, id). `needs` is the permission that it takes in its place.
    """

    __dataclass_fields__: ClassVar[dict[str, Any]]
    needs: ClassVar[str]

    @property
    def id(self) -> str:
        """The caller's id."""
        ...

    @property
    def organization_id(self) -> str:
        """The organization it acts in."""
        ...

    @property
    def actor(self) -> Actor:
        """Who acts."""
        ...

    async def place(self, tx: Transaction) -> Place:
        """Where it acts, from the database."""
        ...

    async def execute(self, tx: Transaction) -> R_co:
        """Do it all, or raise Refused; return the receipt, a frozen dataclass."""
        ...


class Question(Protocol[R_co]):
    """A frozen dataclass that only reads."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    needs: ClassVar[str]

    @property
    def organization_id(self) -> str:
        """The organization it asks about."""
        ...

    @property
    def actor(self) -> Actor:
        """Who asks."""
        ...

    async def place(self, tx: Transaction) -> Place:
        """Where it reads, from the database."""
        ...

    async def answer(self, tx: Transaction) -> R_co:
        """Read; raise Refused when there is nothing to see."""
        ...


RESERVED: Final = frozenset({"id", "organization_id", "actor"})
"""The fields that every command has."""


def plain(value: object) -> Any:  # noqa: ANN401  JSON has this type
    """A value as JSON has it: times and days as ISO 8601 text, tuples as lists."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, str | int | bool) else str(value)
