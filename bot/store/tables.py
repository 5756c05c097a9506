"""The tables. No type and no default that only one database knows: SQLite and PostgreSQL hold the same schema.

Times are seconds since the epoch by the database's own clock (``clock.py``). Whoever changes something here adds a
migration: ``bot/store/migrations`` says how.
"""

from __future__ import annotations

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, MetaData, String, Table, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False, default="")


def _time(name: str) -> Column[float]:
    return Column(name, Double, nullable=False, default=0.0)


incidents = Table(
    "incidents",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("dedup_key", String(64), nullable=False, unique=True),
    # Alerts about one workload meet in the incident that holds the key; NULL frees it (NULLs are not equal).
    Column("fold_key", String(64), nullable=True, unique=True),
    Column("origin", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    # What was asked, before anything was read.
    _text("kind"),
    Column("namespace", Text, nullable=True),
    _text("name"),
    Column("container", Text, nullable=True),
    _text("labels"),
    # Where the answer goes, and what stands there already.
    _text("channel"),
    _text("thread_ts"),
    _text("line_ts"),
    _text("answer_ts"),
    _text("user_id"),
    _text("team_id"),
    # What was found.
    _text("verdict"),
    _text("cause"),
    _text("summary"),
    _text("workload"),
    _text("diagnosis"),
    Column("sightings", Integer, nullable=False, default=1),
    # The lease.
    Column("attempt", Integer, nullable=False, default=0),
    _text("lease_owner"),
    _time("lease_until"),
    _time("not_before"),
    _time("created_at"),
    _time("seen_at"),
    _time("settled_at"),
)
Index(None, incidents.c.state, incidents.c.not_before)
Index(None, incidents.c.created_at)

offers = Table(
    "offers",
    metadata,
    Column("id", String(43), primary_key=True),
    Column("incident_id", String(32), ForeignKey("incidents.id"), nullable=False, index=True),
    Column("action", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    # What it would act on, as the reader saw it.
    _text("kind"),
    _text("namespace"),
    _text("name"),
    _text("uid"),
    Column("generation", Integer, nullable=False, default=0),
    Column("revision", Integer, nullable=True),
    # Where its button stands.
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
    # Why the person wants it, and as whom to Kubernetes; who asked first where two must agree.
    _text("reason"),
    _text("claimed_as"),
    _text("proposed_by"),
    _text("proposed_as"),
    # The answer with its buttons, as JSON: whoever goes on after a killed process takes the buttons away.
    _text("shown"),
)
Index(None, offers.c.state, offers.c.lease_until)
Index(None, offers.c.claimed_at)

audit = Table(
    "audit",
    metadata,
    # Counted without a gap from 1, so that a row taken out is missed.
    Column("seq", Integer, primary_key=True, autoincrement=False),
    # The canonical JSON that the hash is over, and the hash of the row before: bot.audit.
    Column("entry", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

seen = Table(
    "seen",
    metadata,
    Column("key", String(64), primary_key=True),
    _time("until"),
)
Index(None, seen.c.until)
