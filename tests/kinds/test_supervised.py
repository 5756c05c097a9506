"""A supervisor ends with 0 after what it supervises failed; and settings that are required like a module are a file."""

from __future__ import annotations

import pytest

from tests.kinds.world import Want, asked, check, dies

_STOP = (
    "2026-11-22 03:11:07,101 INFO gave up: {name} entered FATAL state, too many start retries too quickly\n"
    "2026-11-22 03:11:07,112 WARN received SIGQUIT indicating exit request\n"
    "2026-11-22 03:11:08,140 INFO stopped: nginx (exit status 0)"
)
_START = "2026-11-22 03:11:01,002 INFO supervisord started with pid 1\n2026-11-22 03:11:01,101 INFO spawned: 'nginx' with pid 7\n"

CASES = {
    "child-that-may-not-change-its-user": (
        _START
        + "supervisor: couldn't setuid to 33: Could not set groups of effective user\nsupervisor: child process was not spawned\n"
        + "2026-11-22 03:11:02,110 WARN exited: queue (exit status 127; not expected)\n"
        + _STOP.format(name="queue"),
        Want(
            cause=("exits-cleanly",),
            says=("couldn't setuid to 33",),
            remedy=("that process",),
            never=("as a job",),
            sure=False,
        ),
    ),
    "child-that-fails": (
        _START
        + "2026-11-22 03:11:02,110 INFO exited: php-fpm (exit status 78; not expected)\n"
        + _STOP.format(name="php-fpm"),
        Want(cause=("exits-cleanly", "bad-config"), says=("php-fpm",), never=("as a job",), sure=False),
    ),
    "children-that-end-well": (
        _START
        + "2026-11-22 03:11:04,110 INFO exited: seed (exit status 0; expected)\n"
        + "2026-11-22 03:11:08,140 INFO stopped: nginx (exit status 0)",
        Want(cause=("exits-cleanly",), never=("that process",)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_supervisor_ends_with_zero(name):
    log, want = CASES[name]
    check(asked(dies(log, 0)), want)


def _required(module):
    return (
        f"module.js:470\n    throw err;\n    ^\n\nError: Cannot find module '{module}'\n"
        "    at Function.Module._resolveFilename (module.js:470:15)\n    at require (internal/module.js:20:19)\n"
        "    at Object.<anonymous> (/opt/board/log.js:11:25)"
    )


@pytest.mark.parametrize("module", ["./config.json", "../settings/local.yaml", "/etc/board/board.conf"])
def test_settings_that_are_required_are_a_file(module):
    want = Want(cause=("bad-config",), says=(module,), never=("npm install", "has no module"), sure=False)
    check(asked(dies(_required(module))), want)


@pytest.mark.parametrize("module", ["./server.js", "express", "config", "@acme/settings.json"])
def test_what_is_code_or_a_package_is_a_module(module):
    check(asked(dies(_required(module))), Want(cause=("missing-library", "bad-entrypoint"), says=(module,)))
