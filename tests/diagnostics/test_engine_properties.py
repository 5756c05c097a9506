"""Whatever the objects look like: no error, the same bytes twice, and no quote that is not there."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics import causes, engine
from diagnostics.causes.model import Category, Cause
from diagnostics.engine import diagnose
from diagnostics.findings.joined import api as joined
from diagnostics.leads import leads
from diagnostics.snapshot import Snapshot, Unread
from diagnostics.soundness import sound
from tests.support.evidence import unfounded
from tests.support.mutation import mutated
from tests.support.recordings import SCENARIOS, snapshot_of, truth
from tests.support.rules import faults


@settings(max_examples=150, deadline=None)
@given(scenario=st.sampled_from(SCENARIOS), random=st.randoms(use_true_random=False), times=st.integers(1, 60))
def test_no_snapshot_raises_and_no_cause_or_look_up_breaks(scenario, random, times):
    odd = mutated(snapshot_of(scenario), random, times)
    got = diagnose(odd)
    assert faults(got) == []
    assert json.loads(got.to_json())["schema"] == 1
    assert isinstance(leads(odd), tuple)


@settings(max_examples=40, deadline=None)
@given(scenario=st.sampled_from(SCENARIOS), random=st.randoms(use_true_random=False), times=st.integers(0, 20))
def test_every_quote_stands_in_the_snapshot(scenario, random, times):
    odd = mutated(snapshot_of(scenario), random, times)
    assert unfounded(sound(odd), diagnose(odd)) == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_same_snapshot_gives_the_same_bytes(scenario):
    snapshot = snapshot_of(scenario)
    again = Snapshot.from_json(snapshot.to_json())
    shuffled = replace(again, objects={kind: tuple(reversed(items)) for kind, items in again.objects.items()})
    assert diagnose(snapshot).to_json() == diagnose(again).to_json()
    assert diagnose(snapshot).cause == diagnose(shuffled).cause


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("off", [timedelta(days=-400), timedelta(days=3), timedelta(days=400)])
def test_a_wrong_clock_changes_no_cause(scenario, off):
    snapshot = snapshot_of(scenario)
    assert diagnose(replace(snapshot, now=snapshot.now + off)).cause == diagnose(snapshot).cause


def test_a_cause_that_raises_is_named_and_the_others_answer(monkeypatch):
    class Broken:
        CAUSE = Cause(id="broken", title="Broken", category=Category.PROGRAM)

        @staticmethod
        def check(case):
            raise KeyError(case.namespace)

    everything = (Broken, *causes.registry())
    monkeypatch.setattr(engine.causes, "registry", lambda: everything)
    got = diagnose(snapshot_of("oom-python"))
    assert got.cause == "oom-killed"
    assert got.unread == (Unread(what="cause broken", why="its check failed: KeyError"),)


def test_a_look_up_that_raises_is_named_once_and_the_others_answer(monkeypatch):
    def raising(case, said):
        raise KeyError(case.namespace, said.line)

    others = tuple(item for item in joined.LOOKS if item[0] != "quotes")
    monkeypatch.setattr(joined, "LOOKS", (("quotes", raising), *others))
    got = diagnose(snapshot_of("config-missing-env-go"))
    assert got.cause == truth("config-missing-env-go")["cause"]
    assert got.unread == (Unread(what="look-up quotes", why="it failed: KeyError"),)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_leads_come_to_an_end(scenario):
    """Answering every lead (with what the recording holds) leaves nothing to ask."""
    whole = snapshot_of(scenario)
    had = Snapshot(target=replace(whole.target, pod=None), now=whole.now)
    for _ in range(16):
        wanted = leads(had)
        if not wanted:
            break
        assert len(set(wanted)) == len(wanted)
        had = answered(had, whole, wanted)
    assert leads(had) == (), scenario
    assert diagnose(had).cause == diagnose(whole).cause
    assert diagnose(had).cause == truth(scenario)["cause"]


def answered(had, whole, wanted):
    """The snapshot after a wave: each lead answered by what the recording holds."""
    objects, logs = {kind: list(items) for kind, items in had.objects.items()}, list(had.logs)
    for lead in wanted:
        if lead.kind == "Log":
            log = whole.log(lead.namespace, lead.name, lead.container, lead.instance)
            logs += [log] if log is not None and log not in logs else []
            continue
        for item in whole.all(lead.kind, lead.namespace or None):
            selected = dict(part.split("=") for part in lead.labels.split(",")) if lead.labels else {}
            fits = selected.items() <= (item["metadata"].get("labels") or {}).items()
            held = objects.setdefault(lead.kind, [])
            if lead.name in ("", item["metadata"]["name"]) and fits and item not in held:
                held.append(item)
    return replace(
        had,
        objects={kind: tuple(items) for kind, items in objects.items()},
        logs=tuple(logs),
        answered=had.answered | set(wanted),
    )
