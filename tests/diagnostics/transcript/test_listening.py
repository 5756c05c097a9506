"""Listening lines: address and port, in words and in fields."""

import pytest

from tests.diagnostics.transcript.said import said

ANY = "0.0.0.0"  # noqa: S104 — read, not bound


@pytest.mark.parametrize(
    ("text", "address", "port"),
    [
        ("Tomcat started on port(s): 8080 (http)", "", 8080),
        ("INFO:     Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)", "127.0.0.1", 8000),
        ('{"level":"info","msg":"listening","addr":":9090"}', "", 9090),
        ("Server listening on 0.0.0.0:8080", ANY, 8080),
        ("listening on port 3000", "", 3000),
        ('level=info msg="Listening on" address=[::]:9093', "::", 9093),
        ("app ready on 0.0.0.0, port 5678", ANY, 5678),
        ("[2026-11-28 10:00:00 +0000] [1] [INFO] Listening at: http://0.0.0.0:8000 (1)", ANY, 8000),
        ("Now listening on: http://[::]:80", "::", 80),
    ],
)
def test_the_place_is_read(text, address, port):
    (found,) = said(text).listening
    assert (found.address, found.port) == (address, port)
    assert found.after_s is not None


@pytest.mark.parametrize("text", ["Is the server running on host db?", "nothing is listening on port 80"])
def test_a_question_or_denial_is_none(text):
    assert said(text).listening == ()
