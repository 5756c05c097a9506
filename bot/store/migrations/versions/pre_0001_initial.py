"""Incidents, offers, and what was seen before."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _time(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=False, server_default="0")


def upgrade() -> None:
    """Add the first tables."""
    op.create_table(
        "incidents",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("dedup_key", sa.String(64), nullable=False),
        sa.Column("fold_key", sa.String(64), nullable=True),
        sa.Column("origin", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        _text("kind"),
        sa.Column("namespace", sa.Text, nullable=True),
        _text("name"),
        sa.Column("container", sa.Text, nullable=True),
        _text("labels"),
        _text("channel"),
        _text("thread_ts"),
        _text("line_ts"),
        _text("answer_ts"),
        _text("user_id"),
        _text("team_id"),
        _text("verdict"),
        _text("cause"),
        _text("summary"),
        _text("workload"),
        _text("diagnosis"),
        sa.Column("sightings", sa.Integer, nullable=False, server_default="1"),
        sa.Column("attempt", sa.Integer, nullable=False, server_default="0"),
        _text("lease_owner"),
        _time("lease_until"),
        _time("not_before"),
        _time("created_at"),
        _time("seen_at"),
        _time("settled_at"),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
        sa.UniqueConstraint("dedup_key", name="uq_incidents_dedup_key"),
        sa.UniqueConstraint("fold_key", name="uq_incidents_fold_key"),
    )
    op.create_index("ix_incidents_state_not_before", "incidents", ["state", "not_before"])
    op.create_index("ix_incidents_created_at", "incidents", ["created_at"])
    op.create_table(
        "offers",
        sa.Column("id", sa.String(43), nullable=False),
        sa.Column("incident_id", sa.String(32), nullable=False),
        sa.Column("action", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        _text("kind"),
        _text("namespace"),
        _text("name"),
        _text("uid"),
        sa.Column("generation", sa.Integer, nullable=False, server_default="0"),
        sa.Column("revision", sa.Integer, nullable=True),
        _text("channel"),
        _text("message_ts"),
        _text("team"),
        _time("expires_at"),
        _text("claimed_by"),
        _time("claimed_at"),
        _text("lease_owner"),
        _time("lease_until"),
        _text("outcome"),
        _time("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_offers"),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name="fk_offers_incident_id_incidents"),
    )
    op.create_index("ix_offers_incident_id", "offers", ["incident_id"])
    op.create_index("ix_offers_state_lease_until", "offers", ["state", "lease_until"])
    op.create_table(
        "seen",
        sa.Column("key", sa.String(64), nullable=False),
        _time("until"),
        sa.PrimaryKeyConstraint("key", name="pk_seen"),
    )
    op.create_index("ix_seen_until", "seen", ["until"])
