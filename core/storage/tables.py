"""Every table, in SQLAlchemy Core. Each primary key begins with `organization_id`, and nothing joins across it.

Money and credits are BIGINT; exact dollar costs are `Exact`; times are `Instant` (aware UTC); days are DATE in the
organization's time zone. Tables come to be only through the migrations; a test compares the two.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from core.storage.types import Exact, Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id(name: str, *, key: bool = False, optional: bool = False) -> Column[str]:
    return Column(name, String(255), primary_key=key, nullable=optional and not key)


def _organization() -> Column[str]:
    return _id("organization_id", key=True)


# ------------------------------------------------------------------------------------------------- deployment
deployment = Table(
    "deployment",
    metadata,
    Column("only", SmallInteger, primary_key=True, autoincrement=False),
    Column("is_demo", Boolean, nullable=False),
    Column("clock_offset_seconds", BigInteger, nullable=False),
    CheckConstraint('"only" = 1', name="one_row"),
)
"""What this database is: a demo's engine clock may be moved, any other's may not."""

commands = Table(
    "commands",
    metadata,
    _organization(),
    _id("actor_id", key=True),
    _id("id", key=True),
    Column("name", String(100), nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("outcome", JSON),
    Column("at", Instant, nullable=False),
)
"""The idempotency keys: one row per command, with its receipt or its refusal."""

# -------------------------------------------------------------------------------------------------- directory
organizations = Table(
    "organizations",
    metadata,
    _organization(),
    Column("name", String(200), nullable=False),
    Column("time_zone", String(64), nullable=False),
    Column("metering", String(16), nullable=False),
    Column("credits_per_usd", Exact),
    Column("custom_units", JSON, nullable=False),
    Column("email_domains", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
)
"""An organization's settings. Its row is also its gate: locked by the deeds that need one order (sends, refresh)."""

nodes = Table(
    "nodes",
    metadata,
    _organization(),
    _id("id", key=True),
    Column("kind", String(16), nullable=False),
    _id("parent_id", optional=True),
    Column("path", Text, nullable=False),
    Column("name", String(200), nullable=False),
    Column("archived_at", Instant),
    Column("created_at", Instant, nullable=False),
    Index(None, "organization_id", "parent_id"),
)
"""The tree organization → department → team → project. `path` is the ids from the root, each followed by '/'."""

