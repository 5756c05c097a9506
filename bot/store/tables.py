"""The tables. No type and no default that only one database knows: SQLite and PostgreSQL hold the same schema.

Times are seconds since the epoch by the database's own clock (``clock.py``). A column with a ``key`` is called by it in
the code; its name in the database is older, and the release before reads it too. Whoever changes something here adds a
migration: ``bot/store/migrations`` says how.
"""

from __future__ import annotations

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, LargeBinary, MetaData, String, Table, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _text(name: str, key: str | None = None) -> Column[str]:
    return Column(name, Text, key=key or name, nullable=False, default="")


def _time(name: str, key: str | None = None) -> Column[float]:
    return Column(name, Double, key=key or name, nullable=False, default=0.0)


def _count(name: str, key: str | None = None) -> Column[int]:
    return Column(name, Integer, key=key or name, nullable=False, default=0)


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
    _text("line_ts", key="summary_ts"),
    _text("answer_ts", key="report_ts"),
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
    # The channel as it was asked for: ``channel`` becomes its id once something was posted there.
    _text("addressed"),
    # One thread for one cause: what it hangs on, and the incident whose thread this one is part of.
    _text("root"),
    _text("parent_id"),
    _text("members_ts", key="related_ts"),
    _text("members", key="related_text"),
    # What stands in Slack, to be edited only when it changes.
    _text("line", key="summary_text"),
    _text("answer", key="report"),
    _text("permalink"),
    _time("lined_at", key="summary_at"),
    # The episode: how it began, whether it is over, what ended it, how often it came back.
    _time("began_at"),
    _time("well_since"),
    _time("recovered_at"),
    _text("revision"),
    _text("ended_by"),
    _count("returns"),
    # When an answered incident is checked again (0: never); ``check_requested`` asks for that even while it is claimed.
    _time("watch_at"),
    _count("looks", key="checks"),
    _count("nudged", key="check_requested"),
    # What the alert brought besides its names: a sentence that must be said, and its links as JSON.
    _text("note"),
    _text("links"),
    # What was told as news: the newest relapse's message, and how many times it was said that the failure goes on.
    _text("relapse_ts"),
    _count("reminders"),
    # Who works on it, by a button.
    _text("assignee"),
    _time("assigned_at"),
    # Owners: the channel of the alert's own route, where an annotation named another; who was mentioned.
    _text("routed_from"),
    _text("mentioned"),
    # Who is mentioned in this incident's thread, and by which incident: JSON.
    _text("calls"),
    # Which answers are equal in cause and evidence, and what is compared of a storm's workloads: JSON.
    _text("likeness"),
    _text("traits"),
    # Which of several clusters it is about; empty where there is one.
    _text("cluster"),
)
Index(None, incidents.c.state, incidents.c.not_before)
Index(None, incidents.c.created_at)
Index(None, incidents.c.state, incidents.c.watch_at)
Index(None, incidents.c.parent_id)
Index(None, incidents.c.addressed, incidents.c.summary_at)

alerts = Table(
    "alerts",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("incident_id", String(32), nullable=False, index=True),
    _text("name"),
    _count("firing"),
    _time("started_at"),
    _time("seen_at"),
)
Index(None, alerts.c.seen_at)

roots = Table(
    "roots",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("incident_id", String(32), nullable=False),
    _time("seen_at"),
)

pointers = Table(
    "pointers",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("incident_id", String(32), nullable=False, index=True),
    _text("channel"),
    _text("thread_ts"),
    _count("done"),
    _time("created_at"),
)

silences = Table(
    "silences",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("incident_id", String(32), nullable=False, index=True),
    _text("user_id"),
    _text("matchers"),
    _time("ends_at"),
    _time("ended_at"),
    _time("created_at"),
)

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
    # What an undo brings back, as its button names it: 2.13.2.
    _text("version"),
    # Which of several clusters it would act in; empty where there is one.
    _text("cluster"),
)
Index(None, offers.c.state, offers.c.lease_until)
Index(None, offers.c.claimed_at)

milestones = Table(
    "milestones",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("incident_id", String(32), nullable=False, index=True),
    # A verdict or a recovery, when it was told, and since when what it tells of was so: bot.model.history.
    Column("kind", String(16), nullable=False),
    _time("at"),
    _time("since"),
    _text("verdict"),
    _text("cause"),
    _text("summary"),
    _text("ended_by"),
)

presses = Table(
    "presses",
    metadata,
    # A press is kept before Slack is told that it arrived, until it is answered or its offer is claimed.
    Column("id", String(32), primary_key=True),
    _text("offer_id"),
    _text("user_id"),
    _text("channel"),
    _text("thread_ts"),
    _time("at"),
)

feedback = Table(
    "feedback",
    metadata,
    # What a person says it really was: one word each, the later in place of the earlier.
    Column("incident_id", String(32), primary_key=True),
    Column("user_id", String(64), primary_key=True),
    _text("truth"),
    _text("text"),
    # What the answer said then.
    _text("verdict"),
    _text("cause"),
    _text("summary"),
    _text("workload"),
    _text("message_ts"),
    _time("given_at"),
    # What was read when the word was given, redacted and compressed; empty for none.
    Column("snapshot", LargeBinary, nullable=False, default=b""),
)

audit = Table(
    "audit",
    metadata,
    # Counted without a gap from 1, so that a row taken out is missed.
    Column("seq", Integer, primary_key=True, autoincrement=False),
    # The canonical JSON that the hash is over, and the hash of the row before: bot.model.audit.
    Column("entry", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    # In the order in which they were written; ``id`` is what the receiver knows an event by.
    Column("seq", Integer, primary_key=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("incident_id", String(32), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    # What is sent, to the letter: each try sends the same.
    _text("body"),
    _count("attempts"),
    _time("created_at"),
    _time("not_before"),
    _text("lease_owner"),
    _time("lease_until"),
)

seen = Table(
    "seen",
    metadata,
    Column("key", String(64), primary_key=True),
    _time("until"),
)
Index(None, seen.c.until)
