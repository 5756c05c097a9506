"""Signals, aborts and assertions."""

import pytest

from diagnostics.claims.model import ClaimType as T
from diagnostics.claims.vocabulary import signals

ROWS = [
    ('/opt/run/lib.sh: line 90:    31 Illegal instruction     (core dumped) "$@"', T.CPU_FEATURE, {}),
    ("Segmentation fault (core dumped)", T.SIGNAL, {}),
    ("[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x1]", T.SIGNAL, {"reason": "SIGSEGV"}),
    ("Worker (pid:12) was sent SIGKILL! Perhaps out of memory?", T.CHILD_KILLED, {}),
    ("./run.sh: line 3:     8 Killed                  ./app", T.CHILD_KILLED, {}),
    (
        "terminate called after throwing an instance of 'std::runtime_error'",
        T.ASSERTION,
        {"reason": "std::runtime_error"},
    ),
    ("app: main.c:10: main: Assertion `x > 0' failed.", T.ASSERTION, {"reason": "x > 0"}),
]
HARMLESS = [
    "received signal 15, shutting down",
    "SIGTERM received",
    "killed the old session",
    "aborted the upload",
]


@pytest.mark.parametrize(("text", "claim", "names"), ROWS, ids=lambda item: str(item)[:60])
def test_a_failing_line_is_its_type_and_names_its_objects(text, claim, names):
    found = signals.terms(text)
    assert claim in {term.type for term in found}
    told = {key: value for term in reversed(found) for key, value in term.names.items()}
    assert names.items() <= told.items()


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_line_says_nothing(text):
    assert signals.terms(text) == ()
