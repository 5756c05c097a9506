"""The remedy fits what stands around the pod: an action first, and nothing that its owner would put back."""

from __future__ import annotations

import pytest

from diagnostics.engine import diagnose
from tests.composed import clusters


@pytest.mark.parametrize(
    ("name", "words", "first", "last"),
    [
        ("limit_lost_two_zeros", "800M again, as revision 1 had it", "rollout undo", "top pod"),
        ("argo_manages_what_ran_out_of_memory", "make it in its source", "top pod", "top pod"),
        ("static_pod_of_a_node", "a static pod", "get pod", "-- --help"),
        ("gpu_and_taint", "request must equal its limit", "get nodes", "--requests=nvidia.com/gpu="),
        ("recreated_statefulset_pod_after_an_undo", "made anew from revision 2", "delete pod ledger-2", "logs"),
        ("statefulset_update_stuck_at_its_last_ordinal", "delete the broken pod", "rollout undo", "logs"),
        ("same_tag_other_content", "Pin the image", "@sha256:", "logs"),
        ("cronjobs_pods_are_gone_and_it_failed", "Run it again", "--from=cronjob/report", "describe job"),
    ],
)
def test_the_remedy_fits_what_stands_around_the_pod(name, words, first, last):
    told, world = getattr(clusters, name)()
    remedy = diagnose(world.snapshot(told)).remedy
    assert words in remedy.text
    assert first in remedy.commands[0]
    assert last in remedy.commands[-1]
