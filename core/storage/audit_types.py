"""What can have happened: the closed list of audit event types. Types are added, never renamed.

The part before the dot is what changed, the part after it says how.
"""

from __future__ import annotations

from enum import StrEnum


class Happened(StrEnum):
    """The type of an audit event."""

    # the tree and its people
    ORGANIZATION_CREATED = "organization.created"
    ORGANIZATION_CHANGED = "organization.changed"
    NODE_CREATED = "node.created"
    NODE_CHANGED = "node.changed"
    NODE_MOVED = "node.moved"
    NODE_ARCHIVED = "node.archived"
    USER_CREATED = "user.created"
    USER_CHANGED = "user.changed"
    USER_MOVED = "user.moved"
    USER_DEACTIVATED = "user.deactivated"
    USER_ERASED = "user.erased"
    PROJECT_JOINED = "project.joined"
    PROJECT_LEFT = "project.left"
    POLICY_APPLIED = "policy.applied"
    # ways in
    ROLE_GRANTED = "role.granted"
    ROLE_REVOKED = "role.revoked"
    IDENTITY_LINKED = "identity.linked"
    LINK_CODE_MADE = "link_code.made"
    LINK_CODE_WRONG = "link_code.wrong"
    WORKSPACE_LINKED = "workspace.linked"
    WORKSPACE_INSTALLED = "workspace.installed"
    WORKSPACE_REMOVED = "workspace.removed"
    KEY_CREATED = "key.created"
    KEY_REVOKED = "key.revoked"
    # spending
    POOL_ALLOWANCE_OPENED = "pool.allowance_opened"
    # credits down the tree
    CREDITS_ISSUED = "credits.issued"
    CREDITS_EXPIRED = "credits.expired"
    ALLOCATION_MADE = "allocation.made"
    ALLOCATION_WITHDRAWN = "allocation.withdrawn"
    POOL_FUNDED = "pool.funded"
    POOL_WITHDRAWN = "pool.withdrawn"
    POOL_QUOTA_SET = "pool.quota_set"
    POOL_REPLENISHED = "pool.replenished"
    QUOTA_SET = "quota.set"
    QUOTA_REMOVED = "quota.removed"
    QUOTA_REFRESHED = "quota.refreshed"
    QUOTA_SHORTFALL_GRANTED = "quota.shortfall_granted"
    # credits between people
    LOAN_COLLECTED = "loan.collected"
    CREDITS_REQUESTED = "credits.requested"
    CREDITS_DECLINED = "credits.declined"
    CREDITS_REQUEST_CANCELLED = "credits.request_cancelled"
    CREDITS_REQUEST_EXPIRED = "credits.request_expired"
    TRANSFER_REQUESTED = "transfer.requested"
    TRANSFER_APPROVED = "transfer.approved"
    TRANSFER_AGREED = "transfer.agreed"
    TRANSFER_REJECTED = "transfer.rejected"
    TRANSFER_EXPIRED = "transfer.expired"
    TRANSFER_CANCELLED = "transfer.cancelled"
    TRANSFER_COMPLETED = "transfer.completed"
    TRANSFER_REVERSED = "transfer.reversed"
    TRANSFER_THANKED = "transfer.thanked"
    # credits of a team's pool
    DRAW_REQUESTED = "draw.requested"
    DRAW_COMPLETED = "draw.completed"
    DRAW_APPROVED = "draw.approved"
    DRAW_REJECTED = "draw.rejected"
    DRAW_EXPIRED = "draw.expired"
    DRAW_CANCELLED = "draw.cancelled"
    # requests that somebody decides
    DELEGATION_MADE = "delegation.made"
    DELEGATION_ENDED = "delegation.ended"
    PREAPPROVAL_MADE = "preapproval.made"
    PREAPPROVAL_ENDED = "preapproval.ended"
    APPROVAL_QUESTIONED = "approval.questioned"
    APPROVAL_ANSWERED = "approval.answered"
    APPROVAL_REMINDED = "approval.reminded"
    APPROVAL_ESCALATED = "approval.escalated"
    # temporary boosts
    OVERRIDE_REQUESTED = "override.requested"
    OVERRIDE_GRANTED = "override.granted"
    OVERRIDE_REJECTED = "override.rejected"
    OVERRIDE_PASSED_UP = "override.passed_up"
    OVERRIDE_EXPIRED = "override.expired"
    OVERRIDE_CANCELLED = "override.cancelled"
    OVERRIDE_WARNED = "override.warned"
    OVERRIDE_ENDED = "override.ended"
    OVERRIDE_REVOKED = "override.revoked"
    # what people hear
    SETTINGS_CHANGED = "settings.changed"
    SETTINGS_DEFAULTS_CHANGED = "settings.defaults_changed"
    INBOX_READ = "inbox.read"
    OUTBOX_REPLAYED = "outbox.replayed"
    # out of office
    ABSENCE_SET = "absence.set"
    ABSENCE_EXTENDED = "absence.extended"
    ABSENCE_CORRECTED = "absence.corrected"
    ABSENCE_CANCELLED = "absence.cancelled"
    ABSENCE_SHARE_MOVED = "absence.share_moved"
    ABSENCE_ENDED = "absence.ended"
    CHAT_STATUS_NOTED = "chat_status.noted"
    STATUS_SYNC_CHANGED = "status_sync.changed"
    # the trail itself
    AUDIT_READ = "audit.read"
    AUDIT_EXPORTED = "audit.exported"
