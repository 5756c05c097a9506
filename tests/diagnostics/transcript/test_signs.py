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
