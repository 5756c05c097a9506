"""What an alert brings besides its names: a sentence that must be said, and its links."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns."""
    for name in ("note", "links"):
        op.add_column("incidents", sa.Column(name, sa.Text, nullable=False, server_default=""))
