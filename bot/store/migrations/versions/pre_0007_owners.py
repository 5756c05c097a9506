"""Owners: from which channel an annotation took an incident, and who was mentioned in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("incidents", sa.Column("routed_from", sa.Text, nullable=False, server_default=""))
    op.add_column("incidents", sa.Column("mentioned", sa.Text, nullable=False, server_default=""))
    op.add_column("incidents", sa.Column("calls", sa.Text, nullable=False, server_default=""))
