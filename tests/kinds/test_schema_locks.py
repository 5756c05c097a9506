"""A migration's lock lies in the database: no undo takes it back, whatever the rollout changed."""

from __future__ import annotations

import pytest

from tests.kinds.world import Want, asked, check, dies

LOCKED = {
    "rails, the type on its own line": (
        "Running primary database migrations...\nbin/rails aborted!\n"
        "ActiveRecord::ConcurrentMigrationError:  (ActiveRecord::ConcurrentMigrationError)\n\n"
        "Cannot run migrations because another migration process is currently running.\n\n"
        "/usr/lib/gems/activerecord-8.1.3/lib/active_record/migration.rb:1643:in 'ActiveRecord::Migrator#with_advisory_lock'\n"
        "/usr/lib/gems/activerecord-8.1.3/lib/active_record/migration.rb:1640:in 'ActiveRecord::Migrator#migrate'\n"
        "Tasks: TOP => db:migrate"
    ),
    "python": (
        'Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n    upgrade()\n'
        "shop.db.SchemaBusy: the schema lock is taken by migration 0042 of session 77"
    ),
    "go": "panic: migrate: can't acquire database lock for the migration\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:9 +0x1d",
    "node": (
        "/app/node_modules/umzug/lib/run.js:12\n        throw new MigrationBusy(name);\n        ^\n\n"
        "MigrationBusy: migrations are locked by advisory lock 7341\n    at run (/app/node_modules/umzug/lib/run.js:12:15)\n"
        "    at main (/app/index.js:4:3)"
    ),
}


@pytest.mark.parametrize("name", LOCKED)
def test_no_undo_takes_back_a_lock_of_the_database(name):
    got = asked(dies(LOCKED[name], before={"image": "registry.example/app:1.9"}, shape="backoff"))
    check(
        got,
        Want(
            cause=("stale-state", "app-crash"), undo=False, restart=False, sure=False,
            remedy=("lock lies in the database", "session"), never=("rollout undo", "helps=True"),
        ),
    )  # fmt: skip


def test_a_crash_that_only_passes_a_lock_may_be_of_the_new_image():
    log = (
        "panic: runtime error: invalid memory address or nil pointer dereference\n\ngoroutine 1 [running]:\n"
        "example.com/acme/shop.(*Cart).unlock(0x0)\n\t/src/cart/lock.go:9 +0x1d\nmain.main()\n\t/src/main.go:9 +0x1d"
    )
    check(asked(dies(log, 2, before={"image": "registry.example/app:1.9"})), Want(cause=("app-crash",), undo=True))
