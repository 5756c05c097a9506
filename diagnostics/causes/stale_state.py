"""State left behind stops every new start: a lock or pid file, a dirty migration, data of another version.

What it means
    An earlier run left something that this one refuses to work with. Trying again changes nothing.

How it is decided
    By a line of the dying output that names it, and by where it lies: an emptyDir dies with the pod (a restart of the
    workload clears it, a container restart does not), a claim or a database does not.

What it is confused with
    Two pods that really share one volume: then the lock is right. A table that is missing because migrations never ran
    in an init container is init-container-failed.

How to fix it
    In an emptyDir: a new pod. On a claim: stop the workload, remove the lock or repair the data with the tool's own
    command (``migrate force``, ``redis-check-aof --fix``). A data directory of another major version needs the old
    image or a migration of the data. A rollback may make a schema problem worse.

How to prevent it
    Let the program take locks that the kernel frees (flock), give it time to shut down cleanly, and run migrations as a
    Job that is not killed in the middle.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.causes.model import Category, Cause
from diagnostics.claims import named as claims
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, terminated
from diagnostics.facts import images
from diagnostics.facts.model import Role
from diagnostics.facts.quotes import first, of_object
from diagnostics.facts.workloads import revisions, sharers
from diagnostics.findings import (
    log_lines,
    other_state,
    own_files,
    refusals,
    repairing,
    schema_fixes,
    state_places,
    wording,
)
from diagnostics.findings.commands import (
    durable,
    kubectl,
    new_pod,
    on_node,
    pod_name,
    recreate,
    snapshotted,
    subject,
    templated,
)
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.snapshot import Object

NEAR: Final = 6
"""Lines around the words in which the error beneath them may stand."""
_NO_RIGHT: Final = compiled(r"(?i)permission denied|access ?denied|\bEACCES\b|read-only file system|\bEROFS\b")

CAUSE: Final = Cause(
    id="stale-state",
    title="State left by an earlier run stops it",
    category=Category.STORAGE,
    claims=frozenset(
        {
            ClaimType.LOCK_HELD,
            ClaimType.HALF_DONE,
            ClaimType.MEMBER_REMOVED,
            ClaimType.DATA_CORRUPT,
            ClaimType.MIGRATION_FAILED,
        }
    ),
)


_REWRITTEN: Final = compiled(
    r"(?i)\bmigration checksum mismatch\b|\bmigration\b[^\n]{0,160}\b(?:modified after|modified since"
    r"|has been modified)\b"
    r"|\bapplied migration \S+ is different than\b|\bcheck ?sums?\b[^\n]{0,120}\bwas: [^\n]{0,80}\bbut is now\b"
)
"""Migrations that were applied and read otherwise in this image (Flyway, sqlx, Prisma, refinery, Liquibase)."""


def check(case: Case) -> Finding | None:
    """Return the finding when the dying output refuses something that an earlier run left."""
    hit = log_lines.claiming(case, CAUSE.claims)
    if hit is None or case.suspect is None:
        return _spoilt(case)
    if hit.type is ClaimType.MIGRATION_FAILED and case.suspect.role is Role.INIT:
        return None  # a step of its own, not what an earlier run left
    path = state_places.path_of(case, hit, CAUSE.claims)
    found = claims.file(case, path) if path.startswith("/") else None
    fault, where = state_places.place(case, hit, found)
    holder = _holder(case, found)
    if holder is not None and (hit.type is ClaimType.LOCK_HELD or state_places.left_behind(hit, path)):
        return _shared(case, hit, found, holder, path)
    sure = log_lines.agrees(case, hit) and (found is not None and bool(found.volume))
    image = _rewriting(case, hit)
    if image:
        fault, where = Fault.TEMPLATE, "; the image has other migrations than those that were applied"
    leftover = state_places.left_behind(hit, path)
    thing = f"an earlier run left {path}" if leftover else log_lines.headline(case, hit).rstrip(".")
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if sure else Verdict.LIKELY,
        summary=f"{wording.begin(log_lines.who(case))} refuses to start ({log_lines.how(case)}): {thing}{where}",
        evidence=first((*log_lines.said(case, hit), *log_lines.ended(case), *(found.evidence if found else ()))),
        container=case.suspect.name,
        facts={"path": path, "volume": found.volume if found else "", "kind": found.kind if found else ""},
        remedy=_rewritten(case) if image else _remedy(case, hit, path if leftover else "", fault),
        fault=fault,
        fault_names=tuple(item for item in (path, found.name if found else "", image) if item),
    )


def _rewriting(case: Case, hit: Claim) -> str:
    """Return the image whose migrations read otherwise than those that were applied, or nothing."""
    told = _REWRITTEN.search(log_lines.words(case, hit)[:4000])
    return "" if told is None or case.suspect is None else fields.text(case.suspect.spec, "image")


def _rewritten(case: Case) -> Remedy:
    """Return what to do about migrations that were changed after they had been applied."""
    return Remedy(
        text="Run the image whose migrations were applied, or give their files back as they were and make the change in"
        " a new one. Where only what does not count differs (a comment, line ends), let the tool take the new checksums"
        " over (its repair) after you have compared them." + durable(case),
        commands=(kubectl(case.namespace, "get", subject(case), "-o", "yaml"),) if templated(case) else (),
    )


def _spoilt(case: Case) -> Finding | None:
    """Tell of a file of the pod's own that no longer parses, where others read the same configuration and serve."""
    found = own_files.spoilt(case)
    if found is None or case.suspect is None:
        return None
    hit, places, alike = found
    node = fields.text(case.pod, "spec", "nodeName")
    at = f" on {node}" if node else ""
    others = "another pod" if alike == 1 else f"{alike} other pods"
    serve = f"{others} of the same template {'is' if alike == 1 else 'are'} ready"
    listed = " or ".join(places[:2])
    raw = {} if case.workload is None else case.workload.raw
    proof = of_object(raw, "status", "numberReady", "readyReplicas")
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.LIKELY,
        summary=f"{wording.begin(log_lines.who(case))} cannot read a file ({log_lines.how(case)}):"
        f" {log_lines.headline(case, hit).rstrip('.')}. No line names it; {serve}, so it is rather one of this pod's"
        f" own, below {listed}{at}, than what they all read",
        evidence=first((*log_lines.said(case, hit), *proof, *log_lines.ended(case))),
        container=case.suspect.name,
        facts={"path": places[0], "volume": "", "kind": ""},
        remedy=Remedy(
            text=f"Look below {listed}{at} for a file of state that was cut off or damaged, keep a copy, and mend it or"
            " let the program make it anew; leave the configuration alone that the others run with.",
            commands=(_neighbours(case),),
        ),
        fault=Fault.KEPT_STATE,
        fault_names=places,
    )


