"""The reviews: may this user do that, may I, what may I, who am I."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.demo.cluster.authorization import AUTHENTICATED, MASTERS, Ask, Caller, decide, rules_for
from bot.demo.cluster.protobuf import document
from bot.demo.cluster.wire import Object, Reply, Request, bad_request, json_reply

if TYPE_CHECKING:
    from bot.demo.cluster.resources import Route
    from bot.demo.cluster.store import Store

EVERYTHING: Object = {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}


def answer(store: Store, caller: Caller, route: Route, request: Request) -> Reply:
    """Answer a POST of a review; the object comes back with its status, and nothing is kept."""
    review = document(request)
    if not isinstance(review, dict):
        raise bad_request("the review is not an object")
    spec = review.get("spec") or {}
    kind = route.resource.kind
    if kind == "SelfSubjectReview":
        status: Object = {"userInfo": {"username": caller.user, "groups": list(caller.groups)}}
    elif kind == "SelfSubjectRulesReview":
        status = _rules(store, caller, str(spec.get("namespace", "")))
    else:
        status = _access(store, caller, kind, spec)
    head = {"kind": kind, "apiVersion": route.resource.api_version}
    return json_reply({**review, **head, "status": status}, 201)


def _access(store: Store, caller: Caller, kind: str, spec: Object) -> Object:
    who = caller
    if kind != "SelfSubjectAccessReview":
        if not spec.get("user") and not spec.get("groups"):
            raise bad_request("spec.user: Required value: at least one of user or group must be specified")
        who = Caller(str(spec.get("user", "")), tuple(spec.get("groups") or ()))
    decision = decide(store, who, _ask(spec))
    status: Object = {"allowed": decision.allowed}
    return status | ({"reason": decision.reason} if decision.reason else {})


def _ask(spec: Object) -> Ask:
    attributes: dict[str, Any] = spec.get("resourceAttributes") or {}
    other: dict[str, Any] = spec.get("nonResourceAttributes") or {}
    if bool(attributes) == bool(other):
        raise bad_request("spec: exactly one of resourceAttributes and nonResourceAttributes must be specified")
    if other:
        return Ask(str(other.get("verb", "")), path=str(other.get("path", "")))
    keys = ("verb", "resource", "group", "subresource", "namespace", "name")
    return Ask(*(str(attributes.get(key, "")) for key in keys))


def _rules(store: Store, caller: Caller, namespace: str) -> Object:
    rules = [rule for rule, _ in rules_for(store, caller, namespace)]
    if MASTERS in caller.groups:
        rules.append(EVERYTHING)
    if AUTHENTICATED in caller.groups:
        names = ["selfsubjectaccessreviews", "selfsubjectrulesreviews"]
        rules.append({"verbs": ["create"], "apiGroups": ["authorization.k8s.io"], "resources": names})
    return {
        "resourceRules": [rule for rule in rules if "resources" in rule],
        "nonResourceRules": [rule for rule in rules if "nonResourceURLs" in rule],
        "incomplete": False,
    }
