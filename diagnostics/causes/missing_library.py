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
    Build the image with it, or undo the rollout that brought the image. A restart reads the same image again.

How to prevent it
    Build from a lock file, start the image once in CI (``python -c "import app"``), build native code on the base that
    runs it (glibc and musl differ).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import re2

from diagnostics import fields
from diagnostics.causes.model import Category, Cause
from diagnostics.claims import named as claims
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, terminated
from diagnostics.facts.quotes import first, of_image
from diagnostics.findings import log_lines, wording
from diagnostics.findings.commands import durable, kubectl, patch, set_image, templated

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim

CAUSE: Final = Cause(
    id="missing-library",
    title="A module or library is missing from the image",
    category=Category.IMAGE,
    claims=frozenset({ClaimType.DEVICE_MISSING, ClaimType.MODULE_MISSING, ClaimType.LIBRARY_MISSING}),
)

_NAMES: Final = (
    *("mod", "mod2", "lib", "cls", "gem", "file", "jar", "asm", "dll", "ver", "sym", "script", "name", "attr", "rt"),
    *("dialect", "dir", "sig"),
)

_LOADERS: Final = ("ld.", "musl.")


_DRIVER: Final = re2.compile(
    r"\b(lib(?:cuda|nvidia-\w[\w-]*|nvcuvid|nvoptix|amdhip64|ze_loader)\.so(?:\.\d+)*)\b|Found no NVIDIA driver"
    r"|no CUDA-capable device|CUDA driver version is insufficient|NVML: Driver Not Loaded|No supported gpu backend"
)
"""Parts of a GPU's driver: the node's container toolkit puts them into a container that asks for the device."""

_DEVICES: Final = ("nvidia.com/", "amd.com/", "gpu.intel.com/")


def check(case: Case) -> Finding | None:
    """Return the finding when the interpreter or loader says what the image lacks."""
    hit = log_lines.claiming(case, CAUSE.claims)
    if hit is None or case.suspect is None:
        return None
    hit = _first(case, hit)
    missing = next((hit.names[key] for key in _NAMES if hit.names.get(key)), "")
    image = fields.text(case.suspect.spec, "image")
    driver = _DRIVER.search(log_lines.words(case, hit)[:2000])
    if driver is not None:
        return _driver(case, hit, driver.group(1) or "the GPU's driver")
    sure = log_lines.agrees(case, hit)
    hidden = claims.file(case, missing) if missing.startswith("/") else None
    cover = f"; {hidden.mount} is covered by volume {hidden.volume}" if hidden and hidden.mount else ""
    what = f"has no {missing}" if missing else "lacks what it needs"
    who = wording.begin(log_lines.who(case))
    commands = set_image(case, case.suspect, f"{image.rpartition(':')[0] or image}:<tag>")
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if sure else Verdict.LIKELY,
        summary=f"{who} cannot run ({log_lines.how(case)}): image {image} {what}{cover}",
        evidence=first(
            (
                *log_lines.said(case, hit),
                *log_lines.ended(case),
                *of_image(case.suspect),
                *(hidden.evidence if hidden else ()),
            )
        ),
        container=case.suspect.name,
        facts={"missing": missing, "image": image},
        remedy=Remedy(
            text=f"Build the image with {missing or 'it'}; until then go back to an image that has it." + durable(case),
            commands=commands,
        ),
        fault=Fault.TEMPLATE,
        fault_names=tuple(item for item in (image, missing, hidden.volume if hidden else "") if item),
    )


def _driver(case: Case, hit: Claim, missing: str) -> Finding:
    """Tell of a driver that the node gives: not the image lacks it."""
    suspect = case.suspect
    spec = suspect.spec if suspect is not None else {}
    limits = fields.table(spec, "resources", "limits")
    asked = next((name for name in limits if name.startswith(_DEVICES)), "")
    path = f"{suspect.spec_path}.resources" if suspect is not None else "spec"
    lack = f"its limits ask for {asked}, but the node gave none" if asked else "its limits ask for no GPU"
    proof = Evidence(source="pod", path=f"{path}.limits", quote=f"{asked}={limits[asked]}") if asked else None
    commands: tuple[str, ...]
    if asked:
        text = f"The image is not at fault: check that node {_node(case)} has its driver and device plugin running."
        commands = (kubectl("", "describe", "node", _node(case)),) if _node(case) != "(unknown)" else ()
    else:
        text = (
            "The driver comes from the node and not from the image: request nvidia.com/gpu in the container's limits."
        )
        commands = (
            patch(case, suspect, {"resources": {"limits": {"nvidia.com/gpu": "1"}}})
            if suspect is not None and templated(case)
            else ()
        )
    who = wording.begin(log_lines.who(case))
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if log_lines.agrees(case, hit) else Verdict.LIKELY,
        summary=f"{who} finds no GPU driver ({log_lines.how(case)}): {missing} comes from the node, and {lack}",
        evidence=first((*log_lines.said(case, hit), *((proof,) if proof else ()), *log_lines.ended(case))),
        container=suspect.name if suspect is not None else "",
        facts={"missing": missing, "device": asked},
        remedy=Remedy(text=text + durable(case), commands=commands),
        fault=Fault.TEMPLATE if not asked else Fault.UNKNOWN,
        fault_names=("resources", *((asked,) if asked else ())),
    )


def _node(case: Case) -> str:
    return fields.text(case.pod, "spec", "nodeName") or "(unknown)"


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
        title="an optional module was missing, and the program went on",
        hit=False,
        status={"state": terminated(1)},
        log="WARN optional plugin skipped: ModuleNotFoundError: No module named 'uvloop'\nlistening on :8080\n"
        "ZeroDivisionError: division by zero",
        also=("app-crash",),
    ),
)
