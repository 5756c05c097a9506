"""What to do about a program that ends with exit code 0 although its pod is to run for ever."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from diagnostics.claims import mounted
from diagnostics.diagnosis import Clause, Premise, Remedy
from diagnostics.facts import images
from diagnostics.fields import flag, strings, text
from diagnostics.findings import line_fixes, lookups, new_versions, premises, server_signs, wording
from diagnostics.findings.commands import durable, kubectl, patch, pod_name, subject
from diagnostics.patterns import compiled
from diagnostics.transcript.last_words import last_words
from diagnostics.transcript.model import Level, Role

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container

_LOUD: Final = frozenset({Level.ERROR, Level.FATAL})
_WRITTEN: Final = compiled(r"(?:^|[;&\n])\s*(?:sleep\s+([\w.$\{\}]+)\s*(?:;|&&|\n)\s*)?exit\s+0\s*;?\s*$")
"""A script whose last command is ``exit 0``: whatever happened before, it ends like that."""
_CHILD: Final = compiled(
    r"(?i)\bexited: \S+ \(exit status [1-9]\d*\s*; not expected\)|\bgave up: \S+ entered FATAL state"
    r"|\b(?:child|process|service|program|worker) \S+ (?:exited|failed|terminated) with (?:exit )?(?:code|status) [1-9]"
)
"""A supervisor's word that a process below it failed: supervisord, and those that say it alike."""
_REFUSED: Final = compiled(
    r"(?i)\b(?:couldn't|could not|cannot|can't|unable to|failed to) (?:set[ug]id|setgroups|exec|spawn)\b"
)
CHILDREN: Final = 60
"""Lines at the end in which a supervisor's word on its processes is looked for: it stops the others after that."""
_ASKS: Final = compiled(
    r"(?i)\b(?:press|hit|push) (?:the )?(?:<|\[|'|\")?(?:enter|return|any key|a key|esc(?:ape)?|space|q\b)"
    r"|\b(?:enter|return|any key|a key) to (?:exit|stop|quit|continue|shut ?down|close|terminate|end)\b"
    r"|\btype ['\"]?(?:exit|quit|stop|q)['\"]? to\b"
)
"""Words of a program that waits for a person at its terminal."""
_SHELLS: Final = {"sh", "bash", "ash", "/bin/sh", "/bin/bash", "python", "python3", "node", "irb"}


def went_wrong(case: Case) -> bool:
    """Whether an error stands behind the end, which its exit code does not tell of."""
    return complaint(case) is not None or failed_child(case) is not None


def complaint(case: Case) -> int | None:
    """Return the error that the program ended on: its last words, with nothing after them but their consequence."""
    told = case.transcript
    last = last_words(told, 1)[-1:]
    if chosen(case.suspect):
        said = max((line for line, text in enumerate(told.lines) if text.strip()), default=-1)
        return said if said >= 0 and told.levels[said] in _LOUD else None
    segment = next(iter(told.segments), None)
    if segment is not None and (told.levels[segment.line] in _LOUD or segment.crash is not None):
        after = range(max(segment.end, segment.line + 1), len(told.lines))
        if premises.work_done(case) not in after and not any(
            told.roles[line] is Role.PLAIN and told.lines[line].strip() for line in after
        ):
            return segment.line
    done = premises.work_done(case) or -1
    return next((line for line in last if told.levels[line] in _LOUD and done < line), None)


def failed_child(case: Case) -> int | None:
    """Return the line that tells why a process of a supervisor failed, or that it did: then 0 is the supervisor's own.

    Nothing where the container's command chooses its end.
    """
    bare = case.transcript.bare
    near = range(len(bare) - 1, max(-1, len(bare) - 1 - CHILDREN), -1)
    told = next((line for line in near if _CHILD.search(bare[line][:500]) is not None), None)
    if told is None or chosen(case.suspect):
        return None
    return next((line for line in near if line < told and _REFUSED.search(bare[line][:500]) is not None), told)


