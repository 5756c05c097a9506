"""The rights of deploy/ and what is really asked of the cluster, compared both ways: none missing, none unused.

The requests are those that the stand-in saw: a diagnosis of every recording and of names that are not there, alerts of
every kind, what a dialog looks at, and the three writes. The bot has its deployed rights there, and no others.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from itertools import product

import pytest

from bot.alerts.model import APP, OWN_KINDS, WIDE_KINDS, Target
from bot.cluster.access import Reviewer, Right
from bot.cluster.actuator import Actuator, Done, Refused
from bot.cluster.around import Surroundings
from bot.cluster.collector import Collector
from bot.cluster.connection import connect
from bot.cluster.live import REVISIONS, Live
from bot.cluster.pod_feed import PodFeed
from bot.cluster.reads import Reader
from bot.demo.cluster import BOT_TOKEN, ClusterStandIn
from bot.demo.cluster.people import BOT, rules_of_readers
from bot.demo.cluster.workspace import several
from bot.incidents.affected import Affected
from bot.incidents.resolver import Resolver
from bot.model.policy import Identity
from bot.model.target import KINDS, parse_target
from diagnostics import fields
from diagnostics.snapshot import Lead
from tests.deploy.rights import asked, documents, granted
from tests.e2e.ground import spec
from tests.support.recordings import KINDS as WORDS
from tests.support.recordings import SCENARIOS, truth

ALICE = Identity(user="alice@example.com", groups=("payments-oncall",))
OPEN_TO_ALL = {("create", "authorization.k8s.io", "selfsubjectaccessreviews")}
"""The cluster's own ClusterRole system:basic-user grants it to every account."""
ADD_ONS = {"metrics.k8s.io", "autoscaling.k8s.io"}
"""The stand-in has none, so what they would tell is not there."""
ACTS_IN = "statefulset-ordered"
NAMED_IN = "config-missing-env-go"
READER = granted("rbac-read.yaml", "crashloop-reader")
REVIEWER = granted("rbac-read.yaml", "crashloop-reviewer")
ACTOR = granted("rbac-act.yaml", "crashloop-actor")
RECORDER = granted("rbac-act.yaml", "crashloop-recorder")
IMPERSONATOR = granted("rbac-impersonate.yaml", "crashloop-impersonator")


@asynccontextmanager
async def deployed(folder, *files, acts_in=""):
    """All recordings as one cluster, each in its namespace, and the bot in it with what these files grant."""
    cluster = several(SCENARIOS)
    cluster.tokens[BOT_TOKEN] = BOT
    at = {"creationTimestamp": cluster.clock().strftime("%Y-%m-%dT%H:%M:%SZ")}
    for item in [one for file in files for one in documents(file)]:
        meta = item["metadata"] | at | ({"namespace": acts_in} if item["kind"] == "RoleBinding" else {})
        cluster.store.load(item | {"metadata": meta})
    path = folder / "kubeconfig"
    path.touch(mode=0o600)
    async with ClusterStandIn(cluster, tick_s=None) as server:
        path.write_text(server.kubeconfig_text(token=BOT_TOKEN))
        async with connect(str(path)) as connection:
            yield cluster, connection


async def diagnoses(cluster, connection):
    """A diagnosis of each recording, of a pod that is nobody's, and of what is not there, here or anywhere."""
    collector = Collector(connection)
    for scenario in SCENARIOS:
        kind, _, name = truth(scenario)["target"].partition("/")
        await collector.collect(parse_target(f"{WORDS[kind]}/{name}", scenario))
    for kind, where in product(("", *KINDS), (SCENARIOS[0], None)):
        await collector.collect(parse_target("/".join(filter(None, (kind, "gone"))), where))
    bare = cluster.store.all("Pod", "oom-python")[0]
    del bare["metadata"]["ownerReferences"]
    await collector.collect(parse_target(f"pod/{bare['metadata']['name']}", "oom-python"))