def _holder(case: Case, found: claims.File | None) -> Object | None:
    """Return another pod that runs on the volume of the path: what it locks is in use, and no leftover."""
    if found is None or not found.volume:
        return None
    claim = found.name if found.kind == "PersistentVolumeClaim" else ""
    users = [*sharers.running(case, claim, found.backing if found.kind == "hostPath" else "")]
    return next((pod for pod in users if pod in case.siblings), next(iter(users), None))


def _shared(case: Case, hit: Claim, found: claims.File | None, holder: Object, path: str) -> Finding:
    """Tell of two pods on one volume: the lock is right, and goes with the pod that has it."""
    kind, name = (found.kind, found.name) if found is not None else ("", "")
    on = f"{kind} {name}".strip() or "the same directory"
    other = fields.name(holder)
    older = holder in case.siblings and _earlier(case, holder)
    whose = "of the earlier revision " if older else ""
    sure = log_lines.agrees(case, hit)
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if sure else Verdict.LIKELY,
        summary=f"{wording.begin(log_lines.who(case))} cannot lock {path} ({log_lines.how(case)}): pod {other}"
        f" {whose}still runs on {on}",
        evidence=first(
            (
                *log_lines.said(case, hit),
                *sharers.quotes(holder, name if kind == "PersistentVolumeClaim" else ""),
                *(found.evidence if found else ()),
                *log_lines.ended(case),
            )
        ),
        container=case.suspect.name if case.suspect else "",
        facts={"path": path, "volume": found.volume if found else "", "kind": kind, "held_by": other},
        remedy=_one_at_a_time(case, other, older=older),
        fault=Fault.ROLLOUT if older else Fault.TEMPLATE,
        fault_names=(),
    )


def _earlier(case: Case, holder: Object) -> bool:
    """Whether the pod is of another revision than the one at hand, and a rolling update keeps it."""
    if case.workload is None or case.workload.kind != "Deployment" or case.pod is None:
        return False
    own, other = (revisions.of_pod(case.workload.revisions, pod) for pod in (case.pod, holder))
    return own is not other and fields.text(case.workload.raw, "spec", "strategy", "type") != "Recreate"