def chosen(container: Container | None) -> str:
    """Return how the container's script makes itself end with 0 whatever happened before, or nothing."""
    words = [] if container is None else words_of(container)
    found = _WRITTEN.search(words[-1][-200:].rstrip()) if words else None
    if found is None:
        return ""
    return f"exit 0 after sleep {found.group(1)}" if found.group(1) else "exit 0"


def fed(case: Case, container: Container) -> int | None:
    """Return the newest line that tells of standard input as what the program lives from.

    Not of a server, nor where a new version found out about it: what it says of its input is then its own mistake.
    """
    if server_signs.declared(case, container) or new_versions.brought(case, container) is not None:
        return None
    bare = case.transcript.bare
    return next(
        (at for at in range(len(bare) - 1, -1, -1) if server_signs.STDIN.search(bare[at][:500]) is not None), None
    )


def remedy(case: Case, container: Container) -> Remedy:
    """Return what to do: by what it was given to run, what it said last, and whether it is a server."""
    command = words_of(container)
    image = text(container.spec, "image")
    if not command and images.bare(image):
        return _bare(case, container, image)
    line = fed(case, container)
    if line is not None:
        return _standard_input(case, container, line)
    line = asking(case, container)
    if line is not None:
        return _terminal(case, container, line)
    built = _built(case, container, command)
    if built is not None:
        return built
    template = kubectl(case.namespace, "get", subject(case), "-o", "yaml")
    printed = kubectl(case.namespace, "logs", pod_name(case), "-c", container.name, "--tail=50")
    advised = _advice(case, container, command)
    look = (printed if case.transcript.verbatim else template,)
    return replace(advised, text=advised.text + durable(case), commands=look)


def _built(case: Case, container: Container, command: list[str]) -> Remedy | None:
    """Return the remedy that its last error holds; None where it has none, or its command explains the end."""
    line = None if _of_the_command(command) else complaint(case)
    return None if line is None else line_fixes.built(case, container, (case.transcript.lines[line],))


def words_of(container: Container) -> list[str]:
    """Return the container's command with its arguments."""
    return [*strings(container.spec, "command"), *strings(container.spec, "args")]


def _of_error(case: Case) -> str:
    """Return what is to be done where an error stands behind the exit code; nothing where none does."""
    if complaint(case) is not None:
        return "No remedy is known for its last error, and the exit code only hides that it failed."
    if failed_child(case) is None:
        return ""
    return (
        "Mend what made that process fail, as its words above say: the supervisor then ended the others and itself, and"
        " the exit code is the supervisor's."
    )


def _advice(case: Case, container: Container, command: list[str]) -> Remedy:
    told = _of_the_command(command) or _of_error(case)
    if told:
        return Remedy(text=told)
    written = chosen(container)
    if written:
        return Remedy(
            text="Let its script go on in a loop (while true) if it is to stay, or run it as a CronJob: its command"
            f" ends with {written}, so that this end is written there, and no failure."
        )
    server = server_signs.sign(case, container)
    if server:
        return _of_server(case, container, server)
    done = premises.work_done(case)
    if done is not None:
        text = (
            f'Its log says that its work is done ("{wording.cut(case.transcript.bare[done], wording.WORDS)}"): run it'
            " as a Job (or a CronJob, or an init container of what waits for it) with the same pod template and"
            f" restartPolicy OnFailure, and delete {subject(case)}, which starts it for ever."
        )
        return Remedy(text=text, clauses=(Clause(text=text, premise=Premise.BATCH, instead=_OPEN),))
    return Remedy(text=_OPEN)


_OPEN: Final = (
    "See in its last lines which of these it is: its work is done (then it belongs into a Job or CronJob), it went into"
    " the background (then its own option for the foreground keeps it), it waits for input (then stdin and tty do), or"
    " its settings give it nothing to do."
)
"""What is to be told apart where nothing shows why a program ended with exit code 0."""


def _of_the_command(command: list[str]) -> str:
    """Return what is wrong with a command that cannot stay: a shell without work, or a start in the background."""
    joined = " ".join(command)
    if len(command) == 1 and command[0] in _SHELLS:
        return f"{command[0]} without a terminal and without a command ends at once: give it the program to run."
    if "nginx" in joined and "daemon off" not in joined:
        return "nginx goes into the background: start it with -g 'daemon off;'."
    if "service " in joined or "systemctl" in joined or joined.rstrip().endswith("&"):
        return "The command starts a service in the background and ends: run the program itself in the foreground."
    return ""


