"""Types and texts of the languages' own libraries."""

import pytest

from diagnostics.claims.model import ClaimType as T
from diagnostics.claims.vocabulary import exceptions

ROWS = [
    ("ModuleNotFoundError: No module named 'yaml'", T.MODULE_MISSING, {"module": "yaml"}),
    ("Error: Cannot find module '/app/index.js'", T.MODULE_MISSING, {"module": "/app/index.js"}),
    ("java.lang.ClassNotFoundException: com.acme.Main", T.MODULE_MISSING, {"module": "com.acme.Main"}),
    ("cannot load such file -- bundler/setup (LoadError)", T.MODULE_MISSING, {"module": "bundler/setup"}),
    (
        "error while loading shared libraries: libssl.so.1.1: cannot open shared object file: No such file",
        T.LIBRARY_MISSING,
        {"library": "libssl.so.1.1"},
    ),
    (
        "libc.so.6: version `GLIBC_2.34' not found (required by /app/server)",
        T.LIBRARY_MISSING,
        {"version": "GLIBC_2.34"},
    ),
    (
        "System.DllNotFoundException: Unable to load shared library 'libgdiplus' or one of its dependencies",
        T.LIBRARY_MISSING,
        {"library": "libgdiplus"},
    ),
    ("java.lang.OutOfMemoryError: Java heap space", T.HEAP_EXHAUSTED, {"reason": "Java heap space"}),
    ("FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", T.HEAP_EXHAUSTED, {}),
    ("java.lang.OutOfMemoryError: unable to create new native thread", T.KERNEL_LIMIT, {"limit": "pids"}),
    (
        "tomllib.TOMLDecodeError: Invalid value (at line 5, column 9)",
        T.FILE_INVALID,
        {"reason": "Invalid value (at line 5, column 9)"},
    ),
    ("json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)", T.FILE_INVALID, {}),
    (
        "decouple.UndefinedValueError: SECRET_KEY not found. Declare it as envvar or define a default value.",
        T.SETTING_MISSING,
        {"var": "SECRET_KEY"},
    ),
    ("TypeError [ERR_INVALID_URL]: Invalid URL", T.SETTING_INVALID, {"reason": "ERR_INVALID_URL"}),
    ('strconv.Atoi: parsing "abc": invalid syntax', T.SETTING_INVALID, {"value": "abc"}),
    ("ValueError: invalid literal for int() with base 10: '15m'", T.SETTING_INVALID, {"value": "15m"}),
    ('Error: Get "https://10.9.0.1:443/apis/x": context deadline exceeded', T.UNREACHABLE, {}),
]
HARMLESS = [
    "KeyError: 'name'",
    "java.lang.IllegalStateException: boom",
    "memory usage: 60 % of heap",
    "imported 3 modules",
]


@pytest.mark.parametrize(("text", "claim", "names"), ROWS, ids=lambda item: str(item)[:60])
def test_a_failing_line_is_its_type_and_names_its_objects(text, claim, names):
    found = exceptions.terms(text)
    assert claim in {term.type for term in found}
    told = {key: value for term in reversed(found) for key, value in term.names.items()}
    assert names.items() <= told.items()


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_line_says_nothing(text):
    assert exceptions.terms(text) == ()
