from __future__ import annotations

import copy
from datetime import UTC, datetime
from unittest.mock import patch

import pytest

from bot.actions.rollout import Caller, State, Wanted, execute, prepare
from bot.cluster.actuator import Actuator, Refused
from bot.cluster.connection import connect
from bot.cluster.errors import NotSent
from bot.cluster.live import Live
from bot.model.policy import Identity
from tests.bot.actions.rollout.builders import pod, revision, workload
from tests.fakes.kube_api import Play, listed, serving, status_of

NOW = datetime(2026, 11, 22, 10, 0, 0, tzinfo=UTC)
PATH = "/apis/apps/v1/namespaces/production/deployments/api"
SETS = "/apis/apps/v1/namespaces/production/replicasets"
PODS = "/api/v1/namespaces/production/pods"
RESTART = Wanted(action="restart", kind="Deployment", namespace="production", name="api", uid="w1", generation=4)
UNDO = Wanted(action="undo", kind="Deployment", namespace="production", name="api", uid="w1", generation=4, revision=1)
CONFLICT = Play(status_of(409, "modified"), status=409)


@pytest.fixture
async def api():
    async with serving() as fake:
        fake.on(f"GET {PATH}", workload("Deployment"))
        fake.on(SETS, listed(revision("Deployment", 1), revision("Deployment", 2)))
        fake.on(PODS, listed())
        fake.on(f"PATCH {PATH}", after())
        yield fake


@pytest.fixture
async def connection(api, tmp_path):
    async with connect(api.kubeconfig(tmp_path)) as opened:
        yield opened


def after(**metadata):
    changed = workload("Deployment")
    changed["metadata"].update({"generation": 5, "resourceVersion": "71", **metadata})
    return changed


async def carried(connection, wanted, **options):
    return await execute(wanted, live=Live(connection), actuator=Actuator(connection), now=NOW, **options)


def patches(api):
    return [seen for seen in api.seen if seen.method == "PATCH"]


async def test_dry_run_first_then_the_same_change(api, connection):
    outcome = await carried(connection, UNDO, as_user=Identity(user="alice"))
    assert (outcome.state, outcome.sentence) == (
        State.CHANGED,
        "deployment production/api goes back from revision 2 to revision 1",
    )
    assert outcome.generation == 5
    dry, real = patches(api)
    assert dry.query == {"fieldManager": "crashloop-bot", "dryRun": "All"}
    assert real.query == {"fieldManager": "crashloop-bot"}
    assert dry.body == real.body
    assert {seen.headers["Impersonate-User"] for seen in patches(api)} == {"alice"}
    assert "Impersonate-User" not in api.seen[0].headers


@pytest.mark.usefixtures("api")
async def test_restart(connection):
    outcome = await carried(connection, RESTART)
    assert (outcome.state, outcome.sentence) == (State.CHANGED, "deployment production/api is restarting")


async def test_a_new_generation_is_stale_and_names_the_writer(api, connection):
    changed = workload("Deployment")
    changed["metadata"]["generation"] = 5
    api.on(f"GET {PATH}", changed)
    outcome = await carried(connection, UNDO)
    assert outcome.state is State.STALE
    assert outcome.sentence == (
        "deployment production/api changed since you looked: revision 2 by helm 60 s ago (generation 4 → 5); look again"
    )
    assert patches(api) == []


async def test_another_object_of_that_name_is_stale(api, connection):
    made_anew = workload("Deployment")
    made_anew["metadata"]["uid"] = "w2"
    api.on(f"GET {PATH}", made_anew)
    outcome = await carried(connection, RESTART)
    assert outcome.sentence == "deployment production/api was deleted and made anew since you looked"
    assert patches(api) == []


async def test_gone_is_stale(api, connection):
    api.on(f"GET {PATH}", Play(status_of(404, "not found"), status=404))
    outcome = await carried(connection, RESTART)
    assert (outcome.state, outcome.sentence) == (State.STALE, "deployment production/api does not exist any more")


