"""Refused chains, in the words of each library."""

import pytest

from diagnostics.claims.model import ClaimType as T
from diagnostics.claims.vocabulary import tls

ROWS = [
    ('Get "https://a.example": x509: certificate signed by unknown authority', T.CERTIFICATE, {}),
    (
        "x509: certificate is valid for a.example, not b.example",
        T.CERTIFICATE,
        {"found": "a.example", "host": "b.example"},
    ),
    ("PKIX path building failed: unable to find valid certification path", T.CERTIFICATE, {}),
    ("    code: 'SELF_SIGNED_CERT_IN_CHAIN'", T.CERTIFICATE, {"reason": "SELF_SIGNED_CERT_IN_CHAIN"}),
    (
        "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1006)",
        T.CERTIFICATE,
        {},
    ),
    ("invalid peer certificate: UnknownIssuer", T.CERTIFICATE, {"reason": "UnknownIssuer"}),
    ("The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot", T.CERTIFICATE, {}),
    ("remote error: tls: bad certificate", T.CERTIFICATE, {}),
]
HARMLESS = [
    "Generating self-signed certificate",
    "serving TLS on :8443",
    "certificate /etc/tls/tls.crt loaded",
    "using self signed cert",
]


@pytest.mark.parametrize(("text", "claim", "names"), ROWS, ids=lambda item: str(item)[:60])
def test_a_failing_line_is_its_type_and_names_its_objects(text, claim, names):
    found = tls.terms(text)
    assert claim in {term.type for term in found}
    told = {key: value for term in reversed(found) for key, value in term.names.items()}
    assert names.items() <= told.items()


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_line_says_nothing(text):
    assert tls.terms(text) == ()
