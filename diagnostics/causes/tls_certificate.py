"""A TLS handshake failed: the certificate is expired, of an unknown authority, for another name, or not TLS at all.

What it means
    Two sides do not agree on a certificate, or one of them speaks plain HTTP. Also a server that cannot load its own
    certificate or key.

How it is decided
    By the TLS library's message in the dying output. "Not yet valid" points to a clock: the node's is compared with the
    time that the message names.

What it is confused with
    A refused connection (nobody spoke TLS at all) and refused credentials. ``http: server gave HTTP response to HTTPS
    client`` is a wrong scheme or port, not a bad certificate.

How to fix it
    Renew the certificate, mount the authority that signed it, use the name that the certificate carries, or the right
    scheme. Restart only to read a renewed Secret; undo rarely helps.

How to prevent it
    Alert on certificates three weeks before they end, let cert-manager renew them, mount the CA bundle from one place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.causes.model import Category, Cause
from diagnostics.claims import named as claims
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, terminated
from diagnostics.facts.quotes import first
from diagnostics.findings import log_lines, wording
from diagnostics.findings.commands import kubectl
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim

CAUSE: Final = Cause(
    id="tls-certificate",
    title="A TLS certificate was not accepted",
    category=Category.DEPENDENCY,
    claims=frozenset({ClaimType.CERTIFICATE}),
)

_URL: Final = compiled(r"(?:https?|wss?|grpcs?|ldaps?|amqps?)://([A-Za-z0-9.-]+(?::\d+)?)")
_ASKED: Final = compiled(
    r"(?:https|wss|grpcs|ldaps|amqps)://([A-Za-z0-9.-]+(?::\d+)?)|\(([a-z0-9-]+(?:\.[a-z0-9-]+)+:\d{2,5})\)"
    r"|\b(?:host|server|target|endpoint|address|addr)=([a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{2,5})?)\b"
)
NEAR: Final = 6
"""Lines around the refusal in which the other side may be named."""

_KINDS: Final = (
    (("expired", "notafter", "not after"), "the certificate has expired", "Renew the certificate"),
    (
        ("nottimevalid", "outside its validity", "not within its validity", "validity period"),
        "the certificate has expired or is not valid yet",
        "Read the certificate's dates, renew it, or correct the clock of the node",
    ),
    (
        ("not yet valid", "notbefore"),
        "the certificate is not valid yet",
        "Check the clocks: the node's and the issuer's",
    ),
    (
        (
            "unknown authority",
            "untrustedroot",
            "partialchain",
            "self-signed",
            "self signed",
            "local issuer",
            "pkix",
            "unknown ca",
            "unable to verify",
        ),
        "the certificate's authority is not trusted",
        "Mount the CA that signed it and point the program at it",
    ),
    (
        (
            "valid for",
            "altname",
            "hostname mismatch",
            "ip sans",
            "common name",
            "doesn't match",
            "no subject alternative",
        ),
        "the certificate is for another name",
        "Use a name that the certificate carries, or issue one for this name",
    ),
    (
        ("http response to https", "tls handshake", "wrong version number", "first record"),
        "one side speaks plain text",
        "Use the right scheme or port",
    ),
    (
        ("does not match public key", "pem data", "cannot load certificate", "key values mismatch"),
        "certificate and key do not fit",
        "Replace tls.crt and tls.key together",
    ),
)


def check(case: Case) -> Finding | None:
    """Return the finding when the dying output is a TLS library's refusal."""
    hit = log_lines.claiming(case, CAUSE.claims)
    if hit is None or case.suspect is None:
        return None
    what, todo = _kind(hit, log_lines.words(case, hit))
    path = hit.names.get("path") or hit.names.get("file", "")
    proof: tuple[Evidence, ...] = ()
    names: tuple[str, ...] = ()
    if path.startswith("/"):
        found = claims.file(case, path)
        proof, names = found.evidence, tuple(item for item in (found.name, path) if item)
        what = f"{path}: {what}" + (f", from {found.kind} {found.name}" if found.name else "")
    address = claims.address(hit.names) or _near(case, hit)
    where = "" if address is None else f" to {address[0]}" + (f":{address[1]}" if address[1] else "")
    sure = log_lines.agrees(case, hit)
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if sure else Verdict.LIKELY,
        summary=(
            f"{wording.begin(log_lines.who(case))} {_plight(where or _peer(case, hit))} ({log_lines.how(case)}): {what}"
        ),
        evidence=first((*log_lines.said(case, hit), *proof, *log_lines.ended(case))),
        container=case.suspect.name,
        facts={"problem": what, "address": where.removeprefix(" to ")},
        remedy=Remedy(
            text=f"{todo}; the next container start reads a renewed Secret.",
            commands=(*_dates(where or _peer(case, hit)), *_look(case, names)),
        ),
        fault=Fault.CONTENT if names else Fault.DEPENDENCY,
        fault_names=names,
    )


