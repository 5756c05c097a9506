"""The container's command cannot be run: missing, not executable, for another architecture, or broken before it begins.

What it means
    The runtime or the shell could not start the program: no such file, no execute bit, ``exec format error``, Windows
    line ends in a script, an option that the interpreter does not know.

How it is decided
    By the runtime's text in the status (reasons StartError, RunContainerError, CreateContainerError; then nothing ran
    and there is no log), or by the shell's or runtime's sentence in the log. A missing command is confirmed by a
    shell's own exit code for it (126, 127) only: a script may have gone on after the sentence.

What it is confused with
    missing-library also ends with 127 (the loader's message tells). ``container init was OOM-killed`` is oom-killed.
    ``no such file or directory`` for a file that exists means its interpreter or loader is missing.

How to fix it
    Correct ``command`` and ``args`` (they replace ENTRYPOINT and CMD), or build the image for the node's architecture,
    with the execute bit and Unix line ends. Roll back when image or command came with the rollout. A restart helps
    nothing.

How to prevent it
    Run the image once in CI with the command of the manifest, build multi-architecture images, keep ``* text eol=lf``.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.causes.model import Category, Cause
from diagnostics.claims import catalogue, shell_codes
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, terminated, waiting
from diagnostics.facts.model import EndedBy
from diagnostics.facts.quotes import first, pairs
from diagnostics.facts.quotes import waiting as waiting_quotes
from diagnostics.findings import entrypoint_fixes, log_lines, wording
from diagnostics.findings.commands import durable, kubectl

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container

CAUSE: Final = Cause(
    id="bad-entrypoint",
    title="The container's command cannot be run",
    category=Category.IMAGE,
    claims=frozenset({ClaimType.COMMAND_MISSING, ClaimType.WRONG_ARCHITECTURE, ClaimType.SCRIPT_ERROR}),
)

_TEXTS: Final = frozenset(
    {
        *("start.notfound.path", "start.notfound.abs", "start.perm", "start.crun.notfound", "start.cwd"),
        *("start.nocommand", "start.format", "start.interpreter"),
    }
)
"""Texts of the runtimes that speak of the command; the others (mounts, memory, names) belong to other causes."""

_REASONS: Final = ("StartError", "ContainerCannotRun", "RunContainerError", "CreateContainerError")


def check(case: Case) -> Finding | None:
    """Return the finding when the runtime or the shell says that the command cannot be run."""
    return _never_ran(case) or _from_log(case)


def ruled_out(case: Case) -> str:
    """Return why the command is not in question."""
    return log_lines.set_aside(case, CAUSE.claims)


def _never_ran(case: Case) -> Finding | None:
    suspect, end = case.suspect, case.ended
    if suspect is None or suspect.running_since is not None:
        return None
    messages = []
    if suspect.waiting_reason in _REASONS:
        messages.append(suspect.waiting_message)
    if end is not None and end.ended_by is EndedBy.NEVER_RAN:
        messages.append(end.message)
    messages += [event.message for event in case.events if messages and event.reason == "Failed"]
    for message in messages:
        told = [match for match in catalogue.texts(message, "start.") if match.id in _TEXTS]
        if told:
            command = next((told[0].names[key] for key in ("path", "cmd", "cwd") if told[0].names.get(key)), "")
            proof = (*log_lines.ended(case), *waiting_quotes(suspect), *_events(case, message))
            return _finding(case, suspect, command, message, first((*proof, *_command(suspect))), Verdict.CONFIRMED)
    return None


def _from_log(case: Case) -> Finding | None:
    hit = log_lines.claiming(case, CAUSE.claims)
    if hit is None or case.suspect is None:
        return None
    command = next(
        (hit.names[key] for key in ("path", "cmd", "cmd2", "script", "interp", "opt") if hit.names.get(key)), ""
    )
    proof = (*log_lines.said(case, hit), *log_lines.ended(case), *_command(case.suspect))
    if hit.type is ClaimType.WRONG_ARCHITECTURE:
        proof = (*proof, *_architecture(case))
    code = case.ended.exit_code if case.ended is not None else None
    sure = log_lines.agrees(case, hit) and not shell_codes.went_on(hit, code)
    verdict = Verdict.CONFIRMED if sure else Verdict.LIKELY
    return _finding(case, case.suspect, command, hit.quote, first(proof), verdict)


def _finding(
    case: Case, suspect: Container, command: str, words: str, proof: tuple[Evidence, ...], verdict: Verdict
) -> Finding:
    image = fields.text(suspect.spec, "image")
    told = wording.tail(words.strip().rpartition("runc create failed: ")[2])
    what = f" {command}" if command and command not in told else " its command"
    return Finding(
        cause=CAUSE.id,
        verdict=verdict,
        summary=f"{wording.begin(log_lines.who(case))} cannot run{what} ({log_lines.how(case)}): {told}",
        evidence=proof,
        container=suspect.name,
        facts={"command": command, "image": image},
        remedy=_remedy(case, suspect, image, words, command),
        fault=Fault.TEMPLATE,
        fault_names=tuple(item for item in (command, image, "command", "args") if item),
    )


def _remedy(case: Case, suspect: Container, image: str, words: str, command: str) -> Remedy:
    lower = words.lower()
    if "exec format error" in lower or "wrong architecture" in lower:
        return _other_cpu(case, image)
    if "\r" in words or "^M" in words or "\\r" in words:
        text = (
            "The script has Windows line ends (CRLF): write it with Unix ones (dos2unix, .gitattributes eol=lf) and"
            f" build image {image} again."
        )
        return Remedy(text=text + durable(case))
    return entrypoint_fixes.remedy(case, suspect, words, command)


def _other_cpu(case: Case, image: str) -> Remedy:
    """Return what to do about a file that is not for this CPU, or a script that does not say what runs it."""
    told = _architecture(case)
    cpu = told[0].quote.partition("=")[2] if told else ""
    node = fields.text(case.pod, "spec", "nodeName")
    here = f" and {node} is {cpu}" if cpu and node else ""
    text = (
        f"Take a build of {image} for the node's CPU, best one for several (docker buildx build --platform"
        " linux/amd64,linux/arm64), or nodes that fit the image (nodeSelector kubernetes.io/arch)."
        f" The file that was started is for another CPU{here}; a script without a #! line gives the same error."
    )
    built = f"docker manifest inspect {shlex.quote(image)} | grep architecture"
    return Remedy(text=text + durable(case), commands=(built, kubectl("", "get", "nodes", "-L", "kubernetes.io/arch")))


def _events(case: Case, message: str) -> tuple[Evidence, ...]:
    """Return the event that carries the text, when the status does not."""
    return tuple(event.evidence() for event in case.events if event.message == message)[:1]


def _command(suspect: Container) -> tuple[Evidence, ...]:
    words = [*fields.strings(suspect.spec, "command")[:1]]
    path = f"{suspect.spec_path}.command[0]"
    return (Evidence(source="pod", path=path, quote=words[0]),) if words and len(words[0]) < 200 else ()


def _architecture(case: Case) -> tuple[Evidence, ...]:
    """Return the node's architecture: an image of another one is the usual reason for an exec format error."""
    node = case.snapshot.one("Node", "", fields.text(case.pod, "spec", "nodeName"))
    quote = pairs(fields.at(node, "status", "nodeInfo"), "architecture")
    path = f"{fields.name(node)} status.nodeInfo"
    return (Evidence(source="node", path=path, quote=quote),) if quote else ()


