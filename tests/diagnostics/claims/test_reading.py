"""From last words to claims: what leads, what was got over, what is quoted."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.claims.catalogue import builtin
from diagnostics.claims.model import ClaimType
from diagnostics.claims.reading import claims_of, repeated
from diagnostics.transcript.api import transcribe
from diagnostics.transcript.model import QUOTE_LIMIT
from tests.support.said import claims_in, leading, log_of, transcript_of

REFUSED = "dial tcp 10.0.0.1:5432: connect: connection refused"
TRACE = (
    "Traceback (most recent call last):",
    '  File "/app/main.py", line 3, in <module>',
    "    import requests",
    "ModuleNotFoundError: No module named 'requests'",
)


def led(*lines, at=(), code=1):
    """The type of the claim that leads and what it names."""
    claim = leading("\n".join(lines), code, at)
    return (None, {}) if claim is None else (claim.type, claim.names)


def of_module(found):
    kind, names = found
    return kind is ClaimType.MODULE_MISSING and names["module"] == "requests"


def test_the_traceback_before_earlier_prints_still_leads():
    assert of_module(led(*TRACE, "starting api 1.2", "connected to cache"))


def test_the_last_of_chained_tracebacks_leads():
    between = "During handling of the above exception, another exception occurred:"
    chained = (*TRACE[:3], "KeyError: 'x'", "", between, "", *TRACE)
    assert of_module(led(*chained))
    (crash,) = transcript_of("\n".join(chained)).crashes
    assert (crash.first, crash.end) == (0, len(chained))


def test_the_deepest_cause_of_java_leads():
    kind, names = led(
        'Exception in thread "main" org.app.StartException: cannot start',
        "\tat org.app.Main.main(Main.java:9)",
        "Caused by: org.app.WrapException: wrapped",
        "\tat org.app.Wrap.run(Wrap.java:3)",
        "Caused by: java.net.UnknownHostException: orders-db",
        "\t... 12 more",
    )
    assert (kind, names["host"]) == (ClaimType.NAME_UNRESOLVED, "orders-db")


def test_noise_after_the_cause_is_tolerated():
    noise = [f"metric_{index} {index}" for index in range(300)]
    assert led("FATAL: DATABASE_URL is not set", *noise)[0] is ClaimType.SETTING_MISSING


def test_noise_before_the_cause_is_tolerated():
    noise = [f'10.0.0.1 - - "GET /healthz HTTP/1.1" 200 {index}' for index in range(3000)]
    assert of_module(led(*noise, *TRACE))


def test_a_warning_that_was_got_over_is_no_cause():
    lines = (f"WARN {REFUSED}, retrying", "connected to orders-db:5432", *TRACE)
    assert of_module(led(*lines))
    refused = [claim for claim in claims_in("\n".join(lines)) if claim.type is ClaimType.UNREACHABLE]
    assert not any(claim.deciding for claim in refused)


def test_an_orderly_shutdown_puts_older_errors_aside():
    text = f"ERROR {REFUSED}\nreceived SIGTERM, shutting down\nbye"
    assert transcript_of(text, 0).shutdown == 1


def test_a_gone_log_is_not_the_programs_output():
    assert transcript_of("unable to retrieve container logs for containerd://abc").lines == ()


def test_the_termination_message_is_read_when_there_is_no_log():
    told = transcribe("api", None, message="FATAL: DATABASE_URL is not set", exit_code=1)
    assert claims_of(told, builtin())[0].names["var"] == "DATABASE_URL"


def test_quotes_are_verbatim_and_bounded():
    raw = '{"level":"fatal","msg":"DATABASE_URL is not set","pad":"' + "x" * 5000 + '"}'
    quote = claims_in(raw)[0].quote
    assert quote in raw
    assert len(quote) <= QUOTE_LIMIT


def test_names_spell_out_host_and_port():
    assert led(REFUSED)[1]["port"] == "5432"


def test_the_first_details_name_the_setting_of_their_header():
    claims = claims_in("1 error(s) decoding:\n\n* '' has invalid keys: retires")
    assert "retires" in claims[0].quote


@pytest.mark.parametrize("line", ["x" * 1_000_000, '{"a":' * 100_000, "=" * 500_000, 'a="' * 100_000])
def test_a_megabyte_line_is_read(line):
    told = transcript_of(line)
    assert bool(told.lines) == any(letter.isalnum() for letter in line)
    assert isinstance(claims_of(told, builtin()), tuple)


@given(st.lists(st.text(max_size=300), max_size=30), st.integers(0, 255))
def test_no_text_breaks_reading(lines, code):
    log = log_of(lines)
    told = transcribe("api", log, exit_code=code)
    assert all(0 <= claim.line < len(told.lines) for claim in claims_of(told, builtin()))


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_no_record_breaks_reading(value):
    record = json.dumps({"msg": value, "error": value, "level": value, "stack": value})
    assert all(claim.quote in record for claim in claims_in(record))


def test_a_message_that_runs_on_below_its_head_is_read_whole():
    head = "com.acme.store.StoreException: marker {"
    rest = ("  owner: 10.1.0.4", "} cluster id does not match { owner: 10.1.0.9 }")
    frame = "\tat com.acme.store.Store.open(Store.java:12)"
    assert led(head, *rest, frame)[0] is ClaimType.MEMBER_REMOVED


def test_the_lines_that_hold_a_claim_of_a_long_message_are_known():
    head = "com.acme.store.StoreException: marker {"
    told = transcript_of(f"{head}\n  a: 1\n  b: 2\n}}\n\tat com.acme.store.Store.open(Store.java:12)")
    whole = told.whole(0)
    start = whole.index("b: 2")
    assert told.below(0, start, start + 4) == [2]
    assert told.below(0, 0, 5) == []


def test_words_of_a_circular_import_are_the_programs_own_fault():
    crash = "ImportError: cannot import name 'a' from partially initialized module 'b' (circular import) (/app/b.py)"
    assert led("Traceback (most recent call last):", '  File "/app/a.py", line 1, in <module>', crash)[0] is None


def test_a_number_behind_a_sentence_makes_no_record_of_it():
    line = 'daemon: listen URL "ldap://x:tcp://10.0.0.7:389" parse error=5'
    assert transcript_of(line).bare == (line,)


def test_what_no_name_server_knows_is_a_name_and_no_address_nearby():
    kind, names = led(
        "WARN raft: failed to resolve host peer-2.peers.data.svc due to error 1, Host not found (authoritative)",
        "INFO request. Address: 127.0.0.1:49833",
    )
    assert kind is ClaimType.NAME_UNRESOLVED
    assert names["host"] == "peer-2.peers.data.svc"


def test_two_words_of_one_line_are_one_complaint():
    line = "WARN raft: failed to resolve host peer-2.peers.data.svc due to error 1, Host not found (authoritative)"
    assert set(repeated(claims_in(line)).values()) == {1}