def _one_at_a_time(case: Case, other: str, *, older: bool) -> Remedy:
    keep = "Remove no lock and no file: that pod works with them."
    if older:
        text = (
            f"Set the strategy to Recreate: a rolling update ends pod {other} only when the new pod is ready, and that"
            f" waits for the lock. {keep} Expect a short downtime."
        )
        return Remedy(text=text + durable(case), commands=recreate(case))
    text = (
        f"Let one pod alone have the volume: end pod {other} if it should not run, or give each pod a claim of its"
        f" own. {keep}"
    )
    return Remedy(text=text + durable(case), commands=(_neighbours(case),))


def ruled_out(case: Case) -> str:
    """Return why a line about left state does not decide."""
    return log_lines.set_aside(case, CAUSE.claims)


def _refused(case: Case, hit: Claim) -> bool:
    """Whether the lines at the claim tell of a right that lacks: then the file may be no leftover at all."""
    near = case.transcript.lines[max(0, hit.line - NEAR) : hit.line + NEAR + 1]
    return any(_NO_RIGHT.search(line[:2000]) is not None for line in near)


def _leftover(case: Case, hit: Claim, path: str) -> Remedy:
    """Return how a leftover goes, once it is sure that it is one."""
    if _refused(case, hit):
        text = f"Look at who owns {path} before you remove it: beside the line the log says that a file is refused."
        return Remedy(text=text, commands=_users(case, hit))
    found = claims.file(case, path)
    if found.kind == "hostPath":
        return _on_the_node(case, path, found)
    shown = " (Used By, in its description)" if found.kind == "PersistentVolumeClaim" else ""
    text = f"Make sure that no other pod uses it{shown}, then remove {path}."
    return Remedy(text=text, commands=(*_users(case, hit), *_removed(case, path)))


def _on_the_node(case: Case, path: str, found: claims.File) -> Remedy:
    """Return how a leftover in a directory of the node goes: what was mounted there is unmounted, and never removed."""
    node, inner = fields.text(case.pod, "spec", "nodeName") or "<node>", path[len(found.mount) :].strip("/")
    own = f"{found.name.rstrip('/')}/{inner}"
    if _mounts(case, path):
        text = (
            f"{path} is where an earlier run mounted its file system, and it was never unmounted: unmount {own} on node"
            f" {node} (the command); the container's next start mounts it anew. Remove nothing there: what is"
            " mounted may hold the data."
        )
        return Remedy(text=text, commands=(on_node(node, "chroot", "/host", "umount", "-l", own),))
    text = f"Make sure that no other pod of node {node} mounts {found.name}, then remove {own} on that node."
    return Remedy(text=text, commands=(on_node(node, "ls", "-la", f"/host{own}"), *_stopped(case)))


def _mounts(case: Case, path: str) -> bool:
    """Whether the container mounts a file system at the path: it unmounts it at its end, or passes mounts on."""
    spec = {} if case.suspect is None else case.suspect.spec
    stop = " ".join(fields.strings(spec, "lifecycle", "preStop", "exec", "command"))
    covering = (
        mount for mount in fields.items(spec, "volumeMounts") if path.startswith(fields.text(mount, "mountPath"))
    )
    passed_on = any(fields.text(mount, "mountPropagation") == "Bidirectional" for mount in covering)
    return passed_on or ("umount" in stop and path in stop)


def _of_the_pod(case: Case, hit: Claim, path: str) -> Remedy:
    """Return how state goes that lies in the pod: in an emptyDir, or in its network."""
    if not state_places.of_the_network(case, hit):
        without = f", without {path}" if path else ""
        says_only = state_places.only_says(path)
        kept = f" For good, let the start remove {path} before the program runs." if says_only else ""
        return Remedy(text=f"Make a new pod: its emptyDir starts empty{without}.{kept}", commands=(new_pod(case),))
    text = "Make a new pod: its network starts without them."
    if case.suspect is not None and case.suspect.role is Role.INIT:
        # K: pkg/kubelet/kuberuntime computeInitContainerActions: a removed init container is run anew.
        text += (
            " An init container runs again in a living pod when its ended container was removed on the node: take"
            " what prunes containers there away."
        )
    return Remedy(text=text, commands=(new_pod(case),))


def _remedy(case: Case, hit: Claim, path: str, fault: Fault) -> Remedy:  # noqa: PLR0911 — one remedy a kind of state
    if fault is Fault.POD_STATE:
        return _of_the_pod(case, hit, path)
    line = log_lines.words(case, hit)
    other = other_state.remedy(case, line)
    if other:
        return Remedy(text=other + durable(case), commands=(_neighbours(case),))
    of_members = repairing.of_members(line, etcd=_etcd(case))
    text = repairing.of_comparison(line) or of_members or repairing.own_tool(line)
    if text:
        members = kubectl(case.namespace, "get", "pvc,pods", "--sort-by=.metadata.creationTimestamp")
        stopped = () if repairing.compared(line) else _stopped(case)
        return Remedy(text=text, commands=(members,) if of_members else stopped)
    if state_places.left_behind(hit, path):
        return _leftover(case, hit, path)
    said = _by_its_words(case, hit, line)
    if said:
        return Remedy(text=said + durable(case), commands=())
    if hit.type is ClaimType.LOCK_HELD:
        held = _ELSEWHERE if state_places.no_volume(case) else _HELD
        return Remedy(text=held, commands=(_neighbours(case),))
    return _retired(case, path) if repairing.retired(line) else _of_the_data(case, hit, path, line)


