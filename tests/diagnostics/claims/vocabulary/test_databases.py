"""What databases answer, by code and by text."""

import pytest

from diagnostics.claims.model import ClaimType as T
from diagnostics.claims.vocabulary import databases

ROWS = [
    ('FATAL:  password authentication failed for user "ledger"', T.CREDENTIALS_REFUSED, {"user": "ledger"}),
    (
        "ERROR 1045 (28000): Access denied for user 'app'@'10.0.0.3' (using password: YES)",
        T.CREDENTIALS_REFUSED,
        {"user": "app", "reason": "1045"},
    ),
    ("ERROR: something (SQLSTATE 28P01)", T.CREDENTIALS_REFUSED, {"reason": "28P01"}),
    ("ORA-01017: invalid username/password; logon denied", T.CREDENTIALS_REFUSED, {}),
    ("Login failed for user 'sa'.", T.CREDENTIALS_REFUSED, {"user": "sa"}),
    ("MongoServerError: Authentication failed.", T.CREDENTIALS_REFUSED, {}),
    ("NOAUTH Authentication required.", T.CREDENTIALS_REFUSED, {}),
    ("ERROR:  permission denied for table orders", T.RIGHT_DENIED, {"resource": "orders"}),
    ("pymysql.err.OperationalError: (1049, \"Unknown database 'shop'\")", T.SETTING_INVALID, {"database": "shop"}),
    ('FATAL:  database "shop" does not exist', T.SETTING_INVALID, {"database": "shop"}),
    ("FATAL:  the database system is starting up", T.NOT_READY, {}),
    ("LOADING Redis is loading the dataset in memory", T.NOT_READY, {}),
    ("FATAL:  sorry, too many clients already", T.EXHAUSTED, {}),
    ("database is locked", T.LOCK_HELD, {}),
    ("database disk image is malformed", T.DATA_CORRUPT, {}),
    ("Can't handle RDB format version 11", T.DATA_VERSION, {"found": "11"}),
    ("Error: etcdserver: member not found", T.MEMBER_REMOVED, {}),
    ('ERROR:  relation "users" already exists', T.HALF_DONE, {"resource": "users"}),
    ('ERROR:  relation "users" does not exist', T.MIGRATION_FAILED, {"resource": "users"}),
]
HARMLESS = [
    "connected to database shop as app",
    "processed (1045 rows)",
    "batch 42501 done",
    "authentication succeeded for user ledger",
    "took 28000 ms",
]


@pytest.mark.parametrize(("text", "claim", "names"), ROWS, ids=lambda item: str(item)[:60])
def test_a_failing_line_is_its_type_and_names_its_objects(text, claim, names):
    found = databases.terms(text)
    assert claim in {term.type for term in found}
    told = {key: value for term in reversed(found) for key, value in term.names.items()}
    assert names.items() <= told.items()


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_line_says_nothing(text):
    assert databases.terms(text) == ()
