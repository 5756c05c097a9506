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
    scheme. Restart only to read a renewed Secret; a rollback rarely helps.

How to prevent it
    Alert on certificates three weeks before they end, let cert-manager renew them, mount the CA bundle from one place.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import re2

from diagnostics.causes.model import Category, Cause
from diagnostics.claims import mounted
from diagnostics.claims import named as claims
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, terminated
from diagnostics.facts.addresses import PORTS, ip
from diagnostics.facts.quotes import first
from diagnostics.fields import items, labels, strings, text, whole
from diagnostics.findings import log_lines, webhook_calls, wording
from diagnostics.findings.commands import kubectl
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.patterns import Pattern
    from diagnostics.snapshot import Object

CAUSE: Final = Cause(
    id="tls-certificate",
    title="A TLS certificate was not accepted",
    category=Category.DEPENDENCY,
    claims=frozenset({ClaimType.CERTIFICATE}),
)

_URL: Final = compiled(r"(?:https?|wss?|grpcs?|ldaps?|amqps?)://([A-Za-z0-9.-]+(?::\d+)?)")
_POOL: Final = compiled(r"HTTPSConnectionPool\(host=['\"]([A-Za-z0-9.-]+)['\"](?:, port=(\d+))?")
"""How Python's urllib3 names the server that it asked."""
_ASKED: Final = compiled(
    r"(?:https|wss|grpcs|ldaps|amqps)://([A-Za-z0-9.-]+(?::\d+)?)|\(([a-z0-9-]+(?:\.[a-z0-9-]+)+:\d{2,5})\)"
    r"|\b(?:host|server|target|endpoint|address|addr)=([a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{2,5})?)\b"
)
_CERTIFICATES: Final = compiled(r"(?i)tls|cert|\bssl\b|pki")
"""Names of Secrets that hold a certificate."""
_UPGRADES: Final = {"5432": "postgres", "3306": "mysql", "389": "ldap", "587": "smtp", "25": "smtp", "143": "imap"}
"""Ports of protocols that begin in plain text, and openssl's word for asking them for TLS."""
_KUBELET: Final = 10250
"""The port of the kubelet's API (K: pkg/cluster/ports)."""
NEAR: Final = 6
"""Lines around the refusal in which the other side may be named."""

_SELF: Final = compiled(r"(?i)self[- ]signed")
_PRIVATE: Final = frozenset(
    {
        "svc",
        "local",
        "internal",
        "intern",
        "lan",
        "corp",
        "home",
        "private",
        "localdomain",
        "test",
        "example",
        "invalid",
    }
)
"""Last labels of names that no public authority signs for (RFC 6761, RFC 6762; "internal" by ICANN, 2024)."""
_FILE: Final = compiled(r"(?:^|[\s'\"`(=])(/[\w./-]+\.(?:crt|pem|key|cer|ca|p12|pfx|jks|keystore|truststore))\b")
_INSECURE: Final = compiled(r"\binsecure algorithm ([\w-]{3,40})")
"""Go (crypto/x509, ``InsecureAlgorithmError``) inside the brackets of "unknown authority"."""
_AHEAD: Final = compiled(r"(?i)look-?ahead\W{1,6}(\d+[\dhms]*)|\blook-?ahead\b|\bexpir(?:es|ing) (?:too )?soon\b")
"""The program wants the certificate to be good for some time yet: it is valid today."""


_OWNERS: Final = 3
"""ConfigMaps and Secrets that are named where any of them may hold the certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """What is wrong with a certificate, by words of the message, and what to do about it."""

    words: tuple[str, ...]
    what: str
    todo: str
    own: bool = False
    """Whether it is the program's own file, whoever it wanted to talk to."""