def _by_its_words(case: Case, hit: Claim, line: str) -> str:
    """Return what to do about a database, about a step that was not taken, or about what is stored otherwise."""
    path = state_places.path_of(case, hit, CAUSE.claims)
    if path and claims.file(case, path).volume:
        return ""  # files on a volume, whatever they hold
    in_database = schema_fixes.remedy(_around(case, hit, line))
    if in_database:
        return in_database
    return refusals.remedy(line) if refusals.unprepared(line) else ""


def _around(case: Case, hit: Claim, line: str) -> str:
    """Return the line with the words of its failure, where a migration tool and its database speak in turn."""
    segment = next((item for item in case.transcript.segments if item.first <= hit.line < item.end), None)
    more = () if segment is None else case.transcript.bare[segment.first : min(segment.end, segment.first + NEAR)]
    return "\n".join(dict.fromkeys((line, *more)))


def _etcd(case: Case) -> bool:
    """Whether the program is etcd, by its image or its server's own words: others use its raft library."""
    image = "" if case.suspect is None else images.repository(fields.text(case.suspect.spec, "image"))
    return "etcd" in image or any("etcdserver" in line or "etcdmain" in line for line in case.transcript.lines)


def _of_the_data(case: Case, hit: Claim, path: str, line: str) -> Remedy:
    """Return what to do about data that are damaged: a copy first, then what the words or the makers advise."""
    advice = repairing.own_advice(line)
    if advice:
        text = (
            f"Take a copy of {_held_by(case, hit)} ({_copy(case)}) first. Then do what its own words say: {advice}."
            " A pod that mounts the same does it, while this one is stopped."
        )
        return Remedy(text=text, commands=_stopped(case))
    return _repaired(case, path)


def _repaired(case: Case, path: str) -> Remedy:
    """Return how data are repaired of which nothing more is known: after a copy, the way their makers tell."""
    copied = f"Take a copy ({_copy(case)}) before anything else, and remove no file of the data by hand. "
    repaired = f"Then repair it the way {wording.makers(case.suspect)} describe for these words, or restore a backup."
    size = 0 if case.workload is None else fields.whole(case.workload.raw, "spec", "replicas") or 0
    if size > 1:
        repaired = (
            "Then, while the other members hold the data and a majority of them is healthy, empty this member's"
            " directory alone and let it fetch the data from them; otherwise repair it the way"
            f" {wording.makers(case.suspect)} describe for these words, or restore a backup."
        )
    held = _held_on(case, path)
    copied_by = snapshotted(case.namespace, held) if held else ()
    return Remedy(text=copied + repaired, commands=copied_by or (_neighbours(case),))


def _held_on(case: Case, path: str) -> str:
    """Return the claim that keeps the state: the one of the path, else the only one that is mounted."""
    found = claims.file(case, path) if path.startswith("/") else None
    if found is None or found.kind != "PersistentVolumeClaim":
        found = claims.only_claim(case)
    return "" if found is None else found.name


def _retired(case: Case, path: str) -> Remedy:
    """Return what to do about a member that its cluster has taken out: its old data are of no use to anybody."""
    held = _held_on(case, path)
    claim = f"claim {held}" if held else "its claim"
    text = (
        f"The cluster has taken this member out and does not take it back with its old identity, which lies on {claim};"
        " a backup would only bring that back. While the others are healthy and hold all replicas: scale it in,"
        f" set {claim} aside (delete it only then: what only it held is lost), and scale out again, so that it joins as"
        " a new member. Touch no claim of the other members."
    )
    look = (kubectl(case.namespace, "describe", "pvc", held),) if held else (_neighbours(case),)
    return Remedy(text=text + durable(case), commands=look)


_HELD: Final = (
    "Another process holds the lock: find it (a second pod on the same volume, or the earlier run on storage that frees"
    " its locks late) and let it end; the lock goes with it. Remove no file of the data."
)


