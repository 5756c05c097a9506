"""How soon the kubelet tries again where something is missing: mounts back off, containers start with each sync."""

import pytest

from tests.support.asked import recording


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ("secret-missing-envfrom", "tries again by itself (every 10 to 15 s)"),
        ("configmap-key-missing", "tries again by itself (every 10 to 15 s)"),
        ("secret-volume-missing", "tries again by itself (back-off to about 2 min)"),
    ],
)
def test_the_next_try_is_told_as_it_is_for_that_reference(scenario, said):
    assert said in recording(scenario).diagnosis.remedy.text
