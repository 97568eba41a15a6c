"""${message}"""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    ${upgrades if upgrades else "..."}
