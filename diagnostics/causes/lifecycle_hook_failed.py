"""A lifecycle hook of the container failed, and the kubelet killed the container for it.

What it means
    postStart runs beside the program at every start; when it fails, the container is killed and started again, however
    well the program was doing. A preStop hook that fails or overruns never starts a loop, but it eats the grace period
    and turns an orderly stop into SIGKILL.

How it is decided
    By FailedPostStartHook (and Killing with that text) at the container's end, or by the waiting reason
    PostStartHookError, whose message holds the command and its exit code. The event itself gives no detail.

What it is confused with
    OOMKilled and probe kills (137 as well), and app-crash: the log shows a program that started normally.

How to fix it
    Run the hook's command by hand in the image: usually its program is missing, or it runs before the main program
    listens. Put what must come first into an init container or into the program.

How to prevent it
    No postStart hook for anything that can fail; for registration use the program itself, for files an init container.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.claims import named as claims
from diagnostics.claims.reachability import Problem
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, event, terminated, waiting
from diagnostics.facts.model import EndedBy
from diagnostics.facts.pods import hooks, killings
from diagnostics.facts.pods.stability import failing
from diagnostics.facts.quotes import first, glued, pairs, spoken, unmasked
from diagnostics.fields import strings, table, text
from diagnostics.findings import suspicion, wording
from diagnostics.findings.commands import durable, kubectl, patch, pod_name
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.reachability import Reach
    from diagnostics.facts.model import Container

CAUSE: Final = Cause(
    id="lifecycle-hook-failed",
    title="A lifecycle hook failed",
    category=Category.PROBE,
)
_NOTHING: Final = frozenset({Problem.NONE, Problem.EXTERNAL, Problem.UNKNOWN})


def check(case: Case) -> Finding | None:
    """Return the finding when the failing container was killed for its postStart hook."""
    container, end = failing(case), case.ended
    if container is None:
        return None
    waits = container.waiting_reason == "PostStartHookError"
    if not waits and (end is None or end.ended_by is not EndedBy.HOOK):
        return None
    told = [item for item in case.events if item.reason == "FailedPostStartHook" and item.container == container.name]
    what, said = _hook(container), hooks.said(case, container)
    reached = claims.host(case, said.host, said.port) if said.host else None
    down = reached is not None and reached.problem not in _NOTHING
    times = f" ({wording.times(container.restarts)})" if container.restarts else ""
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if waits or (end is not None and end.sure) or told else Verdict.LIKELY,
        summary=(
            f"The kubelet killed {wording.who(case, container)} because its PostStart hook failed{times}: "
            f"{what}{_last_words(said, reached.sentence if reached is not None and down else '')}."
        ),
        evidence=first(
            (
                *(item.evidence() for item in told[:1]),
                *(end.because if end is not None else ()),
                *(unmasked(case, container) if waits else ()),
                *(reached.evidence if reached is not None and down else ()),
                *_spec(container),
            )
        ),
        container=container.name,
        facts={
            "hook": what,
            "hook_exit_code": said.code,
            "host": said.host,
            "exit_code": end.exit_code if end else None,
            "restarts": container.restarts,
        },
        remedy=_remedy(case, container, reached if down else None),
        fault=Fault.DEPENDENCY if down else Fault.TEMPLATE,
        fault_names=("lifecycle", "postStart"),
    )


def ruled_out(case: Case) -> str:
    """Return who ended it instead, when the container has a postStart hook."""
    container, end = case.suspect, case.ended
    if container is None or end is None or not table(container.spec, "lifecycle", "postStart"):
        return ""
    if killings.kills(case.events, container.name, EndedBy.HOOK):
        return ""
    return f"no event says that the postStart hook failed (it was ended by {end.ended_by.words})"


def suspected(case: Case, best: Finding) -> bool:
    """Whether a hook comes to mind: a signal ended the container."""
    del best
    return suspicion.killed(case)


def _last_words(said: hooks.Said, root: str) -> str:
    """Return what the hook ended with, as the rest of a sentence: what is wrong with whom it called, else its words."""
    code = f" exited with {said.code}" if said.code else ""
    words = wording.tail(root.partition(": ")[0] or said.words).rstrip(".")
    return code + (f": {words}" if words else "")


def _hook(container: Container) -> str:
    hook = table(container.spec, "lifecycle", "postStart")
    words = strings(hook, "exec", "command")
    command, one = spoken(words), glued(words)
    http = table(hook, "httpGet")
    if http:
        return f"GET {text(http, 'path') or '/'} on port {http.get('port')}"
    note = ", which gives two words as one," if one else ""
    return f"exec {command[:120]}{note}" if command else "postStart"


def _spec(container: Container) -> tuple[Evidence, ...]:
    hook = table(container.spec, "lifecycle", "postStart")
    path = f"{container.spec_path}.lifecycle.postStart"
    command = spoken(strings(hook, "exec", "command"))
    found = [Evidence(source="pod", path=f"{path}.exec.command", quote=command)] if command else []
    if quote := pairs(hook, "httpGet.path", "httpGet.port", "sleep.seconds"):
        found.append(Evidence(source="pod", path=path, quote=quote))
    return tuple(found)


def _remedy(case: Case, container: Container, down: Reach | None) -> Remedy:
    if down is not None:
        words = f"Bring {down.target} back: {down.sentence}. Then let the hook try again, or take it out of the way"
        words += f" of {container.name}: as long as it fails, the container is killed at every start."
        name = down.service.partition("/")[2]
        look = (kubectl(down.service.partition("/")[0], "get", "service,endpointslices"),) if name else ()
        return Remedy(text=words, commands=(*look, kubectl(case.namespace, "describe", "pod", pod_name(case))))
    glued = _glued(container)
    if glued is not None:
        command, word = glued
        words = (
            f"The hook gives {command[0]} the single argument {word!r}: the API runs no shell that would split it. Give"
            " each argument as an item of its own (the command does). A file that the program needs before it starts"
            " belongs into an init container."
        )
        split = [part for item in command for part in (item.split() if item == word else [item])]
        change = patch(case, container, {"lifecycle": {"postStart": {"exec": {"command": split}}}})
        return Remedy(text=words + durable(case), commands=change)
    words = (
        f"Run the hook's command in the image by hand and correct it, or take the hook out of {container.name}: "
        "what must come first belongs into an init container or the program."
    )
    change = patch(case, container, {"lifecycle": {"postStart": None}})
    return Remedy(
        text=words + durable(case),
        commands=(kubectl(case.namespace, "describe", "pod", pod_name(case)), *change),
    )


def _glued(container: Container) -> tuple[list[str], str] | None:
    """Return the hook's command and the argument of it that is several words, where no shell reads it."""
    command = strings(table(container.spec, "lifecycle", "postStart"), "exec", "command")
    if not command[1:] or _SHELLS.search(command[0]) is not None:
        return None
    word = next((item for item in command[1:] if _PATHS.search(item) is not None), "")
    return (command, word) if word else None