def _of_server(case: Case, container: Container, server: str) -> Remedy:
    """Return what to do about a server that ends by itself; ``server`` is what shows that it is one."""
    version = new_versions.brought(case, container)
    if version is not None:
        return Remedy(
            text=f"It is a server ({server}) that ends by itself; {version.told}. Run the image before, or a later"
            " release that stays up."
        )
    own = strings(container.spec, "command")
    what = f"{own[0]} starts" if own else "its command starts"
    stays = f"let what {what} stay in the foreground (no daemon mode, no & at the end; exec as the script's last line)."
    told = _last_said(case)
    look = (
        f"nothing that was read shows why. Its last line is{told}; look there whether that was all its work (then it"
        " is none), whether it waits for input (stdin and tty keep that open), goes into the background (its own"
        " option for the foreground), or is set to do nothing."
        if told
        else "nothing shows why, and it prints nothing: run its command by hand in the image, its log level raised."
    )
    clause = Clause(text=stays, premise=Premise.BACKGROUND, instead=look)
    return Remedy(
        text=f"It is a server ({server}), and the process that its container began with has ended: {stays}",
        clauses=(clause,),
    )


def _last_said(case: Case) -> str:
    """Return the program's last line in quotes, after a blank; empty where it printed nothing."""
    last = last_words(case.transcript, 1)
    return f' "{wording.cut(case.transcript.bare[last[-1]], wording.WORDS)}"' if last else ""


def asking(case: Case, container: Container) -> int | None:
    """Return the line near the end in which the program waits for a person, where no terminal is kept open for it."""
    if flag(container.spec, "stdin"):
        return None
    bare = case.transcript.bare
    near = range(len(bare) - 1, max(-1, len(bare) - 1 - premises.NEAR), -1)
    return next((at for at in near if _ASKS.search(bare[at][:500]) is not None), None)


def _terminal(case: Case, container: Container, line: int) -> Remedy:
    """Return what to do about a program that reads from a terminal, which a pod does not have."""
    told = wording.cut(case.transcript.bare[line], wording.WORDS)
    words = (
        f'It waits for a person ("{told}"), and a pod has no terminal: it reads the end of its input at once and ends.'
        f" Set stdin: true and tty: true on container {container.name}, or let the program wait for a signal instead."
    )
    return Remedy(text=words + durable(case), commands=patch(case, container, {"stdin": True, "tty": True}))


def _bare(case: Case, container: Container, image: str) -> Remedy:
    """Return that an image without a program of its own needs a command."""
    words = (
        f"{image} is a bare base image, and the spec gives no command: what it starts is a shell or a prompt, which"
        f" ends at once without a terminal. Give {container.name} the program that it is to run as its command, or use"
        " an image that has one. The command only keeps it alive, to look around in it with kubectl exec."
    )
    return Remedy(text=words + durable(case), commands=patch(case, container, {"command": ["sleep", "infinity"]}))


def _standard_input(case: Case, container: Container, line: int) -> Remedy:
    """Return what to do about a program that lives from its standard input, which a pod closes."""
    told = wording.cut(case.transcript.bare[line], wording.WORDS)
    asked = lookups.word(case, "stdi")
    if mounted.owners(case):
        words = (
            f'It reads its standard input ("{told}"), which is closed in a pod, and ends with it: give it another'
            f" source in {lookups.places(case)}, or, where that names one already, run a release that keeps to it."
        )
        return Remedy(text=words + durable(case), commands=asked)
    words = (
        f'It lives from its standard input ("{told}"), which is closed in a pod, so that it ends at once: give it'
        f" another source or transport (a file, a port) in {lookups.places(case)}. Where another program is to attach"
        " to it, stdin: true keeps it open (the last command)."
    )
    return Remedy(text=words + durable(case), commands=(*asked, *patch(case, container, {"stdin": True})))
