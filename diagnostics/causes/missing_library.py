"""A module, class, gem, package or shared library that the program needs is not in the image.

What it means
    The interpreter or the dynamic loader looked for something the image does not have: the program cannot even begin.

How it is decided
    By the interpreter's or loader's own message, which names what is missing, agreeing with the exit code (127 for the
    loader). What hides it is looked for: a volume mounted over the place where the image keeps its files.

What it is confused with
    A missing file of *data* (bad-config), a missing command (bad-entrypoint, also 127), an image of another
    architecture (``exec format error``). ``NoClassDefFoundError: Could not initialize class`` is an earlier failure.

How to fix it
    Build the image with it, or roll back the rollout that brought the image. A restart reads the same image again.

How to prevent it
    Build from a lock file, start the image once in CI (``python -c "import app"``), build native code on the base that
    runs it (glibc and musl differ).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from diagnostics import fields
from diagnostics.causes.model import Category, Cause
from diagnostics.claims import named as claims
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Clause, Fault, Finding, Premise, Remedy, Verdict
from diagnostics.examples import Example, terminated
from diagnostics.facts import images
from diagnostics.facts.quotes import first, of_image
from diagnostics.findings import log_lines, wording
from diagnostics.findings.commands import durable, set_image
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.facts.model import Container

CAUSE: Final = Cause(
    id="missing-library",
    title="A module or library is missing from the image",
    category=Category.IMAGE,
    claims=frozenset({ClaimType.MODULE_MISSING, ClaimType.LIBRARY_MISSING}),
)

_NAMES: Final = (
    *("mod", "mod2", "lib", "cls", "gem", "file", "jar", "asm", "dll", "ver", "sym", "script", "name", "attr", "rt"),
    *("dialect", "dir", "sig"),
)

_LOADERS: Final = ("ld.", "musl.")

_NO_NAME: Final = compiled(
    r"ImportError: cannot import name '([^'\n]{1,200})' from '([\w.]{1,200})' \((/[^)\n]{1,300})\)"
)
"""Python names the file of the module that it has read (CPython, ``import_from`` in ceval.c)."""
_STARTED: Final = compiled(r"(/[\w./+-]{2,300}): error while loading shared libraries: ")
"""The loader of glibc names the program that it was to start (elf/rtld.c)."""
_STEP: Final = compiled(r"^\s+File \"([^\"]{1,500})\", line \d+")
_PACKAGE: Final = compiled(r"/(?:site|dist)-packages/([\w-]+)")
_STACK: Final = 6
"""Lines above the words in which the innermost frame stands."""

LISTED: Final = 3
"""Complaints of a loader that are quoted."""


def check(case: Case) -> Finding | None:
    """Return the finding when the interpreter or loader says what the image lacks."""
    hit = log_lines.claiming(case, CAUSE.claims)
    if hit is None or case.suspect is None:
        return None
    hit = _first(case, hit)
    # A loader's line ends in "cannot open shared object file: No such file", which reads as a module's name, too.
    names = ("library", "lib2", *_NAMES) if hit.source.startswith(_LOADERS) else _NAMES
    missing = _newest(case, hit) or next((hit.names[key] for key in names if hit.names.get(key)), "")
    image = fields.text(case.suspect.spec, "image")
    sure = log_lines.agrees(case, hit)
    hidden = claims.file(case, missing) if missing.startswith("/") else _package(case, case.suspect, missing)
    covered = hidden is not None and bool(hidden.mount)
    brought = _on_volume(case, hit) if missing else None
    if brought is not None:
        return _beside(case, case.suspect, hit, missing, brought)
    absent = _absent_name(case, hit)
    if absent is not None:
        return _unfit(case, case.suspect, hit, absent)
    what = f"image {image} has no {_kind(hit, missing)}{missing}" if missing else f"image {image} lacks what it needs"
    if hidden is not None and covered:
        what = f"it finds no {missing}; volume {hidden.volume} at {hidden.mount} hides what image {image} has there"
    who = wording.begin(log_lines.who(case))
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if sure and (not covered or missing.startswith("/")) else Verdict.LIKELY,
        summary=f"{who} cannot run ({log_lines.how(case)}): {what}",
        evidence=first(
            (
                *log_lines.said(case, hit),
                *(case.quote(other.line) for other in _alike(case, hit)[:LISTED]),
                *log_lines.ended(case),
                *of_image(case.suspect),
                *(hidden.evidence if hidden else ()),
            )
        ),
        container=case.suspect.name,
        facts={"missing": missing, "image": image},
        remedy=_remedy(case, case.suspect, missing, hidden),
        fault=Fault.TEMPLATE,
        fault_names=tuple(item for item in (image, missing, hidden.volume if hidden else "") if item),
    )


def _on_volume(case: Case, hit: Claim) -> claims.File | None:
    """Return the program that a loader could not start, where it lies on a volume and not in the image."""
    found = _STARTED.search(log_lines.words(case, hit)[:2000])
    program = None if found is None else claims.file(case, found.group(1))
    return program if program is not None and program.mount else None


def _beside(case: Case, suspect: Container, hit: Claim, missing: str, program: claims.File) -> Finding:
    """Tell of a program on a volume whose library the loader does not find: it may lie beside it."""
    where = program.path.rpartition("/")[0]
    text = (
        f"Look whether {missing} lies in {where}, beside {program.path}: then set LD_LIBRARY_PATH={where} on"
        f" {suspect.name}, for the loader does not look there by itself. If it is not there, what fills volume"
        f" {program.volume} must bring it, in a build for this image's system."
    )
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if log_lines.agrees(case, hit) else Verdict.LIKELY,
        summary=f"{wording.begin(log_lines.who(case))} cannot run ({log_lines.how(case)}): the loader finds no"
        f" {missing} for {program.path}, which lies on volume {program.volume}",
        evidence=first((*log_lines.said(case, hit), *log_lines.ended(case), *program.evidence)),
        container=suspect.name,
        facts={"missing": missing, "program": program.path},
        remedy=Remedy(text=text + durable(case)),
        fault=Fault.TEMPLATE,
        fault_names=(missing, program.volume),
    )


class _Absent(NamedTuple):
    """A name that a module which is there does not have."""

    name: str
    module: str
    path: str
    importer: str
    """The package whose file asks for it; empty where that is the program's own."""


