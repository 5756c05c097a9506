"""Gathers the words that a pod's spec, volumes, Services and owners define, for ``grounding``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims.model import Ground, GroundKind
from diagnostics.facts.addresses import ip
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from diagnostics.snapshot import Object, Snapshot

_OPTION: Final = compiled(r"^(--?[A-Za-z][\w.-]*)(?:[= ](.*))?$")
_PLAIN_ARGUMENT: Final = compiled(r"[\w.:/@-]{4,200}")
_CONFIGURED: Final = compiled(r"[._/-]|[A-Z]|\d")


@dataclass(frozen=True, slots=True)
class Word:
    """One word and what it is in this pod."""

    kind: GroundKind
    text: str
    object: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)

    def ground(self, start: int, end: int, more: Mapping[str, str] | None = None, *, name: str = "") -> Ground:
        """Return the ground at a place of a text; ``name`` stands for a path below the word's."""
        detail = {**self.detail, **(more or {})}
        return Ground(kind=self.kind, name=name or self.text, start=start, end=end, object=self.object, detail=detail)

    def stands_alone(self, token: str) -> bool:
        """Whether the token can mean it: a plain short word as ``db`` or ``key`` is prose unless it is an address.

        Names of variables, flags and paths are never prose. A Service or container called ``api`` or ``worker`` is
        meant only with a port, a dot or a dash in it.
        """
        if self.kind in _NEVER_PROSE or ip(self.text) is not None:
            return True
        return _CONFIGURED.search(token) is not None or ":" in token


_NEVER_PROSE: Final = frozenset(
    {GroundKind.FLAG, GroundKind.MOUNT, GroundKind.KEY_FILE, GroundKind.SERVICE_LINK, GroundKind.IMAGE}
)


def gathered(snapshot: Snapshot, pod: Object, container: Object) -> Iterator[Word]:
    """Yield every word of the container: settings, then files, then addresses, then its surroundings."""
    yield from _variables(snapshot, pod, container)
    yield from _arguments(container)
    yield from _mounts(snapshot, pod, container)
    yield from _own(snapshot, pod)
    yield from _services(snapshot, pod)
    yield from _siblings(pod, container)
    yield from _images(snapshot, pod)


def keys(snapshot: Snapshot, kind: str, namespace: str, name: str) -> tuple[str, ...] | None:
    """Return the keys of a ConfigMap (or of a Secret whose keys were read), or None when they are not known."""
    found = snapshot.one(kind, namespace, name)
    if found is None or (kind == "Secret" and not fields.table(found, "data")):
        return None
    return (*fields.table(found, "data"), *fields.table(found, "binaryData"))


def _variables(snapshot: Snapshot, pod: Object, container: Object) -> Iterator[Word]:
    namespace = fields.namespace(pod)
    path = f"spec.containers[{fields.text(container, 'name')}]"
    listed = set()
    for entry in fields.items(container, "env"):
        name = fields.text(entry, "name")
        listed.add(name)
        detail = {"path": f"{path}.env[{name}]"}
        traits = fields.strings(entry, "facts", "traits")
        if traits or fields.flag(entry, "facts", "empty"):
            detail["traits"] = " ".join([*traits, *(["empty"] if fields.flag(entry, "facts", "empty") else [])])
        yield Word(GroundKind.VARIABLE, name, _origin(namespace, entry), detail)
    for source in fields.items(container, "envFrom"):
        kind, ref = ("ConfigMap", "configMapRef") if "configMapRef" in source else ("Secret", "secretRef")
        owner, prefix = fields.text(source, ref, "name"), fields.text(source, "prefix")
        for key in keys(snapshot, kind, namespace, owner) or ():
            listed.add(prefix + key)
            detail = {"path": f"{path}.envFrom", "key": key}
            yield Word(GroundKind.VARIABLE, prefix + key, f"{kind} {namespace}/{owner} key {key}", detail)
    yield from (word for word in _links(snapshot, pod) if word.text not in listed)


