"""Targets, when the cluster or the store does not answer: asked no more than needed, and nothing is guessed."""

import asyncio
import gc

import pytest

from bot.alerts.model import Target
from bot.cluster.reads import Answer
from bot.incidents.resolver import Resolver
from bot.model.errors import Temporary
from bot.model.incident import Subject, fold_key

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

    async def known(fold_keys):
        questions.append(fold_keys)
        return frozenset({statefulset} & set(fold_keys))

    (found,) = await Resolver(Away(), known=known).resolve([ORDINAL_POD])
    assert found.owner == ("StatefulSet", "db")
    assert len(questions) == 1  # one question to the store, whatever the pod's owner may be


async def test_a_store_that_does_not_answer_is_said_once_and_not_once_for_each_target():
    lost = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: lost.append(context))

    async def known(_fold_keys):
        raise Temporary("the store cannot be reached just now")

    targets = [Target(kind="Pod", namespace="prod", name=f"db-{number}", sure=True) for number in range(3)]

    async def resolve():
        with pytest.raises(Temporary):
            await Resolver(Away(), known=known).resolve(targets)

    await resolve()
    gc.collect()  # asyncio tells of an exception that nobody took when its task goes
    assert lost == []
