"""What finds old commands and events, to delete them."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_index("ix_commands_at", "commands", ["at"])
    op.create_index("ix_outbox_dispatched_at", "outbox", ["dispatched_at"])
    op.create_index("ix_inbox_organization_id_event_id", "inbox", ["organization_id", "event_id"])
