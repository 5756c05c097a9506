"""The forms in which messages and annotations name Kubernetes objects: pairs of key and value, and sentences.

Read are, for whole parts of a message: ``key: value`` with any mark between and around them, a key alone on its line
and its value on the next, ``Kind``/``Name``/``Namespace`` apart, ``Deployment zoo/api``, ``Deployment/zoo/api``,
``pod api in namespace zoo``, the kubelet's ``pod=api_zoo(uid)``, kubectl's ``-n zoo logs deploy/api``. A bare
``zoo/api-0`` is no more than a word: whether it means anything, the cluster says.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.alerts import labels as names
from bot.alerts.about import named, targets_of
from bot.alerts.model import APP, OWN_KINDS, WIDE_KINDS
from bot.model.names import LONGEST, owner_of
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.alerts.model import Target

TARGETS = 60
"""So many targets of one message are looked at; the rest is counted, and said."""

_NAME = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
_VALUE = r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
_MARK = r"[*_`\"'“”]*"
_CUT = r"(?:[-.]*(?:…|\.\.\.))?"
_KINDS = "|".join(sorted(names.KIND_WORDS, key=len, reverse=True))
_KEY = r"[A-Za-z][A-Za-z0-9_./-]{0,80}(?: [A-Za-z]{2,20}){0,2}"
_PAIR = compiled(
    rf"({_KEY})\]?{_MARK}[ \t]*(?::|=|=>|\[|(?:\bis\b))[ \t]*{_MARK}(?:\n[ \t>]*)?[ \t]*{_MARK}"
    rf"((?:[A-Za-z]+/)?{_VALUE}(?:/{_VALUE})?)({_CUT})"
)
_LINES = compiled(rf"(?m)^[ \t>•*_-]*({_KEY})[ \t]*[*_:]*[ \t]*\n[ \t>]*{_MARK}({_VALUE})({_CUT}){_MARK}[ \t]*$")
_SLASHED = compiled(rf"(?i)\b({_KINDS})[ :]+{_MARK}({_NAME})/({_NAME})({_CUT})")
_PATH = compiled(rf"(?i)\b({_KINDS})/({_NAME})/({_NAME})({_CUT})")
_PATH_INSIDE = compiled(rf"(?i)\b({_NAME})/({_KINDS})/({_NAME})({_CUT})")
_KUBELET = compiled(rf"\bpod[ =:]+{_MARK}({_NAME})_({_NAME})\(")
_IN = r"(?:[ ,(]+(?:running |failing |deployed )?(?:in|from|of|on|at|within)[ ]+(?:the )?)"
_SENTENCE = compiled(
    rf"(?i)\b({_KINDS})(?:s)?(?:[ ]+named)?[ /:]+{_MARK}({_NAME})({_CUT}){_MARK}[^\n.;]{{0,80}}?"
    rf"(?:{_IN}|[ ,(]+)(?:namespace|ns)[ :=]+{_MARK}({_NAME})"
)
_SENTENCE_NS = compiled(
    rf"(?i)\b({_KINDS})(?:s)?(?:[ ]+named)?[ /:]+{_MARK}({_NAME})({_CUT}){_MARK}"
    rf"{_IN}{_MARK}({_NAME}){_MARK}[ ]+(?:namespace|ns)\b"
)
_REVERSED = compiled(
    rf"(?i)\b(?:namespace|ns)[ :=]+{_MARK}({_NAME}){_MARK}[ ,;:/-]+(?:the )?({_KINDS})[ /:]+{_MARK}({_NAME})({_CUT})"
)
_ALONE = compiled(rf"(?i)\b({_KINDS})[ :/]+{_MARK}({_NAME})({_CUT})")
_SPOKEN = compiled(rf"(?i)\bnamespace[ ]+{_MARK}({_NAME})\b|(?:^|\s)(?:-n|--namespace)[ =]({_NAME})\b")
_KUBECTL = compiled(rf"(?:^|\s)(?:-n|--namespace)[ =]({_NAME})\b")
_RESOURCE = compiled(rf"(?i)\b({_KINDS})/({_NAME})({_CUT})")
_RELEASE = compiled(rf"(?i)\brelease[ :]+{_MARK}({_NAME})/({_NAME})")
_RELEASE_DOTTED = compiled(r"(?i)\bhelmrelease/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.([a-z0-9-]{1,63})\b")
_APPLICATION = compiled(
    rf"(?i)\bapplication[ :]+{_MARK}({_NAME}){_MARK}[ ]+(?:has|is)[ ]+(?:been |become |now )?"
    r"(?:degraded|unhealthy|not healthy|failing|crashing|down)\b"
)
_LOGS = compiled(rf"\bkubectl\b[^\n]{{0,80}}?\b(?:logs|describe pod|exec|get pod)[ ]+(?:-[^ ]+[ ]+)*({_NAME})")
_LABEL = compiled(
    r"(?m)^[ \t>•*`-]*([A-Za-z_][A-Za-z0-9_]{0,120})[*_`]*(?:[ \t]*[:=|][ \t]*|[ \t]{2,})"
    r"[`*\" \t]*([^\n\"`]{1,300}?)[\"`*|,;\t ]*$"
)
_BRACED = compiled(r"\{([^{}\n]+)\}")
_QUOTED = compiled(r"([A-Za-z_][A-Za-z0-9_]{0,120})\s*=~?\s*\"([^\"]{0,300})\"")
_OF_PROMETHEUS = frozenset({"alertname", "job", "prometheus", "instance"})
"""Labels that only Prometheus' own label sets have: a text that lists them lists labels."""
_PUNCTUATION = "`\"'()[]{}<>,.:;*_|"
_NO_NAMES = frozenset(
    [
        "is",
        "in",
        "on",
        "of",
        "the",
        "a",
        "an",
        "has",
        "been",
        "was",
        "not",
        "and",
        "or",
        "for",
        "with",
        "to",
        "from",
        "no",
        "none",
        "null",
        "unknown",
        "true",
        "false",
        "na",
        "status",
        "running",
        "failed",
        "failing",
        "pending",
        "ready",
        "crash",
        "crashing",
        "crashed",
        "crashlooping",
        "restarting",
        "restarted",
        "error",
        "count",
        "name",
        "names",
        "memory",
        "cpu",
        "usage",
        "limit",
        "this",
        "that",
        "at",
        "by",
        "are",
        "be",
        "will",
        "can",
        "may",
        "did",
        "does",
        "its",
        "it",
        "per",
        "over",
        "under",
        "after",
        "before",
    ]
)
"""Words that stand behind ``pod`` or ``namespace`` in running text and are no names."""