_TRUST: Final = "Mount the CA that signed it and point the program at it"
NEAR_END: Final = 200
"""Lines at the end of a log in which the words of its TLS library are looked for."""
_RUNTIMES: Final = (
    (
        compiled(r"PKIX|SunCertPathBuilder|javax\.net\.ssl"),
        (
            "Java takes it from a trust store: keytool -importcert into one that is mounted, and JAVA_TOOL_OPTIONS"
            " -Djavax.net.ssl.trustStore with its path."
        ),
    ),
    (
        compiled(r"UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT|DEPTH_ZERO_SELF_SIGNED"),
        "Node takes it from the file that NODE_EXTRA_CA_CERTS names.",
    ),
    (
        compiled(r"CERTIFICATE_VERIFY_FAILED"),
        "Python takes it from the file that SSL_CERT_FILE names, and requests from that of REQUESTS_CA_BUNDLE.",
    ),
    (compiled(r"\bx509: "), "Go takes it from the file that SSL_CERT_FILE names, beside the directory SSL_CERT_DIR."),
)
"""Words of TLS libraries, and how they are given another authority (JSSE, Node's CLI, Python ssl, Go crypto/x509)."""
_AUTHORITY: Final = compiled(r"(?i)(?:^|[-_./])(?:[a-z]*ca|root|trust|chain|bundle|issuer)s?(?:$|[-_./])")
"""Words in the name of an option or file that is about an authority."""
_KINDS: Final = (
    _Kind(
        words=("empty certificate", "certificate file is empty", "is empty"),
        what="the file is empty",
        todo="Have the certificate issued again: what makes it left the file empty",
        own=True,
    ),
    _Kind(
        words=("not a pem", "no pem", "pem data", "pem block", "pem encoded", "malformed pem", "no start line"),
        what="it is no PEM text",
        todo="Put the certificate there as PEM text, with its BEGIN and END lines and every line break",
        own=True,
    ),
    _Kind(
        words=("does not match public key", "key values mismatch", "cannot load certificate"),
        what="certificate and key do not fit",
        todo="Replace tls.crt and tls.key together",
        own=True,
    ),
    _Kind(
        words=("insecure algorithm",),
        what="the certificate is signed with an algorithm that is refused as insecure",
        todo="Issue the certificate anew, and the CA that signed it, with SHA-256 signatures",
    ),
    _Kind(
        words=("expired", "notafter", "not after"),
        what="the certificate has expired",
        todo="Renew the certificate",
    ),
    _Kind(
        words=("nottimevalid", "outside its validity", "not within its validity", "validity period"),
        what="the certificate has expired or is not valid yet",
        todo="Read the certificate's dates, renew it, or correct the clock of the node",
    ),
    _Kind(
        words=("not yet valid", "notbefore"),
        what="the certificate is not valid yet",
        todo="Check the clocks: the node's and the issuer's",
    ),
    _Kind(
        words=(
            *("unknown authority", "untrustedroot", "partialchain", "self-signed", "self signed", "local issuer"),
            *("pkix", "unknown ca", "unable to verify"),
        ),
        what="the certificate's authority is not trusted",
        todo=_TRUST,
    ),
    _Kind(
        words=(
            *("valid for", "altname", "hostname mismatch", "ip sans", "common name", "doesn't match"),
            "no subject alternative",
        ),
        what="the certificate is for another name",
        todo="Use a name that the certificate carries, or issue one for this name",
    ),
    _Kind(
        words=("http response to https", "tls handshake", "wrong version number", "first record"),
        what="one side speaks plain text",
        todo="Use the right scheme or port",
    ),
)
_OTHER: Final = _Kind(
    words=(),
    what="what it read is no answer of the protocol that it speaks",
    todo=(
        "Give it the security protocol (TLS or plain text, with its credentials) that the port of the other side wants,"
        " or the port that speaks its own"
    ),
)
"""One side speaks another protocol: its first bytes were read as a length, or known for what they are."""
_READ_AS_LENGTH: Final = "tls.read.as.length"
"""The signature of a buffer that was asked for by a length from the network: which protocol it was, it does not say."""


def check(case: Case) -> Finding | None:
    """Return the finding when the dying output is a TLS library's refusal."""
    hit = log_lines.claiming(case, CAUSE.claims)
    if hit is None or case.suspect is None:
        return None
    said = log_lines.words(case, hit)
    kind = _kind(hit, said, case.quote(hit.line).quote)
    found = _file(case, hit, said)
    weak = _INSECURE.search(said[:4000])
    kind = (
        kind
        if weak is None
        else replace(kind, what=f"the certificate's signature ({weak.group(1)}) is refused as insecure")
    )
    address = None if kind.own else claims.address(hit.names) or _near(case, hit)
    where = "" if address is None or kind.own else f" to {_whole(case, address, said)}"
    where = where or ("" if kind.own else _peer(case, hit))
    what = f"{kind.what}: {log_lines.headline(case, hit)}" if _foreign(hit) else _what(kind, found, said)
    names = () if found is None else tuple(item for item in (found.name, found.path) if item)
    hook = webhook_calls.called(said)
    if hook is not None and not kind.own:
        found, names = None, (hook.name, hook.host)
    plight = _plight(hit, where) if hook is None else f"fails with {hook.plight}"
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if log_lines.agrees(case, hit) and not _foreign(hit) else Verdict.LIKELY,
        summary=f"{wording.begin(log_lines.who(case))} {plight} ({log_lines.how(case)}): {what}",
        evidence=first((*log_lines.said(case, hit), *(found.evidence if found else ()), *log_lines.ended(case))),
        container=case.suspect.name,
        facts={"problem": what, "address": where.removeprefix(" to ")},
        remedy=_remedy(case, kind, _asked_at(case, hit, where), found)
        if hook is None
        else webhook_calls.remedy(
            hook, "" if kind.todo == _TRUST else kind.todo, _dates(f" to {hook.host}:{hook.port}")
        ),
        fault=Fault.DEPENDENCY if where and not names else Fault.CONTENT,
        fault_names=names,
    )


