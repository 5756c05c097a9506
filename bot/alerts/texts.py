"""What a text names: objects by pairs and sentences, each once, lists of labels, and words of a pod's shape.

A bare ``zoo/api-0`` is no more than a word: whether it means anything, the cluster says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.alerts import labels as names
from bot.alerts.about import named
from bot.alerts.pairs import records_of, target_of
from bot.alerts.sentences import spoken
from bot.model.names import LONGEST, owner_of
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.alerts.model import Target

TARGETS = 60
"""So many targets of one message are looked at; the rest is counted, and said."""
_LABEL = compiled(
    r"(?m)^[ \t>•*`-]*([A-Za-z_][A-Za-z0-9_]{0,120})[*_`]*(?:[ \t]*[:=|][ \t]*|[ \t]{2,})"
    r"[`*\" \t]*([^\n\"`]{1,300}?)[\"`*|,;\t ]*$"
)
_BRACED = compiled(r"\{([^{}\n]+)\}")
_QUOTED = compiled(r"([A-Za-z_][A-Za-z0-9_]{0,120})\s*=~?\s*\"([^\"]{0,300})\"")
_OF_PROMETHEUS = frozenset({"alertname", "job", "prometheus", "instance"})
"""Labels that only Prometheus' own label sets have: a text that lists them lists labels."""
_PUNCTUATION = "`\"'()[]{}<>,.:;*_|"


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
    records = records_of(text, own)
    namespaces = {record.values[names.NAMESPACE] for record in records if names.NAMESPACE in record.values}
    shared = next(iter(namespaces)) if len(namespaces) == 1 else namespace
    before = namespace
    scraped: set[str] = set()
    for record in records:
        where = record.values.get(names.NAMESPACE) or (shared if len(namespaces) < 2 else before)
        before = where
        made = target_of(record, where)
        if made is not None and made.kind != names.POD and names.POD in record.values:
            scraped.add(record.values[names.POD])
        yield made
    for said in spoken(text, shared):
        if said is not None and said.name not in scraped:
            yield said


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
