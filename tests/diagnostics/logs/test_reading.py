"""Reading last words: unwrapping, the dying block, weights, signs of life, shutdowns, listening."""

from datetime import UTC, datetime, timedelta

import pytest
from diagnostics.logs import blocks, unwrap
from diagnostics.logs.reading import read
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.claims.catalogue import builtin
from diagnostics.claims.groups import trouble
from diagnostics.claims.model import ClaimType
from diagnostics.facts.model import EndedBy, Termination
from diagnostics.snapshot import Log, LogLine

START = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


def log(*lines, at=None, instance="current"):
    stamps = at or [0.0] * len(lines)
    return Log(
        namespace="production",
        pod="api",
        container="api",
        instance=instance,
        lines=tuple(
            LogLine((START + timedelta(seconds=second)).isoformat().replace("+00:00", "Z"), line)
            for second, line in zip(stamps, lines, strict=True)
        ),
    )


def ended(code=1, reason="Error", message=""):
    return Termination(
        container="api", field="state", exit_code=code, reason=reason, message=message, started_at=START,
        finished_at=START + timedelta(seconds=5), ended_by=EndedBy.PROGRAM, sure=True, because=(),
    )  # fmt: skip


def best(*lines, at=None, code=1):
    found = read("api", log(*lines, at=at), ended(code), builtin())
    return found.hits[0] if found.hits else None


TRACE = (
    "Traceback (most recent call last):",
    '  File "/app/main.py", line 3, in <module>',
    "    import requests",
    "ModuleNotFoundError: No module named 'requests'",
)


ALONE = [entry for entry in builtin().signatures if not (entry.field or entry.context or entry.wrapper)]


@pytest.mark.parametrize("entry", ALONE, ids=[entry.id for entry in ALONE])
def test_a_line_alone_leads_to_its_own_trouble(entry):
    """A sample that another trouble claims before its own would send people to the wrong place."""
    for sample in entry.samples:
        found = read("api", log(sample), ended(min(entry.exit, default=1)), builtin())
        telling = [hit.claim for hit in found.hits if not hit.wrapper]
        assert trouble(entry.claim) & set(telling[:3])


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("\x1b[31mError\x1b[0m: x", ["Error: x"]),
        ("2026-11-22T12:00:00.1Z stderr F panic: x", ["panic: x"]),
        ('{"log":"panic: x\\n","stream":"stderr","time":"t"}', ["panic: x"]),
        ('{"level":"fatal","msg":"boot failed"}', ["boot failed"]),
        ('{"level":"error","msg":"boot","err":"open /x: denied"}', ["boot: open /x: denied", "open /x: denied"]),
        ('{"message":"m","stack_trace":"a.B: c\\n\\tat x.y(Z.java:1)"}', ["m", "a.B: c", "\tat x.y(Z.java:1)"]),
        ('{"event":"missing setting","var":"DB_URL"}', ["missing setting var=DB_URL"]),
        ('level=fatal msg="required key DB missing value"', ["required key DB missing value"]),
        ("a plain line with x=1 in it", ["a plain line with x=1 in it"]),
        ("{not json}", ["{not json}"]),
    ],
)
def test_unwrapping(raw, said):
    assert unwrap.unwrapped(raw) == said


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("2026-11-22 12:00:00,1 ERROR x", "error"),
        ("E1122 12:00:00.0 1 main.go:1] x", "error"),
        ('{"level":30,"msg":"x"}', "quiet"),
        ('{"severity":"CRITICAL","message":"x"}', "fatal"),
        ("time=x level=warning msg=y", "warn"),
        ("panic-free text", ""),
    ],
)
def test_levels(line, told):
    assert unwrap.level(line) == told


def test_the_traceback_before_earlier_prints_still_leads():
    assert best(*TRACE, "starting api 1.2", "connected to cache").signature == "py.module"


def test_the_last_of_chained_tracebacks_leads():
    chained = (
        *TRACE[:3],
        "KeyError: 'x'",
        "",
        "During handling of the above exception, another exception occurred:",
        "",
        *TRACE,
    )
    found = read("api", log(*chained), ended(), builtin())
    assert found.dying == range(len(chained))
    assert found.hits[0].signature == "py.module"


def test_the_deepest_cause_of_java_leads():
    hit = best(
        'Exception in thread "main" org.app.StartException: cannot start',
        "\tat org.app.Main.main(Main.java:9)",
        "Caused by: org.app.WrapException: wrapped",
        "\tat org.app.Wrap.run(Wrap.java:3)",
        "Caused by: java.net.UnknownHostException: orders-db",
        "\t... 12 more",
    )
    assert (hit.claim, hit.names["host"]) == (ClaimType.NAME_UNRESOLVED, "orders-db")


def test_noise_after_the_cause_is_tolerated():
    noise = [f"metric_{index} {index}" for index in range(300)]
    hit = best("FATAL: DATABASE_URL is not set", *noise)
    assert (hit.claim, hit.dying) == (ClaimType.SETTING_MISSING, True)