def _absent_name(case: Case, hit: Claim) -> _Absent | None:
    """Return the name that an existing module lacks: the interpreter names the file that it looked in."""
    found = _NO_NAME.search(log_lines.words(case, hit)[:2000])
    if found is None:
        return None
    above = case.transcript.lines[max(0, hit.line - _STACK) : hit.line]
    files = (match.group(1) for line in reversed(above) if (match := _STEP.search(line[:1000])) is not None)
    package = _PACKAGE.search(next(files, ""))
    return _Absent(found.group(1), found.group(2), found.group(3), package.group(1) if package is not None else "")


def _unfit(case: Case, suspect: Container, hit: Claim, absent: _Absent) -> Finding:
    """Tell of two releases in one image that do not fit each other: nothing is missing from it."""
    image, theirs = fields.text(suspect.spec, "image"), _PACKAGE.search(absent.path)
    asks = f"{absent.importer} asks for" if absent.importer else "the program asks for"
    if theirs is not None:
        owner = absent.module.partition(".")[0]
        text = (
            f"Pin a release of {owner} that has {absent.name}, or take a release of"
            f" {absent.importer or 'what imports it'} that fits the one installed, and build the image again with both"
            f" versions fixed: the module is there ({absent.path}), of a release that does not fit."
        )
    else:
        text = (
            f"Build the image again from one version of its files: {absent.path} is there and does not define"
            f" {absent.name}."
        )
    tags = set_image(case, suspect, f"{images.repository(image)}:<tag of an image whose versions fit>")
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if log_lines.agrees(case, hit) else Verdict.LIKELY,
        summary=f"{wording.begin(log_lines.who(case))} cannot run ({log_lines.how(case)}): {asks} {absent.name}, which"
        f" the {absent.module} in image {image} does not have",
        evidence=first((*log_lines.said(case, hit), *log_lines.ended(case), *of_image(suspect))),
        container=suspect.name,
        facts={"missing": absent.name, "module": absent.module, "image": image},
        remedy=Remedy(text=text + durable(case), commands=tags),
        fault=Fault.TEMPLATE,
        fault_names=(image, absent.module),
    )


def _kind(hit: Claim, missing: str) -> str:
    """Return what a bare name is called: "has no utils" would read as a word of the sentence, not as a name."""
    return "module " if missing and missing in (hit.names.get("mod"), hit.names.get("mod2")) else ""


def _package(case: Case, suspect: Container, module: str) -> claims.File | None:
    """Return the volume that is mounted as a directory of the module's own name: the image's package is below it."""
    first_part = module.partition(".")[0].partition("/")[0]
    if not first_part or first_part.startswith("@"):
        return None
    for mount in fields.items(suspect.spec, "volumeMounts"):
        path = fields.text(mount, "mountPath").rstrip("/")
        if path.rpartition("/")[2] == first_part and not fields.text(mount, "subPath"):
            return claims.file(case, f"{path}/__init__.py")
    return None