_OBJECTS = frozenset(("Pod", *OWN_KINDS, *WIDE_KINDS))
_BESIDE = (*OWN_KINDS, *WIDE_KINDS[1:])
_LABEL_OF = {role: label for label, role in reversed(tuple(names.ROLES.items()))}
"""Each role's usual label."""

_ORDER = ("Pod", *OWN_KINDS, names.OWNER, names.WORKLOAD, *WIDE_KINDS, names.DESTINATION, names.APP)


@dataclass(slots=True)
class _Record:
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
    return value == value.lower() and value not in _NO_NAMES


def targets_in(text: str, own: Mapping[str, str] | None = None, namespace: str | None = None) -> list[Target]:
    """Return what a text names, each once, in its order. ``namespace`` counts where the text says none."""
    found = [target for target in _named_in(text, own, namespace) if target is not None]
    exact = _unique([target for target in found if target.sure])
    return exact or _unique(found)


def label_sets(text: str) -> list[dict[str, str]]:
    """Return the label sets that a text lists: a label a line, or ``{name="value", ...}``.

    They are read as labels are, because an exporter's own labels are among them.
    """
    listed: list[dict[str, str]] = [{}]
    for match in _LABEL.finditer(text):
        name, value = str(match.group(1)), str(match.group(2)).strip()
        if name in listed[-1]:
            listed.append({})
        listed[-1][name] = value
    sets: list[dict[str, str]] = [{}]
    for labels in listed:
        # A headline may say once more what the list says; two alerts differ in something.
        if all(sets[-1].get(name, value) == value for name, value in labels.items()):
            sets[-1] |= labels
        else:
            sets.append(labels)
    sets += [
        {str(match.group(1)): str(match.group(2)) for match in _QUOTED.finditer(str(braces.group(1)))}
        for braces in _BRACED.finditer(text)
    ]
    return [labels for labels in sets if _OF_PROMETHEUS & labels.keys() and len(labels) > 1]


