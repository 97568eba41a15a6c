"""When somebody ran their last command is found at once."""

from __future__ import annotations

from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    op.create_index("ix_commands_organization_id_actor_id_at", "commands", ["organization_id", "actor_id", "at"])
