"""Each kind of bad remedy sees what offers it, and not what warns of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnostics.diagnosis import Remedy
from tests.kinds.world import asked, dies
from tests.support import bad_remedies

SEEN = {
    "raise the memory limit": Remedy(text="Raise the memory limit from 1Gi to 2Gi."),
    "delete the claim": Remedy(text="", commands=("kubectl -n x delete pvc data-0",)),
    "fix the code": Remedy(text="Fix the code at a.py:1."),
    "turn it into a Job": Remedy(text="If it is a batch program, run it as a Job."),
    "run as root": Remedy(text="", commands=("kubectl patch deployment/a -p '{\"runAsUser\":0}'",)),
    "roll back": Remedy(text="", commands=("kubectl rollout undo deployment/a",)),
    "restore a backup": Remedy(text="Repair it, or restore a backup."),
    "mount an empty volume over /etc/x": Remedy(text="Mount an emptyDir there."),
    "remove the probe": Remedy(text="", commands=("kubectl patch deployment/a -p '{\"livenessProbe\":null}'",)),
    "reboot the node": Remedy(text="Reboot the node."),
}
WARNED = {
    "delete the claim": "Do not delete the claim.",
    "restore a backup": "A backup is not to be restored; never restore a backup beside healthy members.",
    "raise the memory limit": "To raise the memory limit is no cure.",
    "run as root": "It cannot listen there, and not as root either.",
}


def answer(remedy):
    return replace(asked(dies("boom\n")), remedy=remedy)


@pytest.mark.parametrize("phrase", SEEN)
def test_what_offers_it_is_seen(phrase):
    assert bad_remedies.offered((phrase,), answer(SEEN[phrase]))


@pytest.mark.parametrize("phrase", WARNED)
def test_what_warns_of_it_is_not(phrase):
    assert bad_remedies.offered((phrase,), answer(Remedy(text=WARNED[phrase]))) == []


def test_a_phrase_of_no_kind_is_left_to_a_reader():
    assert bad_remedies.kind_of("change the node selector of the chart") is None
