"""Runs case files through the reader, the policy and the resolver, and compares what comes out with the truth."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from bot.alerts.model import WIDE_KINDS
from bot.alerts.policy import Outcome, Policy
from bot.alerts.reading import Vocabulary, read_message, read_notification
from bot.incidents.affected import Affected
from bot.incidents.decisions import Decisions
from bot.incidents.resolver import Resolver
from tests.alerts.cluster import Recorded


@dataclass(frozen=True, slots=True)
class Judged:
    """One case: what came out, and what it is worth (understood, quiet, ambiguous, missed, wrong)."""

    name: str
    targets: tuple[str, ...]
    outcomes: tuple[str, ...]
    truth: tuple[str, ...]
    wanted: str
    worth: str
    negative: bool


class Labels:
    """Alertmanager's API over a case's alerts."""

    def __init__(self, alerts):
        self.alerts = alerts

    async def firing(self, **_asked):
        return [dict(alert.get("labels", alert)) for alert in self.alerts]


async def judge(name: str, text: str) -> Judged:
    """Judge one case file."""
    case = yaml.safe_load(text)
    cluster = case.get("cluster") or {}
    recorded = Recorded(cluster.get("objects") or [])
    alertmanager = cluster.get("alertmanager") or []
    policy = Policy(clusters=frozenset({cluster["name"].lower()} if cluster.get("name") else ()))
    decisions = Decisions(Resolver(recorded), policy, Vocabulary(), Labels(alertmanager) if alertmanager else None)
    payload = case["payload"]
    reading = read_notification(payload) if case["kind"] == "webhook" else read_message(payload)
    decided = await decisions.of(reading)
    targets = await _answered(decided, recorded)
    truth = case["truth"]
    wanted = tuple(sorted(truth.get("targets") or ()))
    outcomes = tuple(sorted({decision.outcome.value for decision in decided}))
    worth = _worth(tuple(sorted(targets)), wanted, truth["outcome"], outcomes)
    return Judged(name, tuple(sorted(targets)), outcomes, wanted, truth["outcome"], worth, bool(case.get("negative")))


async def _answered(decided, recorded) -> set[str]:
    """The workloads that would be answered: what does not fail is not."""
    found = set()
    for decision in decided:
        if decision.outcome not in (Outcome.UNDERSTOOD, Outcome.RESOLVED):
            continue
        for one in decision.about:
            kind, namespace, name = one.workload
            if kind in WIDE_KINDS:
                hits = await Affected(recorded).by(kind, namespace, name)
                found |= {f"{hit.kind} {hit.namespace}/{hit.name}" for hit in hits}
            elif decision.outcome is Outcome.UNDERSTOOD and (
                one.exists is not True or recorded.failing(kind, namespace, name)
            ):
                found.add(f"{kind} {namespace}/{name}")
    return found


def _worth(targets, wanted, outcome, outcomes) -> str:
    if targets and set(targets) - set(wanted):
        return "wrong"
    if outcome in ("diagnose", "node"):
        missing = "ambiguous" if "ambiguous" in outcomes else "missed"
        return ("understood" if wanted else "quiet") if targets == wanted else missing
    said = {"other-cluster": {"other-cluster"}, "unusable": {"unusable", "ambiguous"}}.get(outcome)
    return "quiet" if said is None or said & set(outcomes) else "missed"
