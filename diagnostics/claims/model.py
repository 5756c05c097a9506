"""What a line claims: a type, a speaker and where it stands; and what its words mean in this pod."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_NAMES: Final[Mapping[str, str]] = MappingProxyType({})


class ClaimType(enum.StrEnum):
    """What kind of thing is said. About forty types; technologies only map their phrases to them."""

    SETTING_MISSING = "setting-missing"  # a variable, flag or key that the program wants is not there
    SETTING_INVALID = "setting-invalid"  # a value it does not accept
    SETTING_UNKNOWN = "setting-unknown"  # a flag, key, plugin or provider it does not know
    FILE_MISSING = "file-missing"  # a file that configuration or a mount should give
    FILE_INVALID = "file-invalid"  # a file it cannot parse
    SERVICE_LINK = "service-link"  # a value tcp://IP:PORT that Kubernetes' service links set
    MODULE_MISSING = "module-missing"  # module, class, gem, package
    LIBRARY_MISSING = "library-missing"  # shared library, symbol, GLIBC version
    COMMAND_MISSING = "command-missing"  # an executable that is not there or cannot be executed
    WRONG_ARCHITECTURE = "wrong-architecture"  # exec format error
    SCRIPT_ERROR = "script-error"  # the entry script itself
    CPU_FEATURE = "cpu-feature"  # illegal instruction, AVX, x86-64-v2
    KERNEL_LIMIT = "kernel-limit"  # sysctl, inotify, ulimit, memlock, hugepages, threads
    HOST_TOOL = "host-tool"  # a tool or kernel module of the node
    DEVICE_MISSING = "device-missing"  # GPU, /dev/…, its driver or runtime hook
    NAME_UNRESOLVED = "name-unresolved"  # DNS
    UNREACHABLE = "unreachable"  # refused, reset, no route, time-out
    NOT_READY = "not-ready"  # it answers: not yet
    EXHAUSTED = "exhausted"  # it answers: too many (connections, requests)
    CREDENTIALS_REFUSED = "credentials-refused"
    RIGHT_DENIED = "right-denied"  # it knows who asks and says no (Kubernetes RBAC, 403, SQL rights, IAM)
    CERTIFICATE = "certificate"  # TLS
    ADDRESS_IN_USE = "address-in-use"
    PORT_PRIVILEGED = "port-privileged"
    ACCESS_DENIED = "access-denied"  # file system: permission
    TOO_OPEN = "too-open"  # file system: permissions too wide
    READ_ONLY = "read-only"
    NO_SPACE = "no-space"
    LOCK_HELD = "lock-held"  # lock, pid file, socket left behind
    HALF_DONE = "half-done"  # a migration or set-up that meets its own half-done work
    MEMBER_REMOVED = "member-removed"  # the data belongs to a member the cluster does not know
    DATA_VERSION = "data-version"  # data written by another version
    DATA_CORRUPT = "data-corrupt"
    HEAP_EXHAUSTED = "heap-exhausted"
    CHILD_KILLED = "child-killed"  # a child process was killed (for memory)
    KIND_MISSING = "kind-missing"  # a CRD or API version of the cluster
    CLUSTER_VERSION = "cluster-version"  # Kubernetes itself is of a version that the program does not run on
    WEBHOOK_MISSING = "webhook-missing"  # admission or conversion webhook
    MIGRATION_FAILED = "migration-failed"  # a migration that says no more
    EXCEPTION = "exception"  # an exception or panic whose type says nothing more
    ASSERTION = "assertion"  # assertion, abort, sanitizer
    SIGNAL = "signal"  # SIGSEGV and the like


class Speaker(enum.StrEnum):
    """Who says it. A complaint of a client or a wrapper's summary never explains an end by itself."""

    PROGRAM = "program"
    PEER = "peer"  # a client, visitor or remote that the program serves: its trouble is not the program's
    WRAPPER = "wrapper"  # a shell, supervisor or package manager that reports a child's end
    KUBERNETES = "kubernetes"  # kubelet, runtime or API server, quoted in the log or a status


@dataclass(frozen=True, slots=True)
class Term:
    """Words of a closed vocabulary found in a text: characters ``start`` to ``end`` mean ``type``."""

    type: ClaimType
    start: int
    end: int
    names: Mapping[str, str]
    """What the words name. Keys: var, flag, key, value, file, dir, path, host, port, addr, url, user, database,
    resource, verb, module, library, command, version, found, expected, limit, reason, line."""
    source: str
    """Vocabulary that knows the words: ``errno``, ``databases``, ``families`` …"""


class GroundKind(enum.StrEnum):
    """What a word of the log is in this pod."""

    VARIABLE = "variable"  # an environment variable of the container
    SERVICE_LINK = "service-link"  # a variable, or its value tcp://IP:port, that service links set
    FLAG = "flag"  # an option among command and args
    ARGUMENT = "argument"  # any other word of command and args: a value given there
    KEY_FILE = "key-file"  # a file that is a ConfigMap's or Secret's key
    MOUNT = "mount"  # a path on a mounted volume
    KEY = "key"  # a key of a ConfigMap or Secret that the container reads, named without its path
    SERVICE = "service"  # another Service, by name or clusterIP
    API_SERVER = "api-server"  # default/kubernetes
    SELF = "self"  # the pod itself, its address, its own or headless Service: no dependency
    SIBLING = "sibling"  # another container of the pod, or the port it owns
    CLAIM = "claim"  # a PersistentVolumeClaim
    IMAGE = "image"  # an image or tag of the pod or its workload's revisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One word of a text that this pod's own vocabulary knows."""

    kind: GroundKind
    name: str
    start: int
    end: int
    object: str = ""
    """Where it is given, as a person says it: ``ConfigMap shop/api-config key params.toml``."""
    detail: Mapping[str, str] = field(default_factory=dict)
    """What more is known: ``path`` in the spec, ``volume``, ``mount``, ``key``, ``port``, ``claim``, ``storage`` …"""
