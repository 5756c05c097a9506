"""For programs: ``GET /v1/diagnoses``, ``POST /v1/diagnose``, and ``GET /v1/openapi.json`` that describes both.

Who asks is told by a bearer token and is a Kubernetes identity (API_PROGRAMS_FILE): it is shown what that identity may
read, as a person is. Errors are ``{"error": sentence}``: 400 what cannot be understood, 401 whose token nobody bears,
403 what may not be shown, 404 what is not there, 405 another method, 409 a name that stands for several things, 413 too
long, 415 no JSON, 429 too many questions at once, 503 what may go better in a moment.
"""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from aiohttp import web

from bot.actions.programs_file import programs_file
from bot.cluster.errors import AmbiguousTarget, ClusterError, Forbidden
from bot.model.errors import BotError, Temporary
from bot.model.programs import bearer
from bot.model.target import TargetError, parse_target
from bot.settings.values import NAMESPACE
from handlers.limits import QUESTION_BYTES
from handlers.slack_guard import Rejected, json_object, read_body

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from aiohttp.typedefs import Handler

    from bot.cluster.target import TargetRef
    from bot.clusters.directory import Clusters
    from bot.clusters.served import Cluster
    from bot.incidents.programs import Standing
    from bot.model.programs import Program
    from diagnostics.diagnosis import Diagnosis

_log = structlog.get_logger(__name__)

AT_ONCE = 4
"""Diagnoses for programs at a time: as many as there are workers for people and alerts."""

ANSWER_S = 30.0
"""How long one may take: the collector gives up after COLLECT_DEADLINE_S, reading and rendering add little."""

RETRY_AFTER_S = "5"
"""Seconds after which it may go better."""

LISTED, AT_MOST = 50, 200
"""Incidents that a list holds: when nothing is said, and at most."""

_TAKEN = frozenset({"application/json", "application/octet-stream", "application/x-www-form-urlencoded", "text/plain"})
"""Types under which JSON is taken: its own, what curl says when nobody does, and what is said of anything."""

_DESCRIPTION = Path(__file__).with_name("openapi.json")


class Api:
    """The web handlers. ``known`` returns the programs that may ask, as the file says now."""

    def __init__(self, known: Callable[[], tuple[Program, ...]], clusters: Clusters) -> None:
        self._known = known
        self._clusters = clusters
        self._free = AT_ONCE

    def add_to(self, app: web.Application) -> None:
        """Let an application serve them."""
        app.router.add_get("/v1/openapi.json", self.description)
        app.router.add_get("/v1/diagnoses", self.diagnoses)
        app.router.add_post("/v1/diagnose", self.diagnose)

    async def description(self, _request: web.Request) -> web.Response:
        """Describe the API. It holds nothing of this installation, so nobody need say who they are."""
        return web.Response(text=_description(), content_type="application/json")

    async def diagnoses(self, request: web.Request) -> web.Response:
        """List what fails now, as far as the program may know."""
        try:
            program = self._program(request)
            namespace, limit = _listing(request, self._clusters.names)
            asked = self._asked(request.query.get("cluster", ""))
            found = await asyncio.gather(*(_failing(cluster, program, namespace, limit) for cluster in asked))
        except (Rejected, Temporary) as error:
            return _refused(error)
        listed = [(cluster, one) for cluster, (standing, _why) in zip(asked, found, strict=True) for one in standing]
        listed.sort(key=lambda each: -each[1].began_at)
        away = {cluster.name: why for cluster, (_standing, why) in zip(asked, found, strict=True) if why}
        answer: dict[str, Any] = {"diagnoses": [_standing(one, cluster.name) for cluster, one in listed[:limit]]}
        return web.json_response(answer | ({"away": away} if away else {}))

    async def diagnose(self, request: web.Request) -> web.Response:
        """Diagnose one target now."""
        try:
            program = self._program(request)
            _is_json(request)
            cluster, ref = self._question(await read_body(request, QUESTION_BYTES))
            diagnosis = await self._now(cluster, program, ref)
        except (Rejected, TargetError, ClusterError, TimeoutError) as error:
            return _refused(error)
        _log.info("api.diagnosed", program=program.name, target=str(ref), cause=diagnosis.cause)
        return web.Response(text=diagnosis.to_json(), content_type="application/json")

    async def _now(self, cluster: Cluster, program: Program, ref: TargetRef) -> Diagnosis:
        if not self._free:
            raise Rejected(429, f"{AT_ONCE} diagnoses are under way; ask again in some seconds")
        self._free -= 1
        try:
            async with asyncio.timeout(ANSWER_S):
                diagnosis = await cluster.programs.diagnose(program.identity, ref)
        finally:
            self._free += 1
        if diagnosis.absent:
            raise Rejected(404, diagnosis.summary)
        return diagnosis

    def _asked(self, name: str) -> list[Cluster]:
        """Return the clusters that are asked about: the one of that name, or all. Raises ``Rejected`` (400)."""
        if not name:
            return list(self._clusters)
        cluster = self._clusters.named(name)
        if cluster is None:
            raise Rejected(400, self._clusters.unknown(name))
        return [cluster]

    def _question(self, body: bytes) -> tuple[Cluster, TargetRef]:
        """Return which cluster is asked about, and what in it.

        Raises ``Rejected`` (400) that names the key, or ``TargetError``.
        """
        given = _given(body, self._clusters.names)
        (first, *others), target = self._asked(given.get("cluster", "")), given["target"]
        if "cluster" not in given:
            named, rest = self._clusters.split([target])
            if named is not None:
                (first, *others), target = [named], "".join(rest)
        if others:
            raise Rejected(400, f"cluster is missing: one of {', '.join(self._clusters.names)}")
        return first, parse_target(target, given.get("namespace"), given.get("container"))

    def _program(self, request: web.Request) -> Program:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        program = bearer(self._known(), token.strip()) if scheme.lower() == "bearer" else None
        if program is None:
            _log.info("api.refused", path=request.path[:100])
            raise Rejected(401, "the bearer token is missing, or no program of API_PROGRAMS_FILE has it")
        return program