_SHELLS: Final = compiled(r"(?:^|/)(?:ba|da|a|k|z)?sh$|(?:^|/)(?:python|perl|ruby|node|php)[\d.]*$|(?:^|/)env$")
_PATHS: Final = compiled(r"^\S+ +/\S*$|^-\S+ +\S+$|^/\S+(?: +/\S+)+$")
"""Two paths, or an option and its value, in one word."""
_HOOK: Final = {"lifecycle": {"postStart": {"exec": {"command": ["/bin/register", "--now"]}}}}
_BACKOFF: Final = waiting("CrashLoopBackOff", "back-off 20s restarting failed container=api pod=api_production(uid)")
EXAMPLES: Final = (
    Example(
        title="the hook's program is not in the image",
        hit=True,
        container=_HOOK,
        status={"state": _BACKOFF, "lastState": terminated(137, lived=5)},
        log="up\n",
        events=(
            event("FailedPostStartHook", "PostStartHook failed", age=25),
            event("Killing", "FailedPostStartHook", age=25, kind="Normal"),
        ),
    ),
    Example(
        title="caught in the moment: the detail stands in the message",
        hit=True,
        container=_HOOK,
        status={
            "state": waiting(
                "PostStartHookError",
                'Exec lifecycle hook ([/bin/register --now]) for Container "api" in Pod "api_production(uid)" failed - '
                "error: command '/bin/register --now' exited with 1: , message: \"\"",
            ),
            "lastState": terminated(137, lived=5),
        },
        log="up\n",
    ),
    Example(
        title="near miss: it has a hook, and crashed by itself",
        hit=False,
        container=_HOOK,
        status={"state": _BACKOFF, "lastState": terminated(2, lived=3)},
        log="panic: nil map\n",
    ),
)