def _remedy(case: Case, suspect: Container, missing: str, hidden: claims.File | None) -> Remedy:
    """Return how the image gets what it lacks: installed in it, or not hidden by a volume."""
    image = fields.text(suspect.spec, "image")
    if hidden is not None and hidden.mount:
        text = (
            f"Take volume {hidden.volume} off {hidden.mount}, where it hides what the image has, {missing} too: mount"
            " it in a directory of its own, or its files alone with subPath."
        )
        return Remedy(text=text + durable(case))
    kinds = (how for words, how in _INSTALLED if words.search(missing) is not None)
    how = next(kinds, "")
    back = "; until then go back to an image that has it"
    text = f"Build the image with {missing or 'what the line names'}{how}{back}."
    if images.public(image):
        text += f" Where others publish {images.repository(image)}, look for another tag, or build one on top of it."
    tags = set_image(case, suspect, f"{images.repository(image)}:<tag of an image that has it>")
    clause = Clause(text=back, premise=Premise.CHANGED)
    return Remedy(text=text + durable(case), commands=tags, clauses=(clause,))


_INSTALLED: Final = (
    (
        compiled(r"^GLIBC(?:XX)?_|^CXXABI_"),
        " or a newer base image: the program was built against a newer C library than the image has",
    ),
    (compiled(r"^libssl\.so\.1\.1|^libcrypto\.so\.1\.1"), " (OpenSSL 1.1, which newer base images no longer have)"),
    (compiled(r"^libssl\.so\.3|^libcrypto\.so\.3"), " (OpenSSL 3, which older base images do not have yet)"),
)
"""What brings a library, for those whose absence tells how old the base image is."""


def _alike(case: Case, hit: Claim) -> list[Claim]:
    """Return what a loader complains of in the same words: a program may need several versions or libraries."""
    return [other for other in case.claims if other.source == hit.source] if hit.source.startswith(_LOADERS) else []


def _newest(case: Case, hit: Claim) -> str:
    """Return the newest of the versions that the loader lacks: what has it has the older ones, too."""
    versions = [other.names["ver"] for other in _alike(case, hit) if other.names.get("ver")]
    return max(versions, key=_number, default="")


def _number(version: str) -> tuple[str, list[int]]:
    """Return a key that orders ``GLIBC_2.9`` before ``GLIBC_2.34``."""
    name, _, digits = version.rpartition("_")
    return name, [int(part) for part in digits.split(".") if part.isdecimal()]


def _first(case: Case, hit: Claim) -> Claim:
    """Return the first complaint of the same kind: what the loader misses first, the others often follow from."""
    same = [other for other in case.claims if other.source == hit.source and other.deciding]
    return min(same, key=lambda other: other.line, default=hit) if hit.source.startswith(_LOADERS) else hit


def ruled_out(case: Case) -> str:
    """Return why a line about a missing module does not decide."""
    return log_lines.set_aside(case, CAUSE.claims)


EXAMPLES: Final = (
    Example(
        title="a Python package is not installed",
        hit=True,
        status={"state": terminated(1)},
        log='Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n    import requests\n'
        "ModuleNotFoundError: No module named 'requests'",
    ),
    Example(
        title="the loader does not find a shared library",
        hit=True,
        status={"state": terminated(127)},
        log="/app/server: error while loading shared libraries: libssl.so.3: cannot open shared object file:"
        " No such file or directory",
    ),
    Example(
        title="a package runner does not find the command that a package brings",
        hit=True,
        status={"state": terminated(1)},
        log="Loading .env environment variables...\n"
        "Error: the command gunicorn could not be found within PATH or Pipfile's [scripts].",
    ),
    Example(
        title="a function is undefined because its native library was not loaded",
        hit=True,
        status={"state": terminated(1)},
        log="12:00:01.100 [error] Process <0.91.0> crashed with reason: call to undefined function cipher:init(1)\n"
        "12:00:01.200 [info] Application ledger exited with reason: stopped\n"
        "12:00:01.300 [warning] The on_load function for module cipher returned:\n"
        "{error,{load_failed,\"Failed to load NIF library: 'libsodium.so.23: cannot open shared object file: No such"
        " file or directory'\"}}",
    ),
    Example(
        title="an optional module was missing, and the program went on",
        hit=False,
        status={"state": terminated(1)},
        log="WARN optional plugin skipped: ModuleNotFoundError: No module named 'uvloop'\nlistening on :8080\n"
        "ZeroDivisionError: division by zero",
        also=("app-crash",),
    ),
)
