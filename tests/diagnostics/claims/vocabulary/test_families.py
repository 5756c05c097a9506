"""Families of words for failing records, switches that guards mention, and closed words inside them."""

import pytest

from diagnostics.claims.model import ClaimType as T
from diagnostics.claims.vocabulary import families, reading

ROWS = [
    ('part "a" is listed in "parts.json", but is missing on disk', T.DATA_CORRUPT, {}),
    ("MANIFEST-000123 lists table 000417.sst which is missing in /data/db", T.DATA_CORRUPT, {}),
    ("get segment range: segments are not sequential", T.DATA_CORRUPT, {}),
    ("DATABASE_URL is required", T.SETTING_MISSING, {"var": "DATABASE_URL"}),
    ("Missing required environment variable: API_KEY", T.SETTING_MISSING, {"var": "API_KEY"}),
    ('panic: environment variable "TOKEN_URL" not set', T.SETTING_MISSING, {"key": "TOKEN_URL"}),
    ('required flag(s) "config" not set', T.SETTING_MISSING, {"key": "config"}),
    ("nats-server: jetstream cluster requires `server_name` to be set", T.SETTING_MISSING, {"key": "server_name"}),
    ("Please set SMTP_HOST before starting", T.SETTING_MISSING, {"var": "SMTP_HOST"}),
    ("  REDIS_URL: [ 'Required' ]", T.SETTING_MISSING, {"var": "REDIS_URL"}),
    ("./run.sh: line 3: DB_HOST: unbound variable", T.SETTING_MISSING, {"var": "DB_HOST"}),
    ("flag provided but not defined: -maxThings", T.SETTING_UNKNOWN, {"flag": "-maxThings"}),
    ("Error: unknown flag: --log-levl", T.SETTING_UNKNOWN, {"flag": "--log-levl"}),
    ('sink "s3/archive" asks for unknown codec "gzp"', T.SETTING_UNKNOWN, {"key": "gzp"}),
    ('unknown directive "servr" in /etc/nginx/nginx.conf:12', T.SETTING_UNKNOWN, {"key": "servr", "line": "12"}),
    ('KEY_TTL must be a number of seconds, got "15m" (ArgumentError)', T.SETTING_INVALID, {"var": "KEY_TTL"}),
    ("LOG_LEVEL must be one of debug, info, warn", T.SETTING_INVALID, {"var": "LOG_LEVEL"}),
    ('invalid value for LOG_LEVEL: "verbos"', T.SETTING_INVALID, {"var": "LOG_LEVEL"}),
    ("Config.port failed to parse tcp://10.2.3.4:3000 as Int32", T.SETTING_INVALID, {"value": "tcp://10.2.3.4:3000"}),
    ("invalid address - http://0.0.0.0:tcp://10.9.0.7:8080, we expect a port", T.SETTING_INVALID, {}),
    ("Loop (127.0.0.1:41000 -> :53) detected for zone", T.SETTING_INVALID, {}),
    (
        "gate: /etc/gate/gate.conf:12:1: interface conversion: interface {} is bool, not int64",
        T.FILE_INVALID,
        {"path": "/etc/gate/gate.conf", "line": "12"},
    ),
    ("yaml: line 7: did not find expected key", T.FILE_INVALID, {"line": "7"}),
    ("SyntaxError: Unexpected token } in JSON at position 12", T.FILE_INVALID, {}),
    ("Permissions 0644 for '/keys/id_rsa' are too open.", T.TOO_OPEN, {"path": "/keys/id_rsa", "found": "0644"}),
    ("Key file /data/.key must be accessible by owner only", T.TOO_OPEN, {}),
    ("refusing to start: lock file /data/i.lock exists (held by pid 1)", T.LOCK_HELD, {}),
    ("error: Dirty database version 7. Fix and force version.", T.HALF_DONE, {"version": "7"}),
    ("Migration failed for changeset db/1.xml::1::ann: Table 'ITEMS' already exists", T.HALF_DONE, {}),
    ("migration 20240102 was previously applied but has been modified", T.HALF_DONE, {}),
    ("1 changesets check sum db/2.xml::9::ann was: 8:a1 but is now: 8:b2", T.HALF_DONE, {}),
    ("checksum mismatch in segment 00012", T.DATA_CORRUPT, {}),
    ("cannot open the store: index file is too short: 12 of 64 bytes", T.DATA_CORRUPT, {}),
    (
        "could not write to /opt/app/engines, please check its permissions",
        T.ACCESS_DENIED,
        {"path": "/opt/app/engines"},
    ),
    ("TimeoutError: There are still unapplied migrations after 30 seconds", T.NOT_READY, {"reason": "migrations"}),
    ("Failed to connect to db:5432", T.UNREACHABLE, {"addr": "db:5432"}),
]
HARMLESS = [
    'ensure "parts.json" contents is not corrupted; remove it',
    "the file is listed in the manifest",
    "the index references 12 chunks that are stored remotely",
    "the user is referenced by an order that was deleted",
    "Config error: load() got an unexpected keyword argument 'strict'",
    "Configuration error: load() takes 1 positional argument but 2 were given",
    "SyntaxError: Unexpected token '='",
    'PHP Parse error: syntax error, unexpected token ";" in /app/x.php on line 1',
    "Parameter 0 of constructor in com.x.A required a bean of type 'com.x.B' that could not be found.",
    'NullPointerException: Cannot invoke "com.shop.Cart.items()" because "cart" is null',
    "ReferenceError: userName is not defined",
    "NameError: name 'userName' is not defined",
    "TypeError: run() missing 1 required positional argument: 'name'",
    "PHP Warning:  Undefined variable $user in /app/index.php on line 3",
    "mount: /mnt: mount failed: Invalid argument",
    "panic: runtime error: invalid memory address or nil pointer dereference",
    "undefined method 'name' for nil:NilClass (NoMethodError)",
    "No active profile set, falling back to 1 default profile: default",
    "using default config because CONFIG_FILE is not set",
    "No pending migrations to apply.",
    "Checking if Database has unrun migrations...",
    "0 errors, 0 warnings",
    "/host/secondary-bin-dir is not writeable, skipping",
    "server started in 3.2 s, 12 routes, 4 workers",
]
GUARDS = [
    (
        "node is not safe. If you want to force it, set the environment variable LEDGER_FORCE_START=yes",
        "LEDGER_FORCE_START",
    ),
    ("data is newer. Use --allow-downgrade to override this check", "--allow-downgrade"),
    ("to skip the check, pass --skip-checks", "--skip-checks"),
]


