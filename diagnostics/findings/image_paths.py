"""What to do about a path that no volume provides: it lies in the image, or the kernel and the runtime make it.

What an image holds is never read. So nothing is said of what lies there but what the line and the spec show, and the
remedy is the one that is right whatever it is: a volume where scratch files belong, and one look where it is not told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.diagnosis import Clause, Premise, Remedy
from diagnostics.facts.model import Role
from diagnostics.findings.commands import PROGRAM_HOMES, durable, kubectl, patch_spec
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container

KERNEL: Final = ("/dev", "/proc", "/sys")
"""Directories that the kernel and the runtime fill: they are no image's, and no build changes them."""
RANDOM_USER: Final = 1_000_000_000
"""OpenShift gives each namespace a range of users of its own from here on (``openshift.io/sa.scc.uid-range``)."""
_SCRATCH: Final = ("tmp", "run", "cache", ".cache", "logs", "log", "spool")
"""Names of directories in which programs keep what they make anew (Filesystem Hierarchy Standard 3.0)."""
_HOMES: Final = ("/var/cache/", "/var/log/", "/var/spool/")
"""Below these each program has one directory of its own, and what one subdirectory is refused its siblings are, too."""
_RUNS: Final = ("/run", "/var/run", "/tmp")  # noqa: S108 — a container's, not this machine's
"""What a start begins empty everywhere, and may be mounted over whole."""
_MADE: Final = compiled(
    r"(?i)\b(?:mkdir|cannot create directory|could(?: not|n't) create (?:the )?dir|unable to create (?:the )?dir"
    r"|failed to create (?:the )?dir|can't create directory|directory [^\n]{0,80}could not be created)"
)
"""A directory that the program wanted to make, so that it is not there."""
_SYSTEM: Final = ("/etc/", "/usr/", "/lib", "/bin", "/sbin", "/opt/")
_CONTENT: Final = frozenset(
    {"bin", "conf", "config", "etc", "lib", "plugins", "share", "node_modules", "site-packages"}
)
"""Where images keep what they bring (Filesystem Hierarchy Standard 3.0), and names of directories that are filled."""
_PACKAGES: Final = ("node_modules", "site-packages", "dist-packages")
_DEVICE: Final = compiled(r"(?i)\bmknod\b|\bcreating [^\n]{0,40}\bdevice\b|\bdevice (?:file|node)\b")
"""A device that the program makes, or wants to."""
_STREAMS: Final = ("/dev/stdout", "/dev/stderr", "/proc/self/fd/")
"""What an image links its log files to: it belongs to the user that the container began as."""


def of_kernel(path: str) -> bool:
    """Whether the path lies where the kernel or the runtime makes what is there."""
    return any(path == top or path.startswith(f"{top}/") for top in KERNEL)


def of_program(suspect: Container, place: str) -> bool:
    """Whether the image keeps the program itself at the place: its working directory, or one that programs lie in."""
    homes = {home for home in (*PROGRAM_HOMES, fields.text(suspect.spec, "workingDir").rstrip("/")) if home}
    return any(place == home or place.startswith(f"{home}/") for home in homes)


def _holds(place: str) -> bool:
    """Whether images keep content of their own at such a place, which a volume would take out of sight."""
    last = place.rstrip("/").rpartition("/")[2]
    return place.startswith(_SYSTEM) or last in _CONTENT or any(f"/{part}/" in place for part in _PACKAGES)


def made(line: str) -> bool:
    """Whether the words tell of a directory that was to be made."""
    return _MADE.search(line[:2000]) is not None


def fresh(path: str, place: str, line: str) -> bool:
    """Whether nothing lies at the place that a volume would hide: it was being made, or is made for scratch."""
    return (made(line) and place == path) or place.rstrip("/").rpartition("/")[2] in _SCRATCH or _scratch(place)


def _scratch(place: str) -> bool:
    return place.startswith((*_HOMES, *(f"{run}/" for run in _RUNS))) or place in _RUNS


def shared(place: str) -> str:
    """Return the directory to mount over: the topmost that holds but scratch files, for siblings are refused alike."""
    run = next((top for top in _RUNS if place == top or place.startswith(f"{top}/")), "")
    if run:
        return run
    home = next((top for top in _HOMES if place.startswith(top)), "")
    return home + place[len(home) :].partition("/")[0] if home else place


def mounted(case: Case, suspect: Container, place: str) -> tuple[str, ...]:
    """Return the command that mounts an emptyDir at the place."""
    group = "containers" if suspect.role is Role.APP else "initContainers"
    mount = {"name": suspect.name, "volumeMounts": [{"name": "writable", "mountPath": place}]}
    return patch_spec(case, {"volumes": [{"name": "writable", "emptyDir": {}}], group: [mount]})


def listed(case: Case, suspect: Container, place: str) -> tuple[str, ...]:
    """Return the command that shows what the image has at the place, and whose it is; none without an image."""
    image = fields.text(suspect.spec, "image")
    run = ("run", "look", "--rm", "-it", "--restart=Never", f"--image={image}", "--command", "--", "ls", "-lan", place)
    return (kubectl(case.namespace, *run),) if image else ()


