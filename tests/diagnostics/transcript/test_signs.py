"""Signs of life, and of a stop that was asked for."""

from __future__ import annotations

import pytest

from diagnostics.transcript import signs
from tests.diagnostics.transcript.said import said


@pytest.mark.parametrize(
    "line",
    [
        "\tIs the server running on that host and accepting TCP/IP connections?",
        "not connected to upstream",
        "the listener was never ready to accept connections",
        "waiting until server is ready",
    ],
)
def test_a_question_or_a_denial_is_no_sign_of_life(line):
    assert not signs.lives(line)
    assert not signs.listens(line)


@pytest.mark.parametrize("line", ["server is running", "connected to cache:6379", "listening on :8080"])
def test_signs_of_life(line):
    assert signs.lives(line)


@pytest.mark.parametrize(
    "line",
    [
        "Received SIGTERM, shutting down",
        "2026/11/22 12:00:00 [notice] 1#1: signal 15 (SIGTERM) received from 1, exiting",
        "Commencing graceful shutdown. Waiting for active requests to complete",
        "LOG:  received fast shutdown request",
        'level=info msg="Received signal" signal=terminated',
        "[INFO] Handling signal: term",
        "Application is shutting down...",
        "caught signal: terminated",
        "http: Server closed",
    ],
)
def test_an_orderly_shutdown_is_seen(line):
    assert said(f"up\n{line}", exit_code=0).shutdown == 1


@pytest.mark.parametrize("line", ["database system is up", "shutting the door on spam", "signal processing ready"])
def test_no_orderly_shutdown(line):
    assert said(f"up\n{line}", exit_code=0).shutdown is None


@pytest.mark.parametrize(
    "line",
    [
        "Started o.e.j.w.WebAppContext@3c9754d8{/search,file:///opt/webapp/,UNAVAILABLE}{/opt/webapp}",
        "SEVERE [main] StandardContext.startInternal Context [/shop] startup failed due to previous errors",
        "SEVERE [main] StandardContext.startInternal One or more listeners failed to start. Full details will be found",
        "WFLYSRV0026: WildFly Full 26.1.0.Final started (with errors) in 9021ms - Started 300 of 560 services",
        "unable to load app 0 (mountpoint='') (callable not found or import error)",
        "*** no app loaded. going in full dynamic mode ***",
    ],
)
def test_a_server_without_its_application(line):
    assert signs.stillborn(line)


@pytest.mark.parametrize(
    "line",
    [
        "Started o.e.j.w.WebAppContext@3c9754d8{/search,file:///opt/webapp/,AVAILABLE}{/opt/webapp}",
        "Deployment of web application archive [shop.war] has finished in [812] ms",
        "WFLYSRV0025: WildFly Full 26.1.0.Final started in 5021ms - Started 560 of 560 services",
        "WSGI app 0 (mountpoint='') ready in 1 seconds on interpreter 0x55 pid: 8 (default app)",
    ],
)
def test_a_server_with_its_application(line):
    assert not signs.stillborn(line)