def bare_in(text: str) -> list[Target]:
    """Return the words of a text that have the shape of a pod's name, alone or behind a namespace.

    Only the cluster can confirm them: ``zoo-inc/cage-api`` is a repository as well as it is anything.
    """
    made = []
    for word in words_of(text):
        where, slash, name = word.rpartition("/")
        if not (slash and "/" not in where) and slash:
            continue
        if owner_of("Pod", name) is None and len(name) != LONGEST:
            continue
        why = "a word NAMESPACE/POD" if slash else "a word of a pod's shape"
        made.append(named("Pod", where or None, name, why=why, sure=False))
    return _unique([target for target in made if target is not None])


def words_of(text: str) -> list[str]:
    """Return the words of a text without what stands around them."""
    return [word.strip(_PUNCTUATION) for word in text.split()]


def _named_in(text: str, own: Mapping[str, str] | None, namespace: str | None) -> Iterator[Target | None]:
    records = _records(text, own)
    spoken = {record.values[names.NAMESPACE] for record in records if names.NAMESPACE in record.values}
    shared = next(iter(spoken)) if len(spoken) == 1 else namespace
    before = namespace
    scraped: set[str] = set()
    for record in records:
        where = record.values.get(names.NAMESPACE) or (shared if len(spoken) < 2 else before)
        before = where
        made = _target(record, where)
        if made is not None and made.kind != names.POD and names.POD in record.values:
            scraped.add(record.values[names.POD])
        yield made
    for said in _spoken(text, shared):
        if said is not None and said.name not in scraped:
            yield said


def _spoken(text: str, shared: str | None) -> Iterator[Target | None]:
    """Yield what sentences and paths name."""
    for pattern, of_kind, of_namespace, of_name, of_cut in (
        (_SLASHED, 1, 2, 3, 4), (_PATH, 1, 2, 3, 4), (_PATH_INSIDE, 2, 1, 3, 4), (_SENTENCE, 1, 4, 2, 3),
        (_SENTENCE_NS, 1, 4, 2, 3), (_REVERSED, 2, 1, 3, 4),
    ):  # fmt: skip
        for match in pattern.finditer(text):
            if str(match.group(of_name)) in _NO_NAMES or str(match.group(of_namespace)) in _NO_NAMES:
                continue
            yield named(
                names.kind_named(str(match.group(of_kind))),
                str(match.group(of_namespace)).lower(),
                str(match.group(of_name)).lower(),
                why=f"the words {str(match.group(0))[:80]}",
                cut=bool(match.group(of_cut)),
            )
    for match in _KUBELET.finditer(text):
        yield named("Pod", str(match.group(2)), str(match.group(1)), why="the kubelet's words POD_NAMESPACE(UID)")
    yield from _alone(text, shared)
    yield from _kubectl(text, shared)
    yield from _installed(text)


def _installed(text: str) -> Iterator[Target | None]:
    """Yield what was installed: Helm's releases, Argo CD's applications. Whose workload it is, the cluster says.

    Sources: Flux' notifications (``Helm upgrade failed for release zoo/api``, ``helmrelease/api.zoo``), Argo CD's
    catalog (``Application api has degraded``).
    """
    for pattern, of_namespace, of_name in ((_RELEASE, 1, 2), (_RELEASE_DOTTED, 2, 1), (_APPLICATION, 0, 1)):
        for match in pattern.finditer(text):
            where = str(match.group(of_namespace)).lower() if of_namespace else None
            name, why = str(match.group(of_name)).lower(), f"the words {str(match.group(0))[:80]}"
            if name not in _NO_NAMES:
                yield named(APP, where, name, why=why, sure=False)