def ruled_out(case: Case) -> str:
    """Return why a TLS message in the log does not decide."""
    return log_lines.set_aside(case, CAUSE.claims)


def _foreign(hit: Claim) -> bool:
    """Whether the words tell of another protocol on the other side, and of no certificate."""
    return hit.names.get("reason") == "other-protocol" or hit.source == _READ_AS_LENGTH


def _plight(hit: Claim, where: str) -> str:
    """Return what does not work: without another side in sight, it is the program's own certificate or trust."""
    if _foreign(hit):
        speaks = f", which speaks {hit.names['found']}" if hit.names.get("found") else ""
        return f"cannot talk{where or ' to what it is connected to'}{speaks}"
    return f"gets no TLS connection{where}" if where else "does not accept a certificate or key"


def _peer(case: Case, hit: Claim) -> str:
    """Return whom the line was talking to, when the signature caught no address."""
    line = log_lines.words(case, hit)[:2000]
    told, pool = _URL.search(line), _POOL.search(line)
    if told is None and pool is not None:
        return f" to {pool.group(1)}:{pool.group(2) or 443}"
    return "" if told is None else f" to {told.group(1)}"


def _what(kind: _Kind, found: claims.File | None, said: str) -> str:
    """Return what is wrong: the file with it, or the program's own words where it names none."""
    if found is None:
        return wording.tail(said) if kind.own and kind.words else kind.what
    provided = f", from {found.kind} {found.name}" if found.name else ""
    return f"{found.path}{provided}: {kind.what}"


def _file(case: Case, hit: Claim, said: str) -> claims.File | None:
    """Return the file of the certificate or key that the line names, or one near it, with what provides it."""
    near = case.transcript.lines[max(0, hit.line - NEAR) : hit.line + 1]
    told = (match.group(1) for line in (said, *reversed(near)) if (match := _FILE.search(line[:2000])) is not None)
    path = hit.names.get("path") or hit.names.get("file") or next(told, "")
    if not path.startswith("/"):
        path = next((other for other in told if other.endswith(f"/{path}")), "") if path else ""
    if not path:
        return None
    found = claims.file(case, path)
    if found.name:
        return found
    kind, name, key = mounted.origin(case, path.rpartition("/")[2])
    return replace(found, kind=kind, name=name, key=key) if name else found


def _whole(case: Case, address: tuple[str, int | None], said: str) -> str:
    """Return the address with its port: the line may name it in another place, or its Service has only one."""
    host, port = address
    if port is None:
        port = next((int(told.group(1)) for told in _port_of(host).finditer(said[:2000])), None)
    service = _service(case, host) if port is None else None
    ports = [whole(item, "port") for item in items(service or {}, "spec", "ports")]
    port = ports[0] if port is None and len(ports) == 1 else port
    return host if port is None else f"{host}:{port}"


def _asked_at(case: Case, hit: Claim, where: str) -> str:
    """Return the address with the port that its scheme stands for, where nothing names another."""
    host = where.removeprefix(" to ")
    near = case.transcript.lines[max(0, hit.line - NEAR) : hit.line + NEAR + 1]
    said = "\n".join(line[:2000] for line in near)
    known = next((port for scheme, port in PORTS.items() if f"{scheme}://{host}" in said), None) if host else None
    return f"{where}:{known}" if known is not None and ":" not in host else where


def _service(case: Case, host: str) -> Object | None:
    """Return the Service that a host name means (``name``, ``name.namespace``, ``name.namespace.svc...``)."""
    name, _, rest = host.partition(".")
    namespace = rest.partition(".")[0] or case.namespace
    return case.snapshot.one("Service", namespace, name)


