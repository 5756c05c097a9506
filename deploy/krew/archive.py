"""Write what krew installs: ``python deploy/krew/archive.py WHEEL FOLDER URL HOMEPAGE``.

Into FOLDER come ``kubectl-crashloop.tar.gz`` (the wheel, the script that runs it, the licence) and ``crashloop.yaml``,
the manifest for krew's index, with the archive's digest. URL is where the archive will be published. The
same wheel gives the same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).parent
LICENSE = HERE.parents[1] / "LICENSE"
SCRIPT = HERE / "kubectl-crashloop"
PLATFORMS = (("linux", "amd64"), ("linux", "arm64"), ("darwin", "amd64"), ("darwin", "arm64"))
"""Where krew offers it: the script wants a POSIX shell, the wheel's libraries have binaries there."""

MANIFEST = """\
apiVersion: krew.googlecontainertools.github.com/v1alpha2
kind: Plugin
metadata:
  name: crashloop
spec:
  version: v{version}
  homepage: {homepage}
  shortDescription: Find why a pod is crash looping
  description: |
    Reads a failing pod and what it depends on with your own rights, and says what ends it, with the evidence, what was
    ruled out, what changed, and what to do. Nothing is written to the cluster, Secret values are never read.
  caveats: |
    It is a Python program and needs uv or pipx on the path; the first call fetches its libraries.
  platforms:
"""

PLATFORM = """\
  - selector:
      matchLabels: {{os: {os}, arch: {arch}}}
    uri: {url}
    sha256: {sha256}
    bin: kubectl-crashloop
"""


def archive(wheel: Path) -> bytes:
    """Return the archive: plain modes, no owner, no times."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for path, mode in ((wheel, 0o644), (SCRIPT, 0o755), (LICENSE, 0o644)):
            member = tarfile.TarInfo(path.name)
            content = path.read_bytes()
            member.size, member.mode = len(content), mode
            tar.addfile(member, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), mtime=0)


def manifest(version: str, url: str, homepage: str, packed: bytes) -> str:
    """Return the manifest of the plugin for krew's index."""
    sha256 = hashlib.sha256(packed).hexdigest()
    rows = (PLATFORM.format(os=system, arch=arch, url=url, sha256=sha256) for system, arch in PLATFORMS)
    return MANIFEST.format(version=version, homepage=homepage) + "".join(rows)


def main(wheel: Path, folder: Path, url: str, homepage: str) -> None:
    """Write both files."""
    packed = archive(wheel)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kubectl-crashloop.tar.gz").write_bytes(packed)
    (folder / "crashloop.yaml").write_text(manifest(wheel.name.split("-")[1], url, homepage, packed), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
