"""Faults that a test or the demo switches on: throttling, server errors, silence, broken JSON, refusals, a proxy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.demo.cluster.wire import ApiError, Reply, Request

if TYPE_CHECKING:
    from bot.demo.cluster.resources import Route


@dataclass
class Fault:
    """One fault: what happens, to which requests, how often.

    kind: `throttle` (429 with Retry-After), `error` (5xx, see `status`), `hang` (never answers),
    `broken-json` (200 with half an object), `forbid` (403), `reset` (the connection is cut without an answer),
    `page` (the HTML page of a proxy in between, see `status`).
    """

    kind: str
    resource: str = ""
    """Plural name, or plural/subresource (`pods/log`); empty: every request."""
    namespace: str = ""
    status: int = 500
    retry_after_s: int = 1
    times: int | None = None
    """How many requests it strikes; None: every one."""

    def meets(self, route: Route | None) -> bool:
        """Tell whether it strikes a request with this route."""
        if self.times == 0:
            return False
        if route is None:
            return not self.resource and not self.namespace
        name = "/".join(filter(None, (route.resource.plural, route.subresource)))
        return self.resource in {"", name} and self.namespace in {"", route.namespace}


class Faults:
    """The faults switched on now."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Switch a fault on."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Switch all faults off."""
        self._faults.clear()

    def strike(self, request: Request, route: Route | None) -> Reply | None:
        """Return what the first matching fault answers, None when none matches; 403s are raised as ApiError."""
        fault = next((each for each in self._faults if each.meets(route)), None)
        if fault is None:
            return None
        if fault.times is not None:
            fault.times -= 1
        return _reply(fault, request, route)


def _reply(fault: Fault, request: Request, route: Route | None) -> Reply:
    match fault.kind:
        case "throttle":
            message = "the server has received too many requests and has asked us to try again later"
            details = {"retryAfterSeconds": fault.retry_after_s}
            return ApiError(429, "TooManyRequests", message, details).reply()
        case "error":
            return ApiError(fault.status, "InternalError", "an error on the server has prevented the request").reply()
        case "hang":
            return Reply(200, b"", hang=True)
        case "reset":
            return Reply(502, b"", reset=True)
        case "page":
            page = f"<html><head><title>{fault.status}</title></head><body><h1>nginx</h1></body></html>\r\n"
            return Reply(fault.status, page.encode(), content_type="text/html")
        case "broken-json":
            return Reply(200, b'{"kind": "List", "items": [{"metadata": {"name": "ha')
        case "forbid":
            what = "/".join(filter(None, (route.resource.plural, route.subresource))) if route else request.path
            raise ApiError(403, "Forbidden", f"{what} is forbidden: switched off by a fault")
        case _:
            raise ValueError(f"no fault is called {fault.kind!r}")
