"""Asking the cluster whether a person may do something: SubjectAccessReview, closed on every doubt.

The answer is the cluster's own RBAC (and whatever other authorizers it has); this bot keeps no rights of its own.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

from bot.cluster.errors import ClusterError
from diagnostics import fields

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.cluster.connection import Connection

REVIEWS = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
OWN_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
EVERYBODY = "system:authenticated"
"""The group that the API server adds to every logged-in user (k8s.io/apiserver, user.AllAuthenticated)."""
WITHIN_S = 5.0
"""Seconds that a review may take."""


class Identified(Protocol):
    """A Kubernetes user with groups; ``bot.model.policy.Identity`` is one."""

    @property
    def user(self) -> str:
        """The user name as RBAC knows it."""

    @property
    def groups(self) -> tuple[str, ...]:
        """The groups besides ``system:authenticated``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """One right, as RBAC writes it: verb, API group, resource, subresource, namespace, name."""

    verb: str
    resource: str
    group: str = ""
    subresource: str = ""
    namespace: str = ""
    name: str = ""

    def __str__(self) -> str:
        """Return ``patch deployments.apps "api" in namespace production``."""
        what = self._resource() + (f"/{self.subresource}" if self.subresource else "")
        which = f' "{self.name}"' if self.name else ""
        where = f" in namespace {self.namespace}" if self.namespace else ""
        return f"{self.verb} {what}{which}{where}"

    def command(self, identity: Identified | None) -> str:
        """Return the ``kubectl auth can-i`` line that asks the same; None: of whoever types it."""
        words = ["kubectl", "auth", "can-i", self.verb, self._resource() + (f"/{self.name}" if self.name else "")]
        words += [f"--subresource={self.subresource}"] if self.subresource else []
        words += ["-n", self.namespace] if self.namespace else []
        if identity is not None:
            words += ["--as", identity.user, *(f"--as-group={group}" for group in identity.groups)]
        return shlex.join(words)

    def _resource(self) -> str:
        return f"{self.resource}.{self.group}" if self.group else self.resource

    def attributes(self) -> dict[str, str]:
        """Return the review's ``resourceAttributes``."""
        given = {
            "verb": self.verb,
            "group": self.group,
            "resource": self.resource,
            "subresource": self.subresource,
            "namespace": self.namespace,
            "name": self.name,
        }
        return {key: value for key, value in given.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The cluster's answer. ``reason`` is a sentence: what grants it, or what is missing and how to check it."""

    allowed: bool
    reason: str
    check: str = ""
    """The ``kubectl`` line that asks the same."""
    lacks: str = ""
    """The right that is missing, with the authorizer's word; empty where it could not be found out."""


class Reviewer:
    """Asks for reviews over one connection, with the bot's own credentials (it needs ``system:auth-delegator``).

    ``own`` is the person whose credentials these are, where the bot runs with a person's own. They are asked about as
    the bot is: only the API server knows all groups of its credentials (``system:masters`` among them, which no
    SubjectAccessReview of ours may claim for anybody), and to ask about oneself takes no right.
    """

    def __init__(self, connection: Connection, own: Identified | None = None) -> None:
        self._connection = connection
        self._own = own

    async def unable(self) -> str:
        """Return the right that the bot lacks to ask about people, as a sentence; empty when it can. Never raises."""
        if self._own is not None:
            return ""
        ask = Right(verb="create", group="authorization.k8s.io", resource="subjectaccessreviews")
        review = await self.bot_may(ask)
        return "" if review.allowed else review.reason

    async def may(self, identity: Identified, right: Right) -> Review:
        """Return whether the person has the right. Any error, time-out or unknown answer is a no. Never raises."""
        if identity == self._own:
            return replace(await self.bot_may(right), check=right.command(None))
        spec = {
            "user": identity.user,
            "groups": list(dict.fromkeys((*identity.groups, EVERYBODY))),
            "resourceAttributes": right.attributes(),
        }
        allowed, why = await self._asked("SubjectAccessReview", REVIEWS, spec)
        check = right.command(identity)
        if allowed:
            return Review(allowed=True, reason=why or f"{identity.user} may {right}", check=check)
        lacks = f"{right}{f' ({why})' if why else ''}" if allowed is False else ""
        return Review(allowed=False, reason=_refusal(identity.user, right, allowed, why), check=check, lacks=lacks)

    async def granted(self, right: Right) -> tuple[bool | None, str]:
        """Return whether the bot itself has the right, and why; None when it could not be asked. Never raises."""
        return await self._asked("SelfSubjectAccessReview", OWN_REVIEWS, {"resourceAttributes": right.attributes()})

    async def bot_may(self, right: Right) -> Review:
        """Return whether the bot itself has the right. Never raises."""
        allowed, why = await self.granted(right)
        who = self._connection.who
        if allowed:
            return Review(allowed=True, reason=f"{who} may {right}" + (f": {why}" if why else ""))
        return Review(allowed=False, reason=_refusal(who, right, allowed, why))

    async def impersonation(self, identity: Identified, doing: Sequence[Right]) -> str:
        """Return what the bot lacks to act as the person, as the end of a sentence; empty when it may. Never raises.

        Either the plain right to impersonate, or constrained impersonation (KEP-5284, beta in Kubernetes 1.36): to
        take on the identity (``impersonate:user-info``) and to do these very things with it.
        """
        names = [("users", identity.user), *(("groups", group) for group in identity.groups)]
        lacking = await self._lacking([Right(verb="impersonate", resource=kind, name=name) for kind, name in names])
        if lacking is None:
            return ""
        constrained = [
            Right(verb="impersonate:user-info", group="authentication.k8s.io", resource=kind, name=name)
            for kind, name in names
        ]
        constrained += [replace(right, verb=f"impersonate-on:user-info:{right.verb}") for right in doing]
        return "" if await self._lacking(constrained) is None else lacking.reason

    async def _lacking(self, rights: Sequence[Right]) -> Review | None:
        for right in rights:
            review = await self.bot_may(right)
            if not review.allowed:
                return review
        return None

    async def _asked(self, kind: str, path: str, spec: dict[str, Any]) -> tuple[bool | None, str]:
        """Return what the cluster says and why; None when it could not be asked."""
        document = {"apiVersion": "authorization.k8s.io/v1", "kind": kind, "spec": spec}
        try:
            # A review changes nothing, so it may be asked again although it is a POST.
            reply = await self._connection.request("POST", path, body=document, within_s=WITHIN_S, again=True)
            if not reply.ok:
                return None, f"the cluster could not be asked ({reply.failure()})"
            status = fields.table(reply.json(), "status")
        except ClusterError as error:
            return None, f"the cluster could not be asked ({error})"
        why = fields.text(status, "reason") or fields.text(status, "evaluationError")
        return fields.flag(status, "allowed") and not fields.flag(status, "denied"), why[:300]


def _refusal(who: str, right: Right, allowed: bool | None, why: str) -> str:  # noqa: FBT001 — the cluster's own word
    """Say that the right is missing, or that it is not known whether it is: then it counts as missing too."""
    said = f"{who} may not {right}" if allowed is False else f"it is not known whether {who} may {right}"
    return said + (f": {why}" if why else "")
