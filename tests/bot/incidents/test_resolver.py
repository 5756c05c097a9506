"""What one notification may cost the cluster and the store, however much it names, and when neither answers."""

import asyncio
import gc
from collections import Counter

import pytest

from bot.alerts.model import Target
from bot.cluster.reads import Answer
from bot.incidents.resolver import ELSEWHERE, READS, Resolver
from bot.model.errors import Temporary
from bot.model.incident import Subject, fold_key


class Reads:
    """A cluster that holds the given objects; a list is cut at ``limit``."""

    def __init__(self, *objects, limit=2000):
        self.objects, self.limit = objects, limit
        self.leads = []

    async def read(self, lead, within_s):
        assert within_s > 0
        self.leads.append(lead)
        found = [
            item
            for item in self.objects
            if item["kind"] == lead.kind
            and lead.namespace in ("", item["metadata"]["namespace"])
            and lead.name in ("", item["metadata"]["name"])
            and lead.fields in ("", f"metadata.name={item['metadata']['name']}")
        ]
        why = "only the first were read" if len(found) > self.limit else ""
        return Answer(lead=lead, objects=tuple(found[: self.limit]), absent=not found, why=why)


def pod(number, namespace="production"):
    return {"kind": "Pod", "metadata": {"name": f"worker-{number}", "namespace": namespace}}


def target(number, namespace="production"):
    return Target(kind="Pod", namespace=namespace, name=f"worker-{number}")


@pytest.mark.threat("Groups", "a group names thousands of pods of as many namespaces: a request each, at once")
async def test_a_notification_makes_a_bounded_number_of_requests(record_property):
    reads = Reads()
    found = await Resolver(reads, within_s=60).resolve([target(number, f"team-{number}") for number in range(2000)])
    assert len(found) == 2000
    assert {one.exists for one in found} == {None, False}
    assert len(reads.leads) <= READS
    record_property("tried", "2,000 pods in 2,000 namespaces")
    record_property("held", f"{len(reads.leads)} requests; the rest stays as the alerts say")


async def test_what_is_gone_from_a_crowded_namespace_is_looked_for_elsewhere_a_few_times_only():
    reads = Reads()
    await Resolver(reads, within_s=60).resolve([target(number) for number in range(500)])
    asked = Counter(lead.namespace for lead in reads.leads)
    assert set(asked) == {"production", ""}
    assert asked[""] <= ELSEWHERE
    assert asked["production"] <= 12  # a list for each kind


async def test_what_a_cut_list_does_not_show_is_not_known_to_be_gone():
    reads = Reads(*(pod(number) for number in range(50)), limit=10)
    found = await Resolver(reads, within_s=60).resolve([target(number) for number in range(50)])
    assert Counter(one.exists for one in found) == {True: 10 + ELSEWHERE, None: 40 - ELSEWHERE}


async def test_the_store_is_asked_once_which_workloads_are_known():
    asked = []

    async def held(keys):
        asked.append(len(keys))
        return {fold_key(Subject(kind="Pod", namespace="production", name="worker-7"), ("StatefulSet", "worker"))}

    found = await Resolver(Reads(), within_s=60, held=held).resolve([target(number) for number in range(300)])
    assert len(asked) == 1
    assert {one.owner for one in found} == {("StatefulSet", "worker")}


DEPLOYMENT_POD = Target(kind="Pod", namespace="prod", name="api-7d4b9c6f5-xkp2z", sure=True)
ORDINAL_POD = Target(kind="Pod", namespace="prod", name="db-0", sure=True)


class Away:
    """A cluster that does not answer."""

    def __init__(self):
        self.asked = []

    async def read(self, lead, within_s):
        assert within_s > 0
        self.asked.append(lead)
        return Answer(lead=lead, why="no whole answer in time")


async def test_a_cluster_that_does_not_answer_is_asked_once_for_a_pod_and_not_all_over():
    away = Away()
    (found,) = await Resolver(away).resolve([DEPLOYMENT_POD])
    assert (found.exists, found.owner) == (None, ("Deployment", "api"))
    assert [(lead.kind, lead.namespace, lead.name) for lead in away.asked] == [("Pod", "prod", DEPLOYMENT_POD.name)]


async def test_while_the_cluster_does_not_answer_an_alert_joins_the_incident_that_is_known():
    statefulset = fold_key(Subject(kind="Pod", namespace="prod", name="db-0"), ("StatefulSet", "db"))
    questions = []

    async def held(fold_keys):
        questions.append(fold_keys)
        return {statefulset} & set(fold_keys)

    (found,) = await Resolver(Away(), held=held).resolve([ORDINAL_POD])
    assert found.owner == ("StatefulSet", "db")
    assert len(questions) == 1  # one question to the store, whatever the pod's owner may be


async def test_a_store_that_does_not_answer_is_said_once_and_not_once_for_each_target():
    lost = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: lost.append(context))

    async def held(_fold_keys):
        raise Temporary("the store cannot be reached just now")

    targets = [Target(kind="Pod", namespace="prod", name=f"db-{number}", sure=True) for number in range(3)]

    async def resolve():
        with pytest.raises(Temporary):
            await Resolver(Away(), held=held).resolve(targets)

    await resolve()
    gc.collect()  # asyncio tells of an exception that nobody took when its task goes
    assert lost == []
