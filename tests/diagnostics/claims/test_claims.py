"""Claims of a log against the objects: variables, files, hosts, policies; absence is never concluded from ignorance."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.claims import named as claims
from diagnostics.claims import policies
from diagnostics.claims.case import Case
from diagnostics.claims.named import State
from diagnostics.claims.reach import Problem
from diagnostics.examples import NAMESPACE, POD, Example
from diagnostics.facts import addresses
from diagnostics.facts.model import Container, Role


def case(container=None, pod=None, objects=(), more=()):
    snapshot = Example(title="", hit=True, container=container or {}, pod=pod or {}, objects=objects).snapshot()
    found = snapshot.one("Pod", NAMESPACE, POD)
    raws = found["spec"]["containers"] + list(more)
    containers = tuple(
        Container(
            name=raw["name"], role=Role.APP, spec=raw, status={}, spec_path=f"spec.containers[{raw['name']}]",
            status_path=f"status.containerStatuses[{raw['name']}]",
        )
        for raw in raws
    )  # fmt: skip
    return Case(snapshot=snapshot, pod=found, containers=containers, suspect=containers[0])


def config(name, **data):
    return {"kind": "ConfigMap", "metadata": {"name": name, "namespace": NAMESPACE}, "data": data}


def service(name="db", namespace=NAMESPACE, **spec):
    base = {"selector": {"app": name}, "ports": [{"port": 5432}], "clusterIP": "10.96.0.9"}
    return {"kind": "Service", "metadata": {"name": name, "namespace": namespace}, "spec": base | spec}


def pod(name="db-0", labels=None, *, ready=True, ip="10.1.0.5"):
    return {
        "kind": "Pod",
        "metadata": {"name": name, "namespace": NAMESPACE, "labels": labels or {"app": "db"}},
        "spec": {"containers": [{"name": "db"}]},
        "status": {"podIP": ip, "conditions": [{"type": "Ready", "status": str(ready)}]},
    }


def endpoints(name="db", *, ready=True):
    return {
        "kind": "EndpointSlice",
        "metadata": {"name": f"{name}-x", "namespace": NAMESPACE, "labels": {"kubernetes.io/service-name": name}},
        "endpoints": [{"addresses": ["10.1.0.5"], "conditions": {"ready": ready}}],
    }


def with_pods(base, *pods):
    objects = dict(base.snapshot.objects)
    objects["Pod"] = (*objects["Pod"], *pods)
    return replace(base, snapshot=replace(base.snapshot, objects=objects))


def test_a_variable_that_the_spec_does_not_set_with_its_near_name():
    found = claims.variable(case({"env": [{"name": "DATABASE_URI", "value": "x"}]}), "DATABASE_URL")
    assert (found.state, found.near) == (State.ABSENT, ("DATABASE_URI",))
    assert "DATABASE_URI" in found.evidence[0].quote


@pytest.mark.parametrize(
    ("entry", "state"),
    [
        ({"name": "A", "value": "x"}, State.PRESENT),
        ({"name": "A", "value": ""}, State.EMPTY),
        ({"name": "A"}, State.EMPTY),
        ({"name": "A", "facts": {"empty": True}}, State.EMPTY),
        ({"name": "A", "facts": {"empty": False, "traits": ["localhost"]}}, State.PRESENT),
        ({"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "x"}}}, State.PRESENT),
        ({"name": "A", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "K"}}}, State.PRESENT),
        ({"name": "A", "valueFrom": {"configMapKeyRef": {"name": "c", "key": "GONE"}}}, State.DANGLING),
        ({"name": "A", "valueFrom": {"configMapKeyRef": {"name": "none", "key": "K"}}}, State.DANGLING),
        ({"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "K"}}}, State.PRESENT),
    ],
)
def test_a_variable_of_the_spec(entry, state):
    assert claims.variable(case({"env": [entry]}, objects=(config("c", K=None),)), "A").state is state


def test_a_variable_of_env_from_with_a_prefix():
    held = case({"envFrom": [{"prefix": "APP_", "configMapRef": {"name": "c"}}]}, objects=(config("c", URL=None),))
    assert claims.variable(held, "APP_URL").origin == "ConfigMap c"
    assert claims.variable(held, "app_url").near == ("APP_URL",)


def test_an_unread_secret_leaves_it_unknown():
    assert claims.variable(case({"envFrom": [{"secretRef": {"name": "s"}}]}), "A").state is State.UNKNOWN


def test_a_file_of_a_configmap_and_its_missing_key():
    held = case(
        {"volumeMounts": [{"name": "v", "mountPath": "/conf"}]},
        pod={"spec": {"volumes": [{"name": "v", "configMap": {"name": "c"}}]}},
        objects=(config("c", **{"nginx.conf": None}),),
    )
    found = claims.file(held, "/conf/nginx.conf")
    assert (found.kind, found.name, found.key, found.state) == ("ConfigMap", "c", "nginx.conf", State.PRESENT)
    gone = claims.file(held, "/conf/ngnix.conf")
    assert (gone.state, gone.near) == (State.ABSENT, ("nginx.conf",))
    assert claims.file(held, "/confidential/x").state is State.ABSENT


@pytest.mark.parametrize(
    ("volume", "kind", "name"),
    [
        ({"emptyDir": {}}, "emptyDir", ""),
        ({"persistentVolumeClaim": {"claimName": "data"}}, "PersistentVolumeClaim", "data"),
        ({"secret": {"secretName": "tls"}}, "Secret", "tls"),
        ({"hostPath": {"path": "/srv"}}, "hostPath", "/srv"),
    ],
)
def test_what_provides_a_path(volume, kind, name):
    mounts = [{"name": "v", "mountPath": "/data"}, {"name": "w", "mountPath": "/"}]
    found = claims.file(
        case({"volumeMounts": mounts}, pod={"spec": {"volumes": [{"name": "v"} | volume, {"name": "w"}]}}),
        "/data/x.lock",
    )
    assert (found.kind, found.name, found.mount) == (kind, name, "/data")


@pytest.mark.parametrize(
    "name", ["db", f"db.{NAMESPACE}", f"db.{NAMESPACE}.svc", f"db.{NAMESPACE}.svc.cluster.local", "DB.", "10.96.0.9"]
)
def test_the_forms_of_a_services_name(name):
    found = claims.host(case(objects=(service(), endpoints(ready=False))), name, 5432)
    assert found.service == f"{NAMESPACE}/db"
    assert found.problem is not Problem.NO_SERVICE


def test_a_pod_behind_a_headless_service():
    found = claims.host(
        case(objects=(service(clusterIP="None"), endpoints())), f"db-0.db.{NAMESPACE}.svc.cluster.local", 9999
    )
    assert (found.service, found.problem) == (f"{NAMESPACE}/db", Problem.NONE)


def test_a_single_pod_has_no_name_below_a_service_with_an_address():
    found = claims.host(case(objects=(service(), endpoints())), f"db-0.db.{NAMESPACE}.svc.cluster.local", 5432)
    assert found.problem is Problem.NOT_HEADLESS
    assert [item.quote for item in found.evidence] == ["clusterIP=10.96.0.9"]


def test_a_namespace_called_like_its_service_is_no_pod():
    there = service(namespace="db")
    assert claims.host(case(objects=(there,)), "db.db.svc", 5432).problem is not Problem.NOT_HEADLESS


def test_no_such_service_and_near_names():
    found = claims.host(case(objects=(service("orders-db"),)), "order-db", 5432)
    assert (found.problem, found.near) == (Problem.NO_SERVICE, (f"{NAMESPACE}/orders-db",))


def test_an_unread_namespace_leaves_it_unknown():
    assert claims.host(case(), "db.data.svc", 5432).problem is Problem.UNKNOWN


def test_outside_names_are_not_judged():
    assert claims.host(case(), "api.stripe.com", 443).problem is Problem.EXTERNAL


def test_a_selector_that_misses_its_pods():
    held = with_pods(case(objects=(service(selector={"app": "database"}), endpoints(ready=False))), pod())
    found = claims.host(held, "db", 5432)
    assert found.problem is Problem.SELECTOR
    assert [item.quote for item in found.evidence] == ["spec.selector: app=database", "metadata.labels: app=db"]


def test_pods_that_are_not_ready():
    held = with_pods(case(objects=(service(), endpoints(ready=False))), pod(ready=False))
    found = claims.host(held, "db", 5432)
    assert (found.problem, found.pods) == (Problem.NOT_READY, (f"{NAMESPACE}/db-0",))


def test_a_workload_scaled_to_zero():
    deployment = {
        "kind": "Deployment",
        "metadata": {"name": "db", "namespace": NAMESPACE},
        "spec": {"replicas": 0, "template": {"metadata": {"labels": {"app": "db"}}}},
    }
    found = claims.host(case(objects=(service(), deployment)), "db", 5432)
    assert (found.problem, found.workload) == (Problem.SCALED_TO_ZERO, f"Deployment {NAMESPACE}/db")


def test_a_port_that_the_service_does_not_have():
    found = claims.host(case(objects=(service(), endpoints())), "db", 5433)
    assert (found.problem, found.evidence[0].quote) == (Problem.PORT, "port=5432")


def test_an_external_name():
    assert (
        claims.host(case(objects=(service(type="ExternalName", externalName="db.example"),)), "db").problem
        is Problem.EXTERNAL
    )


def test_localhost_is_an_unset_host_unless_a_neighbour_owns_the_port():
    assert claims.host(case(), "127.0.0.1", 5432).problem is Problem.LOCAL
    neighbour = {"name": "proxy", "ports": [{"containerPort": 5432}]}
    assert claims.host(case(more=(neighbour,)), "localhost", 5432).problem is Problem.NONE


def policy(kind, **rules):
    return {
        "kind": "NetworkPolicy",
        "metadata": {"name": "p", "namespace": NAMESPACE},
        "spec": {"podSelector": {}, "policyTypes": [kind]} | rules,
    }


DB = {"podSelector": {"matchLabels": {"app": "db"}}}
HERE = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": NAMESPACE}}}
OTHER = {"podSelector": {"matchLabels": {"app": "other"}}}
AMONG = {"podSelector": {"matchExpressions": [{"key": "app", "operator": "In", "values": ["db"]}]}}
WITHOUT = {"podSelector": {"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}}
BLOCK = {"cidr": "10.1.0.0/16"}


@pytest.mark.parametrize(
    ("rules", "blocked"),
    [
        (policy("Egress"), True),
        (policy("Egress", egress=[{}]), False),
        (policy("Egress", egress=[{"to": [DB], "ports": [{"port": 5432}]}]), False),
        (policy("Egress", egress=[{"to": [DB], "ports": [{"port": 5000, "endPort": 6000}]}]), False),
        (policy("Egress", egress=[{"to": [DB], "ports": [{"port": 80}]}]), True),
        (policy("Egress", egress=[{"to": [{"ipBlock": BLOCK}]}]), False),
        (policy("Egress", egress=[{"to": [{"ipBlock": BLOCK | {"except": ["10.1.0.5/32"]}}]}]), True),
        (policy("Ingress", ingress=[{"from": [OTHER]}]), True),
        (policy("Ingress", ingress=[{"from": [HERE]}]), False),
        (policy("Egress", egress=[{"to": [AMONG]}]), False),
        (policy("Egress", egress=[{"to": [WITHOUT]}]), True),
    ],
)
def test_network_policies(rules, blocked):
    held = with_pods(case(objects=(service(ports=[{"port": 5432, "targetPort": 5432}]), endpoints(), rules)), pod())
    assert (claims.host(held, "db", 5432).problem is Problem.POLICY) is blocked


def test_dns_kept_from_a_pod():
    held = case(objects=(policy("Egress", egress=[{"ports": [{"port": 443}]}]),))
    assert policies.blocks_dns(held.snapshot, held.pod) is not None
    assert claims.dns(held, claims.host(held, "api.stripe.com")).problem is Problem.POLICY


def test_dns_that_is_let_out():
    held = case(objects=(policy("Egress", egress=[{"ports": [{"port": 53, "protocol": "UDP"}]}]),))
    assert claims.dns(held, claims.host(held, "api.stripe.com")).problem is Problem.EXTERNAL


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("db:5432", ("db", 5432)),
        ("postgres://u:p@db.data:5433/x?y=1", ("db.data", 5433)),
        ("redis://cache", ("cache", 6379)),
        ("[::1]:80", ("::1", 80)),
        ("10.0.0.1", ("10.0.0.1", None)),
        ("'db.data.svc'.", ("db.data.svc", None)),
        ("a b", None),
        ("", None),
        ("_", None),
    ],
)
def test_addresses(text, found):
    assert addresses.parsed(text) == found


@given(st.text(max_size=80), st.integers(0, 99999) | st.none())
def test_no_host_breaks_the_check(name, port):
    held = case(objects=(service(), endpoints()))
    assert claims.host(held, name, port).problem in Problem
    assert claims.variable(held, name).state in State
    assert claims.file(held, name).state in State
    assert addresses.parsed(name) is None or addresses.parsed(name)[0] == addresses.parsed(name)[0].lower()
