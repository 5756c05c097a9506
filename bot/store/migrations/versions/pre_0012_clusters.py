"""Several clusters: which one an incident and an offer belong to. Empty: the only one there is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("incidents", sa.Column("cluster", sa.Text, nullable=False, server_default=""))
    op.add_column("offers", sa.Column("cluster", sa.Text, nullable=False, server_default=""))
