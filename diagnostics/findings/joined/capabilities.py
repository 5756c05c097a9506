"""An operation that the kernel refused to root, against the capabilities that the container has (capabilities(7))."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from diagnostics import fields
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Remedy
from diagnostics.findings.commands import durable, kubectl, patch, subject
from diagnostics.findings.joined.model import Joined
from diagnostics.findings.permission_fixes import identity
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container
    from diagnostics.findings.joined.model import Said

_REFUSED: Final = compiled(
    r"(?i)\bnot permitted\b|\bEPERM\b|\b(?:could ?n[o']t|cannot|can't|unable to|failed to|could not|failed)\b"
    r"|\bpermission denied\b"
)
_OPERATIONS: Final = (
    (
        compiled(
            r"(?i)\b(?:set|sete|setre|setres|setfs)uid\b|\bfailed switching to\b|\bsu-exec\b|\bgosu\b|\bsetpriv\b"
            r"|\bswitch(?:ing)? (?:to )?(?:the )?user\b|\bdrop(?:ping)? privileges?\b|\b(?:set|sete|setre|setres)gid\b"
            r"|\bset ?groups\b|\binitgroups\b"
        ),
        ("SETUID", "SETGID"),
        "change its user and groups",
    ),
    (
        compiled(r"(?i)\bl?f?chown(?:at)?\b|\bchang\w+ (?:the )?(?:owner|ownership|group)\b|\bchgrp\b"),
        ("CHOWN",),
        "change owners",
    ),
    (compiled(r"(?i)\bchroot\b"), ("SYS_CHROOT",), "change its root"),
    (compiled(r"(?i)\bmknod\b"), ("MKNOD",), "make devices"),
    (compiled(r"(?i)\b(?:raw socket|SOCK_RAW|icmp|ping)\b"), ("NET_RAW",), "open raw sockets"),
    (
        compiled(
            r"(?i)\b(?:iptables|ip6tables|nft|netlink|ip (?:link|addr|route|rule)|RTNETLINK|tun(?:/tap)?|TUNSETIFF)\b"
        ),
        ("NET_ADMIN",),
        "change the network",
    ),
    (compiled(r"(?i)\bmlock(?:all)?\b"), ("IPC_LOCK",), "lock memory"),
    (
        compiled(r"(?i)\b(?:setpriority|sched_setscheduler|sched_setaffinity|set_mempolicy|mbind)\b"),
        ("SYS_NICE",),
        "set its priority",
    ),
    (compiled(r"(?i)\bptrace\b"), ("SYS_PTRACE",), "trace others"),
)
"""Words of an operation, what it takes, and what it is."""
_DEFAULT: Final = frozenset(
    {"CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP", "SETPCAP"}
    | {"NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE"}
)
"""What containerd gives a container (pkg/oci, ``defaultUnixCaps``)."""
_BOUND: Final = "openshift.io/scc"


def look(case: Case, said: Said) -> Joined | None:
    """Return the capabilities that the refused operation takes and the spec drops or does not give."""
    suspect = case.suspect
    if (
        suspect is None
        or _REFUSED.search(said.text) is None
        or fields.flag(suspect.spec, "securityContext", "privileged")
    ):
        return None
    found = next((item for item in _OPERATIONS if item[0].search(said.text) is not None), None)
    if found is None or (said.claim is not None and not _fits(said)):
        return None
    lack = _lacking(case, suspect, found[1])
    return _joined(case, suspect, lack, found[2]) if lack else None


def _fits(said: Said) -> bool:
    return said.claims(
        *(ClaimType.ACCESS_DENIED, ClaimType.EXCEPTION, ClaimType.KERNEL_LIMIT, ClaimType.COMMAND_MISSING),
        *(ClaimType.ASSERTION, ClaimType.CREDENTIALS_REFUSED, ClaimType.RIGHT_DENIED),
    )


def _lacking(case: Case, suspect: Container, needed: tuple[str, ...]) -> tuple[str, ...]:
    """Return those that are dropped, or that nobody has by default; a user other than root uses none of them."""
    who = identity(case, suspect)
    added, dropped = ({name.upper().removeprefix("CAP_") for name in names} for names in (who.added, who.dropped))
    if "ALL" in added or who.user not in (0, None):
        return ()
    return tuple(
        name for name in needed if name not in added and (name in dropped or "ALL" in dropped or name not in _DEFAULT)
    )


def _joined(case: Case, suspect: Container, lack: tuple[str, ...], what: str) -> Joined:
    own = fields.table(suspect.spec, "securityContext", "capabilities")
    added, dropped = fields.strings(own, "add"), fields.strings(own, "drop")
    named = " and ".join(lack)
    listed = {name.upper().removeprefix("CAP_"): name for name in dropped}
    change: dict[str, Any] = {"add": [*added, *lack]}
    if all(name in listed for name in lack):
        change = {"drop": [name for key, name in listed.items() if key not in lack]}
    plural = "capabilities" if len(lack) > 1 else "capability"
    how = "which its spec drops" if dropped else "which no container has by itself"
    text = (
        f"Let {suspect.name} have the {plural} {named}, {how}: without {'them' if len(lack) > 1 else 'it'} not even"
        " root"
        f" may {what} (securityContext.capabilities; the command does it). Or let it start as the user that it would"
        " change to (runAsUser), if its image can work so."
    )
    scc = fields.labels(case.pod, "metadata", "annotations").get(_BOUND, "")
    text += (
        f" SecurityContextConstraints {scc} of OpenShift must allow {'them' if len(lack) > 1 else 'it'}." if scc else ""
    )
    quote = " ".join(f"{key}={','.join(names)}" for key, names in (("drop", dropped), ("add", added)) if names)
    commands = patch(case, suspect, {"securityContext": {"capabilities": change}})
    return Joined(
        headline=f"{suspect.name} may not {what}",
        because=f"its spec drops the {plural} {named}" if dropped else f"the {plural} {named} is not given",
        evidence=(
            Evidence(
                source="pod",
                path=f"{suspect.spec_path}.securityContext.capabilities",
                quote=quote or "capabilities: none",
            ),
        ),
        remedy=Remedy(
            text=text + durable(case),
            commands=commands or (kubectl(case.namespace, "get", subject(case), "-o", "yaml"),),
        ),
        claim=ClaimType.ACCESS_DENIED,
        certain=bool(dropped),
        fault=Fault.TEMPLATE,
        fault_names=("securityContext", "capabilities"),
    )
