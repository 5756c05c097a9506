"""Reading is guarded: what an answer shows, whoever it is shown to could have read by hand.

Each lead is held against a right before it is read (``bot.cluster.gate``). For a person that is their own right in the
cluster, asked by SubjectAccessReview; for an alert, which nobody asks for, the namespaces that are routed to its
channel. ALLOWED_NAMESPACES binds both. Any doubt is a no.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.cluster.errors import Forbidden
from bot.cluster.gate import of_cluster, right_to_read, space_of, told
from bot.model.errors import BotError
from bot.model.incident import ASKED, Origin
from bot.model.policy import Deny
from diagnostics.snapshot import Lead

if TYPE_CHECKING:
    from bot.actions.identities import Identities
    from bot.cluster.access import Review, Reviewer, Right
    from bot.cluster.gate import Gate
    from bot.model.incident import Incident
    from bot.model.policy import Identity
    from bot.model.scope import ChannelScope
    from diagnostics.snapshot import Snapshot

GLANCE = ("Pod", "Event", "Log")
"""What somebody must be able to read in a namespace to be told that something fails there, and for which cause."""


class Viewer:
    """Whom an answer is for. ``warns`` lets everything through that the gate refuses, and says so afterwards."""

    def __init__(self, gate: Gate, namespaces: frozenset[str] = frozenset(), *, warns: bool = False) -> None:
        self._gate = gate
        self._namespaces = namespaces
        self._warns = warns
        self._warnings: dict[Lead, str] = {}

    async def refusal(self, lead: Lead) -> str:
        """Return why this may not be read, as a sentence; empty when it may. Never raises."""
        space = space_of(lead)
        if self._namespaces and not of_cluster(lead) and space not in self._namespaces:
            which = f"namespace {space} is" if space else "all namespaces together are"
            return f"{which} not among those that I may look into (ALLOWED_NAMESPACES)"
        reason = await self._gate.refusal(lead)
        if reason and self._warns:
            self._warnings[lead] = reason
            return ""
        return reason

    async def may_glance(self, namespace: str) -> bool:
        """Whether they may be told that something fails in a namespace (empty: anywhere), and for which cause."""
        return not await self.glance_refusal(namespace)

    async def glance_refusal(self, namespace: str) -> str:
        """Return why they may not be told that, as a sentence; empty when they may."""
        reasons = await asyncio.gather(*(self.refusal(Lead(kind=kind, namespace=namespace)) for kind in GLANCE))
        return next(filter(None, reasons), "")

    def noted(self, snapshot: Snapshot) -> Snapshot:
        """Return what was read, with what was let through although it is not theirs to read."""
        warned = tuple(replace(entry, what=f"as who asked: {entry.what}") for entry in told(self._warnings, home=""))
        return replace(snapshot, unread=(*snapshot.unread, *warned)) if warned else snapshot


class ReadGuard:
    """Knows what may be read for whom. ``mode`` is READ_GUARD: enforce, warn or off.

    ``namespaces`` are the only ones that are looked into; none given means all.
    """

    def __init__(
        self,
        mode: str,
        identities: Identities,
        reviewer: Reviewer,
        scope: ChannelScope,
        namespaces: tuple[str, ...] = (),
    ) -> None:
        self._mode = mode
        self._identities = identities
        self._reviewer = reviewer
        self._scope = scope
        self._namespaces = frozenset(namespaces)

    async def viewer_of(self, incident: Incident) -> Viewer:
        """Return whom an incident's answer is for. Raises ``Forbidden`` when they may be shown nothing at all."""
        if incident.origin in ASKED:
            return await self.person(incident.user)
        return Viewer(ChannelGate(self._scope, incident), self._namespaces)

    async def is_member(self, user: str) -> bool:
        """Whether a Slack user is a person of this workspace, and no guest. Any doubt is a no."""
        try:
            return not await self._identities.unfit(user)
        except BotError:
            return False

    def program(self, identity: Identity) -> Viewer:
        """Return a program as a viewer: it sees what its Kubernetes identity may read, whatever the mode."""
        return Viewer(PersonGate(identity, self._reviewer), self._namespaces)

    async def person(self, user: str) -> Viewer:
        """Return a Slack user as a viewer. Raises ``Forbidden`` when they may be shown nothing at all.

        Guests, strangers and apps may not, whatever the mode.
        """
        try:
            unfit = await self._identities.unfit(user)
            known = None if unfit or self._mode == "off" else await self._identities.of(user, fresh=False)
        except BotError as error:
            raise Forbidden(f"I may not show you this: {error}") from error
        if unfit:
            raise Forbidden(f"I may not show you this: {unfit}")
        if known is None:
            return Viewer(OpenGate(), self._namespaces)
        if not isinstance(known, Deny):
            return Viewer(PersonGate(known.identity, self._reviewer), self._namespaces, warns=self._mode == "warn")
        if self._mode == "warn":
            return Viewer(ShutGate(known.reason), self._namespaces, warns=True)
        raise Forbidden(f"I may not show you this (READ_GUARD): {known.reason}")


class PersonGate:
    """A person's own rights: what they could not read by hand is not read for them. Each right is asked for once."""

    def __init__(self, identity: Identity, reviewer: Reviewer) -> None:
        self._identity = identity
        self._reviewer = reviewer
        self._reviews: dict[Right, asyncio.Task[Review]] = {}

    async def refusal(self, lead: Lead) -> str:
        """Return which right is missing, and how to check it."""
        right = right_to_read(lead)
        # Most rights are on all objects of a kind: those answer for each of them.
        review = await self._review(replace(right, name=""))
        if not review.allowed and right.name:
            review = await self._review(right)
        return "" if review.allowed else f"{review.reason}; check it: {review.check}"

    async def _review(self, right: Right) -> Review:
        if right not in self._reviews:
            self._reviews[right] = asyncio.ensure_future(self._reviewer.may(self._identity, right))
        return await asyncio.shield(self._reviews[right])


class ChannelGate:
    """An alert's namespace, and those that are routed to the channel in which it is answered."""

    def __init__(self, scope: ChannelScope, incident: Incident) -> None:
        self._scope = scope
        self._channel = incident.addressed
        self._home = incident.workload.namespace if incident.workload is not None else incident.subject.namespace
        self._routed = incident.origin is Origin.ALERT

    async def refusal(self, lead: Lead) -> str:
        """Return why the channel may not be told of it."""
        space = space_of(lead)
        if of_cluster(lead) or self._shows(space):
            return ""
        which = f"namespace {space} is" if space else "not all namespaces are"
        return f"{which}{' not' if space else ''} routed to this channel (CHANNEL_ROUTES, CHANNEL_NAMESPACES)"

    def _shows(self, space: str) -> bool:
        if not space:
            return self._scope.shows_all(self._channel)
        if space == self._home:
            return self._routed or self._scope.lends(self._channel, space)
        return self._scope.shows(self._channel, space)


class OpenGate:
    """Lets everything through: nobody is asked (READ_GUARD=off)."""

    async def refusal(self, lead: Lead) -> str:  # noqa: ARG002 — a gate's form
        """Refuse nothing."""
        return ""


class ShutGate:
    """Lets nothing through, for one reason: who asks is nobody to the cluster."""

    def __init__(self, reason: str) -> None:
        self._reason = reason

    async def refusal(self, lead: Lead) -> str:  # noqa: ARG002 — a gate's form
        """Return the reason."""
        return self._reason