def test_noise_before_the_cause_is_tolerated():
    noise = [f'10.0.0.1 - - "GET /healthz HTTP/1.1" 200 {index}' for index in range(3000)]
    assert best(*noise, *TRACE).signature == "py.module"


def test_a_warning_that_was_got_over_is_no_cause():
    found = read(
        "api",
        log(
            "WARN dial tcp 10.0.0.1:5432: connect: connection refused, retrying", "connected to orders-db:5432", *TRACE
        ),
        ended(),
        builtin(),
    )
    assert found.hits[0].signature == "py.module"
    assert not any(hit.dying for hit in found.hits if hit.claim is ClaimType.UNREACHABLE)


def test_an_error_long_before_the_end_is_no_cause():
    lines = ["ERROR dial tcp 10.0.0.1:5432: connect: connection refused", *(f"job {index} done" for index in range(90))]
    found = read("api", log(*lines, at=[float(second) for second in range(len(lines))]), ended(137), builtin())
    assert not any(hit.dying for hit in found.hits)


def test_a_line_that_only_informs_weighs_less():
    assert best("INFO dial tcp 10.0.0.1:5432: connect: connection refused").weight < 0.5


def test_an_orderly_shutdown_is_seen_and_puts_older_errors_aside():
    found = read(
        "api",
        log("ERROR dial tcp 10.0.0.1:5432: connect: connection refused", "received SIGTERM, shutting down", "bye"),
        ended(0),
        builtin(),
    )
    assert "SIGTERM" in found.orderly_shutdown
    assert not found.hits[0].dying


@pytest.mark.parametrize(
    "line",
    [
        "Received SIGTERM, shutting down",
        "2026/11/22 12:00:00 [notice] 1#1: signal 15 (SIGTERM) received from 1, exiting",
        "Commencing graceful shutdown. Waiting for active requests to complete",
        "LOG:  received fast shutdown request",
        'level=info msg="Received signal" signal=terminated',
        "[INFO] Handling signal: term",
        "Application is shutting down...",
        "caught signal: terminated",
        "http: Server closed",
    ],
)
def test_orderly_shutdowns(line):
    assert read("api", log("up", line), ended(0), builtin()).orderly_shutdown == line


@pytest.mark.parametrize("line", ["database system is up", "shutting the door on spam", "signal processing ready"])
def test_no_orderly_shutdown(line):
    assert read("api", log("up", line), ended(0), builtin()).orderly_shutdown == ""


def test_listening_is_measured_from_the_start():
    found = read("api", log("boot", "server listening on :8080", at=[1.0, 42.0]), ended(), builtin())
    assert found.listening_after_s == pytest.approx(42.0)


def test_exit_code_disagreement_lowers_the_weight():
    assert best(*TRACE, code=77).weight < best(*TRACE, code=1).weight


def test_a_gone_log_is_not_the_programs_output():
    gone = log("unable to retrieve container logs for containerd://abc")
    assert read("api", gone, ended(), builtin()).lines == ()


def test_the_termination_message_is_read_when_there_is_no_log():
    found = read("api", None, ended(message="FATAL: DATABASE_URL is not set"), builtin())
    assert found.hits[0].names["var"] == "DATABASE_URL"
    assert read("api", None, ended(128, "StartError", "exec: nope"), builtin()).lines == ()


def test_quotes_are_verbatim_and_bounded():
    raw = '{"level":"fatal","msg":"DATABASE_URL is not set","pad":"' + "x" * 5000 + '"}'
    found = read("api", log(raw), ended(), builtin())
    assert found.hits[0].quote in raw
    assert len(found.hits[0].quote) <= 1000


def test_names_spell_out_host_and_port():
    assert best("dial tcp 10.0.0.1:5432: connect: connection refused").names["port"] == "5432"


@pytest.mark.parametrize("lines", [("x" * 1_000_000,), ('{"a":' * 100_000,), ("=" * 500_000,), ('a="' * 100_000,)])
def test_a_megabyte_line_is_read(lines):
    assert len(read("api", log(*lines), ended(), builtin()).lines) >= 1


@given(st.lists(st.text(max_size=300), max_size=30), st.integers(0, 255))
def test_no_text_breaks_reading(lines, code):
    found = read("api", log(*lines), ended(code), builtin())
    assert len(found.lines) == len(found.verbatim) == len(found.times)
    assert all(0 <= hit.line < len(found.lines) and 0 <= hit.weight <= 1 for hit in found.hits)
    assert all(0 <= index < max(1, len(found.lines)) for index in found.dying)


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_no_record_breaks_unwrapping(value):
    import json  # noqa: PLC0415 — only here

    assert unwrap.unwrapped(json.dumps({"msg": value, "error": value, "level": value, "stack": value}))


@given(st.text(max_size=60))
def test_no_stamp_breaks_its_reading(stamp):
    moment = blocks.instant(stamp)
    assert moment is None or moment.tzinfo is not None
