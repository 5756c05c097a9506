"""The people map as it is written: read, checked with the line named, read again when the file changes.

It is a YAML list. A person by Slack id or e-mail address, or a Slack user group::

    - slack: U012ABCDEF          # or: email: alice@example.com (counts when Slack has confirmed it)
      user: alice@example.com    # as RBAC knows the person
      groups: [payments-oncall]
    - usergroup: S012ABCDEF      # a Slack user group (needs the scope usergroups:read)
      groups: [sre]              # its members get these groups on top of what they are
      user: sre-on-call          # optional: whom members act as that no entry of their own names
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from bot.actions.last_good import LastGood
from bot.model.errors import BotError
from bot.model.policy import Entry, People, folded, unfit_name

if TYPE_CHECKING:
    from pathlib import Path

_KEYS = ("slack", "email", "usergroup")


class PeopleError(ValueError):
    """A people map that cannot be used: one sentence with the line."""


class PeopleFile:
    """The people map of a file, read anew whenever it is asked for: who was taken out of it is out at once.

    A file that cannot be used (a slip of an edit, a mount that is being changed) is said in the log, and the last map
    that was good goes on counting. At the start there is none yet: then ``BotError`` with the line.
    """

    def __init__(self, path: Path | None, *, trust_email: bool) -> None:
        self._file = None if path is None else LastGood("people", path, _read)
        self._trust_email = trust_email

    @property
    def problem(self) -> str:
        """What is wrong with the file now; empty when it is in use."""
        return "" if self._file is None else self._file.problem

    def people(self) -> People:
        """Return the map as the file says now, or as it said when it was last good."""
        entries = () if self._file is None else self._file.entries()
        return People(entries=entries, trust_email=self._trust_email)


def _read(path: Path) -> tuple[Entry, ...]:
    try:
        return parse_people(path.read_text(encoding="utf-8"), str(path))
    except PeopleError as error:
        raise BotError(f"PEOPLE_FILE: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BotError(f"PEOPLE_FILE: {path} cannot be read ({type(error).__name__})") from error


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
    known: set[tuple[str, str]] = set()
    for item in node.value:
        where = f"{source}{_line(item.start_mark)}"
        entry = _entry(item, where)
        who = next((key, getattr(entry, key)) for key in _KEYS if getattr(entry, key))
        if who in known:
            raise PeopleError(f"{where}: {who[1]} is in the map already")
        known.add(who)
        entries.append(entry)
    return tuple(entries)


def _entry(item: yaml.Node, where: str) -> Entry:
    given = _mapping(item, where)
    unknown = sorted(set(given) - {*_KEYS, "user", "groups"})
    if unknown:
        raise PeopleError(f"{where}: unknown key {unknown[0][:40]!r}; there are {', '.join(_KEYS)}, user, groups")
    slack, email, usergroup, user = (_text(given.get(key), key, where) for key in (*_KEYS, "user"))
    groups = given.get("groups", [])
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise PeopleError(f"{where}: groups must be a list of names")
    if sum(map(bool, (slack, email, usergroup))) != 1:
        raise PeopleError(f"{where}: say one of slack, email and usergroup")
    if not user and not (usergroup and groups):
        raise PeopleError(f"{where}: {'user and groups are' if usergroup else 'user is'} missing")
    for name in (*([user] if user else ()), *groups):
        if reason := unfit_name(name):
            raise PeopleError(f"{where}: {name[:60]!r} cannot be a Kubernetes user or group: {reason}")
    if not email.isascii():
        raise PeopleError(f"{where}: {email[:60]!r} has letters beyond ASCII; name that person by slack")
    return Entry(user=user, groups=tuple(groups), slack=slack, email=folded(email), usergroup=usergroup)


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


def _line(mark: Any) -> str:
    return f" line {mark.line + 1}" if mark is not None else ""
