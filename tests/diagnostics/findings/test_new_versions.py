"""What came with an image is that version's doing, unless it ran well, or more than the image changed."""

import pytest

from diagnostics.claims.case_builder import case_of
from diagnostics.claims.catalogue import builtin
from diagnostics.findings import new_versions
from tests.composed.world import Truth
from tests.kinds.world import dies

NOW, BEFORE = "registry.example/app:2.1", "registry.example/app:2.0"


def _brought(**spec):
    world = dies("panic: no", 2, image=NOW, **spec)
    case = case_of(world.snapshot(Truth("deployment/app", None, namespace="production")), builtin())
    return new_versions.brought(case, case.suspect)


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ({"image": BEFORE}, "version 2.1 does this, the revision before ran 2.0"),
        ({"image": BEFORE, "env": {"A": "1"}}, "it came with the rollout from 2.0 to 2.1"),
        ({"image": "other.example/app:2.0"}, f"image {NOW} does this, the revision before ran other.example/app:2.0"),
    ],
)
def test_the_change_of_the_image(before, told):
    assert _brought(before=before).told == told


def test_another_change_is_no_new_version():
    assert _brought(before={"env": {"A": "1"}}) is None
    assert _brought() is None
