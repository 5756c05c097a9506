"""The API for programs, over a running service: who asks is shown what they may read, and all else is one sentence."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from bot.cluster.errors import TimedOut
from bot.demo.cluster import several
from bot.demo.cluster.people import API as RBAC
from bot.demo.cluster.people import rules_of_readers
from bot.incidents.programs import Programs
from bot.model.errors import Temporary
from handlers import api
from handlers.limits import QUESTION_BYTES
from tests.support.service import fleet_world

FAILING, OTHER = "config-invalid-value", "oom-python"
"""Recordings, each in a namespace of its name."""
TARGET = f"{FAILING}/deployment/api-deployment"
READER, NARROW, NOBODY = "a-token-of-the-reader", "a-token-of-the-narrow-one", "a-token-of-nobody"
ROUTES = ("/v1/diagnose", "/v1/diagnoses", "/v1/openapi.json")
DESCRIPTION = json.loads(Path(api.__file__).with_name("openapi.json").read_text())
REGISTRY = Registry().with_resource("api", Resource.from_contents(DESCRIPTION, default_specification=DRAFT202012))


def rights():
    """reader@ may read everywhere, narrow@ in one namespace."""
    of = {"apiGroup": RBAC, "kind": "ClusterRole", "name": "view"}
    version = {"apiVersion": f"{RBAC}/v1"}
    yield version | {"kind": "ClusterRole", "metadata": {"name": "view"}, "rules": rules_of_readers()}
    for kind, where, user in (("ClusterRoleBinding", {}, "reader"), ("RoleBinding", {"namespace": FAILING}, "narrow")):
        subject = {"apiGroup": RBAC, "kind": "User", "name": f"{user}@example.com"}
        meta = {"name": user, "creationTimestamp": "2026-01-01T00:00:00Z", **where}
        yield version | {"kind": kind, "metadata": meta, "roleRef": of, "subjects": [subject]}


@asynccontextmanager
async def asking(folder, **more):
    cluster = several([FAILING, OTHER])
    for item in rights():
        cluster.store.load(item | {"metadata": {"creationTimestamp": "2026-01-01T00:00:00Z", **item["metadata"]}})
    programs = [
        {"name": name, "token_sha256": hashlib.sha256(token.encode()).hexdigest(), "user": f"{name}@example.com"}
        for name, token in (("reader", READER), ("narrow", NARROW))
    ]
    file = folder / "programs.yaml"
    file.write_text(yaml.safe_dump(programs))
    service = fleet_world(folder, cluster, http=True, api_programs_file=file, **more)
    async with service as running, aiohttp.ClientSession(running.base) as session:

        async def ask(method, path, body=None, token=READER):
            sent = {"Authorization": f"Bearer {token}"} if token is not None else {}
            data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
            async with session.request(method, path, data=data, headers=sent) as answer:
                found = await answer.json()
                assert ("Retry-After" in answer.headers) is (answer.status in {429, 503})
            described(method, path.partition("?")[0], answer.status, found)
            return answer.status, found

        yield running, ask


def described(method, path, status, body):
    """Hold an answer against the description: a status that it does not name, or another form, fails."""
    responses = DESCRIPTION["paths"][path][method.lower()]["responses"]
    assert str(status) in responses, (status, body)
    pointer = (
        f"api#/paths/{path.replace('/', '~1')}/{method.lower()}/responses/{status}/content/application~1json/schema"
    )
    Draft202012Validator({"$ref": pointer}, registry=REGISTRY).validate(body)


async def test_a_diagnosis_is_what_the_command_line_gives(tmp_path):
    async with asking(tmp_path) as (_running, ask):
        status, found = await ask("POST", "/v1/diagnose", {"target": TARGET})
        assert (status, found["verdict"], found["cause"]) == (200, "confirmed", "bad-config")
        assert found["workload"] == f"Deployment {FAILING}/api-deployment"
        assert any("DATABASE_PORT" in item["quote"] for item in found["evidence"])
        assert found["unread"] == []
        assert (await ask("POST", "/v1/diagnose", {"target": "api-deployment", "namespace": FAILING}))[0] == 200


@pytest.mark.threat("Reading", "a program's token reads what its Kubernetes identity may not")
async def test_a_program_is_shown_what_its_identity_may_read(tmp_path, record_property):
    async with asking(tmp_path) as (_running, ask):
        status, found = await ask("POST", "/v1/diagnose", {"target": TARGET}, NARROW)
        assert (status, found["cause"]) == (200, "bad-config")
        status, found = await ask("POST", "/v1/diagnose", {"target": f"{OTHER}/deployment/api-deployment"}, NARROW)
        assert status in {200, 403}, found
        said = json.dumps(found)
        assert "OOMKilled" not in said
        assert "narrow@example.com may not" in said
    record_property("tried", "a namespace that it may read, and one that it may not")
    record_property("held", "0 facts of the second; the missing right is named")


async def test_only_allowed_namespaces_are_looked_into(tmp_path):
    async with asking(tmp_path, allowed_namespaces=(OTHER,)) as (_running, ask):
        _, found = await ask("POST", "/v1/diagnose", {"target": TARGET})
        assert "ALLOWED_NAMESPACES" in json.dumps(found)
        assert "DATABASE_PORT" not in json.dumps(found)


async def test_what_fails_now_is_listed_as_far_as_it_may_be_known(tmp_path):
    async with asking(tmp_path) as (running, ask):
        for namespace in (FAILING, OTHER):
            await running.slack.acts.command("U0ANNA", "C0GENERAL", f"{namespace}/deployment/api-deployment")
        await running.settled()
        _, found = await ask("GET", "/v1/diagnoses")
        assert {(one["namespace"], one["cause"]) for one in found["diagnoses"]} == {
            (FAILING, "bad-config"), (OTHER, "oom-killed"),
        }  # fmt: skip
        (_, of_one), (_, few), (_, narrow) = [
            await ask("GET", f"/v1/diagnoses?namespace={OTHER}"),
            await ask("GET", "/v1/diagnoses?limit=1"),
            await ask("GET", "/v1/diagnoses", token=NARROW),
        ]
    assert [one["namespace"] for one in of_one["diagnoses"]] == [OTHER]
    assert len(few["diagnoses"]) == 1
    assert [one["namespace"] for one in narrow["diagnoses"]] == [FAILING]


@pytest.mark.threat("Edge", "whoever reaches the port asks without a token, or with one that was taken back")
async def test_without_a_known_token_nothing_is_said(tmp_path, record_property):
    tried = (None, "", NOBODY, READER[:-1], f"{READER} {READER}", hashlib.sha256(READER.encode()).hexdigest())
    async with asking(tmp_path) as (_running, ask):
        for token in tried:
            for method, path in (("POST", "/v1/diagnose"), ("GET", "/v1/diagnoses")):
                status, found = await ask(method, path, {"target": TARGET} if method == "POST" else None, token)
                assert (status, list(found)) == (401, ["error"])
                assert READER not in found["error"]
        (tmp_path / "programs.yaml").write_text("[]")
        assert (await ask("POST", "/v1/diagnose", {"target": TARGET}))[0] == 401
    record_property("tried", f"{len(tried)} tokens on two routes, and one taken out of the file")
    record_property("held", f"{2 * len(tried) + 1} refused")


QUESTIONS = [
    (b"", 400, "no valid JSON"),
    (b"[]", 400, "no JSON object"),
    (b"\xff", 400, "not UTF-8"),
    ({}, 400, "target is missing"),
    ({"target": 7}, 400, "target must be a text"),
    ({"target": "a", "pod": "b"}, 400, "there is no key 'pod'; there are target, namespace, container"),
    ({"target": "a b"}, 400, '"a b" is no name'),
    ({"target": "x/y", "namespace": "z"}, 400, "two namespaces were given"),
    ({"target": "service/api"}, 400, "a Service cannot be diagnosed"),
    ({"target": "no-such-thing"}, 404, "no-such-thing"),
    ({"target": "x" * QUESTION_BYTES}, 413, f"longer than {QUESTION_BYTES} bytes"),
]
QUERIES = [
    ("limit=0", "limit must be a number from 1 to 200"),
    ("limit=x", "limit must"),
    ("limit=201", "limit must"),
    ("namespace=A", "'A' is no name of a namespace"),
    ("namespace=a%20b", "'a b' is no name of a namespace"),
    ("since=1", "there is no parameter 'since'; there are namespace and limit"),
]


async def test_what_cannot_be_answered_is_one_sentence(tmp_path):
    async with asking(tmp_path) as (_running, ask):
        asked = [(await ask("POST", "/v1/diagnose", body), status, said) for body, status, said in QUESTIONS]
        asked += [(await ask("GET", f"/v1/diagnoses?{query}"), 400, said) for query, said in QUERIES]
    for (answered, found), status, said in asked:
        assert answered == status, found
        assert said in found["error"]
        assert "\n" not in found["error"]


async def test_a_cluster_that_does_not_answer_is_said(tmp_path, monkeypatch):
    async def away(*_given):
        raise TimedOut("the API server did not answer within 8 s")

    async def full(*_given):
        raise Temporary("the store cannot be reached")

    async with asking(tmp_path) as (_running, ask):
        monkeypatch.setattr(Programs, "diagnose", away)
        monkeypatch.setattr(Programs, "failing", full)
        status, found = await ask("POST", "/v1/diagnose", {"target": TARGET})
        assert (status, found["error"]) == (503, "the API server did not answer within 8 s")
        status, found = await ask("GET", "/v1/diagnoses")
        assert (status, found["error"]) == (503, "the store cannot be reached")


@pytest.mark.threat("Edge", "a program asks more than there is room for")
async def test_only_so_many_are_looked_at_at_a_time(tmp_path, monkeypatch, record_property):
    release, looked_at = asyncio.Event(), asyncio.Queue()

    async def slow(*_given):
        looked_at.put_nowait(None)
        await release.wait()
        raise TimedOut("no answer")

    monkeypatch.setattr(Programs, "diagnose", slow)
    async with asking(tmp_path) as (_running, ask):
        waiting = [asyncio.create_task(ask("POST", "/v1/diagnose", {"target": TARGET})) for _ in range(api.AT_ONCE)]
        for _ in waiting:
            await looked_at.get()
        status, found = await ask("POST", "/v1/diagnose", {"target": TARGET})
        assert status == 429
        assert "are under way" in found["error"]
        release.set()
        assert [status for status, _ in await asyncio.gather(*waiting)] == [503] * api.AT_ONCE
        assert (await ask("POST", "/v1/diagnose", {"target": TARGET}))[0] == 503
    record_property("tried", f"{api.AT_ONCE + 1} diagnoses at once")
    record_property("held", f"{api.AT_ONCE} under way, 1 told to come again, none lost its place")


async def test_a_name_that_stands_for_several_lists_them(tmp_path):
    async with asking(tmp_path) as (_running, ask):
        status, found = await ask("POST", "/v1/diagnose", {"target": "api-deployment"})
    assert status == 409, found
    assert TARGET in found["candidates"]


async def test_the_description_is_served_and_names_every_route(tmp_path):
    async with asking(tmp_path) as (_running, ask):
        status, found = await ask("GET", "/v1/openapi.json", token=None)
    assert status == 200
    assert found == DESCRIPTION
    assert sorted(found["paths"]) == sorted(ROUTES)
    assert set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(found))) == set(found["components"]["schemas"])


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "sentence"),
    [
        ("GET", "/v1/nothing", {}, 404, "there is no /v1/nothing; /v1/openapi.json describes what there is"),
        ("GET", "/v1/diagnose", {}, 405, "/v1/diagnose takes POST, not GET"),
        ("DELETE", "/v1/diagnoses", {}, 405, "/v1/diagnoses takes GET, not DELETE"),
        ("POST", "/v1/diagnose", {"Content-Type": "application/yaml"}, 415,
         "the body must be JSON (Content-Type: application/json), not application/yaml"),
        ("POST", "/v1/diagnose", {"Content-Encoding": "gzip"}, 415,
         "the body is compressed (Content-Encoding); send it as it is"),
        ("POST", "/v1/diagnose", {"Content-Length": str(QUESTION_BYTES + 1)}, 413,
         f"the body is longer than {QUESTION_BYTES} bytes"),
    ],
)  # fmt: skip
async def test_every_refusal_is_json_with_one_sentence(tmp_path, method, path, headers, status, sentence):
    async with asking(tmp_path) as (running, _ask), aiohttp.ClientSession(running.base) as session:
        data = b"x" * int(headers.get("Content-Length", 2)) if method == "POST" else None
        given = {"Authorization": f"Bearer {READER}"} | headers
        async with session.request(method, path, data=data, headers=given) as answer:
            assert (answer.status, answer.content_type) == (status, "application/json")
            assert await answer.json() == {"error": sentence}
            assert answer.headers.get("Allow") == ({"/v1/diagnose": "POST"}.get(path, "GET") if status == 405 else None)


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/vnd.acme+json", "text/plain"])
async def test_json_is_taken_under_the_types_that_programs_say(tmp_path, kind):
    async with asking(tmp_path) as (running, _ask), aiohttp.ClientSession(running.base) as session:
        given = {"Authorization": f"Bearer {READER}", "Content-Type": kind}
        body = json.dumps({"target": TARGET}).encode()
        async with session.post("/v1/diagnose", data=body, headers=given) as answer:
            assert answer.status == 200


async def test_elsewhere_a_path_that_is_none_is_answered_as_before(tmp_path):
    async with (
        asking(tmp_path) as (running, _ask),
        aiohttp.ClientSession(running.base) as session,
        session.get("/nothing") as answer,
    ):
        assert (answer.status, answer.content_type) == (404, "text/plain")


async def test_without_a_file_there_is_no_api(tmp_path):
    async with fleet_world(tmp_path, several([FAILING]), http=True) as running, aiohttp.ClientSession() as session:
        for path in ROUTES:
            async with session.get(f"{running.base}{path}") as answer:
                assert answer.status == 404
