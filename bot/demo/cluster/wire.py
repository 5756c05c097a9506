"""What goes over the wire: a request, a reply, and the errors of the API as metav1.Status."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

Object = dict[str, Any]
"""A Kubernetes object as raw JSON."""


@dataclass(frozen=True)
class Request:
    """One HTTP request as the server received it; header names in lower case."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    groups: tuple[str, ...] = ()
    """Every Impersonate-Group header: the only one that may stand several times."""

    def flag(self, name: str) -> bool:
        """Tell whether a query parameter is set as Go's strconv would read it."""
        return self.query.get(name, "") in {"1", "t", "T", "true", "True", "TRUE"}

    def json(self) -> Any:
        """Return the body as JSON; ApiError 400 when it is not."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise bad_request(f"the object provided is unrecognized (must be of type JSON): {error}") from error


@dataclass(frozen=True)
class Reply:
    """One HTTP reply. `hang`: keep the connection open and never answer. `reset`: cut it without an answer."""

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    hang: bool = False
    reset: bool = False


class ApiError(Exception):
    """A refusal that the API words as metav1.Status."""

    def __init__(self, code: int, reason: str, message: str, details: Object | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.details = details

    def status(self) -> Object:
        """Return the metav1.Status object."""
        status: Object = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": {},
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
            "code": self.code,
        }
        if self.details:
            status["details"] = self.details
        return status

    def reply(self) -> Reply:
        """Return the refusal as a reply."""
        headers = {}
        if self.details and "retryAfterSeconds" in self.details:
            headers["Retry-After"] = str(self.details["retryAfterSeconds"])
        return json_reply(self.status(), self.code, headers)


def json_reply(document: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """Return a JSON reply."""
    return Reply(status, json.dumps(document, separators=(",", ":")).encode(), headers=headers or {})


def text_reply(text: str | bytes, status: int = 200) -> Reply:
    """Return a text/plain reply, as for logs and unknown paths."""
    return Reply(status, text.encode() if isinstance(text, str) else text, content_type="text/plain")


def bad_request(message: str) -> ApiError:
    """Return a 400."""
    return ApiError(400, "BadRequest", message)


def not_found(resource: str, group: str, name: str) -> ApiError:
    """Return the 404 of a missing object."""
    qualified = f"{resource}.{group}" if group else resource
    details = {"name": name, "kind": resource} | ({"group": group} if group else {})
    return ApiError(404, "NotFound", f'{qualified} "{name}" not found', details)


def conflict(resource: str, group: str, name: str, why: str) -> ApiError:
    """Return the 409 of a lost race or a failed precondition."""
    qualified = f"{resource}.{group}" if group else resource
    details = {"name": name, "kind": resource} | ({"group": group} if group else {})
    return ApiError(409, "Conflict", f'Operation cannot be fulfilled on {qualified} "{name}": {why}', details)


def invalid(kind: str, group: str, name: str, problem: str) -> ApiError:
    """Return the 422 of an object that does not validate."""
    qualified = f"{kind}.{group}" if group else kind
    details = {"name": name, "kind": kind} | ({"group": group} if group else {})
    return ApiError(422, "Invalid", f'{qualified} "{name}" is invalid: {problem}', details)


def method_not_allowed() -> ApiError:
    """Return the 405."""
    return ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")


def copied(value: Any) -> Any:
    """Return a copy of what JSON can hold; ``deepcopy``, which can hold more, takes five times as long."""
    if isinstance(value, dict):
        return {key: copied(held) for key, held in value.items()}
    return [copied(held) for held in value] if isinstance(value, list) else value
