"""The three patch forms: JSON Patch (RFC 6902), merge patch (RFC 7396), strategic merge patch."""

from __future__ import annotations

from typing import Any

import jsonpatch

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
    if not all(isinstance(each, dict) and isinstance(each.get("path"), str) for each in operations):
        raise bad_request("an operation of the JSON patch has no path")
    try:
        return jsonpatch.apply_patch(target, operations, in_place=True)
    except jsonpatch.InvalidJsonPatch as error:
        raise bad_request(str(error)) from error
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException, TypeError) as error:
        raise ApiError(422, "Invalid", REJECTED) from error
