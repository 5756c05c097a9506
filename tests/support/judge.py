"""Is an answer right? Five columns: cause, container, citations, advice on restart and undo, confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnostics.diagnosis import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostics.diagnosis import Diagnosis

COLUMNS = ("cause", "container", "citations", "advice", "confidence")
NO_CONTAINER = frozenset(
    {"evicted", "deadline-exceeded", "volume-mount-failed", "unschedulable", "pod-create-rejected"}
)


@dataclass(frozen=True)
class Expected:
    """What is true of a scenario."""

    cause: str | None
    container: str
    cite: Sequence[str]
    restart: bool
    undo: bool


@dataclass(frozen=True)
class Judged:
    """Which columns are right, and what was missing from the citations."""

    cause: bool
    container: bool
    citations: bool
    advice: bool
    confidence: bool
    missing: tuple[str, ...]
    got: str
    verdict: Verdict

    @property
    def right(self) -> bool:
        return all(getattr(self, column) for column in COLUMNS)

    @property
    def confidently_wrong(self) -> bool:
        return not self.confidence


def shown(diagnosis: Diagnosis) -> str:
    """All that a reader sees as the ground of the verdict."""
    parts = [diagnosis.summary]
    for item in diagnosis.evidence:
        parts += [item.quote, item.path]
    parts += [f"{change.what} {change.old} {change.new}" for change in diagnosis.changed]
    parts += [f"{link.target} {link.summary}" for link in diagnosis.chain]
    parts += [advice.because for advice in diagnosis.actions]
    for other in diagnosis.also:
        parts += [other.summary, *(item.quote for item in other.evidence)]
    return "\n".join(parts)


def judge(diagnosis: Diagnosis, expected: Expected) -> Judged:
    text = shown(diagnosis).lower()
    missing = tuple(word for word in expected.cite if word.lower() not in text)
    restart, undo = diagnosis.advice("restart"), diagnosis.advice("undo")
    helps = bool(restart and restart.helps), bool(undo and undo.helps)
    right = diagnosis.cause == expected.cause
    sure = diagnosis.verdict in {Verdict.CONFIRMED, Verdict.LIKELY, Verdict.NOT_FAILING}
    negative = expected.cause in {"healthy", "recovered", "starting", "scaled-to-zero"}
    settled = (
        right and (diagnosis.verdict is Verdict.NOT_FAILING) if negative else right and (sure or expected.cause is None)
    )
    named = diagnosis.container == expected.container or (not expected.container and expected.cause in NO_CONTAINER)
    return Judged(
        cause=right,
        container=named or (expected.cause in {"healthy", "recovered"} and not expected.container),
        citations=not missing,
        advice=helps == (expected.restart, expected.undo) and (not helps[1] or bool(undo and undo.to_revision)),
        confidence=settled or diagnosis.verdict is Verdict.UNDETERMINED,
        missing=missing,
        got=(
            f"{diagnosis.cause} ({diagnosis.verdict}) in {diagnosis.container or '-'}; "
            f"restart={helps[0]} undo={helps[1]}"
        ),
        verdict=diagnosis.verdict,
    )