NAMES_OBJECTS = (
    'F1122 main.go:7] leases.acme.example is forbidden: User "system:serviceaccount:{0}:keeper" cannot list resource'
    ' "leases" in API group "acme.example" in the namespace "{0}"',
    "F1122 main.go:9] the server could not find the requested resource (get lamps.home.example)",
    "fatal: failed to wait for widget caches to sync: timed out waiting for cache to be synced",
)
"""Last words that name a right, a resource and a kind: each has objects read that no other diagnosis asks for."""


async def named_objects(cluster, connection):
    """A diagnosis of a program whose last words name what Roles grant, and what definitions bring."""
    kind, _, name = truth(NAMED_IN)["target"].partition("/")
    for words in NAMES_OBJECTS:
        line = f"2026-11-22T03:00:00.000000000Z {words.format(NAMED_IN)}\n".encode()
        for pod in cluster.store.all("Pod", NAMED_IN):
            for item in pod["spec"]["containers"]:
                for instance in ("current", "previous"):
                    cluster.logs.put(NAMED_IN, pod["metadata"]["name"], item["name"], instance, line)
        await Collector(connection).collect(parse_target(f"{WORDS[kind]}/{name}", NAMED_IN))


async def alerts(_cluster, connection):
    """Alerts about every kind, what fails because of one, and whose pods they are."""
    reader = Reader(connection, log_bytes=0, secret_metadata=False)
    where = SCENARIOS[0]
    named = [
        Target(name="gone", kind=kind, namespace=space, cut=cut)
        for kind in ("", APP, "Pod", *OWN_KINDS, *WIDE_KINDS)
        for space, cut in ((where, False), (where, True), (None, False))
    ]
    for target in named:
        await Resolver(reader, within_s=5.0).resolve([target])
    for kind in WIDE_KINDS:
        await Affected(reader).by(kind, where, "gone")


async def dialogs(_cluster, connection):
    """What is looked at before and after a press: the workload, what scales and protects it, and who may."""
    for kind in REVISIONS:
        found = await Live(connection).workload(kind, "statefulset-ordered", "queue")
        if found is not None:
            await Surroundings(connection).of(found.object, Everything())
    right = Right(verb="patch", group="apps", resource="deployments", namespace="production", name="api")
    await Reviewer(connection).may(ALICE, right)
    await Reviewer(connection).bot_may(right)


async def watches(_cluster, connection):
    """What WATCH_PODS follows: all pods, from a list on."""
    with suppress(TimeoutError):
        async with asyncio.timeout(1.0):
            await PodFeed(connection, "", fields.uid).follow(Deaf())


class Deaf:
    """Hears of pods, and makes nothing of it."""

    def begin(self, date):
        assert date is not None

    def put(self, pod):
        assert pod

    def remove(self, uid):
        raise AssertionError(uid)

    def complete(self):
        pass

    def alive(self):
        pass


class Everything:
    """A viewer who may read everything."""

    async def refusal(self, lead):
        assert isinstance(lead, Lead)
        return ""


@pytest.mark.threat("Deploy", "the bot's account is stolen: it reads what no diagnosis ever asks for")
async def test_the_reader_has_each_right_that_is_asked_for_and_no_other(tmp_path, record_property):
    async with deployed(tmp_path, "rbac-read.yaml") as (cluster, connection):
        for part in (diagnoses, named_objects, alerts, dialogs, watches):
            await part(cluster, connection)
    used = asked(cluster.requests)
    assert used - OPEN_TO_ALL - READER - REVIEWER == set(), "asked for, not granted"
    assert (READER | REVIEWER) - used == set(), "granted, never asked for"
    record_property("tried", f"{len(cluster.requests):,} requests: {len(SCENARIOS)} recordings, alerts, dialogs")
    record_property("held", f"{len(used)} rights asked for, as many granted; 0 unused, 0 missing")


