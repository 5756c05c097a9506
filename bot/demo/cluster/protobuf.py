"""Bodies in Kubernetes' protobuf form: kubectl's typed clients send nothing else (`auth can-i`, `create secret`).

Field numbers are those of k8s.io/api (authorization/v1 and core/v1, generated.proto), of ObjectMeta
(apimachinery/pkg/apis/meta/v1/generated.proto) and of runtime.Unknown (apimachinery/pkg/runtime/generated.proto).
Replies go out as JSON, which those clients accept as well.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from bot.demo.cluster.wire import Object, bad_request

if TYPE_CHECKING:
    from bot.demo.cluster.wire import Request

MAGIC = b"k8s\x00"
CONTENT_TYPE = "application/vnd.kubernetes.protobuf"

Shape = dict[int, tuple[str, "Shape | None", bool]]
"""Field number → name, shape of a message (None: text), repeated."""

_ATTRIBUTES: Shape = {
    number: (name, None, False)
    for number, name in enumerate(("namespace", "verb", "group", "version", "resource", "subresource", "name"), 1)
}
_SPEC: Shape = {
    1: ("resourceAttributes", _ATTRIBUTES, False),
    2: ("nonResourceAttributes", {1: ("path", None, False), 2: ("verb", None, False)}, False),
    3: ("user", None, False),
    4: ("groups", None, True),
}
_RULES: Shape = {1: ("namespace", None, False)}
_META: Shape = {1: ("name", None, False), 2: ("generateName", None, False), 3: ("namespace", None, False)}
_SHAPES: dict[str, Shape] = {
    "SelfSubjectRulesReview": {2: ("spec", _RULES, False)},
    "Namespace": {1: ("metadata", _META, False)},
    "Secret": {1: ("metadata", _META, False), 3: ("type", None, False)},
}
_REVIEW: Shape = {2: ("spec", _SPEC, False)}
"""All other kinds that are read."""
_DATA = 2
"""The field of a Secret: a map, that is a message with key and value for each entry."""
_UNKNOWN: Shape = {1: ("type", {1: ("apiVersion", None, False), 2: ("kind", None, False)}, False)}
_RAW = 2


def document(request: Request) -> Any:
    """Return the body of a request, in whichever form it came; ApiError 400 when it cannot be read."""
    protobuf = request.headers.get("content-type", "").startswith(CONTENT_TYPE)
    return decode(request.body) if protobuf else request.json()


def decode(body: bytes) -> Object:
    """Return a review, Namespace or Secret as JSON would have carried it; ApiError 400 when it cannot be read."""
    if not body.startswith(MAGIC):
        raise bad_request("the body is not Kubernetes protobuf")
    try:
        envelope = list(_fields(body[len(MAGIC) :]))
        kind = _message(body[len(MAGIC) :], _UNKNOWN).get("type", {})
        raw = next((value for number, value in envelope if number == _RAW), b"")
        read = _message(raw, _SHAPES.get(kind.get("kind", ""), _REVIEW))
        data = {"data": _data(raw)} if kind.get("kind") == "Secret" else {}
    except (IndexError, ValueError, AttributeError) as error:
        raise bad_request(f"the protobuf body cannot be read: {error}") from error
    return {**kind, "metadata": {}, **read, **data}


def _data(secret: bytes) -> dict[str, str]:
    entries = [dict(_fields(value)) for number, value in _fields(secret) if number == _DATA]
    return {entry.get(1, b"").decode(): base64.b64encode(entry.get(2, b"")).decode() for entry in entries}


def _message(data: bytes, shape: Shape) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for number, value in _fields(data):
        if number not in shape:
            continue
        name, inner, repeated = shape[number]
        read: Any = value.decode() if inner is None else _message(value, inner)
        if repeated:
            result.setdefault(name, []).append(read)
        elif read != "":
            result[name] = read
    return result


def _fields(data: bytes) -> list[tuple[int, bytes]]:
    """Return the length-delimited fields of a message, skipping numbers."""
    fields, position = [], 0
    while position < len(data):
        tag, position = _varint(data, position)
        match tag & 7:
            case 0:
                _, position = _varint(data, position)
            case 1:
                position += 8
            case 2:
                length, position = _varint(data, position)
                if position + length > len(data):
                    raise ValueError("a field is longer than the message")
                fields.append((tag >> 3, data[position : position + length]))
                position += length
            case 5:
                position += 4
            case wire_type:
                raise ValueError(f"wire type {wire_type}")
    return fields


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value, shift = 0, 0
    while True:
        byte = data[position]
        value |= (byte & 0x7F) << shift
        position += 1
        if byte < 0x80:
            return value, position
        shift += 7
        if shift > 63:
            raise ValueError("a number is too long")
