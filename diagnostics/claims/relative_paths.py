"""Where a path lies that a program names from its working directory: ``./run.sh``, ``bin/rails``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics import fields

if TYPE_CHECKING:
    from diagnostics.snapshot import Object


def absolute(spec: Object, path: str) -> str:
    """Return the path from the root: as it is, below the spec's ``workingDir``, or the one mounted file of its name.

    Empty where the image alone knows its working directory. ``spec`` is the container's.
    """
    if path.startswith("/") or not path:
        return path
    home = fields.text(spec, "workingDir")
    if home.startswith("/"):
        return _joined(home, path)
    tail = f"/{path.removeprefix('./')}"
    mounts = (fields.text(mount, "mountPath") for mount in fields.items(spec, "volumeMounts"))
    found = [mount for mount in mounts if mount.endswith(tail)]
    return found[0] if len(found) == 1 else ""


def _joined(home: str, path: str) -> str:
    """Return the path below a directory, with ``.`` and ``..`` worked out."""
    parts: list[str] = []
    for part in f"{home}/{path}".split("/"):
        if part == "..":
            del parts[-1:]
        elif part not in ("", "."):
            parts.append(part)
    return f"/{'/'.join(parts)}"
