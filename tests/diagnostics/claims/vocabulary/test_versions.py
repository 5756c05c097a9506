"""Data of another version, with both versions."""

import pytest

from diagnostics.claims.model import ClaimType as T
from diagnostics.claims.vocabulary import versions

ROWS = [
    (
        "The data directory was initialized by PostgreSQL version 13, which is not compatible with this version 15.2.",
        T.DATA_VERSION,
        {"found": "13", "expected": "15.2"},
    ),
    (
        "Cannot boot server version 80026 on data directory built by version 80030. Downgrade is not supported",
        T.DATA_VERSION,
        {"expected": "80026", "found": "80030"},
    ),
    (
        "Cannot downgrade a node from version [8.11.0] to version [8.10.2]",
        T.DATA_VERSION,
        {"found": "8.11.0", "expected": "8.10.2"},
    ),
    ("Can't locate revision identified by '9f31c0de77ab'", T.DATA_VERSION, {"found": "9f31c0de77ab"}),
    (
        "Unable to use the drive /vault: found backend type old, expected new",
        T.DATA_VERSION,
        {"found": "old", "expected": "new"},
    ),
    ("orders_v2: required feature flag not enabled! It must be enabled before upgrading", T.DATA_VERSION, {}),
]
HARMLESS = [
    "PostgreSQL version 15.2 starting",
    "database version is 12",
    "upgrading schema from 3 to 4",
    "created by the operator",
]


@pytest.mark.parametrize(("text", "claim", "names"), ROWS, ids=lambda item: str(item)[:60])
def test_a_failing_line_is_its_type_and_names_its_objects(text, claim, names):
    found = versions.terms(text)
    assert claim in {term.type for term in found}
    told = {key: value for term in reversed(found) for key, value in term.names.items()}
    assert names.items() <= told.items()


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_line_says_nothing(text):
    assert versions.terms(text) == ()
