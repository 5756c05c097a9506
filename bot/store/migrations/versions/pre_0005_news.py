"""What was told as news: the relapse's message, and how often it was said that an incident goes on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("incidents", sa.Column("relapse_ts", sa.Text, nullable=False, server_default=""))
    op.add_column("incidents", sa.Column("reminders", sa.Integer, nullable=False, server_default="0"))