def _held(case: Case, host: str) -> str:
    """Return the Secret that the pods behind the host's Service mount as their certificate, when it is one."""
    service = _service(case, host)
    selector = labels(service, "spec", "selector") if service is not None else {}
    found = {
        text(volume, "secret", "secretName")
        for pod in (case.snapshot.all("Pod", text(service, "metadata", "namespace")) if selector else ())
        if selector.items() <= labels(pod, "metadata", "labels").items()
        for volume in items(pod, "spec", "volumes")
        if _CERTIFICATES.search(text(volume, "secret", "secretName")) is not None
    }
    return found.pop() if len(found) == 1 else ""


def _port_of(host: str) -> Pattern:
    return compiled(re2.escape(host) + r":(\d{2,5})\b")


def _remedy(case: Case, kind: _Kind, where: str, found: claims.File | None) -> Remedy:
    """Return what to do where the certificate lies: the file's Secret, or the side that presents it."""
    if where.endswith(f":{_KUBELET}"):
        told = (
            f"{kind.todo}: it is a kubelet's own certificate, which it signs for itself unless serverTLSBootstrap is on"
            " in its configuration and its requests are approved (the second command lists them)."
        )
        return Remedy(text=told, commands=(*_dates(where), kubectl("", "get", "csr")))
    if where:
        host = where.removeprefix(" to ").partition(":")[0]
        trusted = _trusted(case) if kind.todo == _TRUST else None
        if trusted is not None:
            return _other_authority(case, trusted, where)
        secret = _held(case, host)
        owner = f" in Secret {secret}, which the pods behind {host} present; they read it at their next start"
        told = f"{kind.todo}{owner if secret else ''}.{_how_to_trust(case, kind, host) if not secret else ''}"
        return Remedy(text=told, commands=_dates(where))
    if found is not None and found.kind in ("Secret", "ConfigMap") and found.name:
        told = f"{kind.todo} ({found.kind} {found.name}, key {found.key}); the next container start reads it."
        command = kubectl(case.namespace, "describe", found.kind.lower(), found.name)
        return Remedy(text=told, commands=(command,))
    owners = mounted.owners(case)[:_OWNERS]
    names = " and ".join(f"{kind} {name}" for kind, name in owners)
    read = f" It mounts {names}; the next container start reads what is corrected there." if owners else ""
    commands = tuple(kubectl(case.namespace, "describe", kind.lower(), name) for kind, name in owners)
    return Remedy(text=f"{kind.todo}.{read}", commands=commands)


def _public(case: Case, host: str) -> bool:
    """Whether a name can be of the public internet: no address, no Service, no domain that is never public."""
    last = host.rpartition(".")[2].lower()
    return "." in host and last.isalpha() and last not in _PRIVATE and _service(case, host) is None


def _how_to_trust(case: Case, kind: _Kind, host: str = "") -> str:
    """Return how a runtime is told of an authority, by the words of its TLS library."""
    if kind.todo != _TRUST:
        return ""
    how = _told_of_authorities(case)
    if _public(case, host) and not any(_SELF.search(line[:2000]) for line in case.transcript.lines[-NEAR_END:]):
        return (
            " The command prints the issuer: when that is a public authority, the image lacks the bundle of these"
            f" (package ca-certificates), or has an old one: build it with that.{how}"
        )
    return how


def _told_of_authorities(case: Case) -> str:
    """Return how the runtime whose words are in the log is given another authority, as a sentence."""
    said = "\n".join(line[:500] for line in case.transcript.lines[-NEAR_END:])
    return next((f" {how}" for words, how in _RUNTIMES if words.search(said) is not None), "")


def _trusted(case: Case) -> claims.File | None:
    """Return the file of authorities that the arguments give the program, when one ConfigMap or Secret provides it.

    Of several (the API server's beside the issuer's) none can be told to be the one.
    """
    suspect = case.suspect
    words = [] if suspect is None else [*strings(suspect.spec, "command"), *strings(suspect.spec, "args")]
    named = _named_like(case, words)
    found = [claims.file(case, path) for path in named]
    kept = [item for item in found if item.kind in ("ConfigMap", "Secret") and item.name]
    return kept[0] if len(kept) == 1 else None


