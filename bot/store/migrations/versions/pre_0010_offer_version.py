"""The version that an undo brings back, as its button names it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column."""
    op.add_column("offers", sa.Column("version", sa.Text, nullable=False, server_default=""))