def _origin(namespace: str, entry: Object) -> str:
    for selector, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        ref = fields.table(entry, "valueFrom", selector)
        if ref:
            return f"{kind} {namespace}/{fields.text(ref, 'name')} key {fields.text(ref, 'key')}"
    return "field of the pod" if fields.table(entry, "valueFrom") else ""


def _links(snapshot: Snapshot, pod: Object) -> Iterator[Word]:
    """Yield the variables of Docker-style service links, and their values.

    Names: REFERENCE.md 7.1. Services of the pod's namespace with a clusterIP have them unless
    the pod turns them off; ``default/kubernetes`` has them always.
    """
    linked = fields.at(pod, "spec", "enableServiceLinks") is not False
    for service in snapshot.all("Service"):
        namespace, address = fields.namespace(service), fields.text(service, "spec", "clusterIP")
        wanted = linked and namespace == fields.namespace(pod)
        if ip(address) is None or not (wanted or (namespace, fields.name(service)) == ("default", "kubernetes")):
            continue
        prefix = fields.name(service).upper().replace("-", "_")
        detail = {"service": fields.name(service)}
        owner = f"Service {namespace}/{fields.name(service)}"
        yield Word(GroundKind.SERVICE_LINK, f"{prefix}_SERVICE_HOST", owner, detail)
        yield Word(GroundKind.SERVICE_LINK, f"{prefix}_SERVICE_PORT", owner, detail)
        ports = fields.items(service, "spec", "ports")
        for index, entry in enumerate(ports):
            number = fields.whole(entry, "port")
            protocol = fields.text(entry, "protocol") or "TCP"
            value = f"{protocol.lower()}://{address}:{number}"
            named = fields.text(entry, "name").upper().replace("-", "_")
            names = [f"{prefix}_PORT_{number}_{protocol}"] + ([f"{prefix}_PORT"] if index == 0 else [])
            names += [f"{names[0]}_{part}" for part in ("PROTO", "PORT", "ADDR")]
            names += [f"{prefix}_SERVICE_PORT_{named}"] if named else []
            for name in names:
                yield Word(GroundKind.SERVICE_LINK, name, owner, {**detail, "value": value})
            variable = f"{prefix}_PORT" if index == 0 else names[0]
            yield Word(GroundKind.SERVICE_LINK, value, owner, {**detail, "variable": variable})


def _arguments(container: Object) -> Iterator[Word]:
    for part in ("command", "args"):
        said = fields.strings(container, part)
        for index, word in enumerate(said):
            path = {"path": f"spec.containers[{fields.text(container, 'name')}].{part}[{index}]"}
            option = _OPTION.search(word)
            if option is None:
                if _PLAIN_ARGUMENT.fullmatch(word) is not None:
                    yield Word(GroundKind.ARGUMENT, word, "", path)
                continue
            value = option.group(2) or (said[index + 1] if index + 1 < len(said) else "")
            shown = {} if value.startswith("-") or not value else {"value": value[:200]}
            yield Word(GroundKind.FLAG, option.group(1), "", {**path, **shown})
            if shown and _PLAIN_ARGUMENT.fullmatch(value) is not None:
                yield Word(GroundKind.ARGUMENT, value, "", {**path, "flag": option.group(1)})


def _mounts(snapshot: Snapshot, pod: Object, container: Object) -> Iterator[Word]:
    volumes = {fields.text(volume, "name"): volume for volume in fields.items(pod, "spec", "volumes")}
    for mount in fields.items(container, "volumeMounts"):
        name, at = fields.text(mount, "name"), fields.text(mount, "mountPath").rstrip("/") or "/"
        volume = volumes.get(name, {})
        detail = {"volume": name, "mount": at, "kind": next((key for key in volume if key != "name"), "")}
        if fields.flag(mount, "readOnly"):
            detail["read_only"] = "true"
        sub = fields.text(mount, "subPath").strip("/")
        yield from _files(snapshot, fields.namespace(pod), volume, detail, sub)
        owner, more = _behind(snapshot, fields.namespace(pod), volume)
        yield Word(GroundKind.MOUNT, at, owner, {**detail, **more, **({"sub_path": sub} if sub else {})})
        if claim := more.get("claim"):
            yield Word(GroundKind.CLAIM, claim, owner, {**detail, **more})


