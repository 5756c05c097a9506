"""The classes that signature files of users named before there were claims, and the claim that each became."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.claims.model import ClaimType

if TYPE_CHECKING:
    from collections.abc import Mapping

RENAMED: Final[Mapping[str, ClaimType]] = {
    "CONFIG_ENV": ClaimType.SETTING_INVALID,
    "SERVER_CONFIG": ClaimType.FILE_INVALID,
    "NODE_SYSCTL": ClaimType.KERNEL_LIMIT,
    "RLIMIT": ClaimType.KERNEL_LIMIT,
    "MISSING_DEP": ClaimType.MODULE_MISSING,
    "GPU": ClaimType.DEVICE_MISSING,
    "ENTRYPOINT": ClaimType.COMMAND_MISSING,
    "ARCH_MISMATCH": ClaimType.WRONG_ARCHITECTURE,
    "CPU_ISA": ClaimType.CPU_FEATURE,
    "APP_BUG": ClaimType.EXCEPTION,
    "DNS": ClaimType.NAME_UNRESOLVED,
    "DEP_UNREACHABLE": ClaimType.UNREACHABLE,
    "DEP_NOT_READY": ClaimType.NOT_READY,
    "DEP_EXHAUSTED": ClaimType.EXHAUSTED,
    "DEP_AUTH": ClaimType.CREDENTIALS_REFUSED,
    "K8S_API": ClaimType.RIGHT_DENIED,
    "TLS": ClaimType.CERTIFICATE,
    "PORT": ClaimType.ADDRESS_IN_USE,
    "FS_PERMISSION": ClaimType.ACCESS_DENIED,
    "READONLY_FS": ClaimType.READ_ONLY,
    "SECURITY_CONTEXT": ClaimType.ACCESS_DENIED,
    "DISK_FULL": ClaimType.NO_SPACE,
    "MIGRATION": ClaimType.MIGRATION_FAILED,
    "HEAP_OOM": ClaimType.HEAP_EXHAUSTED,
    "OOM_CHILD": ClaimType.CHILD_KILLED,
}

DIVIDED: Final[Mapping[str, tuple[ClaimType, ...]]] = {
    "STALE_STATE": (
        ClaimType.LOCK_HELD,
        ClaimType.HALF_DONE,
        ClaimType.DATA_VERSION,
        ClaimType.DATA_CORRUPT,
        ClaimType.MEMBER_REMOVED,
    )
}
"""Classes that became several claims of different causes: only who wrote the signature knows which is meant."""
