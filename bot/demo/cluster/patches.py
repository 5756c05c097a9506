"""The three patch forms: JSON Patch (RFC 6902), merge patch (RFC 7396), strategic merge patch."""

from __future__ import annotations

from typing import Any

from bot.demo.cluster.strategic import strategic
from bot.demo.cluster.wire import ApiError, bad_request

JSON_PATCH = "application/json-patch+json"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
ACCEPTED = (JSON_PATCH, MERGE, STRATEGIC)

REJECTED = "the server rejected our request due to an error in our request"
"""All that the API server says when a JSON patch does not apply (apiserver .../handlers/patch.go)."""


def apply(content_type: str, target: Any, patch: Any) -> Any:
    """Apply a patch to a target that may be changed; ApiError 400, 415 or 422 when it cannot be applied."""
    if content_type not in ACCEPTED:
        message = "the body of the request was in an unknown format - accepted media types include: " + ", ".join(
            ACCEPTED
        )
        raise ApiError(415, "UnsupportedMediaType", message)
    if content_type == JSON_PATCH:
        return json_patch(target, patch)
    if not isinstance(patch, dict):
        raise bad_request("the patch is not a JSON object")
    return merge(target, patch) if content_type == MERGE else strategic(target, patch)


def merge(target: Any, patch: Any) -> Any:
    """Return a target after a merge patch: null removes, objects merge, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merge(result.get(key), value)
    return result


def json_patch(target: Any, operations: Any) -> Any:
    """Return a target after a JSON Patch; a failed `test` is 422 like every other operation that does not apply."""
    if not isinstance(operations, list):
        raise bad_request("the JSON patch is not a list of operations")
    for operation in operations:
        if not isinstance(operation, dict) or not isinstance(operation.get("path"), str):
            raise bad_request("an operation of the JSON patch has no path")
        target = _operate(target, operation)
    return target


def _operate(target: Any, operation: dict[str, Any]) -> Any:
    path = _pointer(operation["path"])
    match operation.get("op"):
        case "test":
            if not _same(_look(target, path), operation.get("value")):
                raise _rejected()
            return target
        case "add":
            return _put(target, path, operation.get("value"), adding=True)
        case "replace":
            _look(target, path)
            return _put(target, path, operation.get("value"), adding=False)
        case "remove":
            return _remove(target, path)
        case "move" | "copy" as kind:
            source = _pointer(str(operation.get("from", "")))
            value = _look(target, source)
            if kind == "move":
                target = _remove(target, source)
            return _put(target, path, value, adding=True)
        case other:
            raise bad_request(f"Unexpected kind: {other}")


def _same(left: Any, right: Any) -> bool:
    """Compare as JSON does: true is not 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    return bool(left == right)


def _pointer(path: str) -> list[str]:
    if path == "":
        return []
    if not path.startswith("/"):
        raise _rejected()
    return [part.replace("~1", "/").replace("~0", "~") for part in path[1:].split("/")]


def _rejected() -> ApiError:
    return ApiError(422, "Invalid", REJECTED)


def _index(part: str, limit: int) -> int:
    if not part.isascii() or not part.isdigit() or len(part) > 9 or (len(part) > 1 and part[0] == "0"):
        raise _rejected()
    if int(part) >= limit:
        raise _rejected()
    return int(part)


def _look(target: Any, path: list[str]) -> Any:
    for part in path:
        if isinstance(target, dict) and part in target:
            target = target[part]
        elif isinstance(target, list):
            target = target[_index(part, len(target))]
        else:
            raise _rejected()
    return target


def _put(target: Any, path: list[str], value: Any, *, adding: bool) -> Any:
    if not path:
        return value
    parent, last = _look(target, path[:-1]), path[-1]
    if isinstance(parent, dict):
        parent[last] = value
    elif isinstance(parent, list) and adding:
        parent.insert(len(parent) if last == "-" else _index(last, len(parent) + 1), value)
    elif isinstance(parent, list):
        parent[_index(last, len(parent))] = value
    else:
        raise _rejected()
    return target


def _remove(target: Any, path: list[str]) -> Any:
    if not path:
        return None
    parent, last = _look(target, path[:-1]), path[-1]
    if isinstance(parent, dict) and last in parent:
        del parent[last]
    elif isinstance(parent, list):
        del parent[_index(last, len(parent))]
    else:
        raise _rejected()
    return target
