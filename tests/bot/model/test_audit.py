"""The chain of the audit trail: what is changed shows."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.audit import FIRST, Entry, Row, broken, chained
from tests.diagnostics.redaction import secrets


def entry(number=0, **more):
    return Entry(at="", event="done", offer=f"o{number}", slack_user="U1", reason="wegen des Ärgers", **more)


def chain(count):
    rows = []
    for number in range(1, count + 1):
        rows.append(chained(number, entry(number), rows[-1].hash if rows else FIRST))
    return rows


@pytest.mark.threat("Redaction", "a secret in a reason, a review or an outcome reaches the audit trail and its exports")
def test_no_row_holds_a_secret(record_property):
    said = [case.lines[0] for case in secrets() if not case.held and len(case.lines) == 1]
    kept = [chained(1, replace(entry(), reason=line, review=line, outcome=line), FIRST) for line in said]
    record_property("tried", f"{len(said)} entries, each with a secret in three fields")
    record_property("held", f"{sum(row.entry.count('[redacted]') >= 3 for row in kept)} were kept redacted")
    assert [row.entry for row in kept if row.entry.count("[redacted]") < 3] == []
    assert broken(kept[:1]) == ""


def test_a_chain_that_was_left_alone_holds():
    assert broken([]) == ""
    assert broken(chain(4)) == ""


@given(st.integers(0, 4), st.sampled_from(["entry", "hash", "previous", "out", "twice", "swap"]))
def test_whatever_is_changed_shows(at, how):
    rows = chain(5)
    row = rows[at]
    if how == "out":
        rows.pop(at)
    elif how == "twice":
        rows.insert(at, row)
    elif how == "swap":
        rows[at], rows[(at + 1) % 5] = rows[(at + 1) % 5], row
    else:
        changed = {"seq": row.seq, "entry": row.entry, "previous": row.previous, "hash": row.hash}
        changed[how] = changed[how].replace("U1", "U2") if how == "entry" else "f" * 64
        rows[at] = Row(**changed)
    cut_at_the_end = how == "out" and at == 4
    assert bool(broken(rows)) is not cut_at_the_end