def remedy(case: Case, suspect: Container, refused: str, place: str, line: str, user: int | None) -> Remedy:
    """Return what to do about the place that the container's user (None: the image's) may not write to."""
    if of_kernel(place) or of_kernel(refused):
        return _made_by_the_kernel(case, refused or place, line)
    if not (place.startswith("/") and place.strip("/")):
        text = "Let the program keep it in a directory that its user may write to, by its own setting of that path."
        return Remedy(text=text + durable(case))
    if fresh(refused, place, line):
        return _mount(case, suspect, place, user)
    whose = f"so that {_whom(user)} may write there"
    if not of_program(suspect, place) and _holds(place):
        text = (
            f"No volume provides {place}, and images keep files of their own in such a place: build the image"
            f" {whose}, let"
            " the program keep that file elsewhere, by its own setting of the path, or fill a volume for it"
            " first, by an"
            f" init container of the same image (cp -a).{_unlike(user)}"
        )
        return Remedy(text=text + durable(case), commands=listed(case, suspect, place))
    build = f"build the image {whose}, or let the program keep that file elsewhere, by its own setting of the path."
    if of_program(suspect, place):
        hides = f" An empty volume at {place} would hide the image's files."
        text = f"No volume provides {place}: {build}{hides}"
        clause = Clause(text=hides, premise=Premise.OF_IMAGE, of=place)
        return Remedy(text=f"{text}{_unlike(user)}" + durable(case), clauses=(clause,))
    text = (
        f"No volume provides {place}: mount an emptyDir there, if the image keeps nothing in it that counts (the first"
        f" command lists it); else {build}{_unlike(user)}"
    )
    return Remedy(text=text + durable(case), commands=(*listed(case, suspect, place), *mounted(case, suspect, place)))


def _mount(case: Case, suspect: Container, place: str, user: int | None) -> Remedy:
    """Return that a volume is mounted where scratch files belong, over the siblings too."""
    top = shared(place)
    more = "" if top in (place, *_RUNS) else f", for what lies beside {place} is refused in the same way"
    pid = f" Where it keeps a pid file below /run, mount one at /run too{'' if top == place else ' then'}."
    pid = pid if top.startswith(_HOMES) else ""
    text = f"Mount an emptyDir at {top}{more}: no volume provides it, and {_whom(user)} may not write there.{pid}"
    return Remedy(text=f"{text}{_unlike(user)}" + durable(case), commands=mounted(case, suspect, top))


def _whom(user: int | None) -> str:
    if user is None:
        return "the image's user"
    return f"group 0, which user {user} has," if user >= RANDOM_USER else f"user {user}"


def _unlike(user: int | None) -> str:
    """Return what a number that the spec sets instead of the image's own means, as a sentence that follows."""
    if not user:
        return ""
    if user >= RANDOM_USER:
        return (
            f" User {user} is of the range that OpenShift gives the namespace: an image for it must be writable for"
            " group 0, and another user is no way out."
        )
    return f" The spec sets runAsUser {user}: the image's own user may have the right."


def _made_by_the_kernel(case: Case, path: str, line: str) -> Remedy:
    """Return what to do about a path below /dev, /proc or /sys, which is the node's or the runtime's."""
    if path.startswith(_STREAMS):
        text = (
            f"{path} belongs to the user that the container began as: let the program log to its own standard output"
            " without opening it by that name, or start it as the user that it changes to (runAsUser)."
        )
        return Remedy(text=text + durable(case))
    if path == "/dev/shm" or path.startswith("/dev/shm/"):  # noqa: S108 — a container's, not this machine's
        text = "Mount an emptyDir of medium Memory at /dev/shm, and let the container's user write to it (fsGroup)."
        return Remedy(text=text + durable(case))
    if path.startswith("/dev"):
        return _device(case, path, line)
    if path.startswith("/proc/sys"):
        name = path.removeprefix("/proc/sys/").replace("/", ".")
        text = (
            f"A container may not write to {path}: set {name} in the pod's securityContext.sysctls, if the kubelet"
            " allows it there, or on the node (sysctl.d), or let one privileged init container do it."
        )
        return Remedy(text=text + durable(case))
    text = (
        f"{path} is the kernel's, and a container sees it read-only unless it is privileged: let what changes it"
        " be done"
        " on the node, or run this container privileged, where its owner agrees."
    )
    return Remedy(text=text + durable(case))


def _device(case: Case, path: str, line: str) -> Remedy:
    """Return how a container gets a device of its node: a mount, and a right to open it."""
    makes = " and may make none (that takes MKNOD and a device rule)" if _DEVICE.search(line[:2000]) is not None else ""
    text = (
        f"The container has no {path} of its own{makes}: mount the node's (hostPath {path}, type CharDevice) and"
        " let the"
        " container open it, by privileged true or by a device plugin that hands it out. Where the node lacks it, its"
        " kernel module must be loaded first; the command shows whether it is there."
    )
    node = fields.text(case.pod, "spec", "nodeName")
    look = ("debug", f"node/{node}", "-it", "--profile=sysadmin", "--image=busybox", "--", "ls", "-l", f"/host{path}")
    return Remedy(text=text + durable(case), commands=(kubectl("", *look),) if node else ())
