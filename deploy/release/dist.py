"""Write what a release publishes beside its image: ``python deploy/release/dist.py TAG IMAGE FOLDER URL HOMEPAGE``.

TAG is the release's, ``v`` and the version of pyproject.toml. IMAGE is the published image by its digest,
``registry.example/team/crashloop@sha256:…``: the chart that is packed installs that image and no other. URL is where
the files of FOLDER will be found. Into FOLDER come the wheel, the chart, what krew installs, the notes (the version's
part of CHANGELOG.md) and the digests of all of them. It wants ``helm`` on the path, and setuptools.
"""

from __future__ import annotations

import hashlib
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHART = ROOT / "deploy" / "helm" / "crashloop"
KREW = ROOT / "deploy" / "krew" / "archive.py"
BY_DIGEST = re.compile(r"(?P<repository>[a-z0-9.:/_-]+)@(?P<digest>sha256:[0-9a-f]{64})")
SOURCE = ("pyproject.toml", "README.md", "LICENSE", "bot", "handlers", "diagnostics")
"""What the wheel is made of; as the Dockerfile copies it."""


def main(tag: str, image: str, folder: Path, url: str, homepage: str) -> None:
    """Write the files; what does not fit is said in one sentence, and nothing is written."""
    version = _version(tag)
    notes = _notes(version)
    found = BY_DIGEST.fullmatch(image)
    if not found:
        sys.exit(f"IMAGE must be named by its digest, NAME@sha256:…, in lower case; it is {image}")
    folder.mkdir(parents=True)
    _pack_chart(found["repository"], found["digest"], folder)
    wheel = _wheel(folder)
    packed = f"{url.rstrip('/')}/kubectl-crashloop.tar.gz"
    runpy.run_path(str(KREW))["main"](wheel, folder, packed, homepage)
    (folder / "NOTES.md").write_text(notes, encoding="utf-8")
    _sums(folder)


def _version(tag: str) -> str:
    """Return the version that the tag, pyproject.toml and the chart (twice) all name."""
    version: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    if tag != f"v{version}":
        sys.exit(f"the tag is {tag}, and pyproject.toml says {version}: they must agree")
    chart = (CHART / "Chart.yaml").read_text(encoding="utf-8")
    for key in ("version", "appVersion"):
        said = re.search(rf'^{key}: *"?([^"\n]+)"?$', chart, re.MULTILINE)
        if not said or said[1] != version:
            sys.exit(f"{key} of the chart is {said and said[1]}, and pyproject.toml says {version}: they must agree")
    return version


def _notes(version: str) -> str:
    """Return the version's part of the changelog, without its heading."""
    parts = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    for part in parts[1:]:
        heading, _, text = part.partition("\n")
        if version in re.split(r"[\s\[\]]+", heading) and text.strip():
            return f"{text.strip()}\n"
    sys.exit(f"CHANGELOG.md says nothing of {version}: give it a heading '## {version}' and what is new in it")


def _pack_chart(repository: str, digest: str, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as there:
        copy = Path(there) / CHART.name
        shutil.copytree(CHART, copy)
        values = copy / "values.yaml"
        text = values.read_text(encoding="utf-8")
        for empty, full in (
            ("  repository: crashloop\n", f"  repository: {repository}\n"),
            ('  digest: ""\n', f"  digest: {digest}\n"),
        ):
            if text.count(empty) != 1:
                sys.exit(f"values.yaml of the chart has no line {empty.strip()!r} to put the image into")
            text = text.replace(empty, full)
        values.write_text(text, encoding="utf-8")
        subprocess.run(["helm", "package", str(copy), "--destination", str(folder)], check=True, stdout=sys.stderr)


def _wheel(folder: Path) -> Path:
    """Build it from a copy: setuptools leaves folders beside the source, and what lay there before would get in."""
    with tempfile.TemporaryDirectory() as there:
        source = Path(there)
        for name in SOURCE:
            path = ROOT / name
            ignored = shutil.ignore_patterns("__pycache__")
            _ = shutil.copytree(path, source / name, ignore=ignored) if path.is_dir() else shutil.copy(path, source)
        pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check")
        options = ("--no-deps", "--no-build-isolation", "--wheel-dir", str(folder))
        subprocess.run([*pip, *options, str(source)], check=True, stdout=sys.stderr)
    (wheel,) = folder.glob("*.whl")
    return wheel


def _sums(folder: Path) -> None:
    """Write ``SHA256SUMS``, as ``sha256sum --check`` reads it."""
    rows = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(folder.iterdir())]
    (folder / "SHA256SUMS").write_text("".join(rows), encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), *sys.argv[4:])
