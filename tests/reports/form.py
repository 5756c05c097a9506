"""Reading a report file: what its keys are, and one clear sentence for what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from tests.reports.report import Container, Report, ReportError, Revision, Status, Truth, Workload, age_s

if TYPE_CHECKING:
    from pathlib import Path

NUMBER, FLAG, TEXT, TABLE, LIST = (int, float), bool, str, dict, list
SHAPES = {NUMBER: "a number", FLAG: "true or false", TEXT: "text", TABLE: "a table", LIST: "a list"}

REPORT = {
    **dict.fromkeys(("id", "source", "namespace", "program", "family", "language"), TEXT),
    "truth": TABLE,
    "workloads": LIST,
    "events": LIST,
    "objects": LIST,
    "negative": FLAG,
}
TRUTH = {
    **dict.fromkeys(("target", "container", "note", "fix"), TEXT),
    "cause": TEXT,
    "also": LIST,
    "must_cite": LIST,
    "bad_remedies": LIST,
    "restart_helps": FLAG,
    "undo_helps": FLAG,
}
WORKLOAD = {
    "kind": TEXT,
    "name": TEXT,
    "namespace": TEXT,
    "pods": NUMBER,
    "replicas": NUMBER,
    "age_s": NUMBER,
    "template": TABLE,
    "annotations": TABLE,
    "labels": TABLE,
    "spec": TABLE,
    "containers": LIST,
    "initContainers": LIST,
    "conditions": LIST,
    "pod_status": TABLE,
    "old_revisions": LIST,
    "rolled_out_s": NUMBER,
    "objects_status": TABLE,
}
CONTAINER = {"name": TEXT, "image": TEXT, "spec": TABLE, "status": TABLE}
STATUS = {
    "exit": NUMBER,
    "reason": TEXT,
    "message": TEXT,
    "ran_s": NUMBER,
    "restarts": NUMBER,
    "now": TEXT,
    "running_s": NUMBER,
    "ready": FLAG,
    "waiting": TABLE,
    "log": TEXT,
    "current": TEXT,
}
REVISION = {
    "age_s": NUMBER,
    "containers": LIST,
    "initContainers": LIST,
    "annotations": TABLE,
    "template": TABLE,
    "pods": NUMBER,
}
EVENT = {
    **dict.fromkeys(("of", "reason", "type", "message", "container", "component"), TEXT),
    "count": NUMBER,
    "first_s": NUMBER,
    "last_s": NUMBER,
}
KINDS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "Pod")
NOW = ("waiting", "running", "terminated")


def load(path: Path) -> Report:
    """Read a report. Raises ``ReportError``."""
    try:
        text = path.read_text(encoding="utf-8")
        data = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 — the safe one, in C
    except (OSError, UnicodeDecodeError) as error:
        raise ReportError(f"{path} cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise ReportError(f"{path} is no YAML: {' '.join(str(error).split())}") from error
    return parsed(data, path)


def parsed(data: Any, path: Path) -> Report:
    """Return the report that the data are. Raises ``ReportError``."""
    form = _Form(path)
    top = form.table("", data, REPORT, ("id", "source", "truth", "workloads"))
    namespace = top.get("namespace") or "production"
    workloads = tuple(form.workload(f"workloads[{at}]", entry, namespace) for at, entry in enumerate(top["workloads"]))
    report = Report(
        file=path,
        id=top["id"],
        source=top["source"],
        namespace=namespace,
        truth=form.truth(top["truth"]),
        workloads=workloads,
        events=tuple(form.event(f"events[{at}]", entry) for at, entry in enumerate(top.get("events") or ())),
        objects=tuple(form.object(f"objects[{at}]", entry) for at, entry in enumerate(top.get("objects") or ())),
        **{key: top[key] for key in ("program", "family", "language", "negative") if top.get(key) is not None},
    )
    form.target(report)
    return report


class _Form:
    """Checks values against the keys above; every complaint names the file and the key."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def wrong(self, where: str, what: str) -> ReportError:
        return ReportError(f"{self._path}: {where or 'the file'} {what}")

    def table(self, where: str, value: Any, keys: dict[str, Any], needed: tuple[str, ...] = ()) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong(where, f"must be a table, not {_called(value)}")
        for key, held in value.items():
            if key not in keys:
                raise self.wrong(f"{where}.{key}".lstrip("."), f"is no key here; the keys are {', '.join(keys)}")
            if held is not None and not _is(held, keys[key]):
                raise self.wrong(f"{where}.{key}".lstrip("."), f"must be {SHAPES[keys[key]]}, not {_called(held)}")
        for key in needed:
            if value.get(key) is None:
                raise self.wrong(f"{where}.{key}".lstrip("."), "is missing")
        return value

    def texts(self, where: str, value: Any) -> tuple[str, ...]:
        for at, entry in enumerate(value or ()):
            if not isinstance(entry, str):
                raise self.wrong(f"{where}[{at}]", f"must be text, not {_called(entry)}")
        return tuple(value or ())

    def tables(self, where: str, value: Any) -> tuple[dict[str, Any], ...]:
        for at, entry in enumerate(value or ()):
            if not isinstance(entry, dict):
                raise self.wrong(f"{where}[{at}]", f"must be a table, not {_called(entry)}")
        return tuple(value or ())

    def truth(self, value: Any) -> Truth:
        found = self.table("truth", value, TRUTH, ("target",))
        if "cause" not in found:
            raise self.wrong("truth.cause", "is missing (null says: nobody can tell)")
        return Truth(
            target=found["target"],
            cause=found["cause"],
            also=self.texts("truth.also", found.get("also")),
            container=found.get("container"),
            must_cite=self.texts("truth.must_cite", found.get("must_cite")),
            restart_helps=found.get("restart_helps"),
            undo_helps=found.get("undo_helps"),
            note=found.get("note") or "",
            fix=found.get("fix") or "",
            bad_remedies=self.texts("truth.bad_remedies", found.get("bad_remedies")),
        )

    def workload(self, where: str, value: Any, namespace: str) -> Workload:
        found = self.table(where, value, WORKLOAD, ("kind", "name", "containers"))
        if found["kind"] not in KINDS:
            raise self.wrong(f"{where}.kind", f"must be one of {', '.join(KINDS)}, not {found['kind']}")
        containers = self.containers(f"{where}.containers", found["containers"])
        init = self.containers(f"{where}.initContainers", found.get("initContainers"))
        age = found.get("age_s")
        age = age_s((*init, *containers)) if age is None else age
        rolled_out = found.get("rolled_out_s")
        pods = found.get("pods")
        return Workload(
            kind=found["kind"],
            name=found["name"],
            namespace=found.get("namespace") or namespace,
            pods=1 if pods is None else int(pods),
            replicas=found.get("replicas"),
            age_s=age if rolled_out is None else min(age, rolled_out),
            rolled_out_s=age if rolled_out is None else rolled_out,
            template=found.get("template") or {},
            annotations=found.get("annotations") or {},
            labels=found.get("labels"),
            spec=found.get("spec") or {},
            containers=containers,
            init=init,
            conditions=self.tables(f"{where}.conditions", found.get("conditions")),
            pod_status=found.get("pod_status") or {},
            old=tuple(
                self.revision(f"{where}.old_revisions[{at}]", entry)
                for at, entry in enumerate(found.get("old_revisions") or ())
            ),
            objects_status=found.get("objects_status") or {},
        )

    def containers(self, where: str, value: Any) -> tuple[Container, ...]:
        made = []
        for at, entry in enumerate(value or ()):
            found = self.table(f"{where}[{at}]", entry, CONTAINER, ("name", "image"))
            spec = {"name": found["name"], "image": found["image"], **(found.get("spec") or {})}
            made.append(Container(spec, self.status(f"{where}[{at}].status", found.get("status") or {})))
        return tuple(made)

    def status(self, where: str, value: Any) -> Status:
        found = {key: held for key, held in self.table(where, value, STATUS).items() if held is not None}
        if found.get("now", NOW[0]) not in NOW:
            raise self.wrong(f"{where}.now", f"must be one of {', '.join(NOW)}, not {found['now']}")
        if "waiting" in found:
            self.table(f"{where}.waiting", found["waiting"], {"reason": TEXT, "message": TEXT})
            found["waiting"] = {"reason": "ContainerCreating", **found["waiting"]}
        if found.get("now") == "terminated" and "exit" not in found:
            raise self.wrong(f"{where}.exit", "is missing: what is terminated has an exit code")
        return Status(**found)

    def revision(self, where: str, value: Any) -> Revision:
        found = self.table(where, value, REVISION, ("age_s", "containers"))
        init = found.get("initContainers")
        return Revision(
            age_s=found["age_s"],
            containers=self.specs(f"{where}.containers", found["containers"]),
            init=None if init is None else self.specs(f"{where}.initContainers", init),
            template=found.get("template"),
            annotations=found.get("annotations"),
            pods=None if found.get("pods") is None else int(found["pods"]),
        )

    def specs(self, where: str, value: Any) -> tuple[dict[str, Any], ...]:
        """Return whole container specs; ``spec`` may hold them apart, as in the present containers."""
        made = []
        for at, entry in enumerate(self.tables(where, value)):
            whole = {key: held for key, held in entry.items() if key not in ("spec", "status")}
            whole |= entry.get("spec") or {}
            if not isinstance(whole.get("name"), str) or not isinstance(whole.get("image"), str):
                raise self.wrong(f"{where}[{at}]", "must have a name and an image")
            made.append(whole)
        return tuple(made)

    def event(self, where: str, value: Any) -> dict[str, Any]:
        found = self.table(where, value, EVENT, ("reason",))
        of = found.get("of") or "pod"
        if of != "pod" and "/" not in of:
            raise self.wrong(f"{where}.of", f"must be pod or Kind/name, not {of}")
        return {**{key: held for key, held in found.items() if held is not None}, "of": of, "where": where}

    def object(self, where: str, value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise self.wrong(where, f"must be a table, not {_called(value)}")
        metadata = value.get("metadata")
        if not isinstance(value.get("kind"), str) or not isinstance(metadata, dict) or not metadata.get("name"):
            raise self.wrong(where, "must have a kind and metadata.name")
        return value

    def target(self, report: Report) -> None:
        """Check that the truth's target is one of the workloads, and its container one of theirs."""
        kind, _, name = report.truth.target.partition("/")
        mine = [each for each in report.workloads if each.kind.lower() == kind.lower() and each.name == name]
        cron = any(each["kind"].lower() == kind.lower() and each["metadata"]["name"] == name for each in report.objects)
        if not mine and not cron:
            known = ", ".join(f"{each.kind.lower()}/{each.name}" for each in report.workloads)
            raise self.wrong("truth.target", f"{report.truth.target} is not among the workloads ({known})")
        names = {part.name for each in report.workloads for part in (*each.init, *each.containers)}
        if report.truth.container and report.truth.container not in names:
            raise self.wrong("truth.container", f"{report.truth.container} is no container of the workloads")


def _is(value: Any, shape: Any) -> bool:
    return isinstance(value, shape) and (shape is FLAG or not isinstance(value, bool))


def _called(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    return "a table" if isinstance(value, dict) else "a list" if isinstance(value, list) else repr(value)[:60]
