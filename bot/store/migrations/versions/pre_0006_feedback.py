"""What people say an incident really was, and who works on it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column("incidents", _text("assignee"))
    op.add_column("incidents", sa.Column("assigned_at", sa.Double, nullable=False, server_default="0"))
    op.create_table(
        "feedback",
        sa.Column("incident_id", sa.String(32), nullable=False),
        sa.Column("user_id", sa.String(64), nullable=False),
        *map(_text, ("truth", "text", "verdict", "cause", "summary", "workload", "message_ts")),
        sa.Column("given_at", sa.Double, nullable=False, server_default="0"),
        sa.Column("snapshot", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("incident_id", "user_id", name="pk_feedback"),
    )
