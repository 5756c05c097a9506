"""The only importer of sqlalchemy: incidents, offers, and what was seen before.

Why rows and leases, and no queue: the durable thing is the incident's row; delivering its answer is reconciliation of
that row, as every Kubernetes controller does. A lease is three columns (owner, until, not before), taken by one
compare-and-set UPDATE, so that a killed process loses nothing and two processes never work on one row.
"""

from bot.store.store import Store

__all__ = ["Store"]
