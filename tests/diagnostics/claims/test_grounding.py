"""What a log's words mean in this pod: its settings, files, addresses, and what they are not."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.claims.grounding import PodWords
from diagnostics.claims.model import GroundKind
from diagnostics.snapshot import Snapshot, Target

CONTAINER = {
    "name": "api",
    "image": "registry.example/api:2.0",
    "env": [
        {"name": "BILLING_URL", "facts": {"traits": ["url"], "empty": False}},
        {"name": "KEY_TTL"},
        {"name": "SERVER_PORT"},
        {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "auth", "key": "token"}}},
        {"name": "ERR_INVALID_URL"},
    ],
    "envFrom": [{"configMapRef": {"name": "shared"}, "prefix": "APP_"}],
    "args": ["--log-level=debug", "-maxThings", "3", "serve"],
    "volumeMounts": [
        {"name": "cfg", "mountPath": "/etc/gate"},
        {"name": "one", "mountPath": "/etc/one.toml", "subPath": "one.toml"},
        {"name": "data", "mountPath": "/data"},
        {"name": "tmp", "mountPath": "/data/tmp"},
        {"name": "host", "mountPath": "/host"},
    ],
}
POD = {
    "metadata": {
        "name": "api-7d-x1",
        "namespace": "shop",
        "labels": {"app": "api"},
        "ownerReferences": [{"kind": "ReplicaSet", "name": "api-7d", "controller": True}],
    },
    "spec": {
        "containers": [CONTAINER, {"name": "proxy", "image": "proxy:1", "ports": [{"containerPort": 9000}]}],
        "volumes": [
            {"name": "cfg", "configMap": {"name": "gate"}},
            {"name": "one", "configMap": {"name": "gate", "items": [{"key": "first", "path": "one.toml"}]}},
            {"name": "data", "persistentVolumeClaim": {"claimName": "api-data"}},
            {"name": "tmp", "emptyDir": {}},
            {"name": "host", "hostPath": {"path": "/opt"}},
        ],
    },
    "status": {"podIP": "10.1.0.5"},
}


def meta(name, namespace="shop", **more):
    return {"metadata": {"name": name, "namespace": namespace, **more}}


def service(name, address, port, namespace="shop", **selector):
    return meta(name, namespace) | {"spec": {"clusterIP": address, "ports": [{"port": port}], "selector": selector}}


def replicas(name, image):
    owner = [{"kind": "Deployment", "name": "api", "uid": "d1", "controller": True}]
    spec = {"containers": [{"name": "api", "image": image}]}
    return meta(name, ownerReferences=owner) | {"spec": {"template": {"spec": spec}}}


OBJECTS = {
    "ConfigMap": (
        meta("gate") | {"data": {"gate.conf": None, "first": None}},
        meta("shared") | {"data": {"MODE": None}},
    ),
    "Service": (
        service("orders", "10.9.0.7", 8080, app="orders"),
        service("api", "10.9.0.8", 80, app="api"),
        service("kubernetes", "10.9.0.1", 443, "default"),
    ),
    "PersistentVolumeClaim": (meta("api-data") | {"spec": {"volumeName": "pv-1"}},),
    "PersistentVolume": ({"metadata": {"name": "pv-1"}, "spec": {"nfs": {"path": "/x"}}},),
    "ReplicaSet": (replicas("api-7d", "registry.example/api:2.0"), replicas("api-6c", "registry.example/api:1.9.3")),
}
SNAPSHOT = Snapshot(
    target=Target(kind="Pod", namespace="shop", name="api-7d-x1"), now=datetime(2026, 1, 1, tzinfo=UTC), objects=OBJECTS
)
WORDS = PodWords.of(SNAPSHOT, POD, CONTAINER)

ROWS = [
    ("KEY_TTL must be a number", GroundKind.VARIABLE, "KEY_TTL", ""),
    ("bad TOKEN", GroundKind.VARIABLE, "TOKEN", "Secret shop/auth key token"),
    ("APP_MODE is unknown", GroundKind.VARIABLE, "APP_MODE", "ConfigMap shop/shared key MODE"),
    ("flag provided but not defined: -maxThings", GroundKind.FLAG, "-maxThings", ""),
    ("/etc/gate/gate.conf:12:1: bad", GroundKind.KEY_FILE, "/etc/gate/gate.conf", "ConfigMap shop/gate key gate.conf"),
    ("cannot parse gate.conf", GroundKind.KEY, "gate.conf", "ConfigMap shop/gate key gate.conf"),
    ("open /etc/one.toml: bad", GroundKind.KEY_FILE, "/etc/one.toml", "ConfigMap shop/gate key first"),
    ("open /data/db: no", GroundKind.MOUNT, "/data/db", "PersistentVolumeClaim shop/api-data"),
    ("open /data/tmp/x: no", GroundKind.MOUNT, "/data/tmp/x", "emptyDir"),
    ("open /host/x: no", GroundKind.MOUNT, "/host/x", "hostPath /opt"),
    ("'tcp://10.9.0.7:8080' provided", GroundKind.SERVICE_LINK, "tcp://10.9.0.7:8080", "Service shop/orders"),
    ("provided by ORDERS_PORT", GroundKind.SERVICE_LINK, "ORDERS_PORT", "Service shop/orders"),
    ("dial tcp orders:8080: refused", GroundKind.SERVICE, "orders", "Service shop/orders"),
    ("dial tcp 10.9.0.7:8080: refused", GroundKind.SERVICE, "10.9.0.7", "Service shop/orders"),
    (
        "lookup orders.shop.svc.cluster.local.",
        GroundKind.SERVICE,
        "orders.shop.svc.cluster.local",
        "Service shop/orders",
    ),
    ("dial tcp 10.9.0.1:443: i/o timeout", GroundKind.API_SERVER, "10.9.0.1", "Service default/kubernetes"),
    ("dial tcp 10.9.0.8:80: refused", GroundKind.SELF, "10.9.0.8", "Service shop/api"),
    ("dial tcp 127.0.0.1:8080: refused", GroundKind.SELF, "127.0.0.1", "Pod shop/api-7d-x1"),
    ("dial tcp 127.0.0.1:9000: refused", GroundKind.SIBLING, "127.0.0.1:9000", "container proxy"),
    ("written by 1.9.3", GroundKind.IMAGE, "1.9.3", "image registry.example/api:1.9.3"),
]


@pytest.mark.parametrize(("text", "kind", "name", "where"), ROWS)
def test_a_word_is_what_the_pod_knows_it_as(text, kind, name, where):
    found = {ground.kind: ground for ground in WORDS.grounds(text)}
    assert (found[kind].name, found[kind].object) == (name, where)


@pytest.mark.parametrize(
    "text",
    [
        "ERR_INVALID_URL",
        "code ENOENT",
        "main.rs:42",
        "the orders were sent",
        "42P01",
        "/usr/lib/x",
        "/etc/gateway/x",
        "KEY",
    ],
)
def test_codes_places_prose_and_strangers_are_not_the_pods(text):
    assert WORDS.grounds(text) == ()


def test_the_pods_own_service_is_no_dependency():
    assert {ground.kind for ground in WORDS.grounds("http://api.shop.svc:80")} == {GroundKind.SELF}


def test_the_volume_behind_a_path_and_its_storage_are_told():
    ground = WORDS.grounds("/data/db")[0]
    assert (ground.detail["claim"], ground.detail["storage"], ground.detail["inner"]) == ("api-data", "nfs", "db")


def test_links_that_the_pod_turns_off_are_not_expected():
    pod = POD | {"spec": POD["spec"] | {"enableServiceLinks": False}}
    assert PodWords.of(SNAPSHOT, pod, CONTAINER).grounds("ORDERS_PORT") == ()


@pytest.mark.parametrize("name", ["server.port", "--server-port", "serverPort", "ServerPort", "SERVER_PORT"])
def test_a_setting_named_otherwise_is_the_variable_with_the_same_words(name):
    ground = WORDS.variable_for(name)
    assert ground is not None
    assert (ground.kind, ground.name) == (GroundKind.VARIABLE, "SERVER_PORT")


@pytest.mark.parametrize(("name", "wanted"), [("log_level", "--log-level"), ("billing.url", "BILLING_URL")])
def test_a_flag_or_variable_is_found_by_its_words(name, wanted):
    ground = WORDS.variable_for(name)
    assert ground is not None
    assert ground.name == wanted


@pytest.mark.parametrize("name", ["", "port", "ERR_INVALID_URL", "database.host", "ECONNREFUSED"])
def test_a_name_that_the_pod_does_not_have_is_none(name):
    assert WORDS.variable_for(name) is None


@given(st.text(max_size=200))
def test_grounding_never_raises_and_stays_inside_the_text(text):
    for ground in WORDS.grounds(text):
        assert 0 <= ground.start < ground.end <= len(text)
    WORDS.variable_for(text)


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["spec", "env", "name", "volumes", "volumeMounts", "metadata", "args"]), inner
            )
        ),
    )
)
def test_odd_objects_are_read_without_error(odd):
    pod = odd if isinstance(odd, dict) else {"spec": odd}
    PodWords.of(SNAPSHOT, pod, pod)