def _named_like(case: Case, words: list[str]) -> list[str]:
    """Return the paths of authorities among the words; of several those whose option is about the address's own."""
    given: dict[str, str] = {}
    for index, word in enumerate(words):
        option, equals, value = word.partition("=")
        path = value if equals else word
        option = option if equals else words[index - 1] if index else ""
        about = f"{option.lstrip('-')} {path}"
        if path.startswith("/") and _FILE.search(path) is not None and _AUTHORITY.search(about.replace(" ", "/")):
            given[path] = option.lstrip("-")
    if len(given) < _SEVERAL:
        return list(given)
    asked = {
        host for hit in case.claims if (address := claims.address(hit.names)) is not None for host in (address[0],)
    }
    urls = {word.partition("=")[0].lstrip("-"): word for word in words if any(host in word for host in asked)}
    stems = [re2.sub(r"(?i)(?:url|addr(?:ess)?|host|endpoint|server)$", "", option).rstrip("-_") for option in urls]
    return [path for path, option in given.items() if any(stem and option.startswith(stem) for stem in stems)]


_SEVERAL: Final = 2


def _other_authority(case: Case, trusted: claims.File, where: str) -> Remedy:
    """Return that the authority which the program is given is not the one that signed: two may bear the same name."""
    told = (
        f"The program trusts {trusted.path} ({trusted.kind} {trusted.name}, key {trusted.key}), and that is not what"
        f" signed the certificate of {where.removeprefix(' to ')}: put the CA there that"
        " signed it; the next container start reads it. Compare the key ids of the commands: a CA made anew has"
        " the old one's name and another key."
    )
    key = trusted.key.replace(".", chr(92) + ".")
    shown = kubectl(case.namespace, "get", trusted.kind.lower(), trusted.name, "-o", f"jsonpath={{.data.{key}}}")
    decoded = " | base64 -d" if trusted.kind == "Secret" else ""
    mine = f"{shown}{decoded} | openssl x509 -noout -subject -dates -ext subjectKeyIdentifier"
    theirs = tuple(item.replace("-ext subjectAltName", "-ext authorityKeyIdentifier") for item in _dates(where))
    return Remedy(text=told, commands=(*theirs, mine))


def _near(case: Case, hit: Claim) -> tuple[str, int | None] | None:
    """Return whom a line nearby was talking to: the message of the record, or the one that the exception wraps."""
    near = range(max(0, hit.line - NEAR), min(len(case.transcript.lines), hit.line + NEAR + 1))
    for line in sorted(near, key=lambda index: abs(index - hit.line)):
        words = case.transcript.lines[line]
        told = None if words[:1] in " \t" else _ASKED.search(words[:2000])
        if told is not None:
            host, _, port = next(name for name in told.groups() if name).partition(":")
            return host, int(port) if port.isdecimal() else None
    return None


def _dates(where: str) -> tuple[str, ...]:
    """Return the command that shows what the other side presents: whose it is, for which names, until when."""
    host, _, port = where.removeprefix(" to ").partition(":")
    if not host or not port or not all(char.isalnum() or char in ".-" for char in host):
        return ()
    name = f" -servername {host}" if ip(host) is None else ""  # SNI takes names only (RFC 6066, 3)
    upgrade = f" -starttls {_UPGRADES[port]}" if port in _UPGRADES else ""
    asked = f"openssl s_client -connect {host}:{port}{upgrade}{name} </dev/null 2>/dev/null"
    return (f"{asked} | openssl x509 -noout -subject -issuer -dates -ext subjectAltName",)


def _kind(hit: Claim, said: str, verbatim: str) -> _Kind:
    if _foreign(hit):
        return _OTHER
    line = " ".join((hit.quote, *hit.names.values(), said)).lower()
    told = [match for words in (verbatim, said) for match in _AHEAD.finditer(words[:4000])]
    if told:
        length = next((match.group(1) for match in told if match.group(1)), "")
        span = f" the {length}" if length else " the time"
        return _Kind(
            words=(),
            what=f"it ends before{span} that the program looks ahead",
            todo="Issue the certificate for longer than the program looks ahead, or let it look less far",
            own=True,
        )
    if "has expired or is not yet valid" in line:
        line = line.replace("has expired or is not yet valid", "not yet valid" if " is before " in line else "expired")
    known = next((kind for kind in _KINDS if any(word in line for word in kind.words)), None)
    return known or _Kind(words=(), what=wording.tail(said), todo="Compare what both sides expect of the certificate")


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
