"""Storms: which answers are equal in cause and evidence, and what is compared of their workloads."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("incidents", sa.Column("likeness", sa.Text, nullable=False, server_default=""))
    op.add_column("incidents", sa.Column("traits", sa.Text, nullable=False, server_default=""))
