"""What cannot be reached through localhost though a neighbour in the pod serves it: which one, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.claims import named as claims
from diagnostics.claims import pod_ports
from diagnostics.diagnosis import Remedy
from diagnostics.fields import table
from diagnostics.findings.commands import kubectl, new_pod, pod_name

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.pod_ports import Neighbour
    from diagnostics.diagnosis import Evidence


def beside(case: Case, found: claims.Reach) -> Neighbour | None:
    """Return the container of the same pod that serves the port that could not be reached through localhost."""
    if not found.host or found.port is None or not claims.is_local(found.host) or case.suspect is None:
        return None
    return pod_ports.neighbour(case.snapshot, case.pod, case.containers, case.suspect.name, found.port)


def stuck(neighbour: Neighbour | None) -> tuple[str, tuple[Evidence, ...]]:
    """Return that the neighbour hangs, as the rest of a sentence, with its log's word for it; else nothing."""
    if neighbour is None or neighbour.stuck is None:
        return "", ()
    return ", which runs and does not work any more by its log", (neighbour.stuck,)


def remedy(case: Case, neighbour: Neighbour) -> Remedy:
    """Return what to do about a neighbour that does not answer: start it anew where it hangs, else wait for it."""
    name = neighbour.container.name
    logs = kubectl(case.namespace, "logs", pod_name(case), "-c", name)
    if neighbour.stuck is None:
        text = (
            f"Look at container {name} of the same pod, which serves that port. Let it be ready first (an init"
            " container with restartPolicy Always and a startup probe), or let this one try again."
        )
        return Remedy(text=text, commands=(logs,))
    unseen = "" if table(neighbour.container.spec, "livenessProbe") else f" Give {name} a livenessProbe: it has none."
    text = (
        f"Have the pod made anew: container {name} runs on and its log only complains, and nothing else starts it"
        f" again. Then find out there what it waits for (its disk, its store).{unseen}"
    )
    return Remedy(text=text, commands=(new_pod(case), logs))
