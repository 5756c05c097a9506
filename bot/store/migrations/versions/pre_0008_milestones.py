"""How an incident went: each verdict and each recovery with its time, for the report when it is over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "milestones",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("incident_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("at", sa.Double, nullable=False, server_default="0"),
        sa.Column("since", sa.Double, nullable=False, server_default="0"),
        *(
            sa.Column(name, sa.Text, nullable=False, server_default="")
            for name in ("verdict", "cause", "summary", "ended_by")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_milestones"),
    )
    op.create_index("ix_milestones_incident_id", "milestones", ["incident_id"])
