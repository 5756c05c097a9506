"""One failing workload in a few lines, and what its answer must and must not say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from diagnostics.diagnosis import Verdict
from diagnostics.engine import diagnose
from tests.composed.world import Status, Truth, World, c, crash
from tests.support.rules import faults

if TYPE_CHECKING:
    from collections.abc import Mapping

    from diagnostics.diagnosis import Diagnosis

IMAGE = "registry.example/app:2.0"


def dies(
    log: str,
    code: int = 1,
    *,
    env: dict[str, Any] | None = None,
    before: dict[str, Any] | None = None,
    files: Mapping[str, str] | None = None,
    volumes: Mapping[str, dict[str, Any]] | None = None,
    image: str = IMAGE,
    kind: str = "Deployment",
    init: tuple[dict[str, Any], ...] = (),
    statuses: dict[str, Status] | None = None,
    world: World | None = None,
    pod_spec: dict[str, Any] | None = None,
    shape: str = "backoff",
    lived: float = 2,
    reason: str = "",
    message: str = "",
    restarts: int = 5,
    **spec: Any,
) -> World:
    """Add a workload ``app`` whose container ``app`` dies with this output.

    ``before``: the container's fields in the revision before; ``files``: ``{mount path: ConfigMap/key}``, each a ConfigMap of
    its own that is mounted there; ``volumes``: ``{mount path: the volume's source}``; ``spec``: more fields of the container.
    """
    w = world or World()
    mounts, sources = dict(spec.pop("mounts", {})), []
    for number, (path, ref) in enumerate((files or {}).items()):
        name, _, key = ref.partition("/")
        w.add("ConfigMap", name, data={key: "x"})
        mounts[path] = f"file-{number}"
        sources.append({"name": f"file-{number}", "configMap": {"name": name}})
    for number, (path, source) in enumerate((volumes or {}).items()):
        mounts[path] = f"volume-{number}"
        sources.append({"name": f"volume-{number}", **source})
    fields = {**({"env": env} if env else {}), **({"mounts": mounts} if mounts else {}), **spec}
    earlier = None
    if before is not None:
        past = {"image": image, **fields, **before}
        earlier = [{"containers": [c("app", past.pop("image"), **past)]}]
    dying = crash(
        code,
        log,
        shape=shape,
        reason=reason or ("Error" if code else "Completed"),
        lived=lived,
        restarts=restarts,
        message=message,
    )
    w.workload(
        "app",
        c("app", image, **fields),
        kind=kind,
        init=init,
        statuses={"app": dying, **(statuses or {})},
        earlier=earlier,
        spec={**({"volumes": sources} if sources else {}), **(pod_spec or {})},
    )
    return w


def asked(world: World, target: str = "", namespace: str = "production") -> Diagnosis:
    """Return the answer about the target; without one about the workload ``app``. No check and no look-up may raise."""
    kinds = ("Deployment", "StatefulSet", "DaemonSet")
    of = (kind for kind in kinds for item in world.objects.get(kind, ()) if item["metadata"]["name"] == "app")
    meant = target or f"{next(of).lower()}/app"
    diagnosis = diagnose(world.snapshot(Truth(meant, None, namespace=namespace)))
    assert faults(diagnosis) == []
    return diagnosis


@dataclass(frozen=True, kw_only=True)
class Want:
    """What an answer must be. Words are looked for without regard to case."""

    cause: tuple[str | None, ...]
    """Causes that are right."""
    says: tuple[str, ...] = ()
    """Words of the headline."""
    remedy: tuple[str, ...] = ()
    """Words of the remedy, its commands included."""
    never: tuple[str, ...] = ()
    """Words that headline, remedy and advice must not hold."""
    sure: bool | None = None
    """Whether it may be (False: must not be, True: must be) confirmed."""
    restart: bool | None = None
    undo: bool | None = None


def spoken(diagnosis: Diagnosis) -> str:
    """Return all that the answer states: headline, remedy, advice, what it rules out and what else it says."""
    return "\n".join(
        (
            diagnosis.summary,
            diagnosis.remedy.text,
            *diagnosis.remedy.commands,
            *(f"{advice.action} helps={advice.helps}: {advice.because}" for advice in diagnosis.actions),
            *(f"{item.cause} ruled out: {item.because}" for item in diagnosis.ruled_out),
            *(f"also {item.cause}: {item.summary}" for item in diagnosis.also),
        )
    )


def check(diagnosis: Diagnosis, want: Want) -> None:
    """Assert that the answer is what is wanted; the whole answer is the message of a failure."""
    told = f"{diagnosis.verdict} {diagnosis.cause} [{diagnosis.container}]\n{spoken(diagnosis)}"
    assert diagnosis.cause in want.cause, told
    for word in want.says:
        assert word.lower() in diagnosis.summary.lower(), f"headline lacks {word!r}\n{told}"
    remedy = "\n".join((diagnosis.remedy.text, *diagnosis.remedy.commands)).lower()
    for word in want.remedy:
        assert word.lower() in remedy, f"remedy lacks {word!r}\n{told}"
    for word in want.never:
        assert word.lower() not in spoken(diagnosis).lower(), f"says {word!r}\n{told}"
    if want.sure is not None:
        assert (diagnosis.verdict is Verdict.CONFIRMED) is want.sure, told
    for action, helps in (("restart", want.restart), ("undo", want.undo)):
        if helps is not None:
            advice = diagnosis.advice(action)
            assert advice is not None, f"nothing said about {action}\n{told}"
            assert advice.helps is helps, f"{action}\n{told}"
