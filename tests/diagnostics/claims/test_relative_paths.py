"""Where a path from the working directory lies, as far as the spec tells."""

import pytest

from diagnostics.claims.relative_paths import absolute

MOUNTED = {"volumeMounts": [{"name": "a", "mountPath": "/opt/app/run.sh"}, {"name": "b", "mountPath": "/data"}]}
TWICE = {"volumeMounts": [*MOUNTED["volumeMounts"], {"name": "c", "mountPath": "/srv/run.sh"}]}


@pytest.mark.parametrize(
    ("spec", "path", "place"),
    [
        ({}, "/etc/app.yaml", "/etc/app.yaml"),
        ({}, "bin/rails", ""),
        ({}, "", ""),
        ({"workingDir": "/srv/app"}, "bin/rails", "/srv/app/bin/rails"),
        ({"workingDir": "/srv/app/"}, "./run.sh", "/srv/app/run.sh"),
        ({"workingDir": "/srv/app"}, "../run.sh", "/srv/run.sh"),
        (MOUNTED, "./run.sh", "/opt/app/run.sh"),
        (MOUNTED, "./other.sh", ""),
        (TWICE, "run.sh", ""),
    ],
)
def test_where_it_lies(spec, path, place):
    assert absolute(spec, path) == place
