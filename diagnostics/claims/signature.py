"""One signature: its meaning, its classes and which of them says more, and its compiled pattern."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import re2

CLASSES = {
    "CONFIG_ENV": "bad-config",
    "SERVER_CONFIG": "bad-config",
    "NODE_SYSCTL": "bad-config",
    "MISSING_DEP": "missing-library",
    "GPU": "missing-library",
    "ENTRYPOINT": "bad-entrypoint",
    "ARCH_MISMATCH": "bad-entrypoint",
    "CPU_ISA": "bad-entrypoint",
    "APP_BUG": "app-crash",
    "RLIMIT": "app-crash",
    "DNS": "dependency-unavailable",
    "DEP_UNREACHABLE": "dependency-unavailable",
    "DEP_NOT_READY": "dependency-unavailable",
    "DEP_EXHAUSTED": "dependency-unavailable",
    "DEP_AUTH": "dependency-auth-failed",
    "K8S_API": "dependency-auth-failed",
    "TLS": "tls-certificate",
    "PORT": "port-conflict",
    "FS_PERMISSION": "permission-denied",
    "READONLY_FS": "permission-denied",
    "SECURITY_CONTEXT": "permission-denied",
    "DISK_FULL": "disk-full",
    "STALE_STATE": "stale-state",
    "MIGRATION": "stale-state",
    "HEAP_OOM": "heap-exhausted",
    "OOM_CHILD": "oom-killed",
}
"""Class of a signature → the root cause it leads to, unless the signature names another one itself."""

PRIORITY = {
    "HEAP_OOM": 90,
    "K8S_API": 84,
    "DEP_AUTH": 82,
    "TLS": 82,
    "DISK_FULL": 80,
    "READONLY_FS": 79,
    "PORT": 78,
    "DNS": 76,
    "DEP_NOT_READY": 76,
    "DEP_EXHAUSTED": 76,
    "STALE_STATE": 74,
    "FS_PERMISSION": 72,
    "SECURITY_CONTEXT": 71,
    "ARCH_MISMATCH": 70,
    "CPU_ISA": 70,
    "MISSING_DEP": 66,
    "GPU": 66,
    "RLIMIT": 65,
    "ENTRYPOINT": 62,
    "NODE_SYSCTL": 62,
    "CONFIG_ENV": 60,
    "SERVER_CONFIG": 60,
    "MIGRATION": 55,
    "DEP_UNREACHABLE": 50,
    "APP_BUG": 10,
    "OOM_CHILD": 5,
}
"""Which of several classes on the same line says more: an answer says more than none."""

LINE_LIMIT = 8192
"""Characters of one line that are matched: a message names its cause early, a megabyte of payload never does."""

_SET_MEMORY = 24 << 20
"""Upper bound in bytes of RE2's state cache for one set; it takes what the text needs, normally far less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One thing that programs print.

    ``pattern`` is searched in one line; its named groups are what the line says (var, file, host, port, addr ...).
    ``context`` must be found in a line nearby, else the signature does not hold. ``gather`` are patterns whose named
    groups are taken from the lines nearby. ``exit`` lists the usual exit codes; another one lowers the confidence.
    A ``wrapper`` only says that something failed and yields to anything specific in the same block.
    ``field`` says where a text of the kubelet or runtime stands; such a signature has no class.
    """

    id: str
    pattern: str
    cls: str = ""
    cause: str = ""
    samples: tuple[str, ...] = ()
    near_miss: tuple[str, ...] = ()
    exit: frozenset[int] = frozenset()
    wrapper: bool = False
    context: str = ""
    gather: tuple[str, ...] = ()
    field: str = ""
    note: str = ""
    source: str = ""
    """File and line where it stands, for messages."""

    @property
    def claim(self):
        from diagnostics.claims.model import ClaimType as T
        return {"CONFIG_ENV":T.SETTING_INVALID,"SERVER_CONFIG":T.FILE_INVALID,"NODE_SYSCTL":T.KERNEL_LIMIT,"MISSING_DEP":T.MODULE_MISSING,"GPU":T.DEVICE_MISSING,"ENTRYPOINT":T.COMMAND_MISSING,"ARCH_MISMATCH":T.WRONG_ARCHITECTURE,"CPU_ISA":T.CPU_FEATURE,"APP_BUG":T.EXCEPTION,"RLIMIT":T.KERNEL_LIMIT,"DNS":T.NAME_UNRESOLVED,"DEP_UNREACHABLE":T.UNREACHABLE,"DEP_NOT_READY":T.NOT_READY,"DEP_EXHAUSTED":T.EXHAUSTED,"DEP_AUTH":T.CREDENTIALS_REFUSED,"K8S_API":T.RIGHT_DENIED,"TLS":T.CERTIFICATE,"PORT":T.ADDRESS_IN_USE,"FS_PERMISSION":T.ACCESS_DENIED,"READONLY_FS":T.READ_ONLY,"SECURITY_CONTEXT":T.ACCESS_DENIED,"DISK_FULL":T.NO_SPACE,"STALE_STATE":T.LOCK_HELD,"MIGRATION":T.MIGRATION_FAILED,"HEAP_OOM":T.HEAP_EXHAUSTED,"OOM_CHILD":T.CHILD_KILLED}[self.cls]

    @property
    def generic(self) -> bool:
        """Whether it is a family of wordings (``generic.*``) rather than one program's: it yields to that."""
        return self.id.startswith("generic.")

    def names(self, line: str) -> dict[str, str] | None:
        """Return what the pattern extracts from the line, or None when it does not match."""
        found = self.found(line)
        return None if found is None else found[0]

    def found(self, line: str) -> tuple[dict[str, str], int, int] | None:
        """Return what the pattern extracts from the line and where it matches, or None when it does not."""
        match = compiled(self.pattern).search(usable(line))
        if match is None:
            return None
        return {name: value for name, value in match.groupdict().items() if value}, match.start(), match.end()


@functools.cache
def compiled(pattern: str) -> Any:
    """Return the compiled RE2 pattern; raises ``re2.error``."""
    return re2.compile(pattern, options())


def usable(line: str) -> str:
    """Return the line as RE2 takes it: bounded, and without lone surrogates."""
    return line[:LINE_LIMIT].encode("utf-8", "replace").decode()


def options() -> Any:
    """Return RE2 options: bounded memory, silent."""
    options = re2.Options()
    options.max_mem = _SET_MEMORY
    options.log_errors = False
    return options
