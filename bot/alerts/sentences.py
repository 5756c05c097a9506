"""The sentences, paths and commands by which messages and annotations name objects.

``Deployment zoo/api``, ``Deployment/zoo/api``, ``pod api in namespace zoo``, the kubelet's ``pod=api_zoo(uid)``,
kubectl's ``-n zoo logs deploy/api``, and what Helm and Argo CD installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.alerts import labels as names
from bot.alerts.about import named
from bot.alerts.model import APP
from bot.alerts.pairs import CUT, MARK, NO_NAMES, pairs_of
from bot.model.names import owner_of
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.alerts.model import Target

_NAME = r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
_KINDS = "|".join(sorted(names.KIND_WORDS, key=len, reverse=True))
_SLASHED = compiled(rf"(?i)\b({_KINDS})[ :]+{MARK}({_NAME})/({_NAME})({CUT})")
_PATH = compiled(rf"(?i)\b({_KINDS})/({_NAME})/({_NAME})({CUT})")
_PATH_INSIDE = compiled(rf"(?i)\b({_NAME})/({_KINDS})/({_NAME})({CUT})")
_KUBELET = compiled(rf"\bpod[ =:]+{MARK}({_NAME})_({_NAME})\(")
_IN = r"(?:[ ,(]+(?:running |failing |deployed )?(?:in|from|of|on|at|within)[ ]+(?:the )?)"
_SENTENCE = compiled(
    rf"(?i)\b({_KINDS})(?:s)?(?:[ ]+named)?[ /:]+{MARK}({_NAME})({CUT}){MARK}[^\n.;]{{0,80}}?"
    rf"(?:{_IN}|[ ,(]+)(?:namespace|ns)[ :=]+{MARK}({_NAME})"
)
_SENTENCE_NS = compiled(
    rf"(?i)\b({_KINDS})(?:s)?(?:[ ]+named)?[ /:]+{MARK}({_NAME})({CUT}){MARK}"
    rf"{_IN}{MARK}({_NAME}){MARK}[ ]+(?:namespace|ns)\b"
)
_REVERSED = compiled(
    rf"(?i)\b(?:namespace|ns)[ :=]+{MARK}({_NAME}){MARK}[ ,;:/-]+(?:the )?({_KINDS})[ /:]+{MARK}({_NAME})({CUT})"
)
_ALONE = compiled(rf"(?i)\b({_KINDS})[ :/]+{MARK}({_NAME})({CUT})")
_SPOKEN = compiled(rf"(?i)\bnamespace[ ]+{MARK}({_NAME})\b|(?:^|\s)(?:-n|--namespace)[ =]({_NAME})\b")
_KUBECTL = compiled(rf"(?:^|\s)(?:-n|--namespace)[ =]({_NAME})\b")
_RESOURCE = compiled(rf"(?i)\b({_KINDS})/({_NAME})({CUT})")
_RELEASE = compiled(rf"(?i)\brelease[ :]+{MARK}({_NAME})/({_NAME})")
_RELEASE_DOTTED = compiled(r"(?i)\bhelmrelease/([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\.([a-z0-9-]{1,63})\b")
_APPLICATION = compiled(
    rf"(?i)\bapplication[ :]+{MARK}({_NAME}){MARK}[ ]+(?:has|is)[ ]+(?:been |become |now )?"
    r"(?:degraded|unhealthy|not healthy|failing|crashing|down)\b"
)
_LOGS = compiled(rf"\bkubectl\b[^\n]{{0,80}}?\b(?:logs|describe pod|exec|get pod)[ ]+(?:-[^ ]+[ ]+)*({_NAME})")


def spoken(text: str, shared: str | None) -> Iterator[Target | None]:
    """Yield what sentences and paths name."""
    for pattern, of_kind, of_namespace, of_name, of_cut in (
        (_SLASHED, 1, 2, 3, 4), (_PATH, 1, 2, 3, 4), (_PATH_INSIDE, 2, 1, 3, 4), (_SENTENCE, 1, 4, 2, 3),
        (_SENTENCE_NS, 1, 4, 2, 3), (_REVERSED, 2, 1, 3, 4),
    ):  # fmt: skip
        for match in pattern.finditer(text):
            if str(match.group(of_name)) in NO_NAMES or str(match.group(of_namespace)) in NO_NAMES:
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
            if name not in NO_NAMES:
                yield named(APP, where, name, why=why, sure=False)


def spoken_in(text: str, own: Mapping[str, str] | None = None) -> str | None:
    """Return the namespace that a whole text speaks of, when it is one."""
    found = {value for role, value, _cut in pairs_of(text, own) if role == names.NAMESPACE}
    for match in _SPOKEN.finditer(text):
        found.add(str(match.group(1) or match.group(2)).lower())
    found -= NO_NAMES
    return next(iter(found)) if len(found) == 1 else None


def _alone(text: str, shared: str | None) -> Iterator[Target | None]:
    """Yield ``pod api-6c9d8b7f5-z4kwx`` where the text says one namespace elsewhere; it must have a pod's shape."""
    for match in _ALONE.finditer(text) if shared else ():
        kind, name, cut = names.kind_named(str(match.group(1))), str(match.group(2)), bool(match.group(3))
        if name in NO_NAMES or (match.end(2) < len(text) and text[match.end(2)] in "/_"):
            continue
        if (cut and "-" in name) or (kind == "Pod" and owner_of("Pod", name) is not None):
            yield named(kind, shared, name, why=f"the words {match.group(0)}", cut=cut)


def _kubectl(text: str, shared: str | None) -> Iterator[Target | None]:
    said = {str(match.group(1)) for match in _KUBECTL.finditer(text)}
    where = next(iter(said)) if len(said) == 1 else shared
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
    if said:
        for match in _LOGS.finditer(text):
            if not names.kind_named(str(match.group(1))):
                yield named("Pod", where, str(match.group(1)), why="a kubectl command")
