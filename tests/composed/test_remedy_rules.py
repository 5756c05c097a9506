"""The remedy gate's rules hold over every composed scenario: what is advised changes something, harms and denies nothing."""

from __future__ import annotations

import pytest

from diagnostics import fields
from diagnostics.answer import effects
from diagnostics.engine import diagnose
from diagnostics.facts import images
from tests.accuracy import COMPOSED

CASES = [pytest.param(case, id=f"{name}:{case.__name__}") for name, module in COMPOSED for case in module.CASES]


@pytest.mark.parametrize("case", CASES)
def test_a_remedy_keeps_the_rules(case):
    told, world = case()
    snapshot = world.snapshot(told)
    diagnosis = diagnose(snapshot)
    refused = {advice.action for advice in diagnosis.actions if not advice.helps}
    for change in effects.effects(diagnosis.remedy.commands):
        assert change.verb not in refused  # rule 4: it agrees with the advice beside it
        assert (change.verb, change.kind) != ("delete", "PersistentVolumeClaim")  # rule 3
        target = snapshot.one(change.kind, change.namespace, change.name)
        if change.verb == "patch" and target is not None and not change.open:
            # rule 1: at least one value becomes another one
            assert any(effects.at(target, path) != value for path, value in effects.leaves(change.patch))
        if change.verb == "scale" and change.number == 0 and target is not None:
            assert not fields.whole(target, "status", "readyReplicas")  # rule 3: nothing that serves is taken down
    for pod in snapshot.all("Pod", told.namespace):
        for container in fields.items(pod, "spec", "containers"):
            public = images.public(fields.text(container, "image"))
            if public and fields.text(container, "name") == diagnosis.container:
                assert "Fix the code" not in diagnosis.remedy.text  # rule 5