async def test_unreadable_changes_nothing(api, connection):
    api.on(SETS, Play(status_of(403, "replicasets is forbidden"), status=403))
    outcome = await carried(connection, RESTART)
    assert outcome.state is State.REFUSED
    assert outcome.sentence.startswith(
        "nothing was changed: ReplicaSet production (app=api) could not be read: 403 Forbidden"
    )
    assert patches(api) == []


async def test_what_cannot_be_planned_is_refused(api, connection):
    paused = workload("Deployment", paused=True)
    api.on(f"GET {PATH}", paused)
    outcome = await carried(connection, RESTART)
    assert outcome.state is State.REFUSED
    assert "is paused" in outcome.sentence
    assert patches(api) == []


async def test_when_only_the_status_moved_the_plan_is_made_anew(api, connection):
    moved = workload("Deployment")
    moved["metadata"]["resourceVersion"] = "99"
    api.on(f"GET {PATH}", workload("Deployment"), moved)
    api.on(f"PATCH {PATH}", CONFLICT, after())
    outcome = await carried(connection, RESTART)
    assert outcome.state is State.CHANGED
    versions = [seen.body[1]["value"] for seen in patches(api)]
    assert versions == ["70", "99", "99"]


async def test_a_conflict_after_a_new_rollout_is_stale(api, connection):
    changed = workload("Deployment")
    changed["metadata"]["generation"] = 5
    api.on(f"GET {PATH}", workload("Deployment"), changed)
    api.on(f"PATCH {PATH}", after(), CONFLICT)
    outcome = await carried(connection, UNDO)
    assert outcome.state is State.STALE
    assert len(patches(api)) == 2


async def test_conflicts_without_end_end(api, connection):
    api.on(f"PATCH {PATH}", CONFLICT)
    outcome = await carried(connection, RESTART)
    assert (outcome.state, outcome.sentence) == (State.STALE, "deployment production/api keeps changing; look again")
    assert len(patches(api)) == 3


async def test_a_refused_dry_run_changes_nothing(api, connection):
    api.on(f"PATCH {PATH}", Play(status_of(403, "exceeded quota: pods"), status=403))
    outcome = await carried(connection, RESTART)
    assert (outcome.state, outcome.sentence) == (
        State.REFUSED,
        "the cluster refused it: 403 Forbidden: exceeded quota: pods",
    )
    assert len(patches(api)) == 1


async def test_a_webhook_that_cannot_dry_run_does_not_forbid_the_change(api, connection):
    api.on(f"PATCH {PATH}", Play(status_of(400, 'webhook "w" does not support dry run'), status=400), after())
    assert (await carried(connection, RESTART)).state is State.CHANGED


async def test_no_answer_to_the_dry_run_changes_nothing(api, connection):
    api.on(f"PATCH {PATH}", Play(reset=True))
    outcome = await carried(connection, RESTART)
    assert outcome.state is State.REFUSED
    assert len(patches(api)) == 1


async def test_a_change_without_an_answer_is_looked_up_not_repeated(api, connection):
    happened = after(managedFields=[{"manager": "crashloop-bot", "time": "2026-11-22T10:00:00Z"}])
    happened["spec"]["template"]["metadata"]["annotations"] = {
        "kubectl.kubernetes.io/restartedAt": "2026-11-22T10:00:00Z"
    }
    api.on(f"GET {PATH}", workload("Deployment"), happened)
    api.on(f"PATCH {PATH}", after(), Play(reset=True))
    outcome = await carried(connection, RESTART)
    assert outcome.state is State.CHANGED
    assert outcome.generation == 5
    assert len(patches(api)) == 2


