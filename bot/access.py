"""Who a Slack user is to Kubernetes, and where buttons may be pressed: the people map and the policy. Pure.

A yes here is only the first half: the cluster's own RBAC (``bot.cluster.access``) must say yes too, at the click.

The people map is a YAML file, a list of entries; the first that fits wins::

    - slack: U012ABCDEF          # or: email: alice@example.com
      user: alice@example.com    # as RBAC knows the person
      groups: [payments-oncall]
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import yaml

FORBIDDEN_PREFIX = "system:"
"""Users and groups with this prefix belong to Kubernetes itself (RBAC reference); nobody in Slack is one of them."""
LONGEST = 256
"""Characters of a user or group name."""


class PeopleError(ValueError):
    """A people map that cannot be used: one sentence with the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A person as Kubernetes knows them."""

    user: str
    groups: tuple[str, ...] = ()


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
    """One person of the map: by Slack id or by e-mail address (lower case)."""

    identity: Identity
    slack: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """The people map. ``trust_email`` lets a confirmed e-mail address stand for the Kubernetes user."""

    entries: tuple[Entry, ...] = ()
    trust_email: bool = False

    def identify(self, member: Member, team: str) -> Allow | Deny:
        """Return who the Slack user is to Kubernetes. ``team`` is the workspace that the bot belongs to."""
        if refused := _unfit(member, team):
            return Deny(refused)
        email = member.email.strip().lower()
        for entry in self.entries:
            if (entry.slack and entry.slack == member.user) or (entry.email and entry.email == email):
                return Allow(entry.identity)
        if not self.trust_email:
            return Deny("you are not in the people map (PEOPLE_FILE), so the cluster does not know you")
        reason = _unfit_email(email, confirmed=member.email_confirmed)
        return Deny(reason) if reason else Allow(Identity(user=email))


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Where actions may be taken. Empty sets of channels and namespaces mean everywhere."""

    enabled: bool = True
    channels: frozenset[str] = frozenset()
    namespaces: frozenset[str] = frozenset()

    def check(self, *, channel: str, namespace: str) -> Deny | None:
        """Return why nothing may be done there, or None."""
        if not self.enabled:
            return Deny("actions are switched off (ACTIONS_ENABLED)")
        if self.channels and channel not in self.channels:
            return Deny("actions are not allowed in this channel (ACTION_CHANNELS)")
        if self.namespaces and namespace not in self.namespaces:
            return Deny(f"actions are not allowed in namespace {namespace} (ACTION_NAMESPACES)")
        return None

    def decide(self, people: People, member: Member, *, team: str, channel: str, namespace: str) -> Allow | Deny:
        """Return whether that person may press a button there, and as whom."""
        return self.check(channel=channel, namespace=namespace) or people.identify(member, team)


def parse_people(text: str, source: str = "people map") -> tuple[Entry, ...]:
    """Read a people map. Raises ``PeopleError`` that names the line and never repeats more of it than a name."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise PeopleError(f"{source}{_line(mark)}: not valid YAML") from None
    except RecursionError:
        raise PeopleError(f"{source}: nested too deeply") from None
    if node is None:
        return ()
    if not isinstance(node, yaml.SequenceNode):
        raise PeopleError(f"{source}{_line(node.start_mark)}: must be a list of people")
    entries: list[Entry] = []
    for item in node.value:
        where = f"{source}{_line(item.start_mark)}"
        entry = _entry(item, where)
        if any(
            (entry.slack and entry.slack == other.slack) or (entry.email and entry.email == other.email)
            for other in entries
        ):
            raise PeopleError(f"{where}: {entry.slack or entry.email} is in the map already")
        entries.append(entry)
    return tuple(entries)


def _entry(item: yaml.Node, where: str) -> Entry:
    given = _mapping(item, where)
    unknown = sorted(set(given) - {"slack", "email", "user", "groups"})
    if unknown:
        raise PeopleError(f"{where}: unknown key {unknown[0][:40]!r}; there are slack, email, user, groups")
    slack, email, user = (_text(given.get(key), key, where) for key in ("slack", "email", "user"))
    groups = given.get("groups", [])
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise PeopleError(f"{where}: groups must be a list of names")
    if bool(slack) == bool(email):
        raise PeopleError(f"{where}: say either slack or email")
    if not user:
        raise PeopleError(f"{where}: user is missing")
    for name in (user, *groups):
        if reason := _unfit_name(name):
            raise PeopleError(f"{where}: {name[:60]!r} cannot be a Kubernetes user or group: {reason}")
    return Entry(identity=Identity(user=user, groups=tuple(groups)), slack=slack, email=email.lower())


def _mapping(item: yaml.Node, where: str) -> dict[str, Any]:
    """Return a person's keys; scalars are taken as they are written, so that no name turns into a number."""
    if not isinstance(item, yaml.MappingNode):
        raise PeopleError(f"{where}: each person must have slack or email, user, and groups if any")
    given: dict[str, Any] = {}
    for key, value in item.value:
        name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
        if name in given:
            raise PeopleError(f"{where}: {name[:40]} is given twice")
        given[name] = (
            [each.value if isinstance(each, yaml.ScalarNode) else None for each in value.value]
            if isinstance(value, yaml.SequenceNode)
            else value.value
        )
    return given


def _text(value: Any, key: str, where: str) -> str:
    if value is not None and not isinstance(value, str):
        raise PeopleError(f"{where}: {key} must be text")
    return (value or "").strip()


def _unfit(member: Member, team: str) -> str:
    """Return why this Slack account may never act, or an empty string."""
    if member.bot:
        return "apps may not press buttons here"
    if member.deleted:
        return "this account is deactivated"
    if member.guest:
        return "guests may not press buttons here"
    if member.stranger or not member.team or member.team != team:
        return "only members of this workspace may press buttons here"
    return ""


def _unfit_email(email: str, *, confirmed: bool) -> str:
    """Return why an e-mail address cannot stand for the person, or an empty string."""
    if not email:
        return "Slack does not tell your e-mail address, and you are not in the people map (PEOPLE_FILE)"
    if not confirmed:
        return "Slack says that your e-mail address is not confirmed"
    reason = _unfit_name(email)
    return f"your e-mail address cannot be a Kubernetes user: {reason}" if reason else ""


def _unfit_name(name: str) -> str:
    """Return why a name cannot be a Kubernetes user or group, or an empty string: it travels in HTTP headers."""
    if not name.strip() or name != name.strip():
        return "it is empty or has spaces around it"
    if not name.isprintable():
        return "it has characters that cannot be printed"
    if len(name) > LONGEST:
        return f"it is longer than {LONGEST} characters"
    return f"names with {FORBIDDEN_PREFIX} belong to Kubernetes" if name.startswith(FORBIDDEN_PREFIX) else ""


def _line(mark: Any) -> str:
    return f" line {mark.line + 1}" if mark is not None else ""
