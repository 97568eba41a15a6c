"""How a platform names the person of a conversation within its own messages."""

from __future__ import annotations

from alembic import op

from core.storage.migrations.columns import identifier

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("chat_conversations", identifier("member_id", optional=True))
