"""Claim types that belong together: those of one trouble, and which of several on a line says more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.claims.model import ClaimType

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS: Final = frozenset(
    {
        ClaimType.SETTING_MISSING,
        ClaimType.SETTING_INVALID,
        ClaimType.SETTING_UNKNOWN,
        ClaimType.FILE_MISSING,
        ClaimType.FILE_INVALID,
        ClaimType.SERVICE_LINK,
    }
)
"""What the program was told, or was not."""

WAITING: Final = frozenset({ClaimType.NAME_UNRESOLVED, ClaimType.UNREACHABLE, ClaimType.NOT_READY, ClaimType.EXHAUSTED})
"""What a program may also wait for without end, and without dying."""

REFUSED: Final = frozenset({ClaimType.CREDENTIALS_REFUSED, ClaimType.RIGHT_DENIED, ClaimType.CERTIFICATE})
"""What a server answers that knows who asks: a program may ask on without dying."""

STANDING: Final = REFUSED | frozenset(
    {
        *(ClaimType.MODULE_MISSING, ClaimType.LIBRARY_MISSING, ClaimType.CPU_FEATURE, ClaimType.KERNEL_LIMIT),
        *(ClaimType.HOST_TOOL, ClaimType.DEVICE_MISSING, ClaimType.KIND_MISSING, ClaimType.WEBHOOK_MISSING),
        *(ClaimType.NO_SPACE, ClaimType.CLUSTER_VERSION),
    }
)
"""What stays as it is however often a program tries: it may try on until somebody ends it."""

LEFT_BEHIND: Final = frozenset(
    {
        ClaimType.LOCK_HELD,
        ClaimType.HALF_DONE,
        ClaimType.MEMBER_REMOVED,
        ClaimType.DATA_VERSION,
        ClaimType.DATA_CORRUPT,
        ClaimType.MIGRATION_FAILED,
    }
)
"""What an earlier run left."""

CRASHES: Final = frozenset({ClaimType.EXCEPTION, ClaimType.ASSERTION, ClaimType.SIGNAL})
"""What says that the program crashed, and no more."""

VAGUE: Final = CRASHES | {ClaimType.CHILD_KILLED}
"""What never says why: anything else on the line or near it does."""

OVERRULES: Final[Mapping[ClaimType, frozenset[ClaimType]]] = {
    ClaimType.DEVICE_MISSING: frozenset({ClaimType.LIBRARY_MISSING, ClaimType.COMMAND_MISSING}),
    ClaimType.KERNEL_LIMIT: SETTINGS | {ClaimType.NO_SPACE, ClaimType.ACCESS_DENIED},
    ClaimType.CERTIFICATE: frozenset({ClaimType.HEAP_EXHAUSTED}),
    ClaimType.LIBRARY_MISSING: frozenset({ClaimType.FILE_MISSING}),
    ClaimType.FILE_MISSING: frozenset({ClaimType.MODULE_MISSING}),
}
"""Claims that take the word from others on the same line: a driver's library and a kernel's limit are the node's, and
a buffer as large as the first bytes of another protocol is no want of memory. What is required by the path of a file of
settings is that file, and no package."""

_TROUBLES: Final = (
    SETTINGS,
    WAITING,
    LEFT_BEHIND,
    CRASHES,
    frozenset({ClaimType.CREDENTIALS_REFUSED, ClaimType.RIGHT_DENIED}),
    frozenset({ClaimType.ADDRESS_IN_USE, ClaimType.PORT_PRIVILEGED}),
    frozenset({ClaimType.ACCESS_DENIED, ClaimType.TOO_OPEN, ClaimType.READ_ONLY}),
    frozenset({ClaimType.MODULE_MISSING, ClaimType.LIBRARY_MISSING}),
    frozenset({ClaimType.COMMAND_MISSING, ClaimType.WRONG_ARCHITECTURE, ClaimType.SCRIPT_ERROR}),
    frozenset({ClaimType.CPU_FEATURE, ClaimType.KERNEL_LIMIT, ClaimType.HOST_TOOL, ClaimType.DEVICE_MISSING}),
    frozenset({ClaimType.KIND_MISSING, ClaimType.WEBHOOK_MISSING, ClaimType.CLUSTER_VERSION}),
    frozenset({ClaimType.CERTIFICATE}),
    frozenset({ClaimType.NO_SPACE}),
    frozenset({ClaimType.HEAP_EXHAUSTED}),
    frozenset({ClaimType.CHILD_KILLED}),
)

_TROUBLE_OF: Final[Mapping[ClaimType, frozenset[ClaimType]]] = {
    claim: trouble for trouble in _TROUBLES for claim in trouble
}

_MORE_FIRST: Final = (
    (ClaimType.HEAP_EXHAUSTED,),
    (ClaimType.RIGHT_DENIED, ClaimType.KIND_MISSING, ClaimType.WEBHOOK_MISSING, ClaimType.CLUSTER_VERSION),
    (ClaimType.CREDENTIALS_REFUSED, ClaimType.CERTIFICATE),
    (ClaimType.NO_SPACE,),
    (ClaimType.READ_ONLY,),
    (ClaimType.ADDRESS_IN_USE, ClaimType.PORT_PRIVILEGED),
    (ClaimType.NAME_UNRESOLVED, ClaimType.NOT_READY, ClaimType.EXHAUSTED),
    tuple(LEFT_BEHIND - {ClaimType.MIGRATION_FAILED}),
    (ClaimType.ACCESS_DENIED, ClaimType.TOO_OPEN),
    (ClaimType.WRONG_ARCHITECTURE, ClaimType.CPU_FEATURE),
    (ClaimType.DEVICE_MISSING,),
    (ClaimType.MODULE_MISSING, ClaimType.LIBRARY_MISSING),
    (ClaimType.KERNEL_LIMIT, ClaimType.HOST_TOOL),
    (ClaimType.COMMAND_MISSING, ClaimType.SCRIPT_ERROR),
    tuple(SETTINGS),
    (ClaimType.MIGRATION_FAILED,),
    (ClaimType.UNREACHABLE,),
    tuple(CRASHES),
    (ClaimType.CHILD_KILLED,),
)

_WEIGHT: Final[Mapping[ClaimType, int]] = {
    claim: len(_MORE_FIRST) - place for place, claims in enumerate(_MORE_FIRST) for claim in claims
}


def weight(claim: ClaimType) -> int:
    """Return how much a claim says beside others on the same line: an answer says more than none."""
    return _WEIGHT[claim]


def trouble(claim: ClaimType) -> frozenset[ClaimType]:
    """Return the claims that tell of the same trouble, itself among them."""
    return _TROUBLE_OF[claim]
