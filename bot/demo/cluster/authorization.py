"""Who calls, and what they may: real RBAC objects decide, as in kubernetes/plugin/pkg/auth/authorizer/rbac."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.demo.cluster.wire import ApiError, Object, Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.demo.cluster.resources import Route
    from bot.demo.cluster.store import Store

MASTERS = "system:masters"
AUTHENTICATED = "system:authenticated"
SELF_REVIEWS = frozenset({"SelfSubjectAccessReview", "SelfSubjectRulesReview", "SelfSubjectReview"})
"""Open to every authenticated caller (ClusterRoles system:basic-user and system:discovery)."""


@dataclass(frozen=True)
class Caller:
    """An authenticated user with groups; `by` is who impersonates them, if anybody."""

    user: str
    groups: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True)
class Ask:
    """What is asked for, in ResourceAttributes' terms."""

    verb: str
    resource: str = ""
    group: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    path: str = field(default="")
    """Set for a nonResourceURL; the rest is empty then."""


@dataclass(frozen=True)
class Decision:
    """Allowed or not, and the authorizer's own words."""

    allowed: bool
    reason: str = ""


ADMIN = Caller("demo-admin", (MASTERS, AUTHENTICATED))
ANONYMOUS = Caller("system:anonymous", ("system:unauthenticated",))


def caller_of(store: Store, tokens: Mapping[str, Caller], request: Request) -> Caller:
    """Return the caller of a request; ApiError 401 for an unknown token, 403 for an impersonation not allowed."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    caller = ANONYMOUS
    if scheme:
        found = tokens.get(token.strip()) if scheme.lower() == "bearer" else None
        if found is None:
            raise ApiError(401, "Unauthorized", "Unauthorized")
        caller = found
    wanted = request.headers.get("impersonate-user", "")
    if not wanted:
        if request.groups:
            raise ApiError(400, "BadRequest", "requested groups without impersonating a user")
        return caller
    _authorize_impersonation(store, caller, wanted, request.groups)
    groups = request.groups
    if wanted.startswith("system:serviceaccount:") and not groups:
        namespace = wanted.split(":")[2]
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}")
    return Caller(wanted, (*groups, *({AUTHENTICATED} - set(groups))), by=caller.user)


def _authorize_impersonation(store: Store, caller: Caller, user: str, groups: tuple[str, ...]) -> None:
    if user.startswith("system:serviceaccount:") and user.count(":") == 3:
        _, _, namespace, name = user.split(":")
        asks = [Ask("impersonate", "serviceaccounts", namespace=namespace, name=name)]
    else:
        asks = [Ask("impersonate", "users", name=user)]
    asks += [Ask("impersonate", "groups", name=group) for group in groups]
    for ask in asks:
        if not decide(store, caller, ask).allowed:
            raise forbidden(caller, ask)


def authorize(store: Store, caller: Caller, verb: str, route: Route) -> None:
    """Let a request pass, or raise ApiError 403 in the API server's words."""
    if route.resource.kind in SELF_REVIEWS and AUTHENTICATED in caller.groups:
        return
    resource = route.resource
    # A Namespace is asked for within itself (apiserver, requestinfo.go): a Role there may grant it.
    namespace = route.name if resource.kind == "Namespace" else route.namespace
    ask = Ask(verb, resource.plural, resource.group, route.subresource, namespace, route.name)
    if not decide(store, caller, ask).allowed:
        raise forbidden(caller, ask)


def forbidden(caller: Caller, ask: Ask) -> ApiError:
    """Return the 403 in the API server's words (apiserver/pkg/endpoints/handlers/responsewriters/errors.go)."""
    resource = "/".join(filter(None, (ask.resource, ask.subresource)))
    where = f'in the namespace "{ask.namespace}"' if ask.namespace else "at the cluster scope"
    named = f' "{ask.name}"' if ask.name else ""
    qualified = f"{ask.resource}.{ask.group}" if ask.group else ask.resource
    message = (
        f'{qualified}{named} is forbidden: User "{caller.user}" cannot {ask.verb} resource "{resource}" '
        f'in API group "{ask.group}" {where}'
    )
    details = {"name": ask.name, "group": ask.group, "kind": ask.resource}
    return ApiError(403, "Forbidden", message, {key: value for key, value in details.items() if value})


def decide(store: Store, caller: Caller, ask: Ask) -> Decision:
    """Return RBAC's decision for a caller; no rule that allows means no."""
    if MASTERS in caller.groups:
        return Decision(allowed=True)
    for rule, why in rules_for(store, caller, ask.namespace):
        if _allows(rule, ask):
            return Decision(allowed=True, reason=f"RBAC: allowed by {why}")
    return Decision(allowed=False)


def rules_for(store: Store, caller: Caller, namespace: str) -> Iterator[tuple[Object, str]]:
    """Return every rule that binds a caller cluster-wide and in a namespace, each with the binding's description."""
    for binding in store.all("ClusterRoleBinding"):
        if subject := _subject(binding, caller, ""):
            name = binding["metadata"]["name"]
            yield from _rules(store, binding, "", f'ClusterRoleBinding "{name}"', subject)
    if not namespace:
        return
    for binding in store.all("RoleBinding", namespace):
        if subject := _subject(binding, caller, namespace):
            name = binding["metadata"]["name"]
            yield from _rules(store, binding, namespace, f'RoleBinding "{name}/{namespace}"', subject)


def _rules(store: Store, binding: Object, namespace: str, label: str, subject: str) -> Iterator[tuple[Object, str]]:
    ref = binding["roleRef"]
    role = store.find(ref["kind"], namespace if ref["kind"] == "Role" else "", ref["name"])
    for rule in (role or {}).get("rules") or ():
        yield rule, f'{label} of {ref["kind"]} "{ref["name"]}" to {subject}'


def _subject(binding: Object, caller: Caller, namespace: str) -> str:
    for subject in binding.get("subjects") or ():
        kind, name = subject["kind"], subject["name"]
        if kind == "User" and name == caller.user:
            return f'User "{name}"'
        if kind == "Group" and name in caller.groups:
            return f'Group "{name}"'
        home = subject.get("namespace") or namespace
        if kind == "ServiceAccount" and caller.user == f"system:serviceaccount:{home}:{name}":
            return f'ServiceAccount "{name}/{home}"'
    return ""


def _allows(rule: Object, ask: Ask) -> bool:
    verbs = rule.get("verbs") or ()
    if "*" not in verbs and ask.verb not in verbs:
        return False
    if ask.path:
        urls = rule.get("nonResourceURLs") or ()
        return any(url in {"*", ask.path} or (url.endswith("*") and ask.path.startswith(url[:-1])) for url in urls)
    groups = rule.get("apiGroups") or ()
    if "*" not in groups and ask.group not in groups:
        return False
    names = rule.get("resourceNames") or ()
    return _covers(rule.get("resources") or (), ask) and (not names or ask.name in names)


def _covers(resources: list[str] | tuple[str, ...], ask: Ask) -> bool:
    full = "/".join(filter(None, (ask.resource, ask.subresource)))
    return any(each in {"*", full} or (bool(ask.subresource) and each == f"*/{ask.subresource}") for each in resources)
