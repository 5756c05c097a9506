"""Who a Slack user is to Kubernetes, and what buttons may be pressed where: the people map and the policy. Pure.

A yes here is only the first half: the cluster's own RBAC (``bot.cluster.access``) must say yes too, at the click.
How the map is written stands in ``bot.actions.people_map``.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.settings.actions import ActionSettings

FORBIDDEN_PREFIX = "system:"
"""Users and groups with this prefix belong to Kubernetes itself (RBAC reference); nobody in Slack is one of them."""
UNCONFIRMED = "Slack does not say that your e-mail address is confirmed"
_SMALL = {ord(letter): ord(letter) + 32 for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
LONGEST = 256
"""Characters of a user or group name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person as Kubernetes knows them."""

    user: str
    groups: tuple[str, ...] = ()
    shared: bool = False
    """Several people act under this name: that of a Slack user group."""
    email: str = field(default="", compare=False)
    """The e-mail address of the Slack account, as Slack says it, confirmed or not. It only tells who is not another."""


@dataclass(frozen=True, slots=True)
class Allow:
    """Yes; ``identity`` is whose rights are then reviewed."""

    identity: Identity


@dataclass(frozen=True, slots=True)
class Deny:
    """No, and why: one sentence fit for the person."""

    reason: str


class Member(Protocol):
    """A Slack user as Slack describes them; ``bot.slack.people.Person`` is one."""

    @property
    def user(self) -> str:
        """The Slack id."""

    @property
    def team(self) -> str:
        """The workspace that the account belongs to."""

    @property
    def email(self) -> str:
        """The e-mail address, empty when it is not known."""

    @property
    def email_confirmed(self) -> bool:
        """Whether Slack says that the address was confirmed."""

    @property
    def bot(self) -> bool:
        """An app, not a person."""

    @property
    def deleted(self) -> bool:
        """A deactivated account."""

    @property
    def guest(self) -> bool:
        """A guest of one channel or several (is_restricted, is_ultra_restricted)."""

    @property
    def stranger(self) -> bool:
        """Somebody met over Slack Connect only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the map: a person by Slack id or e-mail address (``folded``), or a Slack user group.

    A user group's ``groups`` come on top of what its members are otherwise; its ``user``, when it has one, is the name
    under which those members act whom no entry of their own names. ``user`` is empty otherwise.
    """

    user: str = ""
    groups: tuple[str, ...] = ()
    slack: str = ""
    email: str = ""
    usergroup: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The people map. ``trust_email`` lets a confirmed e-mail address stand for the Kubernetes user."""

    entries: tuple[Entry, ...] = ()
    trust_email: bool = False

    @property
    def usergroups(self) -> tuple[str, ...]:
        """The Slack user groups that the map names."""
        return tuple(dict.fromkeys(entry.usergroup for entry in self.entries if entry.usergroup))

    @property
    def users(self) -> tuple[str, ...]:
        """The Kubernetes users that the map names."""
        return tuple(dict.fromkeys(entry.user for entry in self.entries if entry.user))

    def identify(self, member: Member, team: str, memberships: frozenset[str] = frozenset()) -> Allow | Deny:
        """Return who the Slack user is to Kubernetes.

        ``team`` is the workspace that the bot belongs to, ``memberships`` the Slack user groups that the user is in.
        An entry of the person's own goes before a group's, and the map before a trusted e-mail address. An address
        counts, in the map as well, only when Slack has confirmed it.
        """
        if refused := unfit_account(member, team):
            return Deny(refused)
        email = folded(member.email)
        known = Identity(user="", email=member.email)
        group_entries = [entry for entry in self.entries if entry.usergroup in memberships]
        named = [entry for entry in self.entries if entry.email and entry.email == email]
        for entry in self.entries:
            by_email = member.email_confirmed and entry in named
            if by_email or (entry.slack and entry.slack == member.user):
                return Allow(_joined(replace(known, user=entry.user, groups=entry.groups), group_entries))
        for entry in group_entries:
            if entry.user:
                return Allow(_joined(replace(known, user=entry.user, shared=True), group_entries))
        if named:
            return Deny(UNCONFIRMED)
        if not self.trust_email:
            return Deny("you are not in the people map (PEOPLE_FILE), so the cluster does not know you")
        reason = _unfit_email(email, confirmed=member.email_confirmed)
        return Deny(reason) if reason else Allow(_joined(replace(known, user=email), group_entries))


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What may be done where. Empty sets of channels and namespaces mean everywhere.

    ``actions`` says for some namespaces which actions are allowed there at all; in a ``protected`` one two people must
    agree. ``per_person`` and ``per_workload`` are actions an hour, 0 without a limit.
    """

    enabled: bool = True
    channels: frozenset[str] = frozenset()
    namespaces: frozenset[str] = frozenset()
    actions: Mapping[str, frozenset[str]] = field(default_factory=dict)
    protected: frozenset[str] = frozenset()
    reason_required: bool = False
    per_person: int = 0
    per_workload: int = 0

    @classmethod
    def of(cls, settings: ActionSettings) -> Policy:
        """Return the policy of the settings."""
        return cls(
            enabled=settings.actions_enabled,
            channels=frozenset(settings.action_channels),
            namespaces=frozenset(settings.action_namespaces),
            actions=settings.allowed_actions,
            protected=frozenset(settings.protected_namespaces),
            reason_required=settings.action_reason_required,
            per_person=settings.actions_per_person,
            per_workload=settings.actions_per_workload,
        )

    def check(self, *, channel: str, namespace: str, action: str = "") -> Deny | None:
        """Return why this may not be done there (nothing at all, when no action is named), or None."""
        if not self.enabled:
            return Deny("actions are switched off (ACTIONS_ENABLED)")
        if self.channels and channel not in self.channels:
            return Deny("actions are not allowed in this channel (ACTION_CHANNELS)")
        if self.namespaces and namespace not in self.namespaces:
            return Deny(f"actions are not allowed in namespace {namespace} (ACTION_NAMESPACES)")
        allowed = self.actions.get(namespace)
        if allowed is not None and action and action not in allowed:
            return Deny(f"{action} is not allowed in namespace {namespace} (NAMESPACE_ACTIONS)")
        return None

    def check_silence(self, *, channel: str, namespace: str) -> Deny | None:
        """Return why alerts may not be silenced there, or None: a silence has no second person to agree."""
        if namespace in self.protected:
            why = "two people must agree on what is done there, and a silence has no second (PROTECTED_NAMESPACES)"
            return Deny(f"namespace {namespace} is protected: {why}")
        return self.check(channel=channel, namespace=namespace, action="silence")

    def too_often(self, person: int, workload: int) -> Deny | None:
        """Return why it is too often, given the actions of the last hour by the person and on the workload."""
        if self.per_person and person >= self.per_person:
            return Deny(f"you pressed {person} buttons within the last hour; more are not allowed (ACTIONS_PER_PERSON)")
        if self.per_workload and workload >= self.per_workload:
            why = "more are not allowed (ACTIONS_PER_WORKLOAD)"
            return Deny(f"this workload was changed by button {workload} times within the last hour; {why}")
        return None


def unfit_account(member: Member, team: str) -> str:
    """Return why this Slack account may neither ask nor act, or an empty string."""
    if member.bot:
        return "apps may not use me"
    if member.deleted:
        return "this account is deactivated"
    if member.guest:
        return "guests of the workspace may not use me"
    if member.stranger or not member.team or member.team != team:
        return "only members of this workspace may use me"
    return ""


def folded(email: str) -> str:
    """Return an e-mail address as it is compared where it grants something: the letters A to Z made small, no more.

    Unicode has signs that fold to letters (the Kelvin sign to k), and an address with one is another address.
    """
    return email.translate(_SMALL)


def same_person(one: Identity, other: Identity) -> bool:
    """Whether two Slack accounts may be one person: by the Kubernetes user, or by the e-mail address.

    This only ever takes something away, so it is generous where ``folded`` is strict: letters that look alike are
    alike, and so is what stands behind a plus. Under a user group's name are many, who differ by their addresses alone.
    """
    return not _signs(one).isdisjoint(_signs(other))


def _signs(identity: Identity) -> set[str]:
    """Return the names by which somebody is known again."""
    names = [identity.email, *([] if identity.shared else [identity.user])]
    return {_alike(name) for name in names if name.strip()}


def _alike(name: str) -> str:
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).strip()
    mailbox, at, domain = plain.rpartition("@")
    return mailbox.partition("+")[0] + at + domain if at else plain


def unfit_name(name: str) -> str:
    """Return why a name cannot be a Kubernetes user or group, or an empty string: it travels in HTTP headers."""
    if not name.strip() or name != name.strip():
        return "it is empty or has spaces around it"
    if not name.isprintable():
        return "it has characters that cannot be printed"
    if len(name) > LONGEST:
        return f"it is longer than {LONGEST} characters"
    return f"names with {FORBIDDEN_PREFIX} belong to Kubernetes" if name.startswith(FORBIDDEN_PREFIX) else ""


def _joined(identity: Identity, entries: list[Entry]) -> Identity:
    """Return the identity with the Kubernetes groups of the person's Slack user groups."""
    added = (group for entry in entries for group in entry.groups)
    return replace(identity, groups=tuple(dict.fromkeys((*identity.groups, *added))))


def _unfit_email(email: str, *, confirmed: bool) -> str:
    """Return why an e-mail address cannot stand for the person, or an empty string."""
    if not email:
        return "Slack does not tell your e-mail address, and you are not in the people map (PEOPLE_FILE)"
    if not confirmed:
        return UNCONFIRMED
    reason = "" if email.isascii() else "it has letters beyond ASCII"
    reason = reason or unfit_name(email)
    return f"your e-mail address cannot be a Kubernetes user: {reason}" if reason else ""
