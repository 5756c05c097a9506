from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.claims.case_builder import case_of
from diagnostics.claims.catalogue import builtin
from diagnostics.examples import Example, terminated, waiting
from diagnostics.facts.pods import hooks

HOOK = {"lifecycle": {"postStart": {"exec": {"command": ["/bin/register"]}}}}


def said(words, *, code=7):
    message = (
        'Exec lifecycle hook ([/bin/register]) for Container "api" in Pod "api_production(uid)" failed - '
        f"error: command '/bin/register' exited with {code}: , message: \"{words}\""
    )
    status = {"state": waiting("PostStartHookError", message), "lastState": terminated(137, lived=5)}
    case = case_of(Example(title="", hit=True, container=HOOK, status=status, log="up\n").snapshot(), builtin())
    return hooks.said(case, case.suspect)


@pytest.mark.parametrize(
    ("words", "host", "port"),
    [
        ("curl: (7) Failed to connect to consul port 8500", "consul", 8500),
        ("curl: (7) Failed to connect to consul.infra port 8500 after 1 ms: Refused", "consul.infra", 8500),
        ("curl: (6) Could not resolve host: consul", "consul", None),
        ("dial tcp 10.96.0.9:8500: connect: connection refused", "10.96.0.9", 8500),
        ("wget: bad address 'vault'", "vault", None),
        ("Connecting to vault:8200 (10.96.1.1:8200)", "vault", 8200),
        ("permission denied", "", None),
        ("", "", None),
    ],
)
def test_the_host_that_a_hook_did_not_reach(words, host, port):
    found = said(words)
    assert (found.code, found.words, found.host, found.port) == ("7", words, host, port)


def test_without_a_message_nothing_is_said():
    status = {"state": waiting("CrashLoopBackOff"), "lastState": terminated(137, lived=5)}
    case = case_of(Example(title="", hit=True, container=HOOK, status=status).snapshot(), builtin())
    assert hooks.said(case, case.suspect) == hooks.Said()


@given(st.text())
def test_any_words_are_read(words):
    found = said(words)
    assert found.code == "7"
    assert not found.host or found.host.lower() in found.words.lower()
