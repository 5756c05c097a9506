"""Alerts, shared causes, recovery and what is watched until then; other threads of the same alert; silences."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXTS = (
    *("addressed", "root", "parent_id", "line", "answer", "members_ts", "members", "revision", "ended_by", "permalink"),
)
TIMES = ("began_at", "well_since", "recovered_at", "watch_at", "lined_at")
COUNTS = ("looks", "nudged", "returns")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def _time(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double, nullable=False, server_default="0")


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False, server_default="0")


def upgrade() -> None:
    """Add the columns and the tables."""
    columns: list[sa.Column[Any]] = [*map(_text, TEXTS), *map(_time, TIMES), *map(_count, COUNTS)]
    for column in columns:
        op.add_column("incidents", column)
    op.create_index("ix_incidents_state_watch_at", "incidents", ["state", "watch_at"])
    op.create_index("ix_incidents_parent_id", "incidents", ["parent_id"])
    op.create_index("ix_incidents_addressed_lined_at", "incidents", ["addressed", "lined_at"])
    op.create_table(
        "alerts",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("incident_id", sa.String(32), nullable=False),
        _text("name"),
        _count("firing"),
        _time("started_at"),
        _time("seen_at"),
        sa.PrimaryKeyConstraint("key", name="pk_alerts"),
    )
    op.create_index("ix_alerts_incident_id", "alerts", ["incident_id"])
    op.create_index("ix_alerts_seen_at", "alerts", ["seen_at"])
    op.create_table(
        "roots",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("incident_id", sa.String(32), nullable=False),
        _time("seen_at"),
        sa.PrimaryKeyConstraint("key", name="pk_roots"),
    )
    op.create_table(
        "pointers",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("incident_id", sa.String(32), nullable=False),
        _text("channel"),
        _text("thread_ts"),
        _count("done"),
        _time("created_at"),
        sa.PrimaryKeyConstraint("key", name="pk_pointers"),
    )
    op.create_index("ix_pointers_incident_id", "pointers", ["incident_id"])
    op.create_table(
        "silences",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("incident_id", sa.String(32), nullable=False),
        _text("user_id"),
        _text("matchers"),
        _time("ends_at"),
        _time("ended_at"),
        _time("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_silences"),
    )
    op.create_index("ix_silences_incident_id", "silences", ["incident_id"])
