"""A right that the API server refused, against the Roles that grant it and whom they are bound to."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Remedy
from diagnostics.findings.commands import kubectl
from diagnostics.findings.joined.model import Joined
from diagnostics.snapshot import Lead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.findings.joined.model import Said
    from diagnostics.snapshot import Object

_USER: Final = "system:serviceaccount:"


@dataclass(frozen=True, slots=True)
class _Right:
    """What was refused, and to whom."""

    namespace: str
    account: str
    verb: str
    resource: str
    group: str
    place: str
    """Namespace in which it was asked for; empty at the cluster scope."""


def leads(claim: Claim) -> Iterator[Lead]:
    """Yield the reads that tell who has the right."""
    right = _right(claim)
    if right is None:
        return
    yield from (Lead(kind=kind) for kind in ("ClusterRoleBinding", "ClusterRole"))
    if right.place:
        yield from (Lead(kind=kind, namespace=right.place) for kind in ("RoleBinding", "Role"))


def look(case: Case, said: Said) -> Joined | None:
    """Return the binding whose subject is of another namespace, or the Role that is bound and lacks the right."""
    right = _right(said.claim) if said.claims(ClaimType.RIGHT_DENIED) and said.claim is not None else None
    if right is None:
        return None
    for binding in _bindings(case, right):
        role = _role(case, binding)
        if role is None or not any(_grants(rule, right) for rule in fields.items(role, "rules")):
            continue
        for index, subject in enumerate(fields.items(binding, "subjects")):
            space = fields.text(subject, "namespace")
            if _is_account(subject, right.account) and space and space != right.namespace:
                return _elsewhere(binding, index, (role, space), right)
    return _unbound(case, right)


def _right(claim: Claim | None) -> _Right | None:
    names = {} if claim is None else claim.names
    user = next((names[key] for key in ("user", "username") if names.get(key, "").startswith(_USER)), "")
    if not user or not names.get("verb") or not names.get("resource"):
        return None
    namespace, _, account = user.removeprefix(_USER).partition(":")
    return _Right(namespace, account, names["verb"], names["resource"], names.get("group", ""), names.get("ns", ""))


def _bindings(case: Case, right: _Right) -> Iterator[Object]:
    yield from case.snapshot.all("ClusterRoleBinding")
    if right.place:
        yield from case.snapshot.all("RoleBinding", right.place)


def _role(case: Case, binding: Object) -> Object | None:
    kind, name = fields.text(binding, "roleRef", "kind"), fields.text(binding, "roleRef", "name")
    return case.snapshot.one(kind, "" if kind == "ClusterRole" else fields.namespace(binding), name)


def _grants(rule: Object, right: _Right) -> bool:
    groups, resources, verbs = (fields.strings(rule, key) for key in ("apiGroups", "resources", "verbs"))
    return (
        (right.group in groups or "*" in groups)
        and (right.resource in resources or "*" in resources)
        and (right.verb in verbs or "*" in verbs)
        and not rule.get("resourceNames")
    )


def _is_account(subject: Object, account: str) -> bool:
    return fields.text(subject, "kind") == "ServiceAccount" and fields.text(subject, "name") == account


def _ref(item: Object) -> str:
    return f"{fields.text(item, 'kind')} {fields.name(item)}"


def _elsewhere(binding: Object, index: int, found: tuple[Object, str], right: _Right) -> Joined:
    role, space = found
    kind, name = fields.text(binding, "kind"), fields.name(binding)
    change = json.dumps(
        [{"op": "replace", "path": f"/subjects/{index}/namespace", "value": right.namespace}], separators=(",", ":")
    )
    text = (
        f"Correct the subject of {_ref(binding)}: it gives {_ref(role)}, which has the right, to ServiceAccount"
        f" {space}/{right.account}, while the pod runs in namespace {right.namespace}; its subject's namespace"
        " should be"
        f" {right.namespace} (the command does it; in its manifest too). Or install the program into {space}. What else"
        " it would be refused comes with the same Role."
    )
    quote = f"kind=ServiceAccount name={right.account} namespace={space}"
    return Joined(
        because=f"{_ref(binding)} binds that right to {right.account} of namespace {space}",
        evidence=(Evidence(source=kind.lower(), path=f"{name} subjects[{index}]", quote=quote),),
        remedy=Remedy(
            text=text,
            commands=(kubectl(fields.namespace(binding), "patch", kind.lower(), name, "--type=json", "-p", change),),
        ),
        certain=True,
    )


def _given(binding: Object, role: Object, right: _Right) -> Joined:
    """Return that the right is there: it was given after the refusal, or the line is of another server."""
    text = (
        f"{_ref(role)} gives {right.namespace}/{right.account} that right by now ({_ref(binding)}): wait for the next"
        " start. If it is refused again, the program asks another cluster, or as somebody else."
    )
    asked = kubectl(
        right.place, "auth", "can-i", right.verb, right.resource, f"--as={_USER}{right.namespace}:{right.account}"
    )
    return Joined(
        because=f"{_ref(role)} gives it that right now",
        evidence=(
            Evidence(
                source=fields.text(binding, "kind").lower(),
                path=f"{fields.name(binding)} roleRef",
                quote=f"kind={fields.text(role, 'kind')} name={fields.name(role)}",
            ),
        ),
        remedy=Remedy(text=text, commands=(asked,)),
    )


def _unbound(case: Case, right: _Right) -> Joined | None:
    """Return what the account is bound to already, and that the right is not among it."""
    for binding in _bindings(case, right):
        role = _role(case, binding)
        subjects = fields.items(binding, "subjects")
        own = any(
            _is_account(item, right.account) and fields.text(item, "namespace") == right.namespace for item in subjects
        )
        if own and role is not None and any(_grants(rule, right) for rule in fields.items(role, "rules")):
            return _given(binding, role, right)
        if own and role is not None:
            quote = f"kind={fields.text(role, 'kind')} name={fields.name(role)}"
            path = f"{fields.name(binding)} roleRef"
            return Joined(
                because=f"{_ref(role)}, which it is bound to, has no such rule",
                note=f" The Role that it is bound to already is {_ref(role)}.",
                evidence=(Evidence(source=fields.text(binding, "kind").lower(), path=path, quote=quote),),
            )
    return None