users = Table(
    "users",
    metadata,
    _organization(),
    _id("id", key=True),
    Column("handle", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("email", String(320)),
    _id("home_id"),
    Column("seniority", String(16), nullable=False),
    Column("is_service", Boolean, nullable=False, server_default=false()),
    Column("deactivated_at", Instant),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("organization_id", "handle"),
    Index(None, "organization_id", "home_id"),
    Index(None, "organization_id", "email"),
)
"""People and service accounts. `home_id` is the team, else the department, else the organization."""

project_members = Table(
    "project_members", metadata, _organization(), _id("project_id", key=True), _id("user_id", key=True)
)

chat_workspaces = Table(
    "chat_workspaces",
    metadata,
    _organization(),
    Column("platform", String(16), primary_key=True),
    _id("workspace_id", key=True),
    Index(None, "platform", "workspace_id", unique=True),
)
"""Which organization a Slack workspace or Teams tenant belongs to."""

chat_identities = Table(
    "chat_identities",
    metadata,
    _organization(),
    Column("platform", String(16), primary_key=True),
    _id("workspace_id", key=True),
    _id("external_id", key=True),
    _id("user_id"),
    Column("linked_at", Instant, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    _organization(),
    _id("id", key=True),
    _id("user_id"),
    Column("name", String(100), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("hint", String(16), nullable=False),
    Column("environment", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
    Index(None, "digest", unique=True),
    Index(None, "organization_id", "user_id"),
)
"""API keys: only the HMAC-SHA256 digest is kept; `hint` is the prefix and the last four characters."""

roles = Table(
    "roles",
    metadata,
    _organization(),
    _id("user_id", key=True),
    Column("role", String(32), primary_key=True),
    _id("scope_id", key=True),
    Column("starts_at", Instant),
    Column("ends_at", Instant),
    Column("granted_at", Instant, nullable=False),
)
"""Roles at scopes (a node), possibly for a time."""

# ----------------------------------------------------------------------------------------------------- ledger
accounts = Table(
    "accounts",
    metadata,
    _organization(),
    _id("id", key=True),
    Column("kind", String(16), nullable=False),
    Column("unit", String(16), nullable=False),
    _id("owner_id"),
    Column("credits", BigInteger, nullable=False),
    Column("debits", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("unbacked", BigInteger, nullable=False),
    Column("owed", BigInteger, nullable=False),
    Column("slices", Text, nullable=False),
    Column("next_expiry", Date),
    Column("floor", BigInteger, nullable=False),
    _id("closed_to", optional=True),
    Column("ends_at", Instant),
    Column("period_base", BigInteger, nullable=False),
    Column("period_spent", BigInteger, nullable=False),
    Column("marks_told", SmallInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    CheckConstraint("credits >= 0 AND debits >= 0 AND held >= 0 AND unbacked >= 0 AND owed >= 0", name="no_negatives"),
    CheckConstraint("floor <= 0", name="floor"),
    # Neither may look like a way to the primary key's rows: a planner without statistics would take it.
    Index(None, "owner_id", "organization_id"),
    Index(
        "ix_accounts_due",
        "organization_id",
        "next_expiry",
        postgresql_where=text("next_expiry IS NOT NULL"),
        sqlite_where=text("next_expiry IS NOT NULL"),
    ),
    postgresql_with={"fillfactor": 50},
)
"""Balances: a cache of the postings and open holds. `slices` is JSON `[[expires_on, remaining, held], …]`."""

postings = Table(
    "postings",
    metadata,
    _organization(),
    _id("operation_id", key=True),
    Column("line", Integer, primary_key=True, autoincrement=False),
    _id("debit_account"),
    _id("credit_account"),
    Column("amount", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("expires_taken", Date),
    Column("expires_given", Date),
    _id("actor_id"),
    Column("at", Instant, nullable=False),
    CheckConstraint("amount > 0", name="positive"),
    CheckConstraint("debit_account <> credit_account", name="two_accounts"),
    Index(None, "organization_id", "debit_account", "at"),
    Index(None, "organization_id", "credit_account", "at"),
)
"""The truth: append-only, balanced, reversed only by another posting."""

holds = Table(
    "holds",
    metadata,
    _organization(),
    _id("id", key=True),
    Column("contents", String(600), nullable=False),
    Column("state", String(16), nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("lines", Text, nullable=False),
    Column("answer", Text),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Index(
        "ix_holds_open",
        "organization_id",
        "expires_at",
        postgresql_where=text("state = 'open'"),
        sqlite_where=text("state = 'open'"),
    ),
)
"""Reserved slices by name: `lines` is JSON `[[account, expires_on or null, amount], …]`."""

usage = Table(
    "usage",
    metadata,
    _organization(),
    _id("id", key=True),
    _id("user_id"),
    _id("key_id", optional=True),
    _id("team_id", optional=True),
    _id("department_id", optional=True),
    _id("project_id", optional=True),
    Column("environment", String(16), nullable=False),
    Column("provider", String(64), nullable=False),
    Column("model", String(200), nullable=False),
    Column("endpoint", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("input_tokens", BigInteger, nullable=False),
    Column("cached_tokens", BigInteger, nullable=False),
    Column("output_tokens", BigInteger, nullable=False),
    Column("reasoning_tokens", BigInteger, nullable=False),
    Column("credits", BigInteger, nullable=False),
    Column("cost_usd", Exact),
    Column("sources", Text, nullable=False),
    Column("overrun", BigInteger, nullable=False),
    Column("is_late", Boolean, nullable=False),
    Column("is_estimated", Boolean, nullable=False),
    Column("latency_ms", Integer, nullable=False),
    Column("first_byte_ms", Integer),
    Column("tags", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index(None, "organization_id", "user_id", "at"),
    Index(None, "organization_id", "at"),
)
"""One row per settled call; its id is the hold's. `sources` is JSON `{account: credits}`."""

# ------------------------------------------------------------------------------------------------- allocation
quotas = Table(
    "quotas",
    metadata,
    _organization(),
    _id("owner_id", key=True),
    Column("amount", BigInteger, nullable=False),
    Column("typed", String(64), nullable=False),
    Column("period", String(16), nullable=False),
    Column("anchor", Date, nullable=False),
    Column("rollover", String(16), nullable=False),
    Column("hard_limit", Boolean, nullable=False),
    Column("valid_until", Date),
    Column("counts_from", Instant, nullable=False),
    Column("set_at", Instant, nullable=False),
)
"""What a node or a user is given each period; `counts_from` is the first moment that a refresh may serve."""

grants = Table(
    "grants",
    metadata,
    _organization(),
    _id("owner_id", key=True),
    Column("window_start", Instant, primary_key=True),
    Column("window_end", Instant, nullable=False),
    _id("parent_id", optional=True),
    Column("quota", BigInteger, nullable=False),
    Column("granted", BigInteger, nullable=False),
    Column("expires_on", Date, nullable=False),
    Column("at", Instant, nullable=False),
)
"""One row per (owner, period) however often the refresh runs; `quota - granted` is the shortfall still owed."""

# -------------------------------------------------------------------------------------------------- transfers
transfers = Table(
    "transfers",
    metadata,
    _organization(),
    _id("id", key=True),
    _id("group_id"),
    _id("sender_id"),
    _id("recipient_id"),
    Column("amount", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("completed_at", Instant),
    Column("reversed_at", Instant),
    Index(None, "organization_id", "sender_id", "asked_at"),
    Index(None, "organization_id", "recipient_id", "completed_at"),
    Index(None, "organization_id", "group_id"),
)

# ------------------------------------------------------------------------------------------- audit and events
audit_events = Table(
    "audit_events",
    metadata,
    _organization(),
    _id("id", key=True),
    Column("at", Instant, nullable=False),
    Column("type", String(64), nullable=False),
    Column("actor_kind", String(16), nullable=False),
    _id("actor_id"),
    _id("on_behalf_of", optional=True),
    Column("scope", Text, nullable=False),
    _id("subject_id", optional=True),
    Column("amount", BigInteger),
    Column("details", JSON, nullable=False),
    Column("text_hashes", JSON, nullable=False),
    _id("request_id"),
    Column("retention_days", Integer, nullable=False),
    Index(None, "organization_id", "at"),
    Index(None, "organization_id", "actor_id", "at"),
    Index(None, "organization_id", "subject_id", "at"),
)
"""Append-only. Ids and salted hashes only: what names a person lies in `audit_texts`."""

audit_texts = Table(
    "audit_texts",
    metadata,
    _organization(),
    _id("event_id", key=True),
    Column("field", String(64), primary_key=True),
    Column("salt", String(32), nullable=False),
    Column("text", Text, nullable=False),
    _id("about_user_id", optional=True),
)
"""The readable words of an event; deleted when the person they belong to is erased, the event stays valid."""

outbox = Table(
    "outbox",
    metadata,
    _organization(),
    _id("id", key=True),
    Column("type", String(64), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("at", Instant, nullable=False),
    Column("dispatched_at", Instant),
    Index(
        "ix_outbox_waiting",
        "organization_id",
        "at",
        postgresql_where=text("dispatched_at IS NULL"),
        sqlite_where=text("dispatched_at IS NULL"),
    ),
)
"""What somebody may want to hear, written with the change that it tells of."""
