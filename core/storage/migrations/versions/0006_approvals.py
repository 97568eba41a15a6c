"""Requests that somebody must decide, their questions, delegations and what is approved in advance."""

from __future__ import annotations

from alembic import op
from sqlalchemy import JSON, BigInteger, Boolean, Column, Index, Integer, SmallInteger, String, Text, text

from core.storage.migrations.columns import identifier, instant, organization

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    _approvals()
    _votes_and_questions()
    op.create_table(
        "delegations",
        organization(),
        identifier("id", key=True),
        identifier("delegator_id"),
        identifier("delegate_id"),
        Column("starts_at", instant(), nullable=False),
        Column("ends_at", instant()),
        identifier("absence_id", optional=True),
        Column("created_at", instant(), nullable=False),
        Index(None, "organization_id", "delegator_id"),
        Index(None, "organization_id", "delegate_id"),
    )
    op.create_table(
        "preapprovals",
        organization(),
        identifier("id", key=True),
        identifier("approver_id"),
        Column("subject_kind", String(16), nullable=False),
        Column("most", BigInteger, nullable=False),
        Column("people", JSON),
        Column("starts_at", instant(), nullable=False),
        Column("ends_at", instant(), nullable=False),
        Index(None, "organization_id", "approver_id"),
    )


def _approvals() -> None:
    op.create_table(
        "approvals",
        organization(),
        identifier("id", key=True),
        Column("subject_kind", String(16), nullable=False),
        identifier("subject_id"),
        identifier("requester_id"),
        Column("gainers", JSON, nullable=False),
        Column("amount", BigInteger, nullable=False),
        Column("reason", Text, nullable=False),
        Column("scope", Text, nullable=False),
        Column("tiers", JSON, nullable=False),
        Column("tier", SmallInteger, nullable=False),
        Column("is_chain", Boolean, nullable=False),
        Column("state", String(16), nullable=False),
        Column("asked_at", instant(), nullable=False),
        Column("remind_at", instant()),
        Column("escalate_at", instant()),
        Column("expires_at", instant(), nullable=False),
        Column("decided_at", instant()),
        identifier("decided_by", optional=True),
        identifier("decided_for", optional=True),
        Column("granted", BigInteger),
        Column("conditions", JSON, nullable=False),
        Index(None, "organization_id", "subject_id"),
        Index(None, "organization_id", "requester_id", "asked_at"),
        Index(
            "ix_approvals_open",
            "organization_id",
            "expires_at",
            postgresql_where=text("state = 'open'"),
            sqlite_where=text("state = 'open'"),
        ),
    )


def _votes_and_questions() -> None:
    op.create_table(
        "approval_votes",
        organization(),
        identifier("approval_id", key=True),
        Column("tier", SmallInteger, primary_key=True, autoincrement=False),
        identifier("voter_id"),
        identifier("voted_for", optional=True),
        Column("granted", BigInteger, nullable=False),
        Column("at", instant(), nullable=False),
    )
    op.create_table(
        "approval_questions",
        organization(),
        identifier("approval_id", key=True),
        Column("number", Integer, primary_key=True, autoincrement=False),
        identifier("asked_by"),
        Column("question", Text, nullable=False),
        Column("asked_at", instant(), nullable=False),
        Column("answer", Text),
        Column("answered_at", instant()),
    )
