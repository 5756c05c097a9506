"""The door of what is read for others: asked before each read, and for what a list of all namespaces holds."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cluster.gate import NAMESPACES, GuardedReader, of_cluster, right_to_read, told
from bot.cluster.reads import Answer, Reader
from bot.cluster.resources import RESOURCES
from bot.cluster.shared import SharedReads
from diagnostics.snapshot import Lead, Log, LogLine
from tests.fakes.kube_api import listed


class Gate:
    """Lets some namespaces through; an empty name is a list of all."""

    def __init__(self, *spaces):
        self.spaces, self.asked = spaces, []

    async def refusal(self, lead):
        self.asked.append(lead)
        return "" if lead.namespace in self.spaces else f"not for you: {lead.namespace or 'all'}"


def pod(namespace, name="p"):
    return {"kind": "Pod", "metadata": {"namespace": namespace, "name": name}}


@pytest.fixture
def reader(connection):
    return lambda gate: GuardedReader(Reader(connection, log_bytes=4096, secret_metadata=False), gate)


async def test_what_is_refused_is_not_read(api, reader):
    guarded = reader(Gate("shop"))
    for lead in (
        Lead(kind="Pod", namespace="vault"),
        Lead(kind="Pod", namespace="vault", name="p"),
        Lead(kind="Log", namespace="vault", name="p", container="c", instance="current"),
    ):
        answer = await guarded.read(lead, 1.0)
        assert (answer.refused, answer.why, answer.objects, answer.log) == (True, "not for you: vault", (), None)
    assert (await guarded.read(Lead(kind="PodMetrics", namespace="vault"), 1.0)).absent
    assert api.seen == []


async def test_what_is_let_through_is_read(api, reader):
    api.on("/api/v1/namespaces/shop/pods", listed(pod("shop")))
    answer = await reader(Gate("shop")).read(Lead(kind="Pod", namespace="shop"), 1.0)
    assert (len(answer.objects), answer.why, answer.refused) == (1, "", False)


async def test_of_a_list_of_all_only_what_may_be_seen_is_kept(api, reader):
    api.on("/api/v1/pods", listed(pod("shop"), pod("vault"), pod("shop", "q")))
    gate = Gate("shop")
    answer = await reader(gate).read(Lead(kind="Pod", fields="spec.nodeName=n"), 1.0)
    assert [item["metadata"]["namespace"] for item in answer.objects] == ["shop", "shop"]
    assert (answer.why, answer.refused) == ("not for you: all", True)
    assert gate.asked[1:] == [Lead(kind="Pod", namespace="shop"), Lead(kind="Pod", namespace="vault")]


@pytest.mark.parametrize("there", [(), ("vault",)])
async def test_whether_a_hidden_namespace_holds_the_name_is_not_told(api, reader, there):
    api.on("/api/v1/pods", listed(*(pod(space) for space in there)))
    answer = await reader(Gate("shop")).read(Lead(kind="Pod", fields="metadata.name=p"), 1.0)
    assert (answer.objects, answer.why, answer.absent) == ((), "not for you: all", False)


async def test_a_list_of_all_asks_about_so_many_namespaces_and_no_more(api, reader):
    spaces = [f"s{number}" for number in range(NAMESPACES + 5)]
    api.on("/api/v1/pods", listed(*(pod(space) for space in spaces)))
    gate = Gate(*spaces)
    answer = await reader(gate).read(Lead(kind="Pod"), 1.0)
    assert (len(answer.objects), len(gate.asked)) == (NAMESPACES, NAMESPACES + 1)


async def test_a_gate_that_does_not_answer_is_shut(api, reader):
    class Silent:
        async def refusal(self, _lead):
            await asyncio.Event().wait()

    answer = await reader(Silent()).read(Lead(kind="Pod", namespace="shop"), 0.05)
    assert answer.refused
    assert "could not be found out within 0.05 s" in answer.why
    assert api.seen == []


async def test_nobody_is_asked_about_what_is_never_read(api, reader):
    gate = Gate()
    answer = await reader(gate).read(Lead(kind="Secret", namespace="shop", metadata_only=True), 1.0)
    assert "READ_SECRET_METADATA" in answer.why
    assert not answer.refused
    assert (gate.asked, api.seen) == ([], [])


@pytest.mark.parametrize(
    ("asked", "nodes"),
    [
        ("involvedObject.kind=Node", True),
        ("involvedObject.kind=Node,involvedObject.name=node-1", True),
        ("involvedObject.name=node-1,involvedObject.kind=Node", True),
        ("involvedObject.kind=NodePool", False),
        ("involvedObject.kind!=Node", False),
        ("involvedObject.name=node-1", False),
        ("", False),
    ],
)
def test_events_of_nodes_alone_are_the_clusters(asked, nodes):
    assert of_cluster(Lead(kind="Event", namespace="default", fields=asked)) is nodes


NAMES = st.sampled_from(["", "a", "b"])


@given(kind=st.sampled_from([*RESOURCES, "Log"]), namespace=st.sampled_from(["shop", "vault"]), name=NAMES)
def test_the_right_is_the_one_that_the_request_itself_needs(kind, namespace, name):
    right = right_to_read(Lead(kind=kind, namespace=namespace, name=name))
    resource = RESOURCES["Pod" if kind == "Log" else kind]
    assert (right.resource, right.group) == (resource.plural, resource.group)
    assert right.verb == ("get" if name or kind == "Log" else "list")
    assert right.subresource == ("log" if kind == "Log" else "")
    assert right.namespace == (namespace if resource.namespaced else name if kind == "Namespace" else "")


KINDS, SPACES = st.sampled_from(["Pod", "Service", "Event", "Node"]), st.sampled_from(["shop", "vault", "data"])
LEADS = st.builds(Lead, kind=KINDS, namespace=SPACES, name=NAMES)


@given(st.dictionaries(LEADS, st.just("not for you"), max_size=12))
def test_everything_refused_is_told_once_for_each_namespace(refused):
    entries = told(refused, "shop")
    assert all(entry.why == "not for you" for entry in entries)
    said = "\n".join(entry.what for entry in entries)
    for lead in refused:
        if lead.namespace == "shop" or lead.kind == "Node":
            assert str(lead) in said.splitlines()
        else:
            assert lead.kind in said
            assert lead.namespace in said
    for space in ("vault", "data"):
        assert sum(space in entry.what and "Node" not in entry.what for entry in entries) <= 1


class Cluster:
    """Two namespaces with a pod of each name, and what they print. ``asked`` counts what is read of it."""

    def __init__(self):
        self.asked = 0
        self.pods = [pod(space, name) for space in ("shop", "vault") for name in "pq"]

    def unsupported(self, _lead):
        return ""

    async def read(self, lead, _within_s):
        self.asked += 1
        await asyncio.sleep(0)
        found = tuple(
            item
            for item in self.pods
            if lead.namespace in ("", item["metadata"]["namespace"]) and lead.name in ("", item["metadata"]["name"])
        )
        if lead.kind != "Log":
            return Answer(lead=lead, objects=found, absent=not found)
        lines = (LogLine("", f"{lead.namespace} says"),)
        log = Log(namespace=lead.namespace, pod=lead.name, container="c", instance="current", lines=lines)
        return Answer(lead=lead, log=log)


VIEWERS = ((), ("shop",), ("vault",), ("shop", "vault"), ("shop", "vault", ""))
READ = (
    Lead(kind="Pod"),
    Lead(kind="Pod", fields="metadata.name=p"),
    *(Lead(kind="Pod", namespace=space) for space in ("shop", "vault")),
    *(Lead(kind="Pod", namespace=space, name=name) for space in ("shop", "vault") for name in "pqr"),
    *(Lead(kind="Log", namespace=space, name="p", container="c", instance="current") for space in ("shop", "vault")),
)


def seen(answer):
    spaces = [(item["metadata"]["namespace"], item["metadata"]["name"]) for item in answer.objects]
    return spaces, answer.log, answer.absent, answer.why, answer.refused


@pytest.mark.threat("Reading", "what was read for one viewer is kept and shown to another who may not see it")
@given(
    st.lists(st.lists(st.tuples(st.sampled_from(VIEWERS), st.sampled_from(READ)), min_size=1, max_size=6), max_size=5)
)
async def test_what_is_shared_is_shown_to_each_viewer_as_if_it_had_been_read_for_them_alone(turns):
    cluster = Cluster()
    shared = SharedReads(cluster, clock=lambda: 0.0)
    for turn in turns:  # those of one turn read at the same time
        kept = await asyncio.gather(*(GuardedReader(shared, Gate(*spaces)).read(lead, 9.0) for spaces, lead in turn))
        alone = await asyncio.gather(
            *(GuardedReader(Cluster(), Gate(*spaces)).read(lead, 9.0) for spaces, lead in turn)
        )
        assert [seen(answer) for answer in kept] == [seen(answer) for answer in alone]
    assert cluster.asked <= len(READ)


async def test_a_viewer_is_asked_about_what_is_there_already(api, connection):
    shared = SharedReads(Reader(connection, log_bytes=4096, secret_metadata=False))
    vault = Lead(kind="Pod", namespace="vault")
    api.on("/api/v1/namespaces/vault/pods", listed(pod("vault")))
    assert (await GuardedReader(shared, Gate("vault")).read(vault, 1.0)).objects
    gate = Gate("shop")
    for lead in (vault, Lead(kind="Pod", namespace="vault", name="p"), Lead(kind="Pod", namespace="vault", name="no")):
        answer = await GuardedReader(shared, gate).read(lead, 1.0)
        assert (answer.refused, answer.why, answer.objects) == (True, "not for you: vault", ())
    assert len(gate.asked) == 3
    assert len(api.seen) == 1
