"""Every table, in SQLAlchemy Core. Each primary key begins with `organization_id`, and nothing joins across it.

Money and credits are BIGINT; exact dollar costs are `Exact`; times are `Instant` (aware UTC); days are DATE in the
organization's time zone. Tables come to be only through the migrations; a test compares the two.
"""

from __future__ import annotations

from core.storage.tables.absences import absence_days, absence_parts, absences, chat_statuses
from core.storage.tables.allocation import grants, quotas
from core.storage.tables.approvals import approval_questions, approval_votes, approvals, delegations, preapprovals
from core.storage.tables.audit import audit_events, audit_texts, outbox
from core.storage.tables.chats import backlog, chat_conversations
from core.storage.tables.columns import metadata
from core.storage.tables.commands import commands, deployment
from core.storage.tables.directory import (
    api_keys,
    chat_identities,
    chat_workspaces,
    link_codes,
    link_tries,
    nodes,
    organizations,
    project_members,
    roles,
    users,
)
from core.storage.tables.installs import chat_installs, install_states
from core.storage.tables.jobs import job_runs
from core.storage.tables.ledger import accounts, holds, postings, reservations, usage
from core.storage.tables.notify import deliveries, inbox, message_copies
from core.storage.tables.overrides import overrides
from core.storage.tables.policies import policies
from core.storage.tables.pools import draws, pool_quotas
from core.storage.tables.sealing import audit_blocks, audit_seals, audit_unsealed
from core.storage.tables.settings import notice_choices, personal_settings, status_rules, team_channels
from core.storage.tables.transfers import credit_requests, loans, transfers

__all__ = [
    "absence_days",
    "absence_parts",
    "absences",
    "accounts",
    "api_keys",
    "approval_questions",
    "approval_votes",
    "approvals",
    "audit_blocks",
    "audit_events",
    "audit_seals",
    "audit_texts",
    "audit_unsealed",
    "backlog",
    "chat_conversations",
    "chat_identities",
    "chat_installs",
    "chat_statuses",
    "chat_workspaces",
    "commands",
    "credit_requests",
    "delegations",
    "deliveries",
    "deployment",
    "draws",
    "grants",
    "holds",
    "inbox",
    "install_states",
    "job_runs",
    "link_codes",
    "link_tries",
    "loans",
    "message_copies",
    "metadata",
    "nodes",
    "notice_choices",
    "organizations",
    "outbox",
    "overrides",
    "personal_settings",
    "policies",
    "pool_quotas",
    "postings",
    "preapprovals",
    "project_members",
    "quotas",
    "reservations",
    "roles",
    "status_rules",
    "team_channels",
    "transfers",
    "usage",
    "users",
]
