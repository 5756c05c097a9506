"""Label and field selectors, parsed as the API server parses them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.demo.cluster.wire import ApiError, Object, bad_request

Test = Callable[[Mapping[str, str]], bool]

OPERATORS = ("!=", "==", "=", "!", "(", ")", ",")

FIELDS: dict[str, tuple[str, ...]] = {
    # registry/core/pod/strategy.go (ToSelectableFields) and its neighbours.
    "Pod": (
        *("spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork"),
        *("status.phase", "status.podIP", "status.nominatedNodeName"),
    ),
    "Event": (
        *("involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid"),
        *("involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath"),
        *("reason", "reportingComponent", "source", "type"),
    ),
    "Secret": ("type",),
    "Namespace": ("status.phase", "name"),
    "Node": ("spec.unschedulable",),
    "Job": ("status.successful",),
    "ReplicaSet": ("status.replicas",),
}


@dataclass(frozen=True)
class Requirement:
    """One requirement of a label selector."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def holds(self, labels: Mapping[str, str]) -> bool:
        """Tell whether labels meet it; `!=` and `notin` hold for a missing key, as in Kubernetes."""
        present = self.key in labels
        match self.operator:
            case "exists":
                return present
            case "missing":
                return not present
            case "in":
                return present and labels[self.key] in self.values
            case _:
                return not present or labels[self.key] not in self.values


def label_selector(text: str) -> tuple[Requirement, ...]:
    """Return the requirements of a `labelSelector` parameter; ApiError 400 when it cannot be read."""
    tokens = _tokens(text)
    requirements = []
    while tokens:
        requirements.append(_requirement(tokens, text))
        if tokens and (tokens.pop(0) != "," or not tokens):
            raise _unreadable(text)
    return tuple(requirements)


def matches_labels(requirements: tuple[Requirement, ...], obj: Object) -> bool:
    """Tell whether an object's labels meet all requirements."""
    labels = obj["metadata"].get("labels") or {}
    return all(requirement.holds(labels) for requirement in requirements)


def selects(selector: Object | None, labels: Mapping[str, str]) -> bool:
    """Tell whether a LabelSelector of a spec (matchLabels, matchExpressions) selects labels."""
    selector = selector or {}
    operators = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "missing"}
    wanted = selector.get("matchLabels") or {}
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        Requirement(each["key"], operators[each["operator"]], tuple(each.get("values") or ())).holds(labels)
        for each in selector.get("matchExpressions") or ()
    )


def field_selector(text: str, kind: str) -> tuple[Requirement, ...]:
    """Return the requirements of a `fieldSelector`; ApiError 400 for a field that the kind does not support."""
    requirements = []
    for term in filter(None, text.split(",")):
        key, operator, value = _field_term(term)
        if key not in {"metadata.name", "metadata.namespace", *FIELDS.get(kind, ())}:
            raise bad_request(
                f'Unable to find {kind!r} that match label selector "", field selector {text!r}: '
                f'"{key}" is not a known field selector: only "metadata.name", "metadata.namespace"'
            )
        requirements.append(Requirement(key, operator, (value,)))
    return tuple(requirements)


def matches_fields(requirements: tuple[Requirement, ...], obj: Object) -> bool:
    """Tell whether an object's fields meet all requirements; a missing field counts as empty text."""
    return all(each.holds({each.key: _field(obj, each.key)}) for each in requirements)


def _field(obj: Object, path: str) -> str:
    if path == "source":
        return str((obj.get("source") or {}).get("component", ""))
    value: Any = obj
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _field_term(term: str) -> tuple[str, str, str]:
    for operator, meaning in (("!=", "notin"), ("==", "in"), ("=", "in")):
        key, found, value = term.partition(operator)
        if found:
            return key.strip(), meaning, value.strip()
    raise bad_request(f"invalid selector: '{term}'; can't understand '{term}'")


def _unreadable(text: str) -> ApiError:
    return bad_request(f'unable to parse requirement: found unexpected text in the selector "{text}"')


def _tokens(text: str) -> list[str]:
    tokens: list[str] = []
    word = ""
    position = 0
    while position < len(text):
        operator = next((each for each in OPERATORS if text.startswith(each, position)), "")
        if operator or text[position].isspace():
            if word:
                tokens.append(word)
                word = ""
            if operator:
                tokens.append(operator)
            position += len(operator) or 1
        else:
            word += text[position]
            position += 1
    return [*tokens, word] if word else tokens


def _requirement(tokens: list[str], text: str) -> Requirement:
    if tokens[0] == "!":
        tokens.pop(0)
        return Requirement(_word(tokens, text), "missing")
    key = _word(tokens, text)
    if not tokens or tokens[0] == ",":
        return Requirement(key, "exists")
    operator = tokens.pop(0)
    if operator in {"=", "==", "!="}:
        # An empty value is legal: `app=`.
        value = "" if not tokens or tokens[0] == "," else _word(tokens, text)
        return Requirement(key, "notin" if operator == "!=" else "in", (value,))
    if operator in {"in", "notin"}:
        return Requirement(key, operator, _values(tokens, text))
    raise _unreadable(text)


def _values(tokens: list[str], text: str) -> tuple[str, ...]:
    if not tokens or tokens.pop(0) != "(":
        raise _unreadable(text)
    values = [""]
    while tokens:
        each = tokens.pop(0)
        if each == ")":
            return tuple(values)
        if each == ",":
            values.append("")
        elif each in OPERATORS or values[-1]:
            raise _unreadable(text)
        else:
            values[-1] = each
    raise _unreadable(text)


def _word(tokens: list[str], text: str) -> str:
    if not tokens or tokens[0] in OPERATORS:
        raise _unreadable(text)
    return tokens.pop(0)