_ELSEWHERE: Final = (
    "The lock is no file of the pod's, for it mounts no volume that it could write to: it is kept by the server"
    " or in the"
    " database that the program works with, and may outlive who took it. See there who has it; let a living holder end,"
    " and take away the mark of a dead one by the tool's own unlock command, once nothing works on it any more."
)


def _copy(case: Case) -> str:
    """Return how the data are copied: where only emptyDirs are written to, no snapshot is to be had."""
    scratch = state_places.empty_dirs(case)
    return f"of emptyDir {' and '.join(scratch)}, which goes with the pod" if scratch else "a snapshot of the volume"


def _held_by(case: Case, hit: Claim) -> str:
    """Return what holds the data, as a person says it: the claim by name where one does."""
    path = state_places.path_of(case, hit, CAUSE.claims)
    found = claims.file(case, path) if path.startswith("/") else None
    named = found is not None and found.kind == "PersistentVolumeClaim" and bool(found.name)
    return f"claim {found.name}" if found is not None and named else "the data"


def _users(case: Case, hit: Claim) -> tuple[str, ...]:
    """Return the command that shows which pods use the claim that the path lies on."""
    path = state_places.path_of(case, hit, CAUSE.claims)
    found = claims.file(case, path) if path.startswith("/") else None
    if found is None or found.kind != "PersistentVolumeClaim" or not found.name:
        return ()
    return (kubectl(case.namespace, "describe", "pvc", found.name),)


def _neighbours(case: Case) -> str:
    """Return the command that shows which pods there are, and on which node each runs."""
    return kubectl(case.namespace, "get", "pods", "-o", "wide")


def _removed(case: Case, path: str) -> tuple[str, ...]:
    """Return the commands that stop the workload and remove the file by a pod that mounts its claim."""
    stopped, suspect = _stopped(case), case.suspect
    found = claims.file(case, path)
    if not stopped or suspect is None or case.pod is None or found.kind != "PersistentVolumeClaim":
        return stopped
    mounts = [item for item in fields.items(suspect.spec, "volumeMounts") if fields.text(item, "name") == found.volume]
    mount = next((item for item in mounts if path.startswith(fields.text(item, "mountPath"))), None)
    if mount is None:
        return stopped
    kept = {key: mount[key] for key in ("name", "mountPath", "subPath") if mount.get(key)}
    remover = {"name": "remove", "image": "busybox", "command": ["rm", "-v", path], "volumeMounts": [kept]}
    volume = {"name": found.volume, "persistentVolumeClaim": {"claimName": found.name}}
    spec: Object = {"volumes": [volume], "containers": [remover]}
    if context := fields.table(case.pod, "spec", "securityContext"):
        spec["securityContext"] = context
    body = json.dumps({"spec": spec}, separators=(",", ":"))
    alone = ("--rm", "-i", "--restart=Never", "--image=busybox")
    run = kubectl(case.namespace, "run", f"remove-{pod_name(case)}"[:63].rstrip("-."), *alone, f"--overrides={body}")
    return (*stopped, run)


def _stopped(case: Case) -> tuple[str, ...]:
    """Return the command that stops a workload of one pod, so that its state can be repaired; none for members."""
    workload = case.workload
    if not templated(case) or workload is None or workload.kind not in ("Deployment", "StatefulSet"):
        return ()
    one = fields.whole(workload.raw, "spec", "replicas") == 1
    return (kubectl(case.namespace, "scale", subject(case), "--replicas=0"),) if one else ()


EXAMPLES: Final = (
    Example(
        title="a file of its data was cut short",
        hit=True,
        status={"state": terminated(1)},
        log="ERROR cannot open the store: segment 7: index file is too short (0 bytes, at least 64 are needed)",
    ),
    Example(
        title="a lock file in an emptyDir",
        hit=True,
        status={"state": terminated(75)},
        container={"volumeMounts": [{"name": "data", "mountPath": "/data"}]},
        pod={"spec": {"volumes": [{"name": "data", "emptyDir": {}}]}},
        log="indexer: refusing to start: lock file /data/indexer.lock exists (held by pid 1)",
    ),
    Example(
        title="lost+found of a volume is taken for data",
        hit=True,
        status={"state": terminated(1)},
        container={"volumeMounts": [{"name": "data", "mountPath": "/var/lib/queue"}]},
        pod={"spec": {"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "queue-0"}}]}},
        log="ERROR cannot load segment /var/lib/queue/lost+found: not a segment file",
    ),
    Example(
        title="a stale lock that was removed",
        hit=False,
        status={"state": terminated(1)},
        log="WARN lock file /data/x.lock exists, removing stale lock\nlistening on :8080\nKeyError: 'a'",
        also=("app-crash",),
    ),
)
