"""Why and as whom a button was pressed, presses to be answered, and the audit table, which nobody may change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SQLITE = """
CREATE TRIGGER audit_{verb}_refused BEFORE {verb} ON audit
BEGIN SELECT RAISE(ABORT, 'the audit table is append-only'); END
"""
FUNCTION = """
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit table is append-only'; END $$
"""
POSTGRESQL = """
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()
"""


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="")


def upgrade() -> None:
    """Add the columns, the table, and what refuses to change it."""
    for name in ("reason", "claimed_as", "proposed_by", "proposed_as", "shown"):
        op.add_column("offers", _text(name))
    op.create_index("ix_offers_claimed_at", "offers", ["claimed_at"])
    op.create_table(
        "presses",
        sa.Column("id", sa.String(32), nullable=False),
        *(_text(name) for name in ("offer_id", "user_id", "channel", "thread_ts")),
        sa.Column("at", sa.Double, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name="pk_presses"),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("entry", sa.Text, nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FUNCTION)
        op.execute(POSTGRESQL)
    else:
        for verb in ("UPDATE", "DELETE"):
            op.execute(SQLITE.format(verb=verb))
