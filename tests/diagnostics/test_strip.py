"""Values never enter a snapshot."""

from __future__ import annotations

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnostics import fields
from diagnostics.strip import stripped
from tests.support.odd import TEXT
from tests.support.recordings import SCENARIOS, snapshot_of

SALT = b"salt"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["env", "value", "name", "data", "kind", "items", "metadata", "annotations", "args", "spec"]
            )
            | st.text(max_size=8),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


def pod(*env, **spec):
    return {"kind": "Pod", "spec": {"containers": [{"name": "a", "env": list(env), **spec}]}}


def facts(value, **spec):
    kept = stripped(pod({"name": "X", "value": value}, **spec), SALT)
    entry = kept["spec"]["containers"][0]["env"][0]
    assert "value" not in entry
    return entry["facts"]


@pytest.mark.parametrize(
    ("value", "traits"),
    [
        ("", []),
        ("8080", ["number"]),
        ("-1.5", ["number"]),
        ("abc", []),
        ("localhost:5432", ["localhost"]),
        ("postgres://u:p@127.0.0.1:5432/x", ["localhost", "url"]),
        ("http://[::1]/", ["localhost", "url"]),
        ("notlocalhost", []),
        ("http://api:80", ["url"]),
        ("tcp://10.0.0.1:6379", ["url", "service-link"]),
        ("secret\n", ["whitespace"]),
        (" x", ["whitespace"]),
        ("a\r\nb", ["crlf"]),
        ("${HOST}", ["unexpanded"]),
        ("{{ .Values.host }}", ["unexpanded"]),
        ("$(HOST):80", ["unexpanded"]),
        ("$$(HOST)", []),
        ("$(POSTGRES_SERVICE_HOST)", []),
    ],
)
def test_facts_tell_what_matters_of_a_value(value, traits):
    found = facts(value)
    assert found["traits"] == traits
    assert found["empty"] is (value == "")


def test_a_reference_is_dangling_only_when_nothing_could_define_it():
    before = pod({"name": "HOST", "value": "pg"}, {"name": "X", "value": "$(HOST)"})
    assert "unexpanded" not in stripped(before, SALT)["spec"]["containers"][0]["env"][1]["facts"]["traits"]
    assert "unexpanded" not in facts("$(HOST)", envFrom=[{"configMapRef": {"name": "x"}}])["traits"]


def test_equal_values_are_told_from_others_within_one_salt_only():
    assert facts("abc")["same"] == facts("abc")["same"]
    assert facts("abc")["same"] != facts("abd")["same"]
    other = stripped(pod({"name": "X", "value": "abc"}), b"other")["spec"]["containers"][0]["env"][0]["facts"]
    assert other["same"] != facts("abc")["same"]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda spec: {"kind": "Pod", "spec": spec},
        lambda spec: {"kind": "Deployment", "spec": {"template": {"spec": spec}}},
        lambda spec: {"kind": "CronJob", "spec": {"jobTemplate": {"spec": {"template": {"spec": spec}}}}},
        lambda spec: {"kind": "ControllerRevision", "data": {"spec": {"template": {"spec": spec}}}},
        lambda spec: {"kind": "PodList", "items": [{"spec": spec}]},
    ],
)
@pytest.mark.parametrize("where", ["containers", "initContainers", "ephemeralContainers"])
def test_values_go_wherever_a_pod_template_stands(wrap, where):
    spec = {
        where: [
            {
                "name": "a",
                "env": [
                    {"name": "TOKEN", "value": "hunter2"},
                    {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s"}}},
                ],
                "command": ["sh", "-c", "x --password hunter2"],
                "args": ["--token", "hunter2"],
                "livenessProbe": {"httpGet": {"httpHeaders": [{"name": "Authorization", "value": "hunter2"}]}},
                "lifecycle": {"preStop": {"exec": {"command": ["curl", "-u", "a:hunter2", "x", "--pass=hunter2"]}}},
            }
        ]
    }
    given_ = wrap(spec)
    before = copy.deepcopy(given_)
    kept = stripped(given_, SALT)
    assert given_ == before
    assert '"secretKeyRef"' in json.dumps(kept)
    assert "TOKEN" in json.dumps(kept)
    assert stripped(kept, SALT) == kept
    assert "hunter2" not in json.dumps(kept)


def test_secrets_keep_their_metadata_alone():
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "Opaque",
        "data": {"k": "aHVudGVyMg=="},
        "stringData": {"k": "hunter2"},
        "metadata": {
            "name": "s",
            "annotations": {"x/copy": "hunter2", "meta.helm.sh/release-name": "shop"},
            "managedFields": [{"manager": "helm", "fieldsV1": {"f:data": {"f:k": {}}}}],
        },
    }
    for item in (secret, {"kind": "SecretList", "items": [{**secret, "kind": None}]}):
        kept = stripped(item, SALT)
        assert "aHVudGVyMg" not in json.dumps(kept)
        assert "hunter2" not in json.dumps(kept)
        assert "f:k" in json.dumps(kept)
        assert "meta.helm.sh/release-name" in json.dumps(kept)


def test_config_maps_keep_their_keys():
    kept = stripped({"kind": "ConfigMap", "data": {"a": "hunter2"}, "binaryData": {"b": "aHVudGVyMg=="}}, SALT)
    assert kept["data"] == {"a": None}
    assert kept["binaryData"] == {"b": None}


def test_copies_of_the_object_go():
    kept = stripped(
        {
            "kind": "Deployment",
            "metadata": {
                "annotations": {
                    "kubectl.kubernetes.io/last-applied-configuration": '{"value":"hunter2"}',
                    "deployment.kubernetes.io/revision": "3",
                }
            },
        },
        SALT,
    )
    assert kept["metadata"]["annotations"] == {"deployment.kubernetes.io/revision": "3"}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_recordings_lose_values_and_nothing_else(scenario):
    for items in snapshot_of(scenario).objects.values():
        for item in items:
            kept = stripped(item, SALT)
            assert stripped(kept, SALT) == kept
            assert fields.at(kept, "status") == fields.at(item, "status")
            assert fields.at(kept, "metadata", "managedFields") == fields.at(item, "metadata", "managedFields")


@given(JSON)
@settings(max_examples=150, deadline=None)
def test_any_json_can_be_stripped_and_twice_is_once(item):
    kept = stripped(item, SALT)
    assert isinstance(kept, dict)
    assert stripped(kept, SALT) == kept


def test_bottomless_nesting_does_no_harm():
    item = {}
    for _ in range(900):
        item = {"spec": [item]}
    assert stripped(item, SALT)
