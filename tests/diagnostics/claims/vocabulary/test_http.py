"""Statuses in failure positions only."""

import pytest

from diagnostics.claims.model import ClaimType as T
from diagnostics.claims.vocabulary import http

ROWS = [
    (
        "cannot fetch ID from Metadata, specify --id instead: status code: 401, request id: ",
        T.CREDENTIALS_REFUSED,
        {"reason": "401"},
    ),
    ("urllib.error.HTTPError: HTTP Error 403: Forbidden", T.RIGHT_DENIED, {"reason": "403"}),
    ("HTTP 503 Service Unavailable", T.NOT_READY, {"reason": "503"}),
    ("server responded with 429 Too Many Requests", T.EXHAUSTED, {"reason": "429"}),
    ("502 Bad Gateway", T.UNREACHABLE, {"reason": "502"}),
    (
        "requests.exceptions.HTTPError: 404 Client Error: Not Found for url: https://api.example/x",
        T.SETTING_INVALID,
        {"reason": "404", "url": "https://api.example/x"},
    ),
]
HARMLESS = [
    '10.1.2.3 - - [10/Oct/2025:13:55:36] "GET /x HTTP/1.1" 401 232',
    "GET /healthz 503 3ms",
    "404 pods listed",
    "listening on port 503",
    "method=GET path=/x status=403 duration=3ms",
    "status code: 200",
]


@pytest.mark.parametrize(("text", "claim", "names"), ROWS, ids=lambda item: str(item)[:60])
def test_a_failing_line_is_its_type_and_names_its_objects(text, claim, names):
    found = http.terms(text)
    assert claim in {term.type for term in found}
    told = {key: value for term in reversed(found) for key, value in term.names.items()}
    assert names.items() <= told.items()


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_line_says_nothing(text):
    assert http.terms(text) == ()