def sources(volume: Object) -> Iterator[tuple[str, Object]]:
    """Yield (kind, source) of what makes a volume's files, projected ones included."""
    for part in (volume, *fields.items(volume, "projected", "sources")):
        for kind, name in (("ConfigMap", "configMap"), ("Secret", "secret")):
            if isinstance(part.get(name), dict):
                yield kind, part[name]


def _files(snapshot: Snapshot, namespace: str, volume: Object, detail: Mapping[str, str], sub: str) -> Iterator[Word]:
    for kind, source in sources(volume):
        owner = fields.text(source, "name") or fields.text(source, "secretName")
        items = {fields.text(item, "path"): fields.text(item, "key") for item in fields.items(source, "items")}
        files = items or {key: key for key in keys(snapshot, kind, namespace, owner) or ()}
        for file, key in files.items():
            if sub and file != sub:
                continue
            path = detail["mount"] if sub else f"{detail['mount'].rstrip('/')}/{file}"
            known = {**detail, "key": key, "kind": kind, "owner": owner}
            yield Word(GroundKind.KEY_FILE, path, f"{kind} {namespace}/{owner} key {key}", known)
            yield Word(GroundKind.KEY, key, f"{kind} {namespace}/{owner} key {key}", {**known, "file": path})


def _behind(snapshot: Snapshot, namespace: str, volume: Object) -> tuple[str, Mapping[str, str]]:
    """Return the object behind a volume, and for a claim the type of its PersistentVolume."""
    for kind, source in sources(volume):
        owner = fields.text(source, "name") or fields.text(source, "secretName")
        return f"{kind} {namespace}/{owner}", {"owner": owner}
    if path := fields.text(volume, "hostPath", "path"):
        return f"hostPath {path}", {"host_path": path}
    claim = fields.text(volume, "persistentVolumeClaim", "claimName")
    if not claim:
        return next((key for key in volume if key != "name"), ""), {}
    known = {"claim": claim, "storage": storage(snapshot, namespace, claim)[0]}
    return f"PersistentVolumeClaim {namespace}/{claim}", {key: value for key, value in known.items() if value}


def storage(snapshot: Snapshot, namespace: str, claim: str) -> tuple[str, str]:
    """Return what a claim's PersistentVolume is, and its directory when it is one of a node; empty when unread."""
    found = snapshot.one("PersistentVolumeClaim", namespace, claim)
    backing = fields.table(snapshot.one("PersistentVolume", "", fields.text(found, "spec", "volumeName")), "spec")
    kind = next((key for key in backing if key in _STORAGE), "")
    return kind, fields.text(backing, kind, "path") if kind in ("hostPath", "local") else ""


_STORAGE: Final = frozenset(
    {"hostPath", "local", "nfs", "csi", "iscsi", "fc", "rbd", "cephfs", "azureDisk", "azureFile", "glusterfs"}
    | {"awsElasticBlockStore", "gcePersistentDisk", "vsphereVolume", "flexVolume", "portworxVolume", "cinder"}
)
"""Fields of a PersistentVolume's spec that say what it is (core/v1 ``PersistentVolumeSource``)."""


