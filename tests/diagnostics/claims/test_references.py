"""Which Secret or ConfigMap is missing, in whose words, and which names a person may have meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.claims.case_builder import case_of
from diagnostics.claims.catalogue import builtin
from diagnostics.claims.podrefs import keys_wanted, near, uses
from diagnostics.claims.references import missing, others
from diagnostics.examples import NAMESPACE, Example, event, running, waiting

CREATING = {"restartCount": 0, "state": {"waiting": {"reason": "ContainerCreating"}}}
PROJECTED = {
    "spec": {
        "volumes": [
            {
                "name": "all",
                "projected": {
                    "sources": [
                        {"configMap": {"name": "base"}},
                        {"secret": {"name": "tls", "items": [{"key": "tls.key", "path": "k"}]}},
                    ]
                },
            }
        ]
    },
    "status": {"phase": "Pending"},
}


def case(**parts):
    return case_of(Example(title="", hit=True, **parts).snapshot(), builtin())


def mount(message):
    return event("FailedMount", f'MountVolume.SetUp failed for volume "all" : {message}', container="")


@pytest.mark.parametrize(
    ("message", "kind", "name", "key"),
    [
        ('[configmap "base" not found, secret "tls" not found]', "ConfigMap", "base", ""),
        ('[configmap "base" not found, secret "tls" not found]', "Secret", "tls", ""),
        ("references non-existent secret key: tls.key", "Secret", "tls", "tls.key"),
        ("configmap references non-existent config key: app.yaml", "ConfigMap", "base", "app.yaml"),
    ],
)
def test_projected_volumes_name_what_is_missing(message, kind, name, key):
    found = missing(case(status=CREATING, pod=PROJECTED, events=(mount(message),)), kind)
    assert (found.name, found.key) == (name, key)


def test_a_secret_text_never_speaks_of_a_configmap():
    assert missing(case(status=CREATING, pod=PROJECTED, events=(mount('secret "tls" not found'),)), "ConfigMap") is None


def test_silence_with_an_absent_configmap_is_only_likely():
    pod = {"spec": {"volumes": [{"name": "c", "configMap": {"name": "app"}}]}, "status": {"phase": "Pending"}}
    found = missing(case(status=CREATING, pod=pod), "ConfigMap")
    assert (found.name, found.sure) == ("app", False)


def test_an_optional_reference_is_no_fault():
    pod = {"spec": {"volumes": [{"name": "c", "configMap": {"name": "app", "optional": True}}]}}
    assert missing(case(status=CREATING, pod=pod), "ConfigMap") is None


def test_a_running_container_is_not_blocked_by_an_old_word():
    told = event("Failed", 'Error: secret "db" not found', age=900)
    assert (
        missing(case(status={"ready": True, "restartCount": 0, "state": running(800)}, events=(told,)), "Secret")
        is None
    )


def test_an_object_that_is_there_by_now_is_said():
    found = missing(
        case(
            status={"restartCount": 0, "state": waiting("CreateContainerConfigError", 'configmap "app" not found')},
            pod={"status": {"phase": "Pending"}},
            objects=({"kind": "ConfigMap", "metadata": {"name": "app", "namespace": NAMESPACE}},),
        ),
        "ConfigMap",
    )
    assert found.present_now


def test_all_the_keys_that_the_pod_asks_for_are_known():
    pod = {
        "spec": {
            "initContainers": [
                {"name": "i", "env": [{"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "a"}}}]}
            ],
            "containers": [
                {"name": "c", "envFrom": [{"secretRef": {"name": "s"}}]},
                {"name": "d", "env": [{"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "b"}}}]},
            ],
        }
    }
    assert keys_wanted(pod, "Secret", "s") == ("a", "b")
    assert [use.container for use in uses(pod, "Secret", "s")] == ["i", "c", "d"]
    assert list(uses(pod, "ConfigMap", "s")) == []


def test_pods_of_several_workloads_that_wait_for_the_same_are_counted():
    other = {
        "kind": "Pod",
        "metadata": {
            "name": "b-1",
            "namespace": NAMESPACE,
            "ownerReferences": [{"kind": "StatefulSet", "name": "b", "controller": True}],
        },
        "status": {"containerStatuses": [{"name": "b", "state": waiting("X", 'secret "db" not found')}]},
    }
    blocked = {"restartCount": 0, "state": waiting("CreateContainerConfigError", 'secret "db" not found')}
    snapshot = Example(title="", hit=True, status=blocked).snapshot()
    both = type(snapshot)(target=snapshot.target, now=snapshot.now, objects={"Pod": (*snapshot.all("Pod"), other)})
    count, owners = others(case_of(both, builtin()), "Secret", "db")
    assert count == 2
    assert "statefulset/b" in owners


@pytest.mark.parametrize(
    ("wanted", "there", "first"),
    [
        ("app-config", ["zebra", "app-configuration"], "app-configuration"),
        ("DB_PASSWORD", ["db_password", "DB_USER"], "db_password"),
        ("db-credentails", ["db-credentials"], "db-credentials"),
    ],
)
def test_the_name_that_was_meant_comes_first(wanted, there, first):
    assert near(wanted, there)[0] == first


def test_what_looks_like_nothing_there_is_not_suggested():
    assert near("postgres", ["kube-root-ca.crt", "istio"]) == []


@given(st.text(max_size=300), st.lists(st.text(max_size=100), max_size=20))
def test_no_name_breaks_the_search(wanted, there):
    assert set(near(wanted, there)) <= set(there) - {wanted}
