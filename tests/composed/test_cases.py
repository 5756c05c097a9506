"""Every composed scenario, asked once: the answer is right in all columns, and the remedy gate's rules hold."""

from __future__ import annotations

import pytest

from diagnostics import fields
from diagnostics.answer import effects
from diagnostics.answer.excluded import SHOWN
from diagnostics.facts import images
from tests.accuracy import COMPOSED
from tests.support import asked
from tests.support.judge import Expected, judge

CASES = [pytest.param(case, id=f"{name}:{case.__name__}") for name, module in COMPOSED for case in module.CASES]


@pytest.fixture(scope="module", params=CASES)
def case(request):
    """One case after the other, not one check after the other: two workers do not ask the same one."""
    return asked.composed(request.param)


def test_the_answer_is_right(case):
    told = case.truth
    expected = Expected(told.cause, told.container, told.cite, told.restart, told.undo)
    judged = judge(case.diagnosis, expected)
    assert judged.right, f"want {expected}, got {judged.got}; not cited: {judged.missing}"
    assert case.diagnosis.cause not in told.never


def test_a_remedy_keeps_the_rules(case):
    snapshot, diagnosis = case.snapshot, case.diagnosis
    refused = {advice.action for advice in diagnosis.actions if advice.helps is False}
    for change in effects.effects(diagnosis.remedy.commands):
        assert change.verb not in refused  # rule 4: it agrees with the advice beside it
        assert (change.verb, change.kind) != ("delete", "PersistentVolumeClaim")  # rule 3
        target = snapshot.one(change.kind, change.namespace, change.name)
        if change.verb == "patch" and target is not None and not change.open:
            # rule 1: at least one value becomes another one
            assert any(effects.at(target, path) != value for path, value in effects.leaves(change.patch))
        if change.verb == "scale" and change.number == 0 and target is not None:
            assert not fields.whole(target, "status", "readyReplicas")  # rule 3: nothing that serves is taken down
    for pod in snapshot.all("Pod", case.truth.namespace):
        for container in fields.items(pod, "spec", "containers"):
            public = images.public(fields.text(container, "image"))
            if public and fields.text(container, "name") == diagnosis.container:
                assert "Fix the code" not in diagnosis.remedy.text  # rule 5


def test_few_causes_are_ruled_out_and_each_with_a_fact(case):
    found = case.diagnosis
    assert len(found.ruled_out) <= SHOWN
    assert found.failing or not found.ruled_out
    for item in found.ruled_out:
        assert item.cause != found.cause
        assert item.because
        assert item.cause not in {"recovered", "healthy", "not-found"}