async def writes(cluster, connection, as_user=None):
    """Each write there is, of each kind of workload: a patch, the deletion of a pod, and the Event that says so."""
    actuator, sent = Actuator(connection), len(cluster.requests)
    results = []
    for kind in REVISIONS:
        workload = cluster.store.find(kind, ACTS_IN, "queue")
        note = {"op": "add", "path": "/metadata/annotations", "value": {"seen": "yes"}}
        results.append(await actuator.patch(workload, (note,), dry_run=True, as_user=as_user))
        about = {"kind": kind, "namespace": ACTS_IN, "name": "queue"}
        event = {"kind": "Event", "metadata": {"name": f"queue.{kind.lower()}"}, "involvedObject": about}
        results.append(await actuator.record(ACTS_IN, event))
    pod = cluster.store.all("Pod", ACTS_IN)[0]["metadata"]
    results.append(await actuator.delete_pod(ACTS_IN, pod["name"], pod["uid"], dry_run=True, as_user=as_user))
    return results, asked(cluster.requests[sent:])


def with_workloads(cluster):
    """The recorded StatefulSet ``queue``, and a workload of each other kind beside it."""
    for kind in {*REVISIONS} - {"StatefulSet"}:
        metadata = {"name": "queue", "namespace": ACTS_IN}
        made = {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec(kind, "queue", "one", 0)}
        cluster.store.load(made)


@pytest.mark.threat("Deploy", "the bot's account is stolen: it changes what no button changes, or where none may act")
async def test_the_actor_has_each_right_that_a_write_takes_and_no_other(tmp_path, record_property):
    files = ("rbac-read.yaml", "rbac-act.yaml", "rolebinding-act.yaml")
    async with deployed(tmp_path, *files, acts_in=ACTS_IN) as (cluster, connection):
        with_workloads(cluster)
        results, used = await writes(cluster, connection)
    assert [result for result in results if not isinstance(result, Done)] == []
    assert used == ACTOR | RECORDER
    record_property("tried", f"{len(results)} writes: every kind of workload, a pod, Events")
    record_property("held", f"{len(used)} rights asked for, as many granted; 0 unused, 0 missing")


async def test_without_a_role_binding_nothing_is_changed(tmp_path):
    async with deployed(tmp_path, "rbac-read.yaml", "rbac-act.yaml") as (cluster, connection):
        with_workloads(cluster)
        results, _used = await writes(cluster, connection)
    assert [type(result) for result in results] == [Refused, Done] * 3 + [Refused]


async def test_as_a_person_it_takes_their_rights_and_of_its_own_only_the_events(tmp_path):
    """No RoleBinding here: the Event is recorded wherever the person may act."""
    async with deployed(tmp_path, "rbac-read.yaml", "rbac-act.yaml", "rbac-impersonate.yaml") as (cluster, connection):
        with_workloads(cluster)
        for item in rights_of_alice():
            cluster.store.load(item)
        results, used = await writes(cluster, connection, ALICE)
    assert [result for result in results if not isinstance(result, Done)] == []
    assert used == IMPERSONATOR | RECORDER


def rights_of_alice():
    role, binding = documents("rbac-act.yaml")[0], documents("rolebinding-act.yaml")[0]
    subject = {"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": ALICE.user}
    metadata = {"name": "alice", "namespace": ACTS_IN, "creationTimestamp": "2026-01-01T00:00:00Z"}
    return [role, binding | {"metadata": metadata, "subjects": [subject]}]


async def test_what_is_in_no_namespace_is_known_to_be_gone(tmp_path):
    """One kind that may not be read would leave it open: ReplicationControllers were, before they were granted."""
    async with deployed(tmp_path, "rbac-read.yaml") as (_cluster, connection):
        reader = Reader(connection, log_bytes=0, secret_metadata=False)
        target = Target(name="gone", namespace=SCENARIOS[0])
        (found,) = await Resolver(reader, within_s=5.0).resolve([target])
    assert found.exists is False


def test_the_demo_lets_the_bot_read_what_the_deployment_does():
    """Else the demo and the tests against it would show less, or hide that a right is missing."""
    demo = {
        (verb, group, resource)
        for rule in rules_of_readers()
        for verb, group, resource in product(rule["verbs"], rule["apiGroups"], rule["resources"])
    }
    assert {right for right in READER - demo if right[1] not in ADD_ONS} == set()
