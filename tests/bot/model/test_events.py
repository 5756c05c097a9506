"""The document of an event, whatever the cluster and the programs in it say."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.events import COMMAND, EVIDENCE, QUOTE, SENTENCE, EventKind, Happened, document, trial
from bot.model.incident import Incident, Origin, State, Subject
from bot.model.offer import OfferRecord, OfferState
from diagnostics.objects import ObjectRef
from tests.support.hook import Received, described

TEXT = st.text(max_size=80) | st.sampled_from(["password=hunter2", "\x00\x1b[31m", "a\nb", "x" * 3000])
EVIDENCE_ITEM = st.fixed_dictionaries({"source": TEXT, "path": TEXT, "quote": TEXT, "at": TEXT}) | st.just({}) | TEXT
DIAGNOSIS = st.fixed_dictionaries({
    "target": st.fixed_dictionaries({"kind": TEXT, "namespace": TEXT, "name": TEXT, "pod": TEXT | st.none()}),
    "workload": TEXT,
    "verdict": st.sampled_from(["confirmed", "likely", "undetermined"]),
    "cause": TEXT | st.none() | st.sampled_from(["oom-killed", "bad-config", "liveness-probe-failed"]),
    "container": TEXT,
    "summary": TEXT,
    "facts": st.dictionaries(st.sampled_from(["setting", "probe", "limit", "limit_of", "killed"]), TEXT),
    "evidence": st.lists(EVIDENCE_ITEM, max_size=30),
    "remedy": st.fixed_dictionaries({"text": TEXT, "commands": st.lists(TEXT, max_size=9)}),
})  # fmt: skip
KINDS = [kind for kind in EventKind if kind is not EventKind.TEST]


def incident(**more):
    given = {
        "id": "0" * 32, "origin": Origin.ALERT, "state": State.ANSWERED, "channel": "C1", "verdict": "confirmed",
        "subject": Subject(kind="Pod", namespace="n", name="api-1"), "now": 1_800_000_000.5,
        "began_at": 1_700_000_000.0,
    }  # fmt: skip
    return Incident(**given | more)


def received(body, event_id):
    headers = {"webhook-id": event_id, "webhook-timestamp": "1", "webhook-signature": "v1,eA=="}
    return Received(headers, body.encode())


@settings(max_examples=50)
@given(diagnosis=DIAGNOSIS, kind=st.sampled_from(KINDS), said=TEXT, link=TEXT)
def test_it_always_has_the_form_that_is_described_its_bounds_and_no_secret(diagnosis, kind, said, link):
    event_id = f"evt_{'a' * 32}"
    offer = OfferRecord(
        id="o", incident_id="i", action="undo", state=OfferState.DONE, kind="Deployment", namespace="n", name="api",
        outcome=said, reason=said, claimed_by="U1",
    )  # fmt: skip
    about = incident(
        state=State.RECOVERED if kind is EventKind.RECOVERED else State.ANSWERED,
        summary=said, severity=said, ended_by=f"{said}\tU1", cause=diagnosis["cause"] or "", links={"runbook": link},
    )  # fmt: skip
    happened = Happened(kind=kind, previous=("likely", ""), offer=offer if kind is EventKind.ACTION else None)
    body = document(happened, about, diagnosis, event_id=event_id, cluster="prod-eu")
    got = received(body, event_id)
    described(got)
    assert "password=hunter2" not in json.dumps(
        {name: got.data[name] for name in ("headline", "summary", "evidence", "remedy")}
    )
    assert len(got.data["evidence"]) <= EVIDENCE
    assert all(len(item["quote"]) <= QUOTE for item in got.data["evidence"])
    assert max(len(got.data["headline"]), len(got.data["summary"]), len(got.data["remedy"]["text"])) <= SENTENCE
    assert all(len(command) <= COMMAND for command in got.data["remedy"]["commands"])


def test_times_are_utc_to_the_millisecond():
    body = json.loads(document(Happened(kind=EventKind.OPENED), incident(), {}, event_id="evt_1", cluster="c"))
    assert body["timestamp"] == "2027-01-15T08:00:00.500Z"
    assert body["data"]["began_at"] == "2023-11-14T22:13:20.000Z"


@pytest.mark.parametrize(
    ("workload", "namespace"), [(None, "n"), (ObjectRef(kind="Deployment", namespace="other", name="api"), "other")]
)
def test_the_namespace_is_that_of_what_was_found(workload, namespace):
    body = document(
        Happened(kind=EventKind.OPENED), replace(incident(), workload=workload), {}, event_id="evt_1", cluster="c"
    )
    assert json.loads(body)["data"]["namespace"] == namespace


def test_a_test_event_names_no_incident():
    event_id = f"evt_{'b' * 32}"
    described(received(trial(event_id, 1.0), event_id))
