"""The cluster as a state machine: a request in, a reply out; no sockets, no waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.demo.cluster import reads, reviews, writes
from bot.demo.cluster.authorization import ADMIN, Caller, authorize, caller_of
from bot.demo.cluster.discovery import discover
from bot.demo.cluster.faults import Faults
from bot.demo.cluster.logs import LogBook
from bot.demo.cluster.resources import Route, route_of
from bot.demo.cluster.store import Store
from bot.demo.cluster.wire import ApiError, Reply, Request, method_not_allowed, text_reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.demo.cluster.controllers.kubelet import Life
    from bot.demo.cluster.controllers.stories import Story, WorkloadKey

DEMO_TOKEN = "demo-admin"  # noqa: S105 — opens nothing but this stand-in on loopback


class Cluster:
    """Objects, logs, callers and a clock, behind `handle`."""

    def __init__(self, clock: Callable[[], datetime], server: str = "v1.36.2") -> None:
        self.clock = clock
        self.server = server
        self.store = Store()
        self.logs = LogBook()
        self.faults = Faults()
        self.tokens: dict[str, Caller] = {DEMO_TOKEN: ADMIN}
        self.stories: dict[WorkloadKey, Story] = {}
        """How each workload's new pods behave; a workload without one is fine."""
        self.lives: dict[str, Life] = {}
        """What will happen to each pod, by uid; a pod without one stays as it is."""
        self.managed: set[WorkloadKey] = set()
        """The workloads that their controllers keep in order (see `controllers`)."""
        self.made = 0
        """How many pods controllers have made: the seed of their names."""
        self.requests: list[Request] = []
        """Every request answered so far (tests look at what was asked)."""

    def handle(self, request: Request) -> Reply:
        """Answer one request."""
        self.requests.append(request)
        try:
            return self._handle(request)
        except ApiError as error:
            return error.reply()

    def _handle(self, request: Request) -> Reply:
        route = route_of(request.path)
        if fault := self.faults.strike(request, route):
            return fault
        caller = caller_of(self.store, self.tokens, request)
        if route is None:
            found = discover(request.path, self.server) if request.method == "GET" else None
            return found or text_reply("404 page not found\n", 404)
        verb = verb_of(request, route)
        authorize(self.store, caller, verb, route)
        if route.resource.only_create:
            return reviews.answer(self.store, caller, route, request)
        if verb in {"get", "list", "watch"}:
            return reads.answer(self.store, self.logs, route, request, self.clock())
        return writes.answer(self.store, self.logs, route, request, self.clock())


def verb_of(request: Request, route: Route) -> str:
    """Return the API verb of a request, as authorization names it; ApiError 405 when the path does not take it."""
    named = bool(route.name)
    match request.method, named:
        case "GET" | "HEAD", True:
            verb = "get"
        case "GET" | "HEAD", False:
            verb = "watch" if request.flag("watch") else "list"
        case "POST", False:
            verb = "create"
        case "POST", True if route.subresource == "eviction":
            verb = "create"
        case "PUT", True:
            verb = "update"
        case "PATCH", True:
            verb = "patch"
        case "DELETE", True:
            verb = "delete"
        case _:
            raise method_not_allowed()
    if route.resource.only_create and verb != "create":
        raise method_not_allowed()
    if route.subresource == "log" and verb != "get":
        raise method_not_allowed()
    return verb
