"""Every recorded case, as the collector would leave it: cause, container, citations, advice, and nothing made up."""

from __future__ import annotations

import pytest

from tests.support.asked import recording
from tests.support.evidence import unfounded
from tests.support.headline import check_the_record_is_quoted
from tests.support.judge import shown
from tests.support.recordings import SCENARIOS, truth
from tests.support.rules import broken


def differences(scenario):
    """What the answer says otherwise than the truth, one readable line each."""
    wanted, got = truth(scenario), recording(scenario).diagnosis
    found = []
    if got.cause != wanted["cause"]:
        found.append(f"cause: wanted {wanted['cause']}, got {got.cause} ({got.verdict})")
    if wanted["container"] and got.container != wanted["container"]:
        found.append(f"container: wanted {wanted['container']}, got {got.container}")
    text = f"{shown(got)}\n{got.facts}"
    found += [f"not cited: {word}" for word in wanted["must_cite"] if word not in text]
    for action in ("restart", "undo"):
        advice = got.advice(action)
        if advice is None:
            found.append(f"{action}: nothing advised")
        elif advice.helps != wanted[f"{action}_helps"]:
            found.append(f"{action}: wanted {wanted[f'{action}_helps']}, got {advice.helps} because {advice.because}")
        elif action == "undo" and advice.helps and advice.to_revision is None:
            found.append("undo: no revision named")
    return found, got


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_answer_is_the_truth(scenario):
    found, got = differences(scenario)
    assert not found, "\n  ".join([f"{scenario}: {got.summary}", *found])


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_quote_stands_in_the_snapshot(scenario):
    asked = recording(scenario)
    assert unfounded(asked.snapshot, asked.diagnosis) == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_remedy_keeps_the_rules(scenario):
    assert broken(recording(scenario)) == []


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_without_a_cause_the_headline_quotes_the_deciding_record(scenario):
    check_the_record_is_quoted(recording(scenario).case)


@pytest.mark.parametrize("scenario", ["undo-after-restart", "app-after-rollout"])
def test_undo_names_the_revision_that_ran(scenario):
    advice = recording(scenario).diagnosis.advice("undo")
    assert advice.to_revision == 1


def test_the_dependency_heads_the_answer_and_both_are_quoted():
    got = recording("dependency-crashing").diagnosis
    quotes = "\n".join(item.quote for item in got.evidence)
    assert got.summary.startswith("postgres-0")
    assert "postgres-service" in quotes
    assert "No space left on device" in quotes
    assert [link.target for link in got.chain] == ["Deployment production/api-deployment", "Pod production/postgres-0"]


def test_a_rollout_that_brought_the_crash_is_told():
    got = recording("app-after-rollout").diagnosis
    assert got.facts["began"].endswith("revision 1 → 2 (by kubectl-client-side-apply)")
    assert ("change-cause", "release 1.2.0", "release 1.2.1") in [(c.what, c.old, c.new) for c in got.changed]


def test_an_edited_configmap_is_told_with_its_time():
    got = recording("configmap-edit").diagnosis
    change = next(item for item in got.changed if item.what == "ConfigMap portal-conf")
    assert (change.new, change.by) == ("modified", "kubectl-client-side-apply")
    assert 0 <= change.before_first_crash_s <= 5
    assert "began" not in got.facts


def test_a_gitops_owner_is_named_where_undo_is_refused():
    got = recording("argocd-rollout").diagnosis
    assert "Argo CD application shop" in got.advice("undo").because
    assert "Argo CD application shop" in got.summary


def test_what_git_owns_is_put_right_by_the_revert_of_the_commit_that_broke_it():
    remedy = recording("argocd-rollout").diagnosis.remedy
    first = "Revert the commit that made revision 2 in the Git source of Argo CD application shop. "
    assert remedy.text.startswith(first)
    assert not any(" rollout undo " in command for command in remedy.commands)
    # Where a rollback would not help either, no commit is named.
    assert "Revert the commit" not in recording("configmap-edit").diagnosis.remedy.text
