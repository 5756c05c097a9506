"""Who speaks: a client's complaint, a wrapper's summary, Kubernetes quoted, or the program itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.claims.model import Speaker
from diagnostics.claims.speaker import serves, speaker

ROWS = [
    ("FATAL: cannot open /data/db: permission denied", Speaker.PROGRAM),
    ("ERROR pool: cannot open orders-cache:11211: connection refused", Speaker.PROGRAM),
    (r'check failed: nsenter [--mount=/host/proc/1/ns/mnt mdadm]: No such file\n: exit status 127"', Speaker.PROGRAM),
    ('10.1.2.3 - - [10/Oct/2025:13:55:36] "GET /x HTTP/1.1" 500 232', Speaker.PEER),
    ('*1 open() "/x" failed (2: No such file), client: 10.0.0.1, server: localhost, request: "GET /x"', Speaker.PEER),
    ("ERROR sign-in failed for visitor 12: backend took too long", Speaker.PEER),
    ('health check failed: Head "http://search-client:9200": connect: connection refused', Speaker.PROGRAM),
    ("http: TLS handshake error from 10.0.0.7:4431: EOF", Speaker.PEER),
    ('2025-01-01 UTC [47] FATAL:  password authentication failed for user "ledger"', Speaker.PEER),
    ("npm ERR! code ELIFECYCLE", Speaker.WRAPPER),
    ("error: exit status 1", Speaker.WRAPPER),
    ("BOOT FAILED", Speaker.WRAPPER),
    ("subprocess.CalledProcessError: Command '['migrate']' returned non-zero exit status 1.", Speaker.WRAPPER),
    ("Back-off restarting failed container app", Speaker.KUBERNETES),
    ("Liveness probe failed: HTTP probe failed with statuscode: 503", Speaker.KUBERNETES),
]


@pytest.mark.parametrize(("text", "said"), ROWS)
def test_the_shape_of_a_line_tells_who_speaks(text, said):
    assert speaker(text) is said


def test_fields_of_one_request_tell_of_a_client():
    assert speaker("handler failed", {"remote_addr": "10.0.0.3"}) is Speaker.PEER
    assert speaker("handler failed", {"module": "ring"}) is Speaker.PROGRAM


@given(st.text(max_size=300))
def test_any_text_has_a_speaker(text):
    assert speaker(text) in Speaker


LOGIN = 'FATAL:  password authentication failed for user "ledger"'


def test_a_refused_login_is_a_clients_trouble_only_in_the_servers_own_log():
    own = ("LOG:  database system is ready to accept connections", LOGIN)
    assert speaker(LOGIN, server=serves(own)) is Speaker.PEER
    assert speaker(LOGIN, server=serves(("starting ledger", LOGIN))) is Speaker.PROGRAM