def _own(snapshot: Snapshot, pod: Object) -> Iterator[Word]:
    name, namespace = fields.name(pod), fields.namespace(pod)
    hostname, subdomain = fields.text(pod, "spec", "hostname") or name, fields.text(pod, "spec", "subdomain")
    said = [name, hostname, fields.text(pod, "status", "podIP"), "localhost", "127.0.0.1", "::1", "0.0.0.0"]  # noqa: S104 — read in a log
    said += [fields.text(entry, "ip") for entry in fields.items(pod, "status", "podIPs")]
    if subdomain:
        said += _names_of(f"{hostname}.{subdomain}", namespace)
    for text in dict.fromkeys(filter(None, said)):
        yield Word(GroundKind.SELF, text, f"Pod {namespace}/{name}")
    labels = fields.labels(pod, "metadata", "labels")
    for service in snapshot.all("Service", namespace):
        selector = fields.labels(service, "spec", "selector")
        if selector and selector.items() <= labels.items():
            address = fields.text(service, "spec", "clusterIP")
            mine = _names_of(fields.name(service), namespace) + ([address] if ip(address) is not None else [])
            for text in mine:
                yield Word(GroundKind.SELF, text, f"Service {namespace}/{fields.name(service)}")


def _names_of(name: str, namespace: str) -> list[str]:
    """Return a Service's name as it may be written within the cluster (DNS specification, section 2)."""
    full = f"{name}.{namespace}"
    return [name, full, f"{full}.svc", f"{full}.svc.cluster.local"]


def _services(snapshot: Snapshot, pod: Object) -> Iterator[Word]:
    for service in snapshot.all("Service"):
        name, home = fields.name(service), fields.namespace(service)
        api = (home, name) == ("default", "kubernetes")
        kind = GroundKind.API_SERVER if api else GroundKind.SERVICE
        ports = " ".join(str(fields.whole(entry, "port")) for entry in fields.items(service, "spec", "ports"))
        said = _names_of(name, home)[0 if home == fields.namespace(pod) else 1 :]
        address = fields.text(service, "spec", "clusterIP")
        for text in [*said, *([address] if ip(address) is not None else [])]:
            yield Word(kind, text, f"Service {home}/{name}", {"ports": ports} if ports else {})
    for text in ("kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"):
        yield Word(GroundKind.API_SERVER, text, "Service default/kubernetes")


def _siblings(pod: Object, container: Object) -> Iterator[Word]:
    own = fields.text(container, "name")
    for group in ("containers", "initContainers"):
        for other in fields.items(pod, "spec", group):
            name = fields.text(other, "name")
            if name == own:
                continue
            yield Word(GroundKind.SIBLING, name, f"container {name}")
            for entry in fields.items(other, "ports"):
                if port := fields.whole(entry, "containerPort"):
                    for host in ("localhost", "127.0.0.1"):
                        yield Word(GroundKind.SIBLING, f"{host}:{port}", f"container {name}", {"port": str(port)})


def _images(snapshot: Snapshot, pod: Object) -> Iterator[Word]:
    templates = [pod, *(fields.table(item, "spec", "template") for item in _revisions(snapshot, pod))]
    for template in templates:
        for group in ("containers", "initContainers"):
            for other in fields.items(template, "spec", group):
                image = fields.text(other, "image")
                tag = image.rpartition(":")[2] if ":" in image.rpartition("/")[2] else ""
                detail = {"image": image, "container": fields.text(other, "name")}
                for text in filter(None, (image, tag if any(letter.isdigit() for letter in tag) else "")):
                    yield Word(GroundKind.IMAGE, text, f"image {image}", detail)


def _revisions(snapshot: Snapshot, pod: Object) -> Iterator[Object]:
    """Yield the ReplicaSets of the pod's Deployment."""
    namespace = fields.namespace(pod)
    owner = next(
        (ref for ref in fields.items(pod, "metadata", "ownerReferences") if fields.flag(ref, "controller")), {}
    )
    mine = snapshot.one("ReplicaSet", namespace, fields.text(owner, "name"))
    above = {fields.text(ref, "uid") for ref in fields.items(mine, "metadata", "ownerReferences")} - {""}
    for item in snapshot.all("ReplicaSet", namespace):
        if above & {fields.text(ref, "uid") for ref in fields.items(item, "metadata", "ownerReferences")}:
            yield item
