"""`crashloop demo --kubeconfig`: the page's first person is the reader, with whatever rights the kubeconfig has."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from bot.demo.cluster import Caller, ClusterStandIn, Workspace
from bot.demo.cluster.authorization import AUTHENTICATED, MASTERS
from bot.demo.cluster.faults import Fault
from bot.demo.cluster.people import rules_of_readers
from bot.demo.workspace import workspace
from tests.bot.actions.test_service import Case
from tests.support.service import World, patient

RBAC = "rbac.authorization.k8s.io"
TOKEN = "the-readers"
READER, STRANGER = "U0ANNA", "U0BEN"
ASKED = "production/deployment/api-deployment"
EVERYTHING = [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]
DEVELOPER = Caller("dev@example.com", ("developers", AUTHENTICATED))

ADMINISTRATORS = {
    "k3s, k3d": Caller("system:admin", (MASTERS, AUTHENTICATED)),
    "minikube": Caller("minikube-user", (MASTERS, AUTHENTICATED)),
    "kubeadm before 1.29": Caller("kubernetes-admin", (MASTERS, AUTHENTICATED)),
    "kind, kubeadm": Caller("kubernetes-admin", ("kubeadm:cluster-admins", AUTHENTICATED)),
    "a ServiceAccount": Caller(
        "system:serviceaccount:ops:laptop", ("system:serviceaccounts", "system:serviceaccounts:ops", AUTHENTICATED)
    ),
}
"""What their kubeconfigs make of an administrator."""


def bound(group, rules):
    """A ClusterRole, and all of a group bound to it."""
    name = group.replace(":", "-")
    head = {
        "apiVersion": f"{RBAC}/v1",
        "metadata": {"name": name, "creationTimestamp": "2026-01-01T00:00:00Z"},
    }
    yield head | {"kind": "ClusterRole", "rules": rules}
    yield head | {
        "kind": "ClusterRoleBinding",
        "roleRef": {"apiGroup": RBAC, "kind": "ClusterRole", "name": name},
        "subjects": [{"apiGroup": RBAC, "kind": "Group", "name": group}],
    }


@asynccontextmanager
async def demo_of(folder, caller, *objects, fault=None):
    """The local workspace on a cluster of the reader's own, whose kubeconfig makes them this caller."""
    cluster = Workspace().cluster
    cluster.tokens[TOKEN] = caller
    for item in objects:
        cluster.store.load(item)
    if fault is not None:
        cluster.faults.add(fault)
    path = folder / "kubeconfig"
    path.touch(mode=0o600)
    async with ClusterStandIn(cluster) as server:
        path.write_text(server.kubeconfig_text(token=TOKEN))
        with patient():
            async with workspace(0, str(path)) as demo:
                yield World(demo.slack, server, demo.service, demo.connection)


async def ask(running, person=READER):
    """Ask as a person types it; returns the line and the answer in its thread."""
    await running.slack.acts.command(person, "C0GENERAL", ASKED)
    await running.settled()
    line = running.posts("C0GENERAL")[0]
    return line, running.slack.workspace.thread("C0GENERAL", line.ts)[1]


async def refusal(running, person=READER):
    """Ask as a person types it; returns what that person alone is told."""
    await running.slack.acts.command(person, "C0GENERAL", ASKED)
    await running.settled()
    assert running.posts("C0GENERAL") == []
    shown = running.slack.workspace.history("C0GENERAL", person)
    return str([item.message for item in shown if item.only_for == person])


@pytest.mark.parametrize("caller", ADMINISTRATORS.values(), ids=ADMINISTRATORS)
async def test_an_administrator_is_answered_and_what_they_press_is_done(tmp_path, caller):
    admins = (*bound("kubeadm:cluster-admins", EVERYTHING), *bound("system:serviceaccounts:ops", EVERYTHING))
    async with demo_of(tmp_path, caller, *admins) as running:
        line, answer = await ask(running)
        assert "DATABASE_PORT" in str(answer.message)
        case = Case(running, None, line, answer)
        await case.press(READER, "the release crashes")
        (patch,) = await running.until(case.patches)
    # As themselves: with their own credentials there is nobody to impersonate.
    assert "impersonate-user" not in patch.headers


async def test_who_may_only_look_needs_no_right_to_ask_about_themselves(tmp_path):
    """The ClusterRole view, say: it grants no SubjectAccessReview."""
    async with demo_of(tmp_path, DEVELOPER, *bound("developers", rules_of_readers())) as running:
        _line, answer = await ask(running)
        reviews = [request.path for request in running.cluster.requests if request.path.endswith("accessreviews")]
    assert "DATABASE_PORT" in str(answer.message)
    assert "No buttons" in str(answer.message)
    assert "may not patch deployments.apps" in str(answer.message)
    assert {path.rpartition("/")[2] for path in reviews} == {"selfsubjectaccessreviews"}


async def test_who_may_not_read_is_told_what_is_missing_and_how_to_check_it(tmp_path):
    async with demo_of(tmp_path, DEVELOPER) as running:
        said = await refusal(running)
    assert 'may not get deployments.apps "api-deployment" in namespace production' in said
    assert "kubectl auth can-i get deployments.apps/api-deployment -n production" in said
    assert "--as" not in said


async def test_a_cluster_that_cannot_say_who_one_is_answers_all_the_same(tmp_path):
    """SelfSubjectReview is there since Kubernetes 1.28."""
    older = Fault(kind="page", resource="selfsubjectreviews", status=404)
    async with demo_of(tmp_path, ADMINISTRATORS["minikube"], fault=older) as running:
        _line, answer = await ask(running)
    assert "DATABASE_PORT" in str(answer.message)


async def test_the_others_of_the_page_are_nobody_on_the_readers_cluster(tmp_path):
    async with demo_of(tmp_path, ADMINISTRATORS["minikube"]) as running:
        said = await refusal(running, STRANGER)
    assert "DATABASE_PORT" not in said
    assert "you are not in the people map" in said
