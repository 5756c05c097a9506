"""Run every cause on the case, rank what they say, and make one answer of it: pure, the same bytes every time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from diagnostics import causes, fields, soundness
from diagnostics.answer import (
    advice,
    chain,
    consequence,
    excluded,
    gate,
    ranking,
    rehearsal,
    remedies,
    scope,
    selection,
    stock,
    suspects,
    undetermined,
)
from diagnostics.causes import pod_create_rejected
from diagnostics.claims import case_builder
from diagnostics.claims.budget import UNBOUNDED
from diagnostics.claims.catalogue import builtin
from diagnostics.claims.recall import Recall
from diagnostics.diagnosis import Diagnosis, Fault, Finding, Remedy, RuledOut, Verdict
from diagnostics.facts.pods import backoff, clock
from diagnostics.facts.workloads import changes, timeline
from diagnostics.findings import wording
from diagnostics.findings.joined import api as joined
from diagnostics.findings.subcases import api as subcases
from diagnostics.snapshot import Unread

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from diagnostics.answer.effects import Effect
    from diagnostics.causes import CauseModule
    from diagnostics.claims.budget import Budget
    from diagnostics.claims.case import Case
    from diagnostics.claims.catalogue import Catalogue
    from diagnostics.diagnosis import Advice
    from diagnostics.snapshot import Snapshot

CAUSE = "cause "
"""What the name of a cause whose check failed begins with where an answer says what it could not read."""

DEPTH = 3
"""How far a dependency's own dependencies are followed."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the causes said: findings best first, what each ruled out, and which of them broke."""

    findings: tuple[Finding, ...]
    ruled_out: tuple[RuledOut, ...]
    broken: tuple[Unread, ...]


def diagnose(snapshot: Snapshot, catalogue: Catalogue | None = None, budget: Budget = UNBOUNDED) -> Diagnosis:
    """Return the diagnosis of the snapshot's target. Never raises, whatever the objects look like.

    With a ``budget`` it raises ``OutOfTime`` when reading the logs takes longer.
    """
    return recalled(snapshot, Recall(catalogue or builtin(), budget))


def recalled(snapshot: Snapshot, recall: Recall) -> Diagnosis:
    """Return the same, with what was read of the logs left in ``recall`` for whoever looks on."""
    return _diagnose(clock.believable(soundness.sound(snapshot)), recall, DEPTH, frozenset())


def _diagnose(snapshot: Snapshot, recall: Recall, depth: int, seen: frozenset[str]) -> Diagnosis:
    case = joined.understood(case_builder.case_of(snapshot, recall.catalogue, recall))
    key = chain.key(case)
    if depth > 0:
        targets = chain.targets(case, seen | {key})
        followed = {
            name: _diagnose(snapshot.focused(target), recall, depth - 1, seen | {key, name})
            for name, target in targets.items()
        }
        case = replace(case, dependencies=followed)
    answers = ask(case, causes.registry())

    def rehearse(change: Effect) -> str:
        return rehearsal.objection(snapshot, change, answers.findings, again)

    def again(changed: Snapshot) -> tuple[Finding, ...]:
        copied = joined.understood(case_builder.case_of(changed, recall.catalogue, recall))
        copy = replace(copied, dependencies=case.dependencies)
        return ask(copy, causes.registry()).findings

    return answer(case, answers, rehearse)


def ask(case: Case, asked: Sequence[CauseModule]) -> Answers:
    """Ask every cause; one that raises is left out and named, it never takes the others down."""
    findings: list[Finding] = []
    ruled_out: list[RuledOut] = []
    broken: list[Unread] = []
    for cause in asked:
        try:
            found = cause.check(case)
            if found is not None:
                findings.append(found)
                continue
            because = cause.ruled_out(case)
        except Exception as error:  # noqa: BLE001 — one broken cause must not silence the others
            broken.append(Unread(what=f"{CAUSE}{cause.CAUSE.id}", why=f"its check failed: {type(error).__name__}"))
            continue
        if because:
            ruled_out.append(RuledOut(cause=cause.CAUSE.id, because=because))
    return Answers(ranking.ranked(case, findings), tuple(ruled_out), tuple(broken))


def answer(case: Case, answers: Answers, rehearse: Callable[[Effect], str] | None = None) -> Diagnosis:
    """Return the diagnosis that the causes' answers make; ``rehearse`` plays a change of the remedy through."""
    snapshot = case.snapshot
    if answers.findings:
        best, *others = answers.findings
    else:
        best, others = undetermined.finding(case), []
    joint, broken = joined.told(case, subcases.told(case, chain.rooted(case, best)))
    best = scope.told(case, consequence.told(case, joint))
    failing = best.verdict is not Verdict.NOT_FAILING
    absent = failing and best.fault is Fault.NONE
    also = tuple(
        replace(item, summary=wording.sentence(item.summary))
        for item in others
        if (item.verdict is not Verdict.NOT_FAILING) or not failing
    )
    advised = advice.advise(case, best)
    return Diagnosis(
        target=replace(snapshot.target, pod=_pod_name(case)),
        verdict=best.verdict,
        cause=best.cause or None,
        summary=wording.sentence(best.summary),
        container=best.container,
        evidence=selection.selected(best.evidence, best.verdict),
        facts=best.facts,
        chain=tuple(replace(link, summary=wording.sentence(link.summary)) for link in best.chain),
        changed=suspects.told(case, best) if failing else (),
        ruled_out=excluded.told(case, best, answers.ruled_out),
        also=also,
        unread=(*snapshot.unread, *answers.broken, *broken),
        remedy=_remedy(case, best, advised, rehearse),
        actions=advised,
        scope=scope.scope(case, refused=best.cause == pod_create_rejected.CAUSE.id),
        workload="" if case.workload is None else str(case.workload),
        next_restart=backoff.next_restart(case),
        since=changes.stamp(case.first_crash) if failing else "",
        timeline=timeline.of(case) if failing else None,
        cluster=snapshot.cluster,
        absent=absent,
        took_ms=snapshot.took_ms,
        requests=snapshot.requests,
    )


def _remedy(case: Case, best: Finding, advised: tuple[Advice, ...], rehearse: Callable[[Effect], str] | None) -> Remedy:
    """Return the remedy as it is shown: what helps at once first, through the gate, and no sentence without premise."""
    passed = gate.passed(
        case, remedies.with_advice(case, best, advised), advised, rehearse, weak=gate.weak(best)
    ).remedy
    return passed if best.chain else replace(passed, text=stock.kept(case, passed.text, advised))


def _pod_name(case: Case) -> str | None:
    return case.snapshot.target.pod if case.pod is None else fields.name(case.pod)
