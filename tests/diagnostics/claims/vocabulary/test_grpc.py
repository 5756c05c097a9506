"""gRPC statuses as each language prints them."""

import pytest

from diagnostics.claims.model import ClaimType as T
from diagnostics.claims.vocabulary import grpc

ROWS = [
    ("rpc error: code = Unavailable desc = connection closed", T.UNREACHABLE, {"reason": "connection closed"}),
    ("io.grpc.StatusRuntimeException: UNAVAILABLE: io exception", T.UNREACHABLE, {}),
    (
        'status = StatusCode.UNAUTHENTICATED details = "token expired"',
        T.CREDENTIALS_REFUSED,
        {"reason": "token expired"},
    ),
    ("Error: 7 PERMISSION_DENIED: Missing permissions.", T.RIGHT_DENIED, {}),
    ("rpc error: code = ResourceExhausted desc = quota", T.EXHAUSTED, {"reason": "quota"}),
]
HARMLESS = [
    "rpc code = OK",
    "service is Unavailable in the menu",
    "exit code = 14",
]


@pytest.mark.parametrize(("text", "claim", "names"), ROWS, ids=lambda item: str(item)[:60])
def test_a_failing_line_is_its_type_and_names_its_objects(text, claim, names):
    found = grpc.terms(text)
    assert claim in {term.type for term in found}
    told = {key: value for term in reversed(found) for key, value in term.names.items()}
    assert names.items() <= told.items()


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_line_says_nothing(text):
    assert grpc.terms(text) == ()