@pytest.mark.parametrize(("text", "claim", "names"), ROWS, ids=lambda item: str(item)[:60])
def test_a_failing_record_is_its_type_and_names_its_setting(text, claim, names):
    found = [term for term in reading.failing(text) if term.type is claim]
    assert found
    assert names.items() <= found[0].names.items()


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_replaced_or_not_needed_is_no_failure(text):
    assert reading.failing(text) == ()


@pytest.mark.parametrize(("text", "switch"), GUARDS)
def test_a_switch_of_a_guard_is_told_apart_and_is_never_the_fault(text, switch):
    assert families.overrides(text) == (switch,)
    assert all(switch not in term.names.values() for term in reading.failing(text))


def test_closed_words_stay_whatever_phrase_stands_around_them():
    found = reading.failing("error loading config: open /etc/app.yaml: permission denied")
    assert found[0].type is T.ACCESS_DENIED
    assert found[0].names["path"] == "/etc/app.yaml"


def test_a_phrase_around_closed_words_of_the_same_type_adds_its_names():
    first = reading.failing('invalid value for MAX_JOBS: strconv.Atoi: parsing "abc": invalid syntax')[0]
    assert (first.source, first.names["value"], first.names["var"]) == ("exceptions", "abc", "MAX_JOBS")


def test_words_that_a_closed_vocabulary_knows_are_not_guessed_again():
    found = reading.failing("Access denied for user 'app'@'10.0.0.3' (using password: YES)")
    assert {term.type for term in found} == {T.CREDENTIALS_REFUSED}
