"""The cluster: whether it answers, as whom, and each right that the bot needs there with these settings."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from bot.cluster.access import OWN_REVIEWS, Reviewer
from bot.cluster.errors import ClusterError
from bot.doctor import rights
from bot.doctor.report import broken, off, ok, unchecked
from diagnostics.fields import items, namespace, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from bot.cluster.access import Right
    from bot.cluster.connection import Connection
    from bot.doctor.report import Result
    from bot.model.policy import People
    from bot.settings import Settings

CLUSTER, READ, REVIEW = "cluster", "rights to read", "right to review"
WATCH = "right to watch"
ACT, IMPERSONATE, RECORD = "rights to act", "right to impersonate", "right to record"

OLDEST = (1, 23)
"""The oldest Kubernetes that serves all that is read: autoscaling/v2 is GA there (kubernetes.io, deprecation guide)."""

WITHIN_S = 5.0
"""Seconds for one request."""

MOST = 20
"""People, and namespaces with workloads, that are asked about one by one."""

SPACES = 8
"""Namespaces of the settings that are looked at: each takes some forty reviews."""

AT_ONCE = 4
"""Reviews at a time: half of the connection's requests, so that a diagnosis beside them goes on."""

_OF_SYSTEM = "kube-"
"""Begins the namespaces of Kubernetes itself (kubernetes.io, namespaces): no button is wanted there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """Rights that were asked for and are not there. ``unknown`` says why the cluster could not be asked, if so."""

    rights: tuple[Right, ...] = ()
    unknown: str = ""


class ClusterChecks:
    """Asks one cluster, by SelfSubjectAccessReview wherever a right is in question."""

    def __init__(self, settings: Settings, people: People, connection: Connection) -> None:
        self._settings = settings
        self._people = people
        self._connection = connection
        self._reviewer = Reviewer(connection)
        self._turns = asyncio.Semaphore(AT_ONCE)

    @property
    def _acts(self) -> bool:
        """Whether anybody could press a button."""
        mapped = bool(self._people.entries) or self._people.trust_email
        return self._settings.actions_enabled and mapped

    async def read(self) -> Result:
        """Return whether the bot may read what a diagnosis reads."""
        spaces = self._settings.allowed_namespaces
        wanted = [right for right in rights.READ if not rights.optional(right)]
        if spaces:
            wanted = [right for right in wanted if not rights.cluster_wide(right)]
        wanted += [rights.READ_SECRETS] if self._settings.read_secret_metadata else []
        lacking = await self._lacking(wanted, spaces)
        if lacking.unknown:
            return self._not_asked(READ, lacking.unknown)
        if lacking.rights:
            return self._missing(READ, lacking.rights, "crashloop-reader, deploy/kubernetes/rbac-read.yaml")
        where = _looked_at(spaces) if spaces else "in all namespaces"
        extra = [right for right in rights.READ if right not in wanted]
        without = await self._lacking(extra, ())
        spared = f"; without {rights.said(without.rights)}, which is optional" if without.rights else ""
        return ok(READ, f"all that a diagnosis reads, {where}{spared}")

    async def watch(self) -> Result:
        """Return whether the bot may watch pods, where it is to."""
        if not self._settings.watch_pods:
            return off(WATCH, "WATCH_PODS is false: what fails comes from Alertmanager, or from people")
        spaces = self._settings.allowed_namespaces
        lacking = await self._lacking([rights.WATCH], spaces)
        if lacking.unknown:
            return self._not_asked(WATCH, lacking.unknown)
        if lacking.rights:
            return self._missing(WATCH, lacking.rights, "crashloop-reader, deploy/kubernetes/rbac-read.yaml")
        return ok(WATCH, f"it may watch pods {_looked_at(spaces) if spaces else 'in all namespaces'}")

    async def review(self) -> Result:
        """Return whether the bot may ask what a person may."""
        if not self._acts and self._settings.reading_guard == "off" and self._settings.api_programs_file is None:
            return off(REVIEW, "nobody is mapped, so that nobody's rights are asked for")
        lacking = await self._lacking([rights.REVIEW], ())
        if lacking.unknown:
            return self._not_asked(REVIEW, lacking.unknown)
        if lacking.rights:
            return self._missing(REVIEW, lacking.rights, "crashloop-reviewer, deploy/kubernetes/rbac-read.yaml")
        return ok(REVIEW, "it may ask the cluster what a person may")

    async def act(self) -> list[Result]:
        """Return whether the bot may do what its buttons do: as itself, as the person, or both."""
        if not self._acts:
            why = "nobody is mapped" if self._settings.actions_enabled else "ACTIONS_ENABLED is false"
            return [off(ACT, f"no button works: {why}"), off(IMPERSONATE, f"no button works: {why}")]
        mode = self._settings.act_as
        itself = off(ACT, "ACT_AS=user: the person's own count") if mode == "user" else await self._act_itself()
        person = (
            off(IMPERSONATE, "ACT_AS=bot: it acts as itself")
            if mode == "bot"
            else await self._impersonate(by_itself=itself.state == "ok")
        )
        if mode == "auto" and person.state == "ok" and itself.state != "ok":
            itself = off(ACT, "not needed: it acts as the person (ACT_AS=auto)")
        return [itself, person]

    async def record(self) -> Result:
        """Return whether the bot may note on a workload what was done to it."""
        if not self._acts:
            return off(RECORD, "no button works")
        lacking = await self._lacking([rights.RECORD], ())
        if lacking.rights or lacking.unknown:
            return off(RECORD, "without it no Event on the workload tells what was done (crashloop-recorder)")
        return ok(RECORD, "what was done becomes an Event on the workload")

    async def _act_itself(self) -> Result:
        everywhere = await self._lacking(rights.ACT, ())
        named = self._settings.action_namespaces or self._settings.allowed_namespaces
        allowed = self._settings.allowed_actions
        spaces = [space for space in named if allowed.get(space, {"undo"}) & {"restart", "undo"}]
        if everywhere.unknown:
            return self._not_asked(ACT, everywhere.unknown)
        if not everywhere.rights:
            return ok(ACT, f"it may change workloads in all namespaces{await self._unfreeing('')}")
        if named:
            return await self._act_in(spaces)
        return await self._act_anywhere()

    async def _act_in(self, spaces: Sequence[str]) -> Result:
        if not spaces:
            return off(ACT, "NAMESPACE_ACTIONS leaves no namespace in which anything is changed")
        lacking = await self._lacking(rights.ACT, spaces)
        if lacking.unknown:
            return self._not_asked(ACT, lacking.unknown)
        if lacking.rights:
            return self._missing(ACT, lacking.rights, _ACTOR)
        return ok(ACT, f"it may change workloads {_looked_at(spaces)}{await self._unfreeing(spaces[0])}")

    async def _act_anywhere(self) -> Result:
        """Look where workloads are: no setting says in which namespaces the right was given."""
        spaces = await self._inhabited()
        if not spaces:
            return unchecked(ACT, "not in all namespaces; name those with buttons in ACTION_NAMESPACES to check them")
        answers = await asyncio.gather(*(self._lacking(rights.ACT, [space]) for space in spaces[:MOST]))
        able = [space for space, answer in zip(spaces, answers, strict=False) if answer == Lacking()]
        if able:
            return ok(ACT, f"it may change workloads in {_listed(able)}{await self._unfreeing(able[0])}")
        if len(spaces) > MOST:
            return unchecked(
                ACT, f"in none of {MOST} namespaces looked at; name those with buttons in ACTION_NAMESPACES"
            )
        return self._missing(ACT, rights.ACT, _ACTOR)

    async def _unfreeing(self, space: str) -> str:
        lacking = await self._lacking([rights.FREE], [space] if space else ())
        return "; it may not delete pods, so a rollback waits where a StatefulSet is stuck" if lacking.rights else ""

    async def _inhabited(self) -> list[str]:
        """Return the namespaces that have Deployments, those of Kubernetes left out; none when they may not be read."""
        path, query = "/apis/apps/v1/deployments", (("limit", "500"),)
        lean = {"Accept": "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"}
        try:
            reply = await self._connection.request("GET", path, query=query, headers=lean, within_s=WITHIN_S)
            found = items(reply.json(), "items") if reply.ok else []
        except ClusterError:
            return []
        spaces = dict.fromkeys(namespace(item) for item in found)
        return [space for space in spaces if space and not space.startswith(_OF_SYSTEM)]

    async def _impersonate(self, *, by_itself: bool) -> Result:
        entries = self._people.entries[:MOST]
        names = dict.fromkeys(("users", entry.user) for entry in entries if entry.user)
        names |= dict.fromkeys(("groups", group) for entry in entries for group in entry.groups)
        if not names:
            return unchecked(IMPERSONATE, "whom it would be is known at the press: by e-mail (TRUST_SLACK_EMAIL)")
        plain, constrained = await asyncio.gather(
            self._lacking(rights.impersonation(names), ()), self._lacking(rights.constrained(names), ())
        )
        if not plain.rights and not plain.unknown:
            return ok(IMPERSONATE, "it may act as everybody whom PEOPLE_FILE names")
        if not constrained.rights and not constrained.unknown:
            return ok(IMPERSONATE, "it may act as everybody whom PEOPLE_FILE names, and for these actions only")
        if self._settings.act_as == "auto":
            what = "it acts as itself" if by_itself else "that is no remedy where it may not act as itself either"
            return off(IMPERSONATE, f"it may not be everybody in PEOPLE_FILE: {what} (ACT_AS=auto)")
        if plain.unknown:
            return self._not_asked(IMPERSONATE, plain.unknown)
        return self._missing(
            IMPERSONATE, plain.rights, "crashloop-impersonator, deploy/kubernetes/rbac-impersonate.yaml"
        )

    async def _lacking(self, wanted: Iterable[Right], spaces: Sequence[str]) -> Lacking:
        """Return which rights are missing: asked for all namespaces first, and then in each that is given."""
        missing, unknown = await self._refused(list(wanted))
        if unknown or not spaces or not missing:
            return Lacking(rights=tuple(missing), unknown=unknown)
        everywhere = [right for right in missing if rights.cluster_wide(right)]
        within = [replace(right, namespace=space) for space in spaces[:SPACES] for right in missing]
        missing, unknown = await self._refused([right for right in within if right not in everywhere])
        return Lacking(rights=(*everywhere, *missing), unknown=unknown)

    async def _refused(self, wanted: Sequence[Right]) -> tuple[list[Right], str]:
        answers = await asyncio.gather(*map(self._granted, wanted))
        unknown = next((why for allowed, why in answers if allowed is None), "")
        return [right for right, (allowed, _why) in zip(wanted, answers, strict=True) if allowed is False], unknown

    async def _granted(self, right: Right) -> tuple[bool | None, str]:
        async with self._turns:
            return await self._reviewer.granted(right)

    def _missing(self, check: str, missing: Sequence[Right], role: str) -> Result:
        who = self._connection.who or "the bot"
        spaces = dict.fromkeys(right.namespace for right in missing if right.namespace)
        where = f" in {_listed(list(spaces))}" if spaces else ""
        bare = list(dict.fromkeys(replace(right, namespace="") for right in missing))
        return broken(
            check,
            f"{who} may not {rights.said(bare)}{where}",
            f"give {who} this rule{where} ({role}):",
            rights.rule(bare),
        )

    def _not_asked(self, check: str, why: str) -> Result:
        return broken(check, why, f"let the API server at {self._connection.server} answer SelfSubjectAccessReviews")


async def reach(connection: Connection) -> tuple[Result, datetime | None]:
    """Return whether the API server answers, in which version, and accepts the credentials; and its clock.

    The clock is None where the check failed, or where it says no time.
    """
    server, who = connection.server, connection.who or "the account"
    try:
        reply = await connection.check(WITHIN_S)
        asked = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview"}
        asked_body = asked | {"spec": {"resourceAttributes": rights.READ[0].attributes()}}
        known = await connection.request("POST", OWN_REVIEWS, body=asked_body, within_s=WITHIN_S, again=True)
    except ClusterError as error:
        fix = f"let this machine reach {server} (kubectl --context {connection.context} version), or name another "
        return broken(CLUSTER, str(error), f"{fix}cluster by KUBECONFIG and KUBE_CONTEXT"), None
    if known.status == HTTPStatus.UNAUTHORIZED:
        sentence = f"the cluster at {server} does not accept the credentials of {who} (context {connection.context})"
        fix = "renew them (log in again, or mount the ServiceAccount's token), or name another context in KUBE_CONTEXT"
        return broken(CLUSTER, sentence, fix), None
    if not known.ok:
        sentence = f"the cluster at {server} does not say what {who} may: {known.failure()}"
        return broken(
            CLUSTER, sentence, "let its API server answer SelfSubjectAccessReviews (authorization.k8s.io/v1)"
        ), None
    version = text(reply.json(), "gitVersion") if reply.ok else ""
    if _is_older(version):
        wanted = ".".join(map(str, OLDEST))
        sentence = f"the cluster at {server} is Kubernetes {version}, which does not serve all that is read"
        return broken(CLUSTER, sentence, f"use a cluster of Kubernetes {wanted} or newer"), None
    return ok(CLUSTER, f"Kubernetes {version or 'of unknown version'} at {server}, as {who}"), reply.date


_ACTOR = "crashloop-actor, deploy/kubernetes/rbac-act.yaml, bound by rolebinding-act.yaml in each namespace"


def _is_older(version: str) -> bool:
    """Whether a version such as ``v1.36.2+k3s1`` is older than what is needed; what cannot be read is not."""
    parts = version.removeprefix("v").split(".")
    if len(parts) < 2 or not all(part.isascii() and part.isdigit() for part in parts[:2]):
        return False
    return (int(parts[0]), int(parts[1])) < OLDEST


def _looked_at(spaces: Sequence[str]) -> str:
    others = f" ({len(spaces) - SPACES} more were not looked at)" if len(spaces) > SPACES else ""
    return f"in {_listed(spaces[:SPACES])}{others}"


def _listed(spaces: Sequence[str]) -> str:
    shown = ", ".join(spaces[:5])
    return f"{shown} and {len(spaces) - 5} more" if len(spaces) > 5 else shown
