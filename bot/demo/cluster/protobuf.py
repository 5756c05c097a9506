"""The reviews in Kubernetes' protobuf form: kubectl's typed clients send nothing else.

Field numbers are those of k8s.io/api (authorization/v1/generated.proto) and of runtime.Unknown
(apimachinery/pkg/runtime/generated.proto). Replies go out as JSON, which those clients accept as well.
"""

from __future__ import annotations

from typing import Any

from bot.demo.cluster.wire import Object, bad_request

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
_UNKNOWN: Shape = {1: ("type", {1: ("apiVersion", None, False), 2: ("kind", None, False)}, False)}
_RAW = 2


def decode_review(body: bytes) -> Object:
    """Return a review as JSON would have carried it; ApiError 400 when it cannot be read."""
    if not body.startswith(MAGIC):
        raise bad_request("the body is not Kubernetes protobuf")
    try:
        envelope = list(_fields(body[len(MAGIC) :]))
        kind = _message(body[len(MAGIC) :], _UNKNOWN).get("type", {})
        raw = next((value for number, value in envelope if number == _RAW), b"")
        spec: Shape = _RULES if kind.get("kind") == "SelfSubjectRulesReview" else _SPEC
        return {**kind, "metadata": {}, **_message(raw, {2: ("spec", spec, False)})}
    except (IndexError, ValueError, AttributeError) as error:
        raise bad_request(f"the protobuf body cannot be read: {error}") from error


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
