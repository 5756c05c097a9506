"""The container's security settings and its image do not fit together, so it is not allowed to start.

What it means
    runAsNonRoot with an image that runs as root or as a user without a number, a user that the image does not know, a
    seccomp or AppArmor profile that the node lacks, a forbidden sysctl, or a system call that the profile kills.

How it is decided
    By the kubelet's or the runtime's text in CreateContainerConfigError, CreateContainerError or StartError, by the
    pod's reason (AppArmor, SysctlForbidden), or by the reason ``seccomp killed``.

What it is confused with
    permission-denied: there the program ran, and the file system said no. pod-create-rejected: there admission (Pod
    Security) refused the pod, so that there is none.

How to fix it
    Give a numeric runAsUser other than 0 (the image must be able to run as it), or an image with a numeric USER; do not
    take runAsNonRoot away. Put the profile on every node, or use RuntimeDefault.

How to prevent it
    ``USER 10001`` in every image, checked in CI; Pod Security ``restricted`` as a warning first, then enforced.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, terminated, waiting
from diagnostics.facts.pods.stability import failing
from diagnostics.facts.quotes import ending, first, pairs, unmasked
from diagnostics.fields import at, text, whole
from diagnostics.findings import wording
from diagnostics.findings.commands import durable, kubectl, patch, patch_spec, pod_name
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container

CAUSE: Final = Cause(
    id="security-context-denied",
    title="Security settings keep it from starting",
    category=Category.CLUSTER,
)
_ROOT: Final = compiled(r"runAsNonRoot and image will run as root|runAsUser breaks non-root policy")
_NAME: Final = compiled(r"runAsNonRoot and image has non-numeric user \(([^)]+)\)")
_USER: Final = compiled(r"unable to find (?:user|group) |no matching entries in passwd|no users found")
_PROFILE: Final = compiled(
    r"(?i)apparmor profile|apparmor.{0,40}not (?:loaded|found|enabled)|seccomp profile|unable to (?:init|load) seccomp|"
    r"unable to apply caps|invalid capability|unknown capability|SELinux|selinux label"
)
_POD_REASONS: Final = {"AppArmor", "SysctlForbidden", "SupplementalGroupsPolicyNotSupported"}


_NAMED: Final = compiled(r"the image's user (\S+) has no number")
_USUAL: Final = {"nonroot": 65532, "node": 1000, "nobody": 65534}
"""Numbers of users of widely used base images (distroless, the official node image, every Linux)."""


def check(case: Case) -> Finding | None:
    """Return the finding when the kubelet, the runtime or the kernel refuses the container's security settings."""
    reason = text(case.pod, "status", "reason")
    if reason in _POD_REASONS:
        return _of_pod(case, reason)
    container = failing(case)
    if container is None:
        return None
    if container.running_since is None and (said := _class(container.waiting_message)):
        return _finding(case, container, said, unmasked(case, container))
    return _of_end(case, container)


def _of_end(case: Case, container: Container) -> Finding | None:
    """Return the finding when the newest end was the runtime's refusal, or a seccomp kill."""
    end = case.ended
    if end is None or container.waiting_reason not in {"", "CrashLoopBackOff", "RunContainerError"}:
        return None
    if end.reason in {"StartError", "ContainerCannotRun"} and (said := _class(end.message)):
        return _finding(case, container, said, ending(container, end))
    if end.reason == "seccomp killed":
        return _finding(case, container, "the seccomp profile killed it", ending(container, end))
    if end.exit_code != 159:
        return None
    words = "SIGSYS ended it (exit code 159): a seccomp profile forbids a system call"
    return _finding(case, container, words, ending(container, end), Verdict.LIKELY)


def ruled_out(case: Case) -> str:
    """Return why security settings are not the matter, when the container has some and did run."""
    container, end = case.suspect, case.ended
    if container is None or end is None or not container.spec.get("securityContext") or end.lifetime_s is None:
        return ""
    return f"container {container.name} was started with its security settings and ran"


def suspected(case: Case, best: Finding) -> bool:
    """Whether security settings come to mind: a right was lacking."""
    del case
    return best.cause == "permission-denied"


def _class(message: str) -> str:
    """Return what the text says, in words, or nothing."""
    if _ROOT.search(message):
        return "runAsNonRoot is set and the image (or runAsUser) runs as root"
    if found := _NAME.search(message):
        return f"runAsNonRoot is set and the image's user {found.group(1)} has no number to check"
    if _USER.search(message):
        return "the image does not know the user that it should run as"
    return "a security profile or capability is not available on the node" if _PROFILE.search(message) else ""


def _finding(
    case: Case, container: Container, said: str, proof: tuple[Evidence, ...], verdict: Verdict = Verdict.CONFIRMED
) -> Finding:
    return Finding(
        cause=CAUSE.id,
        verdict=verdict,
        summary=f"{wording.begin(wording.who(case, container))} may not run: {said}.",
        evidence=first((*proof, *_settings(case, container))),
        container=container.name,
        facts={"restarts": container.restarts, "why": said},
        remedy=_remedy(case, container, said),
        fault=Fault.TEMPLATE,
        fault_names=("securityContext", "runAsNonRoot", "runAsUser", "image"),
    )


