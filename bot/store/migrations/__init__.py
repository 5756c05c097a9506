"""The schema's history. The first replica that starts brings the database up to date, under a lock; the others wait.

How to add a table or a column
------------------------------
1. Put it into ``bot/store/tables.py`` (what the code uses).
2. Write ``versions/pre_NNNN_what.py``: ``revision = "NNNN"``, ``down_revision`` = the newest revision there is now
   (``ls versions``; history is one line, and a test says so), ``upgrade()`` with ``op.create_table`` or
   ``op.add_column``. There is no ``downgrade``: a release that is rolled back works on the newer schema.
3. ``python -m pytest tests/bot/store/test_migrations.py``: it migrates an empty SQLite and an empty PostgreSQL, and
   compares them with ``tables.py``.

``pre_`` only adds, so that replicas of the release before go on working while the new ones roll out: a new column is
nullable or has a ``server_default``, because the older release inserts rows without it. ``post_`` only removes, and
comes one release after the last one whose code knew what it removes. A replica that meets a schema newer than itself
(an older pod restarts in the middle of a rollout) leaves it alone and works on.
"""

from bot.store.migrations.upgrade import migrate

__all__ = ["migrate"]
