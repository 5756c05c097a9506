"""From the target's own trouble to the root of the root: the dependency's pods, diagnosed by the same engine."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from diagnostics import fields
from diagnostics.claims import candidates, reach
from diagnostics.diagnosis import Diagnosis, Evidence, Fault, Finding, Link, Verdict
from diagnostics.facts import addresses as addressing
from diagnostics.patterns import compiled
from diagnostics.snapshot import Target

if TYPE_CHECKING:
    from diagnostics.claims.case import Case

BREADTH = 4
"""Pods of dependencies that are looked at from one case."""

ADDRESSES = 6
"""Different addresses of one log that are looked into."""

_SUBJECT = compiled(
    r"^((?:(?:Container|Init container|Sidecar) )?[a-z0-9-]+) "
    r"(?:has|was|cannot|crashed|needs|does|may|refuses|ends|ended)\b"
)
"""A summary that begins with its container: the pod takes its place."""

QUOTED = 4
"""Quotes of the dependency's own diagnosis that are carried into the target's."""


def key(case: Case) -> str:
    """Return what the case is known by in ``Case.dependencies``: ``namespace/pod``."""
    if case.pod is None:
        return f"{case.namespace}/{case.snapshot.target.name}"
    return f"{fields.namespace(case.pod)}/{fields.name(case.pod)}"


def addresses(case: Case) -> list[tuple[str, int | None]]:
    """Return the hosts and ports that the log names, each once, the strongest hits' first."""
    told = (addressing.address(hit.names) for hit in case.claims)
    named = list(dict.fromkeys(address for address in told if address is not None))[:ADDRESSES]
    guess = candidates.best(case) if not named else None
    return named if guess is None else [(guess.reach.host, guess.reach.port)]


def targets(case: Case, seen: frozenset[str]) -> dict[str, Target]:
    """Return the pods behind the hosts that the log names, by ``namespace/pod``, without those already followed."""
    found: dict[str, Target] = {}
    for address in addresses(case):
        for name in reach.host(case, *address).pods:
            namespace, _, pod = name.partition("/")
            if name not in seen and name not in found and len(found) < BREADTH:
                found[name] = Target(kind="Pod", namespace=namespace, name=pod, pod=pod)
    return found


def rooted(case: Case, finding: Finding) -> Finding:
    """Return the finding with the dependency's own cause at its head, when the dependency fails too.

    The cause stays the target's (its dependency is unavailable); the summary begins with what is to be mended.
    """
    if finding.fault is not Fault.DEPENDENCY or finding.verdict is Verdict.NOT_FAILING:
        return finding
    root = _root(case, finding)
    if root is None:
        return finding
    name, diagnosis = root
    own = Link(cause=finding.cause, target=str(case.workload or f"Pod {key(case)}"), summary=finding.summary)
    links = (own, *_links(name, diagnosis))
    last = next((link for link in reversed(links) if link.summary.strip()), own)
    root_pod = last.target.partition(" ")[2]
    return replace(
        finding,
        summary=_headed(last, _plight(finding)),
        evidence=_together(finding.evidence, _quotes(name, diagnosis)),
        facts={**finding.facts, "root": {"pod": root_pod, "cause": last.cause}},
        chain=links,
    )


def _headed(root: Link, plight: str) -> str:
    """Return the root in a sentence that begins with its object, and what follows from it."""
    pod, told = root.target.rpartition("/")[2], root.summary.rstrip(".")
    subject = _SUBJECT.search(told)
    if not root.target.startswith("Pod "):  # a Service's sentence names it, a workload's says "It is scaled to zero"
        return f"{root.target}{told[2:]}, so {plight}." if told.startswith("It ") else f"{told}, so {plight}."
    head = f"{pod}: {told}" if subject is None else f"{pod}{told[subject.end(1) :]}"
    joint = ". So " if any(mark in told for mark in (", so ", "; ", ". ")) else ", so "
    return f"{head}{joint}{plight}."


def _plight(finding: Finding) -> str:
    """Return the target's own trouble in a clause, without the reason: the root's sentence is the reason."""
    told = finding.summary.partition(": ")[0].rstrip(".")
    return f"{told[:1].lower()}{told[1:]}" if told.startswith(("Container ", "Init ", "Sidecar ")) else told


def _quotes(name: str, diagnosis: Diagnosis) -> tuple[Evidence, ...]:
    """Return the dependency's strongest quotes; of one that has a root behind it, that root's, which stand first."""
    if diagnosis.chain:
        return diagnosis.evidence[:QUOTED]
    return tuple(_from(name, item) for item in diagnosis.evidence[:QUOTED])


def _root(case: Case, finding: Finding) -> tuple[str, Diagnosis] | None:
    """Return the dependency's pod that fails, one whose cause is known first, then one that the finding names."""
    failing = [(name, found) for name, found in case.dependencies.items() if found.failing]
    told = f"{finding.summary} {' '.join(item.quote for item in finding.evidence)}"
    failing.sort(key=lambda entry: (entry[1].cause is None, entry[0].partition("/")[2] not in told))
    return failing[0] if failing else None


def _links(name: str, diagnosis: Diagnosis) -> tuple[Link, ...]:
    """Return the dependency's part of the way. A chain that begins with itself names its pod instead."""
    inner = diagnosis.chain
    begins = bool(inner) and inner[0].cause == diagnosis.cause and bool(inner[0].summary)
    summary = inner[0].summary if begins else diagnosis.summary
    return (Link(cause=diagnosis.cause, target=f"Pod {name}", summary=summary), *inner[1 if begins else 0 :])


def _from(name: str, item: Evidence) -> Evidence:
    """Return the quote with the other pod's name in its path; events carry it already."""
    return item if item.source == "event" or name in item.path else replace(item, path=f"{name} {item.path}")


def _together(own: tuple[Evidence, ...], other: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Return the quotes of both, the root's first, with its pod's name in place of the same ones without."""
    known = {(item.source, item.quote, item.at) for item in other}
    return (*other, *(item for item in own if not item.at or (item.source, item.quote, item.at) not in known))
