"""The bot's image, built without a container engine: buildah's chroot isolation on a Debian that debootstrap laid out.

It wants root, and the network that pip and apt have here. The base of deploy/Dockerfile comes from a registry; this one
comes from Debian's packages, has Debian's Python, and runs every line of the Dockerfile on it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
TOOLS = ("buildah", "debootstrap", "chroot", "unshare")
PACKAGES = "python3,python3-venv,python-is-python3,ca-certificates"
BASE, NAME = "localhost/crashloop-base", "localhost/crashloop"
USER = 10001


def missing() -> str:
    """Return what it lacks here, or nothing."""
    if os.geteuid():
        return "an image is built by root here"
    lacking = [tool for tool in TOOLS if not shutil.which(tool)]
    return f"not on the path: {', '.join(lacking)} (apt-get install buildah debootstrap)" if lacking else ""


class Image:
    """The image that was built, laid out as a folder.

    Attributes:
        config: What a container engine reads of it: user, entry point, environment.
        root: Its files.
    """

    def __init__(self, folder: Path) -> None:
        """Build it, with everything that buildah keeps below ``folder``; the base is made once."""
        self._folder = folder
        if BASE not in self._buildah("images", "--format", "{{.Name}}").split():
            self._lay_out_base()
        mounts = [word for path in _pips_own() for word in ("--volume", f"{path}:{path}:ro")]
        arguments = ("--isolation", "chroot", "--build-arg", f"PYTHON={BASE}", "--file", "deploy/Dockerfile")
        self._buildah("build", *mounts, *arguments, "--tag", NAME, ".")
        self.config: dict[str, Any] = json.loads(self._buildah("inspect", "--type", "image", NAME))["OCIv1"]["config"]
        self._container = self._buildah("from", NAME).strip()
        self.root = Path(self._buildah("mount", self._container).strip())

    def close(self) -> None:
        """Take the container away; the images stay for the next time."""
        self._buildah("umount", self._container)
        self._buildah("rm", self._container)

    def command(self, *arguments: str, mounts: dict[str, Path], environment: dict[str, str]) -> list[str]:
        """Return the command that runs ``crashloop`` in it as a restricted pod does: read-only, as the image's user.

        ``mounts`` are folders of this machine by their place in the image; ``/tmp`` and ``/data`` are empty.
        """
        root = self.root
        steps = [f"mount --bind {root} {root}"]
        steps += [f"mkdir -p {root}{place}" for place in mounts]
        steps += [f"mount -o remount,ro,bind {root}"]
        steps += [f"mount -t tmpfs -o uid={USER} tmpfs {root}{place}" for place in ("/tmp", "/data")]  # noqa: S108
        steps += [f"mount --bind {there} {root}{place}" for place, there in mounts.items()]
        entry = " ".join(self.config["Entrypoint"])
        given = dict(each.split("=", 1) for each in self.config["Env"]) | environment
        steps += [f'exec chroot --userspec={USER}:{USER} {root} /usr/bin/env -i "$@"']
        words = [f"{key}={value}" for key, value in given.items()]
        return ["unshare", "--mount", "sh", "-ec", "\n".join(steps), "sh", *words, entry, *arguments]

    def _lay_out_base(self) -> None:
        there = self._folder / "base"
        shutil.rmtree(there, ignore_errors=True)
        there.mkdir(parents=True)
        command = (
            "debootstrap",
            "--variant=minbase",
            f"--include={PACKAGES}",
            _release(),
            str(there / "root"),
            _mirror(),
        )
        _run(command)
        (there / "Dockerfile").write_text("FROM scratch\nCOPY root /\n")
        self._buildah("build", "--isolation", "chroot", "--tag", BASE, str(there))
        shutil.rmtree(there)

    def _buildah(self, *arguments: str) -> str:
        store = ("--root", str(self._folder / "storage"), "--runroot", str(self._folder / "run"))
        return _run(("buildah", *store, "--storage-driver", "vfs", *arguments))


def _run(command: tuple[str, ...]) -> str:
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ran.returncode:
        last = "\n".join((ran.stdout + ran.stderr).splitlines()[-12:])
        raise AssertionError(f"{command[0]} failed with exit code {ran.returncode}:\n{last}")
    return ran.stdout


def _release() -> str:
    (name,) = re.findall(r"^VERSION_CODENAME=(\w+)$", Path("/etc/os-release").read_text(encoding="utf-8"), re.MULTILINE)
    return str(name)


def _mirror() -> str:
    """Return the archive that this machine's apt takes its packages from."""
    rows = _run(("apt-get", "indextargets", "--format", "$(RELEASE) $(REPO_URI)")).splitlines()
    return next(row.split()[1] for row in rows if row.split()[0] in {_release(), "stable"})


def _pips_own() -> list[str]:
    """Return the files by which pip reaches its index here; nothing of them stays in the image."""
    said = _run((sys.executable, "-m", "pip", "config", "debug"))
    files = [Path(file) for file in re.findall(r"^ +(/\S+), exists: True$", said, re.MULTILINE)]
    # With what a configuration file names beside it; /etc itself stays the image's.
    own = [str(file if file.parent == Path("/etc") else file.parent) for file in files]
    return [*own, *(path for path in ("/etc/hosts", "/etc/ssl/certs") if Path(path).exists())]
