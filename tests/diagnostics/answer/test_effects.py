"""A printed command is read back as what kubectl would do with it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.answer import effects
from tests.composed.world import Truth, World, c, crash

LIMITS = {"resources": {"limits": {"memory": "192Mi"}}}


@pytest.mark.parametrize(
    ("command", "verb", "kind", "name"),
    [
        ("kubectl -n shop set image deployment/api api=api:2", "patch", "Deployment", "api"),
        ("kubectl -n shop set env statefulset/db -c db A=1", "patch", "StatefulSet", "db"),
        ("kubectl -n shop set resources daemonset/log -c log --limits=memory=192Mi", "patch", "DaemonSet", "log"),
        ("kubectl -n shop scale deployment/api --replicas=0", "scale", "Deployment", "api"),
        ("kubectl -n shop rollout undo deployment/api --to-revision=3", "undo", "Deployment", "api"),
        ("kubectl -n shop rollout restart deployment/api", "restart", "Deployment", "api"),
        ("kubectl -n shop delete pod api-0", "delete", "Pod", "api-0"),
        ("kubectl -n shop delete pvc data-0", "delete", "PersistentVolumeClaim", "data-0"),
        ("kubectl cordon node-1", "cordon", "Node", "node-1"),
        ("kubectl -n shop create secret generic s '--from-literal=A=<value>'", "create", "Secret", "s"),
    ],
)
def test_a_command_is_read_back(command, verb, kind, name):
    found = effects.effect(command)
    assert (found.verb, found.kind, found.name) == (verb, kind, name)


@pytest.mark.parametrize(
    "command",
    [
        "kubectl -n shop get pods",
        "kubectl -n shop set env deployment/api --list",
        "kubectl -n shop rollout status deployment/api",
        "kubectl -n shop patch deployment/api -p nonsense",
        "openssl s_client -connect a:1",
        "kubectl 'unclosed",
        "",
    ],
)
def test_what_only_looks_or_is_not_understood_changes_nothing(command):
    assert effects.effect(command) is None


def test_set_resources_says_what_it_sets():
    found = effects.effect("kubectl -n shop set resources deployment/api -c api --limits=memory=192Mi")
    assert dict(effects.leaves(found.patch)) == {
        ("spec", "template", "spec", "containers", "api", "resources", "limits", "memory"): "192Mi"
    }


def test_a_placeholder_leaves_the_change_open():
    assert effects.effect("kubectl -n shop set env deployment/api -c api 'A=<value>'").open


def test_lists_with_a_key_merge_by_item_and_null_takes_away():
    base = {"containers": [{"name": "a", "image": "a:1", "lifecycle": {"x": 1}}, {"name": "b", "image": "b:1"}]}
    merged = effects.merge(base, {"containers": [{"name": "a", "lifecycle": None, "image": "a:2"}]})
    assert merged == {"containers": [{"name": "a", "image": "a:2"}, {"name": "b", "image": "b:1"}]}


def test_a_changed_template_reaches_the_pod_at_hand():
    made = World()
    made.workload("api", c("app", "api:1"), statuses={"app": crash(1, "boom")})
    snapshot = made.snapshot(Truth("deployment/api", "app-crash"))
    change = effects.effect("kubectl -n production set image deployment/api app=api:2")
    after = effects.applied(snapshot, change)
    assert {pod["spec"]["containers"][0]["image"] for pod in after.all("Pod")} == {"api:2"}
    assert {pod["spec"]["containers"][0]["image"] for pod in snapshot.all("Pod")} == {"api:1"}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(VALUES, VALUES)
def test_merging_and_listing_never_raise_whatever_the_objects_look_like(base, patch):
    merged = effects.merge(base, patch)
    json.dumps(merged)
    for path, _ in effects.leaves(patch):
        effects.at(base, path)


@given(st.text(max_size=60))
def test_no_text_makes_the_reader_raise(text):
    effects.effect(f"kubectl {text}")
