"""What to do about a command that cannot be run: by what is wrong with it, as a change of the template."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import named as claims
from diagnostics.claims import podwords
from diagnostics.diagnosis import Remedy
from diagnostics.facts import images
from diagnostics.findings.commands import PROGRAM_HOMES, durable, kubectl, patch, patch_spec, subject
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container

_ABSENT: Final = compiled(r"(?i)no such file|not found|not possible to find any installed")
_BARRED: Final = compiled(r"(?i)permission denied")
_SHELL: Final = compiled(r"&&|\|\||[;|<>]|\$[({A-Za-z]|^\S+ +\S")
"""Signs of a line that only a shell understands, given as one word."""
_INTERPRETERS: Final = (
    (".sh", "/bin/sh"),
    (".bash", "/bin/bash"),
    (".py", "python3"),
    (".pl", "perl"),
    (".rb", "ruby"),
)


def remedy(case: Case, suspect: Container, words: str, command: str) -> Remedy:
    """Return what to do, by the words of the runtime or the shell and the command that they name (may be empty)."""
    image = fields.text(suspect.spec, "image")
    look = (kubectl(case.namespace, "get", subject(case), "-o", "yaml"),)
    absent = _ABSENT.search(words) is not None
    if command and absent and _SHELL.search(command) is not None:
        return _shell_line(case, suspect, command)
    covered = _covered(case, suspect, command) if absent else None
    if covered is not None:
        return _uncovered(case, suspect, covered)
    if command and _BARRED.search(words) is not None:
        return _not_executable(case, suspect, image, command)
    if command and absent:
        own = fields.strings(suspect.spec, "command")
        if own[:1] == [command] and not images.bare(image):
            return _overridden(case, suspect, image, own)
        text = f"Use an image that has {command} ({image} does not), or correct command and args of {suspect.name}."
        return Remedy(text=text + durable(case), commands=look)
    text = f"Correct command and args of {suspect.name}, or the image {image}."
    return Remedy(text=text + durable(case), commands=look)


def _overridden(case: Case, suspect: Container, image: str, own: list[str]) -> Remedy:
    """Return that the spec starts what the image lacks, in place of the image's own entrypoint."""
    rest = "with the args of the spec" if fields.strings(suspect.spec, "args") else "with its own arguments"
    lost = f" ({' '.join(own[1:])} goes with it)" if own[1:] else ""
    text = (
        f"Name a program that {image} has: {own[0]} is the spec's own command, and takes the place of the image's own"
        f" entrypoint. Taken out, that one runs, {rest}{lost}; the first command shows what it is."
    )
    shown = shlex.join(
        ("docker", "image", "inspect", "--format", "{{json .Config.Entrypoint}} {{json .Config.Cmd}}", image)
    )
    change = patch(case, suspect, {"command": None})
    if not change:
        return Remedy(
            text=text + durable(case), commands=(kubectl(case.namespace, "get", subject(case), "-o", "yaml"),)
        )
    return Remedy(text=text + durable(case), commands=(shown, *change))


def _shell_line(case: Case, suspect: Container, command: str) -> Remedy:
    """Return that a whole line of shell was given as the name of a program."""
    given = [*fields.strings(suspect.spec, "command"), *fields.strings(suspect.spec, "args")]
    line = next((word for word in given if command in word), command)
    text = (
        f'"{line}" stands as one word, and is taken for the name of a program: let a shell run it, as sh -c and the'
        " line (the image must have a shell)."
    )
    commands = patch(case, suspect, {"command": ["/bin/sh", "-c", line], "args": None})
    where = "" if line in given else " It comes with the image: the command of the spec takes its place."
    return Remedy(text=text + where + durable(case), commands=commands)


def _not_executable(case: Case, suspect: Container, image: str, command: str) -> Remedy:
    """Return that a file lacks its execute bit: in the image, or on the volume that provides it."""
    found = claims.file(case, command) if "/" in command else None
    if found is not None and found.kind in ("ConfigMap", "Secret"):
        text = f"{command} comes from {found.kind} {found.name}, whose files are not executable: defaultMode 0755."
        field, ref = ("configMap", "name") if found.kind == "ConfigMap" else ("secret", "secretName")
        volume = {"name": found.volume, field: {ref: found.name, "defaultMode": 0o755}}
        return Remedy(text=text + durable(case), commands=patch_spec(case, {"volumes": [volume]}))
    runner = next((name for end, name in _INTERPRETERS if command.endswith(end)), "")
    text = f"{command} of image {image} has no execute bit: build the image with chmod +x {command}"
    own = fields.strings(suspect.spec, "command")
    if not runner or (own and command not in own):
        return Remedy(text=f"{text}." + durable(case))
    text += f", or let {runner} read it meanwhile (the command does; take another if its first line names one)."
    started = [runner, *own] if own[:1] == [command] else [runner, command]
    return Remedy(text=text + durable(case), commands=patch(case, suspect, {"command": started}))


def _covered(case: Case, suspect: Container, command: str) -> claims.File | None:
    """Return the mount of a ConfigMap, Secret or emptyDir that hides where the image has the program."""
    home = fields.text(suspect.spec, "workingDir")
    for mount in fields.items(suspect.spec, "volumeMounts"):
        path = fields.text(mount, "mountPath").rstrip("/")
        if not path or fields.text(mount, "subPath"):
            continue
        if path in PROGRAM_HOMES or path == home.rstrip("/") or command.startswith(f"{path}/"):
            found = claims.file(case, f"{path}/x")
            return found if found.kind in ("ConfigMap", "Secret", "emptyDir") else None
    return None


def _uncovered(case: Case, suspect: Container, found: claims.File) -> Remedy:
    """Return that a volume is mounted over the program: only its files belong there."""
    what = f"{found.kind} {found.name}" if found.name else found.kind
    text = (
        f"Volume {found.volume} ({what}) is mounted over {found.mount} and hides what the image has there, the program"
        " too: mount it in a directory of its own, or each of its files alone with subPath."
    )
    keys = podwords.keys(case.snapshot, found.kind, case.namespace, found.name) or () if found.name else ()
    if not keys:
        return Remedy(text=text + durable(case))
    alone = [{"name": found.volume, "mountPath": f"{found.mount}/{key}", "subPath": key} for key in keys[:3]]
    gone = {"mountPath": found.mount, "$patch": "delete"}
    return Remedy(text=text + durable(case), commands=patch(case, suspect, {"volumeMounts": [gone, *alone]}))
