"""Names that do not resolve, with the name."""

import pytest

from diagnostics.claims.model import ClaimType as T
from diagnostics.claims.vocabulary import resolver

ROWS = [
    ("dial tcp: lookup db.shop on 10.96.0.10:53: no such host", T.NAME_UNRESOLVED, {"host": "db.shop"}),
    ("Error: getaddrinfo EAI_AGAIN cache", T.NAME_UNRESOLVED, {"host": "cache"}),
    ('could not translate host name "db" to address: Name or service not known', T.NAME_UNRESOLVED, {"host": "db"}),
    ("java.net.UnknownHostException: db.shop", T.NAME_UNRESOLVED, {"host": "db.shop"}),
    ("curl: (6) Could not resolve host: api.example", T.NAME_UNRESOLVED, {"host": "api.example"}),
    (
        'nginx: [emerg] host not found in upstream "api:80" in /etc/nginx/nginx.conf:3',
        T.NAME_UNRESOLVED,
        {"host": "api"},
    ),
    (
        "Error -2 connecting to sentry-redis:6379. Name or service not known.",
        T.NAME_UNRESOLVED,
        {"host": "sentry-redis"},
    ),
    ("ping: db: Temporary failure in name resolution", T.NAME_UNRESOLVED, {"host": "db"}),
    ("{error,nxdomain}", T.NAME_UNRESOLVED, {}),
]
HARMLESS = [
    "resolved db to 10.0.0.4",
    "lookup table built",
    "[INFO] 10.0.0.3:4000 AAAA IN db.shop. NXDOMAIN qr,aa,rd 0",
]


@pytest.mark.parametrize(("text", "claim", "names"), ROWS, ids=lambda item: str(item)[:60])
def test_a_failing_line_is_its_type_and_names_its_objects(text, claim, names):
    found = resolver.terms(text)
    assert claim in {term.type for term in found}
    told = {key: value for term in reversed(found) for key, value in term.names.items()}
    assert names.items() <= told.items()


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_line_says_nothing(text):
    assert resolver.terms(text) == ()
