"""The noise itself: forms, places, stretching, and that the cases it is put around are what they should be."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from diagnostics.snapshot import Log, LogLine, Snapshot, Target
from tests.noise import contradictions, kinds
from tests.noise.bases import Base, base_of, candidates
from tests.noise.forms import ADOPTED, BARE, NATIVE, formed
from tests.noise.kinds import AFTER, BEFORE, BETWEEN, KINDS
from tests.noise.placing import LONG, noisy, stretched

LINE = (("WARN", "it is late"),)


def base(*texts):
    log = Log(
        namespace="production",
        pod="app-1",
        container="app",
        instance="previous",
        lines=tuple(LogLine(f"2026-11-22T03:11:{at:02d}Z", text) for at, text in enumerate(texts)),
    )
    target = Target(kind="Pod", namespace="production", name="app-1", pod="app-1")
    snapshot = Snapshot(target=target, now=datetime(2026, 11, 22, 3, 12, tzinfo=UTC), logs=(log,))
    return Base("case", snapshot, "bad-config", (log,))


def texts(snapshot):
    return [line.text for line in snapshot.logs[0].lines]


@pytest.mark.parametrize(
    ("beside", "wanted"),
    [
        ("2026-11-22 03:11:40,123 ERROR db: away", "2026-11-22 03:11:40,123 WARN it is late"),
        ("2026-11-22T03:11:40Z error db: away", "2026-11-22T03:11:40Z warn it is late"),
        ("[2026-11-22 03:11:40] [INFO] up", "[2026-11-22 03:11:40] [WARN] it is late"),
        ("2026/11/22 03:11:40 fatal: no", "2026/11/22 03:11:40 warn: it is late"),
        ("2026/11/22 03:11:40 no way", "2026/11/22 03:11:40 it is late"),
        ("E1122 03:11:40.123456       1 main.go:7] no", "W1122 03:11:40.123456       1 main.go:41] it is late"),
        ('ts=2026-11-22T03:11:40Z level=error msg="no"', 'ts=2026-11-22T03:11:40Z level=warn msg="it is late"'),
        ("ERROR: no", "WARN: it is late"),
        ('{"level":50,"time":7,"msg":"no"}', '{"time": 7, "level": 40, "msg": "it is late"}'),
        (
            '{"severity":"ERROR","@timestamp":"x","message":"no"}',
            '{"@timestamp": "x", "severity": "WARN", "message": "it is late"}',
        ),
    ],
)
def test_a_line_takes_the_form_of_those_beside_it(beside, wanted):
    assert formed(LINE, ADOPTED, ["plain", beside, "    frame"]) == [wanted]


def test_without_a_form_nothing_is_adopted_and_raw_lines_have_none():
    assert formed(LINE, ADOPTED, ["plain", "[] no", '{"a": 1}', "{broken"]) is None
    assert formed((("", "raw"),), NATIVE, []) is None
    assert formed((("", "raw"),), BARE, []) == ["raw"]
    assert formed(LINE, NATIVE, [])[0].endswith("Z WARN it is late")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_adds_its_lines_and_takes_none_away(kind):
    case = base("2026-11-22T03:11:40Z INFO one", "2026-11-22T03:11:40Z ERROR two")
    for place in kind.places:
        found = texts(noisy(case, kind, place, BARE))
        assert len(found) == 2 + sum(len(block) for block in kind.blocks)
        at = found.index("2026-11-22T03:11:40Z ERROR two")
        assert at == {BEFORE: len(found) - 1, AFTER: 1, BETWEEN: len(found) - 1}[place]


def test_nothing_goes_between_the_lines_of_one_block():
    case = base("Traceback (most recent call last):", '  File "a.py", line 1, in <module>', "ValueError: no")
    assert noisy(case, kinds.LEADER, BETWEEN, BARE) is None
    assert noisy(case, kinds.LEADER, AFTER, ADOPTED) is None


def test_a_stretched_log_has_two_thousand_lines_and_ends_as_it_did():
    for strewn in ((), KINDS):
        case = base("start", '{"level":"fatal","ts":1,"msg":"no"}')
        found = texts(stretched(case, strewn))
        assert len(found) == LONG
        assert found[-2:] == ["start", '{"level":"fatal","ts":1,"msg":"no"}']
        assert json.loads(found[0])["msg"].startswith("request served")
    assert stretched(base(*["x"] * (LONG + 1)), ()).logs[0].lines[0].text == "x"


def test_a_base_is_right_by_its_log_before_any_noise():
    named = {each.name: each for each in candidates()}
    found = base_of(named["recorded:app-python-bug"])
    assert found.cause == "app-crash"
    assert any("Error" in line.text for log in found.logs for line in log.lines)
    assert base_of(named["recorded:healthy"]) is None
    assert base_of(named["recorded:app-exec-format"]) is None


def test_there_is_enough_of_both():
    assert len(KINDS) >= 20
    assert len(contradictions.KINDS) >= 15
    assert all(len(wordings) >= 2 for _, wordings in contradictions.KINDS.values())