def spoken_in(text: str, own: Mapping[str, str] | None = None) -> str | None:
    """Return the namespace that a whole text speaks of, when it is one."""
    spoken = {value for role, value, _cut in pairs_of(text, own) if role == names.NAMESPACE}
    for match in _SPOKEN.finditer(text):
        spoken.add(str(match.group(1) or match.group(2)).lower())
    spoken -= _NO_NAMES
    return next(iter(spoken)) if len(spoken) == 1 else None


def _alone(text: str, shared: str | None) -> Iterator[Target | None]:
    """Yield ``pod api-6c9d8b7f5-z4kwx`` where the text says one namespace elsewhere; it must have a pod's shape."""
    for match in _ALONE.finditer(text) if shared else ():
        kind, name, cut = names.kind_named(str(match.group(1))), str(match.group(2)), bool(match.group(3))
        if name in _NO_NAMES or (match.end(2) < len(text) and text[match.end(2)] in "/_"):
            continue
        if (cut and "-" in name) or (kind == "Pod" and owner_of("Pod", name) is not None):
            yield named(kind, shared, name, why=f"the words {match.group(0)}", cut=cut)


def _kubectl(text: str, shared: str | None) -> Iterator[Target | None]:
    spoken = {str(match.group(1)) for match in _KUBECTL.finditer(text)}
    where = next(iter(spoken)) if len(spoken) == 1 else shared
    if not where:
        return
    for match in _RESOURCE.finditer(text):
        name = str(match.group(2))
        if match.end(2) < len(text) and text[match.end(2)] == "/":
            continue
        yield named(
            names.kind_named(str(match.group(1))), where, name.lower(), why=f"the words {match.group(0)}",
            cut=bool(match.group(3)),
        )  # fmt: skip
    if spoken:
        for match in _LOGS.finditer(text):
            if not names.kind_named(str(match.group(1))):
                yield named("Pod", where, str(match.group(1)), why="a kubectl command")


def _records(text: str, own: Mapping[str, str] | None) -> list[_Record]:
    """Group pairs: one that repeats a role, with another value, begins the next record."""
    records = [_Record()]
    for role, value, cut in pairs_of(text, own):
        current = records[-1]
        if role in current.values and current.values[role] != value:
            current = _Record()
            records.append(current)
        current.values[role] = value
        if cut:
            current.cut.add(role)
    return [record for record in records if record.values]


def _target(record: _Record, namespace: str | None) -> Target | None:
    values = record.values
    role = next((role for role in (names.NAME, names.RESOURCE, names.SERVICE, names.APP) if role in values), "")
    if names.KIND in values and role:
        kind = names.kind_named(values[names.KIND])
        if kind in _OBJECTS:
            return _split(kind, values[role], namespace, record, role)
    if names.POD in values and any(role in values for role in _BESIDE):
        return _of_labels(record, namespace)
    return _first(record, namespace)


def _first(record: _Record, namespace: str | None) -> Target | None:
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


def _of_labels(record: _Record, namespace: str | None) -> Target | None:
    """Read a record that names a pod and another object as labels are read: the pod may be the exporter's own."""
    labels = {_LABEL_OF[role]: value.rpartition("/")[2] for role, value in record.values.items()}
    if namespace:
        labels.setdefault("namespace", namespace)
    made, _aside = targets_of(labels)
    if not made:
        return None
    cut = made[0].kind in record.cut
    return replace(made[0], why=f"the pair with {made[0].name}", cut=made[0].cut or cut)


def _split(kind: str, value: str, namespace: str | None, record: _Record, role: str) -> Target | None:
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


def _unique(targets: list[Target]) -> list[Target]:
    """Return each target once: by identity; the same name without its namespace or kind is the same."""
    kept: list[Target] = []
    for target in sorted(targets, key=lambda one: (one.namespace is None, not one.kind)):
        if any(
            one.name == target.name
            and (target.namespace in (None, one.namespace))
            and (target.kind in ("", one.kind) or (one.kind == "" and target.kind))
            for one in kept
        ):
            continue
        kept.append(target)
    order = {id(target): index for index, target in enumerate(targets)}
    return sorted(kept, key=lambda one: order[id(one)])
