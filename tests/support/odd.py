"""Hypothesis strategies for text and diagnoses such as nobody would write."""

from __future__ import annotations

from hypothesis import strategies as st

from diagnostics.diagnosis import (
    Advice,
    Change,
    Diagnosis,
    Evidence,
    Finding,
    Link,
    Remedy,
    RuledOut,
    Scope,
    Verdict,
)
from diagnostics.snapshot import Target, Unread

_NASTY = (
    *(
        "",
        "&" * 5000,
        "<" * 3000,
        "```" * 900,
        "`",
        "😀" * 2500,
        "👩‍👩‍👧‍👦" * 400,
        "\u202eabc\u2066",
        '"' * 4000,
        "\\" * 4000,
    ),
    *("<!channel>", "<@U123ABC>", "<#C1|x>", "<!subteam^S1>", "<https://evil.example|kubectl logs>", "&lt;!here&gt;"),
    *(
        "\x1b[31m",
        "\x1b]8;;http://x\x07y",
        "\x00",
        "\ud800",
        "\u2028",
        "a\nb\n```\nc",
        "שלום עולם" * 300,
        "日本語" * 2000,
    ),
    *("x" * 30_000, "{}", "{label}", "%s", "*bold* _it_ ~no~", ":tada:", " " * 5000, "\u200b" * 4000),
)
NASTY = st.integers(0, len(_NASTY) - 1).map(lambda index: _NASTY[index])
TEXT = st.one_of(st.text(max_size=60), NASTY, st.lists(NASTY, max_size=3).map("".join))


def _several(strategy, most=6):
    """Return tuples, now and then of very many."""
    few = st.lists(strategy, max_size=most)
    return st.one_of(few, few.map(lambda items: items * 12)).map(tuple)


EVIDENCE = st.builds(Evidence, source=TEXT, path=TEXT, quote=TEXT, at=st.one_of(TEXT, st.just("2026-11-22T12:00:00Z")))
COUNT = st.integers(-1, 10**6)
REMEDY = st.builds(Remedy, text=TEXT, commands=_several(TEXT, 4))
FINDING = st.builds(
    Finding, cause=TEXT, verdict=st.sampled_from(Verdict), summary=TEXT, evidence=st.just(()), container=TEXT
)
DIAGNOSIS = st.builds(
    Diagnosis,
    target=st.builds(Target, kind=TEXT, namespace=TEXT, name=TEXT, pod=st.none() | TEXT, note=TEXT),
    verdict=st.sampled_from(Verdict),
    cause=st.one_of(
        st.none(), TEXT, st.sampled_from(["oom-killed", "healthy", "not-found", "bad-config", "liveness-probe-failed"])
    ),
    summary=TEXT,
    container=TEXT,
    evidence=_several(EVIDENCE),
    facts=st.dictionaries(
        st.sampled_from(["restarts", "limit", "setting", "probe", "service", "began", "path", "limit_of", "killed"]),
        st.one_of(COUNT, TEXT, st.none()),
    ),
    chain=_several(st.builds(Link, cause=st.none() | TEXT, target=TEXT, summary=TEXT), 3),
    changed=_several(
        st.builds(
            Change, what=TEXT, old=TEXT, new=TEXT, at=TEXT, before_first_crash_s=st.none() | st.integers(), by=TEXT
        ),
        3,
    ),
    ruled_out=_several(st.builds(RuledOut, cause=TEXT, because=TEXT)),
    also=_several(FINDING, 2),
    unread=_several(st.builds(Unread, what=TEXT, why=TEXT), 3),
    remedy=REMEDY,
    actions=_several(
        st.builds(
            Advice,
            action=st.sampled_from(["restart", "undo"]),
            helps=st.sampled_from([True, False, None]),
            because=TEXT,
        ),
        2,
    ),
    scope=st.builds(Scope, failing=COUNT, of=COUNT, nodes=_several(TEXT, 2)),
    workload=TEXT,
    since=st.one_of(TEXT, st.just("2026-11-22T12:00:00Z")),
    cluster=TEXT,
    next_restart=TEXT,
    took_ms=COUNT,
    requests=COUNT,
)
