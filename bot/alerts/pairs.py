"""The pairs of key and value by which messages and annotations name objects, and the records that they make.

Read are ``key: value`` with any mark between and around them, a key alone on its line and its value on the next, and
``Kind``/``Name``/``Namespace`` apart. A pair that repeats a role with another value begins the next record.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.alerts import labels as names
from bot.alerts.about import named, targets_of
from bot.alerts.model import OWN_KINDS, WIDE_KINDS
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.alerts.model import Target

MARK = r"[*_`\"'“”]*"
"""What may stand around a name: Slack's marks and quotes."""
_VALUE = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
CUT = r"(?:[-.]*(?:…|\.\.\.))?"
"""The end of a name that was cut."""
_KEY = r"[A-Za-z][A-Za-z0-9_./-]{0,80}(?: [A-Za-z]{2,20}){0,2}"
_PAIR = compiled(
    rf"({_KEY})\]?{MARK}[ \t]*(?::|=|=>|\[|(?:\bis\b))[ \t]*{MARK}(?:\n[ \t>]*)?[ \t]*{MARK}"
    rf"((?:[A-Za-z]+/)?{_VALUE}(?:/{_VALUE})?)({CUT})"
)
_LINES = compiled(rf"(?m)^[ \t>•*_-]*({_KEY})[ \t]*[*_:]*[ \t]*\n[ \t>]*{MARK}({_VALUE})({CUT}){MARK}[ \t]*$")
NO_NAMES = frozenset({
    "is", "in", "on", "of", "the", "a", "an", "has", "been", "was", "not", "and", "or", "for", "with", "to",
    "from", "no", "none", "null", "unknown", "true", "false", "na", "status", "running", "failed", "failing",
    "pending", "ready", "crash", "crashing", "crashed", "crashlooping", "restarting", "restarted", "error",
    "count", "name", "names", "memory", "cpu", "usage", "limit", "this", "that", "at", "by", "are", "be",
    "will", "can", "may", "did", "does", "its", "it", "per", "over", "under", "after", "before",
})  # fmt: skip
"""Words that stand behind ``pod`` or ``namespace`` in running text and are no names."""
_OBJECTS = frozenset(("Pod", *OWN_KINDS, *WIDE_KINDS))
_BESIDE = (*OWN_KINDS, *WIDE_KINDS[1:])
_LABEL_OF = {role: label for label, role in reversed(tuple(names.ROLES.items()))}
"""Each role's usual label."""
_ORDER = ("Pod", *OWN_KINDS, names.OWNER, names.WORKLOAD, *WIDE_KINDS, names.DESTINATION, names.APP)


@dataclass(slots=True)
class Record:
    """Pairs that belong together: roles to value, and whether it is the beginning of a name only."""

    values: dict[str, str] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)


def pairs_of(text: str, own: Mapping[str, str] | None = None) -> Iterator[tuple[str, str, bool]]:
    """Yield role, value and whether the value was cut, for the keys that are known, as they stand in the text."""
    found: dict[int, tuple[str, str, bool]] = {}
    for pattern in (_PAIR, _LINES):
        at = 0
        while (match := pattern.search(text, at)) is not None:
            role, value = _role(str(match.group(1)), own), str(match.group(2))
            taken = bool(role) and _may_be(role, value)
            # What is no value may be the next key: ``Job failed: jobName = 'x'``.
            at = match.end(2) if taken else max(match.start(2), at + 1)
            if taken:
                found.setdefault(match.start(2), (role, value, bool(match.group(3))))
    for place in sorted(found):
        yield found[place]


def _may_be(role: str, value: str) -> bool:
    """Whether a value fits its key: names are small letters, kinds are kinds."""
    if role in (names.KIND, names.OWNER_KIND, names.WORKLOAD_TYPE):
        return bool(names.kind_named(value))
    if names.kind_named(value.partition("/")[0]) and "/" in value:
        return True
    return value == value.lower() and value not in NO_NAMES


def records_of(text: str, own: Mapping[str, str] | None) -> list[Record]:
    """Group pairs: one that repeats a role, with another value, begins the next record."""
    records = [Record()]
    for role, value, cut in pairs_of(text, own):
        current = records[-1]
        if role in current.values and current.values[role] != value:
            current = Record()
            records.append(current)
        current.values[role] = value
        if cut:
            current.cut.add(role)
    return [record for record in records if record.values]


def target_of(record: Record, namespace: str | None) -> Target | None:
    """Return what a record names; ``namespace`` counts where it says none."""
    values = record.values
    role = next((role for role in (names.NAME, names.RESOURCE, names.SERVICE, names.APP) if role in values), "")
    if names.KIND in values and role:
        kind = names.kind_named(values[names.KIND])
        if kind in _OBJECTS:
            return _split(kind, values[role], namespace, record, role)
    if names.POD in values and any(role in values for role in _BESIDE):
        return _of_labels(record, namespace)
    return _first(record, namespace)


def _first(record: Record, namespace: str | None) -> Target | None:
    """Return what the most exact pair of a record names."""
    values = record.values
    for role in _ORDER:
        if role not in values or (role in (names.DESTINATION, names.APP) and not namespace):
            continue
        kind = role
        if role in (names.OWNER, names.WORKLOAD, names.DESTINATION):
            said = {names.OWNER: names.OWNER_KIND, names.WORKLOAD: names.WORKLOAD_TYPE}.get(role, "")
            kind = names.kind_named(values.get(said, ""))
            if role == names.OWNER and not kind:
                continue
        return _split("App" if role == names.APP else kind, values[role], namespace, record, role)
    if names.RESOURCE in values and "/" in values[names.RESOURCE]:
        first, _, rest = values[names.RESOURCE].partition("/")
        kind = names.kind_named(first)
        if kind:
            return _split(kind, rest, namespace, record, names.RESOURCE)
    if names.NAME in values and names.NAMESPACE in values:
        return _split("", values[names.NAME], namespace, record, names.NAME)
    return None


def _of_labels(record: Record, namespace: str | None) -> Target | None:
    """Read a record that names a pod and another object as labels are read: the pod may be the exporter's own."""
    labels = {_LABEL_OF[role]: value.rpartition("/")[2] for role, value in record.values.items()}
    if namespace:
        labels.setdefault("namespace", namespace)
    made, _aside = targets_of(labels)
    if not made:
        return None
    cut = made[0].kind in record.cut
    return replace(made[0], why=f"the pair with {made[0].name}", cut=made[0].cut or cut)


def _split(kind: str, value: str, namespace: str | None, record: Record, role: str) -> Target | None:
    """Make a target of a value that may hold its namespace or kind itself."""
    head, slash, tail = value.rpartition("/")
    if slash and names.kind_named(head):
        kind = names.kind_named(head)
    elif slash:
        namespace = head
    wide = kind in ("Node", "PersistentVolume")
    container = record.values.get(names.CONTAINER) if kind == "Pod" else None
    return named(
        kind, None if wide else namespace, tail, container=container,
        why=f"the pair with {tail}", cut=role in record.cut, sure=kind not in ("App", ""),
    )  # fmt: skip


def _role(key: str, own: Mapping[str, str] | None) -> str:
    """Return the role of a key; of several words the last ones may be the key."""
    words = key.split()
    for start in range(len(words)):
        role = names.role_of(" ".join(words[start:]), own)
        if role and role != names.NAME:
            return role
        if role == names.NAME and len(words) == 1:
            return role
    kind = names.kind_named(words[-1])
    return kind if kind and kind != "Job" else "Job" if kind == "Job" and words[-1] == "Job" else ""