def ruled_out(case: Case) -> str:
    """Return why a TLS message in the log does not decide."""
    return log_lines.set_aside(case, CAUSE.claims)


def _plight(where: str) -> str:
    """Return what does not work: without another side in sight, it is the program's own certificate or trust."""
    return f"gets no TLS connection{where}" if where else "does not accept a certificate or key"


def _peer(case: Case, hit: Claim) -> str:
    """Return whom the line was talking to, when the signature caught no address."""
    told = _URL.search(log_lines.words(case, hit)[:2000])
    return "" if told is None else f" to {told.group(1)}"


def _near(case: Case, hit: Claim) -> tuple[str, int | None] | None:
    """Return whom a line nearby was talking to: the message of the record, or the one that the exception wraps."""
    near = range(max(0, hit.line - NEAR), min(len(case.transcript.lines), hit.line + NEAR + 1))
    for line in sorted(near, key=lambda index: abs(index - hit.line)):
        text = case.transcript.lines[line]
        told = None if text[:1] in " \t" else _ASKED.search(text[:2000])
        if told is not None:
            host, _, port = next(name for name in told.groups() if name).partition(":")
            return host, int(port) if port.isdecimal() else None
    return None


def _dates(where: str) -> tuple[str, ...]:
    """Return the command that shows what the other side presents."""
    host, _, port = (
        where.removeprefix(" to ").rpartition(":") if ":" in where else (where.removeprefix(" to "), "", "443")
    )
    if not host or not all(char.isalnum() or char in ".-" for char in host):
        return ()
    asked = f"openssl s_client -connect {host}:{port} -servername {host} </dev/null 2>/dev/null"
    return (f"{asked} | openssl x509 -noout -subject -issuer -dates",)


def _kind(hit: Claim, said: str) -> tuple[str, str]:
    line = " ".join((hit.quote, *hit.names.values(), said)).lower()
    if "has expired or is not yet valid" in line:
        line = line.replace("has expired or is not yet valid", "not yet valid" if " is before " in line else "expired")
    for words, what, todo in _KINDS:
        if any(word in line for word in words):
            return what, todo
    return wording.tail(said), "Compare what both sides expect"


def _look(case: Case, names: tuple[str, ...]) -> tuple[str, ...]:
    secrets = [name for name in names if not name.startswith("/")]
    secrets += [fields.text(volume, "secret", "secretName") for volume in fields.items(case.pod, "spec", "volumes")]
    wanted = dict.fromkeys(name for name in secrets if name)
    return tuple(kubectl(case.namespace, "describe", "secret", name) for name in list(wanted)[:2])


EXAMPLES: Final = (
    Example(
        title="a Go client meets an expired certificate",
        hit=True,
        status={"state": terminated(1)},
        log='Get "https://vault.security.svc:8200/v1/sys/health": tls: failed to verify certificate: x509: certificate'
        " has expired or is not yet valid: current time 2026-11-22T10:00:00Z is after 2026-11-01T00:00:00Z",
    ),
    Example(
        title="somebody else's bad handshake in the log of a server that ran on",
        hit=False,
        status={"state": terminated(1)},
        log="http: TLS handshake error from 10.0.0.9:4711: remote error: tls: bad certificate\nlistening on :8443\n"
        "panic: runtime error: index out of range [1] with length 1",
        also=("app-crash",),
    ),
)