def _settings(case: Case, container: Container) -> tuple[Evidence, ...]:
    names = ("runAsNonRoot", "runAsUser", "seccompProfile.type", "seccompProfile.localhostProfile")
    own = pairs(at(container.spec, "securityContext"), *names)
    whole = pairs(at(case.pod, "spec", "securityContext"), *names)
    found = []
    if own:
        found.append(Evidence(source="pod", path=f"{container.spec_path}.securityContext", quote=own))
    if whole:
        found.append(Evidence(source="pod", path="spec.securityContext", quote=whole))
    return tuple(found)


def _remedy(case: Case, container: Container, said: str) -> Remedy:
    describe = kubectl(case.namespace, "describe", "pod", pod_name(case))
    if not said.startswith("runAsNonRoot"):
        words = (
            "Correct the user, profile or capability in the securityContext, or provide it in the image or on the node."
        )
        return Remedy(text=words + durable(case), commands=(describe,))
    named = _NAMED.search(said)
    if named is not None:
        return _numbered(case, container, named.group(1), describe)
    words = (
        "Let the container run as a user with a number other than 0 that the image can work as (10001 stands for one), "
        "or build the image with such a USER. Leave runAsNonRoot as it is."
    )
    also, change = _as_user(case, container, 10001)
    return Remedy(text=words + also + durable(case), commands=change or (describe,))


def _as_user(case: Case, container: Container, user: int) -> tuple[str, tuple[str, ...]]:
    """Return the patch that sets the user: at the pod where several containers are refused for it, and who they are."""
    refused = [item for item in case.containers if _class(item.waiting_message)]
    others = [item.name for item in refused if item.name != container.name]
    own = any(whole(item.spec, "securityContext", "runAsUser") is not None for item in refused)
    if not others or own:
        return "", patch(case, container, {"securityContext": {"runAsUser": user}})
    verb = "is" if len(others) == 1 else "are"
    also = f" {', '.join(others)} {verb} refused for the same: the patch sets it for the pod."
    return also, patch_spec(case, {"securityContext": {"runAsUser": user}})


def _numbered(case: Case, container: Container, user: str, describe: str) -> Remedy:
    """Return how the image's own user is named by its number: a usual one, to be checked in the image."""
    number, image = _USUAL.get(user, 0), text(container.spec, "image")
    asked = kubectl(case.namespace, "run", "id", "--rm", "-it", "--restart=Never", f"--image={image}", "--command")
    look = f"{asked} -- id -u {user}"
    if not number:
        words = (
            f"Set runAsUser to the number of the image's user {user}, which the command prints (or /etc/passwd of the"
            " image tells), or build the image with USER and that number. Leave runAsNonRoot as it is."
        )
        return Remedy(text=words + durable(case), commands=(look,) if image else (describe,))
    words = (
        f"Set runAsUser to the number of the image's user {user}: usually {number}, which the first command shows (a"
        " distroless image has no id to ask). Or build the image with USER and that number. Leave runAsNonRoot as it"
        " is."
    )
    also, change = _as_user(case, container, number)
    return Remedy(text=words + also + durable(case), commands=(look, *change) if image else change or (describe,))


def _of_pod(case: Case, reason: str) -> Finding:
    message = text(case.pod, "status", "message")
    proof = [Evidence(source="pod", path="status", quote=f"reason={reason}")]
    if message:
        proof.append(Evidence(source="pod", path="status.message", quote=message))
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED,
        summary=f"The kubelet rejected the pod for its security settings ({reason}).",
        evidence=tuple(proof),
        facts={"reason": reason},
        remedy=Remedy(
            text="Use a setting that the node offers, or provide it there." + durable(case),
            commands=(kubectl(case.namespace, "describe", "pod", pod_name(case)),),
        ),
        fault=Fault.TEMPLATE,
        fault_names=("securityContext",),
        conclusive=True,
    )


EXAMPLES: Final = (
    Example(
        title="an image that runs as root under runAsNonRoot",
        hit=True,
        pod={"spec": {"securityContext": {"runAsNonRoot": True}}, "status": {"phase": "Pending"}},
        status={
            "restartCount": 0,
            "state": waiting(
                "CreateContainerConfigError",
                'container has runAsNonRoot and image will run as root (pod: "api_production(uid)", container: api)',
            ),
        },
    ),
    Example(
        title="a user that the image does not know",
        hit=True,
        status={
            "restartCount": 0,
            "state": waiting(
                "CreateContainerError",
                'failed to generate container "x" spec: unable to find user app: no matching entries in passwd file',
            ),
        },
        pod={"status": {"phase": "Pending"}},
    ),
    Example(
        title="near miss: it runs as its user, and a file is not readable",
        hit=False,
        container={"securityContext": {"runAsUser": 10001}},
        status={"state": waiting("CrashLoopBackOff"), "lastState": terminated(1)},
        log="open /etc/app/key.pem: permission denied\n",
    ),
)