@web.middleware
async def errors_as_json(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer in the API's form where there is no such path of it, or not by that method."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400 or not request.path.startswith("/v1/"):
            raise
        path, headers = request.path[:100], {}
        if isinstance(error, web.HTTPMethodNotAllowed):
            allowed = ", ".join(sorted(error.allowed_methods - {"HEAD"}))
            sentence, headers["Allow"] = f"{path} takes {allowed}, not {request.method[:20]}", allowed
        elif isinstance(error, web.HTTPNotFound):
            sentence = f"there is no {path}; /v1/openapi.json describes what there is"
        else:
            sentence = error.reason
        text = json.dumps({"error": sentence}, ensure_ascii=False)
        return web.Response(status=error.status, text=text, content_type="application/json", headers=headers)


def api_of(path: Path | None, clusters: Clusters) -> Api | None:
    """Build it over a file of programs, or None where there is no file."""
    return None if path is None else Api(programs_file(path).entries, clusters)


async def _failing(cluster: Cluster, program: Program, namespace: str, limit: int) -> tuple[list[Standing], str]:
    """Return what fails in a cluster as far as the program may know, and why that cannot be known if it is away."""
    if cluster.name:
        try:
            await cluster.contact.check()
        except BotError as error:
            return [], str(error)
    return await cluster.programs.failing(program.identity, namespace, limit), ""


@cache
def _description() -> str:
    return _DESCRIPTION.read_text(encoding="utf-8")


def _listing(request: web.Request, clusters: Sequence[str]) -> tuple[str, int]:
    """Return the namespace (empty: all) and how many. ``clusters`` are the names of several. Raises ``Rejected``."""
    known = ("namespace", "limit", *(["cluster"] if clusters else []))
    unknown = sorted(set(request.query) - set(known))
    if unknown:
        raise Rejected(400, f"there is no parameter {unknown[0][:40]!r}; there are {' and '.join(known)}")
    namespace, limit = request.query.get("namespace", ""), request.query.get("limit", str(LISTED))
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= AT_MOST):
        raise Rejected(400, f"limit must be a number from 1 to {AT_MOST}")
    if namespace and not NAMESPACE.fullmatch(namespace):
        raise Rejected(400, f"{namespace[:60]!r} is no name of a namespace")
    return namespace, int(limit)


def _is_json(request: web.Request) -> None:
    """Raise ``Rejected`` (415) for a body that says it is something else, or compressed."""
    if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise Rejected(415, "the body is compressed (Content-Encoding); send it as it is")
    kind = request.content_type
    if kind not in _TAKEN and not kind.endswith("+json"):
        raise Rejected(415, f"the body must be JSON (Content-Type: application/json), not {kind[:60]}")


def _given(body: bytes, clusters: Sequence[str]) -> dict[str, str]:
    """Return the keys of a question, ``target`` among them. Raises ``Rejected`` (400) that names the key."""
    try:
        given = json_object(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise Rejected(400, "the body is not UTF-8") from None
    keys = ("target", "namespace", "container", *(["cluster"] if clusters else []))
    for name, value in given.items():
        if name not in keys:
            raise Rejected(400, f"there is no key {name[:40]!r}; there are {', '.join(keys)}")
        if not isinstance(value, str):
            raise Rejected(400, f"{name} must be a text")
    if "target" not in given:
        raise Rejected(400, "target is missing: POD, NAMESPACE/POD or deployment/NAME")
    return given


def _standing(one: Standing, cluster: str) -> dict[str, Any]:
    began = datetime.fromtimestamp(one.began_at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {
        "id": one.id,
        **({"cluster": cluster} if cluster else {}),
        "namespace": one.namespace,
        "target": one.target,
        "verdict": one.verdict or None,
        "cause": one.cause or None,
        "began_at": began,
        "alerted": one.alerted,
        "assigned": one.assigned,
        "link": one.link or None,
    }


def _refused(error: Exception) -> web.Response:
    """Return what an error is answered with; where another try may help, when."""
    sentence, more, headers = str(error), {}, {}
    match error:
        case Rejected():
            status = error.status
        case TargetError():
            status = 400
        case AmbiguousTarget():
            status = 409
            more = {"candidates": [f"{one.namespace}/{one.kind.lower()}/{one.name}" for one in error.candidates]}
        case Forbidden():
            status = 403
        case TimeoutError():
            status, sentence = 503, f"it took longer than {ANSWER_S:g} s"
        case _:
            status = 503
    if status in {429, 503}:
        headers["Retry-After"] = RETRY_AFTER_S
    text = json.dumps({"error": sentence, **more}, ensure_ascii=False)
    return web.Response(status=status, text=text, content_type="application/json", headers=headers)