_MISSING: Final = (
    "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed:"
    " unable to start container process: error during container init:"
    ' exec: "/app/server": stat /app/server: no such file or directory'
)
EXAMPLES: Final = (
    Example(
        title="the runtime does not find the command",
        hit=True,
        status={
            "state": waiting("RunContainerError", _MISSING),
            "lastState": terminated(128, "StartError", message=_MISSING),
        },
    ),
    Example(
        title="an image of another architecture: the sentence is in the log",
        hit=True,
        status={"state": terminated(255)},
        log="exec /opt/run: exec format error",
    ),
    Example(
        title="a script uses a command that is not there and goes on",
        hit=False,
        status={"state": terminated(1)},
        log="sh: jq: not found\nlistening on :8080\npanic: runtime error: index out of range [1] with length 1",
        also=("app-crash",),
    ),
    Example(
        title="a script was refused a file and went on, and the server that it started may not listen",
        hit=False,
        status={"state": terminated(1)},
        log="/start.sh: line 9: /etc/gate/extra.conf: Permission denied\n"
        "touch: cannot touch '/etc/gate/user.conf': Permission denied\n"
        "ERROR cannot listen: bind() to 0.0.0.0:443 failed (13: Permission denied)",
        also=("port-conflict", "permission-denied"),
    ),
)
