"""A fixed sentence is printed only where the objects bear it out: each pair differs in that alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.render.description import describe
from diagnostics.claims.case_builder import case_of
from diagnostics.claims.catalogue import builtin
from tests.composed.world import Truth, World, c, http, up
from tests.kinds.test_kubelet_events import seen
from tests.kinds.test_probes import killed
from tests.kinds.world import Want, asked, check, dies, spoken
from tests.support import premises

SCRATCH = {"emptyDir": {}}
FULL = "FATAL: could not write /spool/queue/17.bin: no space left on device"


def test_an_empty_emptydir_is_promised_only_where_one_is_full():
    check(asked(dies(FULL, volumes={"/spool": SCRATCH})), Want(cause=("disk-full",), remedy=("an empty emptyDir",)))
    check(asked(dies(FULL)), Want(cause=("disk-full",), never=("emptyDir",)))


def test_a_full_volume_of_a_template_is_named_with_its_size():
    world = World()
    name = "spool-app-0"
    world.add("PersistentVolumeClaim", name, spec={"resources": {"requests": {"storage": "300Mi"}}},
              status={"phase": "Bound", "capacity": {"storage": "300Mi"}})  # fmt: skip
    made = dies(FULL, kind="StatefulSet", mounts={"/spool": "spool"}, world=world)
    made.objects["StatefulSet"][0]["spec"]["volumeClaimTemplates"] = [{"metadata": {"name": "spool"}}]
    told = asked(made)
    check(told, Want(cause=("disk-full",), says=(f"claim {name}", "300Mi"), remedy=(name,), never=("emptyDir",)))


LATE = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
SERVES = "".join(f"INFO request {n} served in 0.2 s\n" for n in range(40))


@pytest.mark.parametrize(
    ("resources", "says", "never"),
    [
        ({"limits": {"cpu": "150m"}}, ("CPU limit of 150m",), ()),
        ({"limits": {"memory": "1Gi"}}, ("its load",), ("CPU limit",)),
    ],
)
def test_a_cpu_limit_is_looked_at_where_there_is_one(resources, says, never):
    probe = http("/up", 7700, period=10, failures=3, timeout=4)
    told = asked(killed(SERVES, probe, kind="liveness", lived=2810, answer=LATE, every=70, resources=resources))
    check(told, Want(cause=("liveness-probe-failed",), remedy=says, never=never))


def test_a_command_that_is_slow_is_not_the_program():
    probe = {"exec": {"command": ["rabbitmqctl", "status"]}, "periodSeconds": 30, "timeoutSeconds": 10}
    answer = 'command "rabbitmqctl status" timed out'
    told = asked(killed(SERVES, probe, kind="liveness", lived=900, answer=answer, every=22))
    check(
        told,
        Want(
            cause=("liveness-probe-failed",),
            remedy=("probe's command takes longer than its 10 s",),
            never=("The program answers too late",),
        ),
    )


@pytest.mark.parametrize(
    ("path", "code", "says", "never"),
    [
        ("/readyz", 400, (), ("does not serve that path", "refuses the liveness probe's request as it is")),
        ("/readyz", 404, ("does not serve that path",), ()),
        ("/status", 405, (), ("does not serve that path",)),
        ("/status", 404, ("does not serve that path",), ()),
    ],
)
def test_only_a_404_says_that_a_path_is_not_served(path, code, says, never):
    probe = http(path, 3000, period=5, failures=3)
    answer = f"HTTP probe failed with statuscode: {code}"
    told = asked(killed("INFO agent joins\n", probe, kind="liveness", lived=46, answer=answer))
    check(told, Want(cause=("liveness-probe-failed",), says=says, never=never))


def test_a_readiness_path_under_a_liveness_probe_is_named():
    probe = http("/readyz", 3000, period=5, failures=3)
    told = asked(killed("INFO agent joins\n", probe, kind="liveness", lived=46,
                        answer="HTTP probe failed with statuscode: 400"))  # fmt: skip
    check(told, Want(cause=("liveness-probe-failed",), remedy=("not ready",)))


PLUGINS = (
    'I1 msg="starting plugin server" address="127.0.0.1:10777"\nlistening on 127.0.0.1:10777\n'
    + 3 * "W1 cannot reach 10.96.4.4:6443: i/o timeout, retrying\n"
)
INSIDE = "listening on 127.0.0.1:8443\n"


@pytest.mark.parametrize(("log", "said"), [(PLUGINS, False), (INSIDE, True)])
def test_a_listener_beside_is_not_the_one_that_is_asked(log, said):
    probe = {"tcpSocket": {"port": 8443}, "periodSeconds": 10}
    answer = "dial tcp 10.42.0.17:8443: connect: connection refused"
    told = asked(killed(log, probe, kind="liveness", lived=62, answer=answer))
    assert (" only" in told.summary and "127.0.0.1" in told.summary) is said, spoken(told)


GONE = '[emerg] host not found in upstream "cart" in /etc/caddy/site.conf:2'


def absent(**fields: Any) -> World:
    world = World()
    world.add("Service", "other", spec={"clusterIP": "10.96.9.9", "ports": [{"port": 80}], "selector": {"app": "x"}})
    return dies(GONE, world=world, **fields)


def test_the_place_of_an_address_is_one_that_can_hold_it():
    check(asked(absent()), Want(cause=("dependency-unavailable",), never=("in its pod template",)))
    told = asked(absent(env={"CART": "cart"}))
    check(told, Want(cause=("dependency-unavailable",), remedy=("its pod template",)))


def test_pods_that_a_missing_service_would_lead_to_are_named():
    world = World()
    labels = {"app": "cart", "tier": "back"}
    world.workload("cart-v2", c("cart", ports=[8080]), statuses={"cart": up()})
    pod = world.objects["Pod"][-1]
    pod["metadata"]["labels"] = labels
    world.objects["Deployment"][-1]["spec"]["template"]["metadata"]["labels"] = dict(labels)
    told = asked(dies(GONE, world=world))
    check(
        told,
        Want(cause=("dependency-unavailable",), remedy=("Deployment cart-v2", "expose deployment/cart-v2 --name=cart")),
    )


@pytest.mark.parametrize(("log", "says"), [("", "the pod's status alone"), ("ValueError: bad row 17", "the log")])
def test_the_reason_for_doubt_is_what_was_read(log, says):
    told = asked(dies(log, code=137) if not log else dies(log))
    certainty = describe(told).certainty
    assert "no single fact proves it" not in certainty
    if certainty.startswith("Likely"):
        assert says in certainty


FALSE = (
    "app was ended by SIGKILL and nobody is on record as the sender",
    "no event says that the postStart hook failed (it was ended by a signal)",
    "it was ended from outside and is replaced by its controller anyway",
    "Write less; a new pod starts with an empty emptyDir.",
    "The program answers too late: look at its load and its CPU limit of 1 first.",
    "Correct the address hello where it is set: in its pod template, or create it.",
    "how long it needs was not seen: more than the 31 s after which it was killed",
    "its host setting is probably not set",
    "app connects to localhost:1, that is to itself: DB_URL, set in its spec, leads there",
    "port 6443 belongs to container store of the same pod, which runs",
)


@pytest.mark.parametrize("words", FALSE)
def test_the_check_of_premises_finds_a_false_sentence(words):
    world = seen("hook", lived=7)
    told = asked(world)
    case = case_of(world.snapshot(Truth("deployment/app", None, namespace="production")), builtin())
    assert list(premises.unheld(case, told)) == []
    assert any("takes" in item for item in premises.unheld(case, replace(told, summary=words)))