async def test_a_change_without_an_answer_may_still_come_until_the_api_server_has_ended_it(api, connection):
    heard = []

    async def unknown(why):
        heard.append(why)

    async def held():
        return True

    api.on(f"PATCH {PATH}", after(), Play(reset=True))
    with patch("bot.actions.rollout.verify.IN_FLIGHT_S", 0.2), patch("bot.actions.rollout.verify.PAUSES_S", (0.05,)):
        outcome = await carried(connection, RESTART, caller=Caller(held=held, unknown=unknown))
    assert (outcome.state, outcome.sentence[:21]) == (State.REFUSED, "it was not changed: c")
    assert len(heard) == 1
    assert "may still be" in heard[0]
    assert len(patches(api)) == 2


async def test_what_was_never_sent_changed_nothing(connection):
    """Nobody listens there: the first word of it is that the change itself met no connection."""
    refused = NotSent("cannot reach the cluster")
    with patch.object(connection, "request", side_effect=refused):
        sent = await Actuator(connection).patch(workload("Deployment"), (), dry_run=False)
    assert sent == Refused("nothing was changed: cannot reach the cluster")


async def test_broken_pods_of_a_stateful_set_are_deleted_after_the_change(api, connection):
    path = "/apis/apps/v1/namespaces/production/statefulsets/api"
    wanted = Wanted(action="undo", kind="StatefulSet", namespace="production", name="api", uid="w1", revision=1)
    api.on(path, copy.deepcopy(workload("StatefulSet")))
    api.on(
        "/apis/apps/v1/namespaces/production/controllerrevisions",
        listed(revision("StatefulSet", 1), revision("StatefulSet", 2)),
    )
    api.on(PODS, listed(pod("api-0", ready=False)))
    api.on(f"DELETE {PODS}/api-0", {})
    outcome = await carried(connection, wanted)
    assert outcome.sentence == (
        "statefulset production/api goes back from revision 2 to revision 1; deleted because its controller would wait"
        " for it: api-0"
    )
    assert [seen.method for seen in api.seen[-3:]] == ["PATCH", "PATCH", "DELETE"]
    assert api.seen[-1].body["preconditions"] == {"uid": "uid-api-0"}


def ordered(api, *readings):
    """A StatefulSet with two revisions whose pods are read as ``readings``, one after the other."""
    api.on("/apis/apps/v1/namespaces/production/statefulsets/api", copy.deepcopy(workload("StatefulSet")))
    api.on(
        "/apis/apps/v1/namespaces/production/controllerrevisions",
        listed(revision("StatefulSet", 1), revision("StatefulSet", 2)),
    )
    api.on(PODS, *(listed(*pods) for pods in readings))
    return Wanted(action="undo", kind="StatefulSet", namespace="production", name="api", uid="w1", revision=1)


async def test_the_plan_that_was_authorized_is_carried_out_without_another_look(api, connection):
    wanted = ordered(api, [pod("api-0", ready=False)])
    prepared = await prepare(wanted, Live(connection), NOW)
    reads = len(api.seen)
    api.on(f"DELETE {PODS}/api-0", {})
    outcome = await carried(connection, wanted, prepared=prepared)
    assert outcome.state is State.CHANGED
    assert [seen.method for seen in api.seen[reads:]] == ["PATCH", "PATCH", "DELETE"]


async def test_a_pod_that_broke_after_the_authorization_is_not_deleted(api, connection):
    wanted = ordered(
        api, [pod("api-0", ready=False), pod("api-1", ready=True)],
        [pod("api-0", ready=False), pod("api-1", ready=False)],
    )  # fmt: skip
    prepared = await prepare(wanted, Live(connection), NOW)
    api.on("PATCH /apis/apps/v1/namespaces/production/statefulsets/api", CONFLICT, after())
    api.on(f"DELETE {PODS}/api-0", {})
    outcome = await carried(connection, wanted, prepared=prepared)
    assert outcome.state is State.CHANGED
    assert [seen.path for seen in api.seen if seen.method == "DELETE"] == [f"{PODS}/api-0"]
