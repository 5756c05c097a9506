"""The image of the container could not be pulled, so it never ran (in this attempt).

What it means
    The node asked the registry and got no image: wrong name or tag, no right to it, a rate limit, a network, DNS or
    certificate trouble between node and registry, no build for the node's architecture, or the policy Never.

How it is decided
    By the waiting reason (ErrImagePull, ImagePullBackOff, InvalidImageName, ErrImageNeverPull ...) and the registry's
    words in the message or in the ``Failed to pull image`` event. Architecture is asked before "not found".

What it is confused with
    Docker Hub gives the same answer for "no such repository" and "not allowed": both are said. With pull policy Always
    a registry outage turns a crash loop into ImagePullBackOff: the crash before it is still there. A missing
    pull Secret has its own event, FailedToRetrieveImagePullSecret.

How to fix it
    Correct the image name or tag (or roll back the rollout that brought it); make the pull Secret and name it in the
    pod or its ServiceAccount; for rate limits use a mirror or log in; for network and TLS repair the node's way
    to it.

How to prevent it
    Deploy immutable tags or digests that CI has just pushed, build for every architecture of the cluster, mirror public
    images, and keep registry credentials where Secrets are kept.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, event, terminated, waiting
from diagnostics.facts import images
from diagnostics.facts.pods.pulls import Pull, pull_kind
from diagnostics.facts.quotes import first, in_status, pairs, unmasked
from diagnostics.fields import items, text
from diagnostics.findings import suspicion
from diagnostics.findings.commands import durable, kubectl, patch, set_image, subject
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container, Event

CAUSE: Final = Cause(
    id="image-pull-failed",
    title="The image could not be pulled",
    category=Category.IMAGE,
)
REASONS: Final = frozenset(
    {
        *("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ImageInspectError", "ErrImageNeverPull"),
        *("RegistryUnavailable", "SignatureValidationFailed"),
    }
)
_EVENT: Final = compiled(r'^(?:Failed to pull image|Failed to apply default image tag|Failed to inspect image) "')
_PULL_SECRETS: Final = compiled(r"Unable to retrieve some image pull secrets \(([^)]+)\)")
_TEMPLATE: Final = {Pull.ARCH, Pull.NEVER, Pull.NAME, Pull.NOT_FOUND, Pull.AUTH_OR_NOT_FOUND}
_ARCH: Final = "kubernetes.io/arch"
_WORDS: Final = {
    Pull.ARCH: "it was not built for the node's architecture",
    Pull.SIGNATURE: "the node's policy rejects its signature",
    Pull.NEVER: "it is not on the node, and the pull policy is Never",
    Pull.NAME: "the name is not a valid image reference (InvalidImageName)",
    Pull.RATE_LIMIT: "the registry limits the rate of pulls (429)",
    Pull.DISK: "the node's disk is full",
    Pull.TLS: "the registry's certificate or scheme is not accepted",
    Pull.NETWORK: "the node cannot reach the registry",
    Pull.REGISTRY: "the registry answers with an error",
    Pull.AUTH_OR_NOT_FOUND: "the repository does not exist or may not be pulled (the registry does not say which)",
    Pull.AUTH: "the registry refuses the credentials",
    Pull.NOT_FOUND: "the registry has no such image or tag (not found)",
    Pull.STALLED: "the pull stalled",
    Pull.OTHER: "the runtime gives no known reason",
}


def check(case: Case) -> Finding | None:
    """Return the finding when a container waits for its image."""
    container = next((item for item in _ordered(case) if item.waiting_reason in REASONS), None)
    if container is None:
        return None
    told = _told(case, container)
    detail = container.waiting_message if pull_kind(container.waiting_message) is not Pull.OTHER else ""
    kind = pull_kind(detail or (told.message if told else "") or container.waiting_reason)
    image = text(container.spec, "image") or text(container.status, "image")
    lost = _lost_secrets(case)
    before = " It ran before: the end on record is another matter." if container.terminations else ""
    evidence = [*unmasked(case, container), *((told.evidence(),) if told else ()), *_image(container)]
    evidence += [item.evidence() for item in lost]
    evidence += in_status(container, "restartCount") if container.terminations else ()
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED,
        summary=f"Image {image} could not be pulled: {_WORDS[kind]}.{before}",
        evidence=first(evidence),
        container=container.name,
        facts={"image": image, "class": str(kind), "reason": container.waiting_reason},
        remedy=_remedy(case, container, kind, image, lost),
        fault=_fault(kind, lost),
        fault_names=(image, "image"),
    )


def ruled_out(case: Case) -> str:
    """Return why the image is not the matter, when the container never ran."""
    container = case.suspect
    if container is None or container.terminations or not text(container.status, "imageID"):
        return ""
    return f"the image of container {container.name} is on the node (imageID is set)"


def suspected(case: Case, best: Finding) -> bool:
    """Whether the image comes to mind: its command never ran."""
    return best.cause == "bad-entrypoint" and suspicion.code(case) in {None, 128}


def _ordered(case: Case) -> list[Container]:
    return sorted(case.containers, key=lambda item: case.suspect is None or item.name != case.suspect.name)


def _told(case: Case, container: Container) -> Event | None:
    """Return the newest event that tells what the registry said."""
    own = (item for item in case.events if item.container == container.name and _EVENT.search(item.message))
    return next(own, None)


def _lost_secrets(case: Case) -> list[Event]:
    return [item for item in case.events if _PULL_SECRETS.search(item.message)][:1]


def _image(container: Container) -> tuple[Evidence, ...]:
    quote = pairs(container.spec, "image", "imagePullPolicy")
    return (Evidence(source="pod", path=container.spec_path, quote=quote),) if quote else ()


def _fault(kind: Pull, lost: list[Event]) -> Fault:
    if kind in _TEMPLATE:
        return Fault.TEMPLATE
    return Fault.REFERENCE if lost and kind is Pull.AUTH else Fault.CLUSTER


def _remedy(case: Case, container: Container, kind: Pull, image: str, lost: list[Event]) -> Remedy:
    if lost and kind in {Pull.AUTH, Pull.AUTH_OR_NOT_FOUND}:
        told = _PULL_SECRETS.search(lost[0].message)
        return _pull_secret(case, image, "registry-login" if told is None else told.group(1))
    if kind is Pull.AUTH:
        names = [text(entry, "name") for entry in items(case.pod, "spec", "imagePullSecrets")]
        return _pull_secret(case, image, names[0] if names else "registry-login")
    describe = kubectl(
        case.namespace, "describe", subject(case).replace("/", " ").split(" ")[0], subject(case).split("/")[1]
    )
    if kind in _TEMPLATE:
        return _named(case, container, kind, image, describe)
    words = {
        Pull.RATE_LIMIT: "Pull through a mirror or with a login; the kubelet tries again at most every five minutes.",
        Pull.DISK: "Free the node's disk or move the pod to another node.",
        Pull.TLS: "Give the nodes the registry's CA, or let the registry serve a certificate that they accept.",
        Pull.NETWORK: "Repair the node's way to the registry (DNS, firewall, proxy), or correct the registry's name.",
    }.get(kind, "Look at the registry and at the node's container runtime; the kubelet goes on trying.")
    node = text(case.pod, "spec", "nodeName")
    return Remedy(text=words, commands=(kubectl("", "describe", "node", node),) if node else (describe,))


def _named(case: Case, container: Container, kind: Pull, image: str, describe: str) -> Remedy:
    """Return what to do when the image that the template names is the matter."""
    new = images.moved(image)
    if new and kind in {Pull.NOT_FOUND, Pull.AUTH_OR_NOT_FOUND, Pull.NAME}:
        words = (
            f"Its publisher has moved the images of this repository: where the first command finds {new}, take that for"
            " now. What was moved is mostly not maintained any more: plan for an image that is."
        )
        look = f"docker manifest inspect {shlex.quote(new)}"
        return Remedy(text=words + durable(case), commands=(look, *(set_image(case, container, new) or (describe,))))
    fixed = set_image(case, container, "<image that exists>") or (describe,)
    if kind is Pull.ARCH:
        words = "Build the image for the node's architecture too, or place the pod on nodes that it was built for."
        build = f"docker buildx build --platform linux/amd64,linux/arm64 -t {shlex.quote(image)} --push ."
        return Remedy(text=words + durable(case), commands=(kubectl("", "get", "nodes", "-L", _ARCH), build))
    if kind is Pull.NEVER:
        words = "Load the image onto the node, or let the pull policy be IfNotPresent."
        change = patch(case, container, {"imagePullPolicy": "IfNotPresent"})
        return Remedy(text=words + durable(case), commands=change or (describe,))
    if kind is Pull.AUTH_OR_NOT_FOUND:
        words = "Correct the image's name if it is misspelt; if it is right, give the pod credentials for it."
        login = _pull_secret(case, image, "registry-login").commands
        return Remedy(text=words + durable(case), commands=(*fixed, *login))
    words = "Name an image that exists in the pod template: another tag, or a registry that has this one."
    if any("persistentVolumeClaim" in volume for volume in items(case.pod, "spec", "volumes")):
        words += " Keep its major version, for its claim holds data of it."
    return Remedy(text=words + durable(case), commands=fixed)


def _pull_secret(case: Case, image: str, name: str) -> Remedy:
    secret = name.split(",", maxsplit=1)[0].strip()
    account = text(case.pod, "spec", "serviceAccountName") or "default"
    host = (
        image.split("/", maxsplit=1)[0]
        if "." in image.split("/", maxsplit=1)[0] or ":" in image.split("/", maxsplit=1)[0]
        else "<registry>"
    )
    make = ("create", "secret", "docker-registry", secret, f"--docker-server={host}")
    login = ("--docker-username=<user>", "--docker-password=<password>")
    body = f'{{"imagePullSecrets":[{{"name":"{secret}"}}]}}'
    return Remedy(
        text=f"Give the pod credentials for the registry: Secret {secret}, named in imagePullSecrets of the pod or of "
        f"ServiceAccount {account}. The kubelet tries again by itself.",
        commands=(
            kubectl(case.namespace, *make, *login),
            kubectl(case.namespace, "patch", "serviceaccount", account, "-p", body),
        ),
    )


_NOT_FOUND: Final = (
    'failed to pull and unpack image "registry.example/api:1.0.0": failed to resolve reference '
    '"registry.example/api:1.0.0": registry.example/api:1.0.0: not found'
)
EXAMPLES: Final = (
    Example(
        title="no such tag",
        hit=True,
        status={
            "restartCount": 0,
            "state": waiting(
                "ImagePullBackOff", f'Back-off pulling image "registry.example/api:1.0.0": ErrImagePull: {_NOT_FOUND}'
            ),
        },
        pod={"status": {"phase": "Pending"}},
    ),
    Example(
        title="the pull Secret is missing; the reason is in the events only",
        hit=True,
        status={
            "restartCount": 0,
            "state": waiting("ImagePullBackOff", 'Back-off pulling image "registry.example/api:1.0.0"'),
        },
        pod={"status": {"phase": "Pending"}, "spec": {"imagePullSecrets": [{"name": "regcred"}]}},
        events=(
            event(
                "Failed",
                'Failed to pull image "registry.example/api:1.0.0": unexpected status: 401 Unauthorized',
            ),
            event(
                "FailedToRetrieveImagePullSecret",
                "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
                container="",
            ),
        ),
    ),
    Example(
        title="policy Never",
        hit=True,
        container={"image": "app:dev", "imagePullPolicy": "Never"},
        status={
            "restartCount": 0,
            "state": waiting("ErrImageNeverPull", 'Container image "app:dev" is not present with pull policy of Never'),
        },
        pod={"status": {"phase": "Pending"}},
    ),
    Example(
        title="near miss: an old pull failure, the container has run and crashed since",
        hit=False,
        status={"state": waiting("CrashLoopBackOff", ""), "lastState": terminated(1)},
        log="Error: connect ECONNREFUSED 10.0.0.9:5432\n",
        events=(event("Failed", f'Failed to pull image "registry.example/api:1.0.0": {_NOT_FOUND}', age=900),),
    ),
)
