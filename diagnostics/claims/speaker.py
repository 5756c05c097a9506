"""Who says a line: the program of itself, a client it serves, a wrapper that reports a child's end, or Kubernetes.

A server's log is full of its clients' troubles. They are true and explain no end, so they may not lead.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from diagnostics.claims.model import Speaker
from diagnostics.patterns import Patterns, compiled, encodable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from diagnostics.patterns import Pattern

LONGEST: Final = 4096
"""Characters of a line that are read: who speaks is said near its beginning."""

_PEER: Final = (
    # Access logs: common, combined, and as frameworks print them.
    r"\"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE|PRI) [^\"]*\"? \d{3}\b",
    r"\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /\S* (?:HTTP/[\d.]+ )?\(?\d{3}\b",
    r"(?i)\bmethod[\"']?[=:] ?[\"']?(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\b",
    r"(?i)\bfinished (?:unary|streaming|client|server) ?\w* ?call with code \w+",
    r"(?i)\bgrpc\.(?:method|service|code)[\"']?[=:]",
    # A client named by address or number, and errors of one request.
    r"\bclient: \S+, server: ",
    (  # not the end of a host's name: ``Head http://search-client:9200`` is the program's own call
        r"(?i)(?:^|[^\w./-])(?:client|peer|visitor|caller|user agent|remote(?: (?:host|address|client))?|customer"
        r"|tenant|subscriber|session)[ =:#\"']{1,3}(?:\[?(?:\d{1,3}\.){3}\d{1,3}|\d+\b|#?[0-9a-f]{6,}"
        r"|@0x)"
    ),
    (
        r"(?i)\b(?:http|tls|websocket|connection|request|handshake)[ \w:]{0,30}\b(?:error|closed|reset"
        r"|failed|aborted|timed out|fail) (?:from|by|with|for) (?:client |peer |remote )?\[?(?:\d{1,3}\.){3}\d{1,"
        r"3}"
    ),
    r"\bhttp: TLS handshake error from \S+",
    # A statement that somebody sent to a server of queries: "error [q=`selec ...`]".
    r"(?i)[\[({,;: ](?:q|sql|query|statement|stmt)=[`'\"]",
    r"(?i)\b(?:accepted|closed|dropped|rejected|lost|new) connection (?:from|by) ",
    (
        r"(?i)\b(?:error|failed|failure|exception|rejected|aborted)\b[^\n]{0,40}\b(?:(?:processing"
        r"|handling|serving|while serving|during|in|of|for) (?:the |a |an |this |incoming |http |client )?(?:requ"
        r"est|call|message|job|query|event|visitor|webhook))\b"
    ),
    r"(?i)\b(?:request|req|trace|correlation|span)[_-]?id[\"']?[=:] ?[\"']?[0-9a-f-]{8,}",
    (
        r"(?i)\b(?:could not (?:receive data from|send data to) client|unexpected EOF on client connection"
        r"|client (?:disconnected|closed connection|sent an? )|invalid (?:startup packet|request line)"
        r"|incomplete startup packet|client prematurely closed|broken pipe|write: connection reset by peer)\b"
    ),
    r"^(?:\S+ )*?\[\d+\]:? (?:ERROR|FATAL):  (?:duplicate key|syntax error at|canceling statement|deadlock detected)",
)

_LOGIN: Final = (
    (
        r"\bFATAL:  (?:password authentication failed for|role \"[^\"]*\" does not exist|database \"[^\"]*\" does"
        r" not exist|no pg_hba\.conf entry|sorry, too many clients|the database system is starting up"
        r"|canceling authentication)"
    ),
    r"(?i)\baccess denied for user '[^']*'@'[^']*' \(using password: \w+\)$",
)
"""What a database says of its client's login: in its own log a peer's trouble, in the client's its own end."""

_SERVING: Final = (
    r"(?m)\bdatabase system (?:is ready|was (?:shut down|interrupted))|^(?:\S+ ){0,6}LOG:  "
    r"|\bcheckpoint (?:starting|complete)|\bready (?:for|to accept) connections\b"
    r"|\bmysqld\b|\[InnoDB\]|\[Note\]|\[System\] \[MY-|\bstarting PostgreSQL \d"
)
"""Lines that only a database server itself prints."""

_WRAPPER: Final = (
    (
        r"^(?:npm (?:ERR!|error)|yarn |error Command failed|ERR_PNPM|pnpm |\s*ELIFECYCLE|make(?:\[\d+\])?: \*\*\*"
        r"|rake aborted!|cargo |error: script \")"
    ),
    (
        r"(?i)\b(?:exited|terminated|returned|failed|finished) (?:with|unexpectedly with)?(?: non-zero)? ?(?"
        r":exit )?(?:status|code)(?: code)?[ :=]+\d+\b"
    ),
    r"(?i)^[\w .,:=\[\]\"'/-]{0,80}\bexit status \d+\W*$",
    (
        r"(?i)\b(?:supervisord?|s6-\w+|runit|dumb-init|tini|pm2|foreman|circus|systemd|honcho|overmind"
        r"|monit|god)\b[^\n]{0,60}(?:exited|exit|gave up|fatal state|terminated|stopped|not expected)"
    ),
    r"(?i)^\S* ?(?:INFO|WARN|CRIT) (?:exited|gave up|stopped|reaped)[:\w ]",
    r"\b(?:BOOT FAILED|Kernel pid terminated|Crash dump is being written to|init terminating in do_boot)\b",
    (
        r"(?i)\b(?:worker|child|subprocess|process)\b[^\n]{0,30}\b(?:pid|\[\d+\]|\d+)[^\n]{0,30}\b(?:exited"
        r"|died|was terminated|failed to boot|was sent)"
    ),
    (
        r"(?i)^(?:error: )?(?:command|process|script|hook|entrypoint|job|task) [^\n]{0,80}(?:failed"
        r"|exited)(?:[^\n]{0,20}\bcode\b[^\n]{0,10})?$"
    ),
    r"\bsubprocess\.CalledProcessError\b|\bCommand '[^\n]{1,300}' (?:returned non-zero|died with)",
)

_KUBERNETES: Final = (
    (
        r"\b(?:Back-off (?:restarting failed container|pulling image)|Error: (?:ImagePullBackOff|ErrImagePull"
        r"|CreateContainerConfigError)|(?:Liveness|Readiness|Startup) probe (?:failed|errored)|MountVolume\."
        r"|FailedScheduling|failed to (?:create|start) (?:containerd task|shim task|container)|OCI runtime (?:cre"
        r"ate|exec) failed|runc (?:create|run) failed|Failed to pull image|rpc error: code = \w+ desc = failed to"
        r" (?:pull|create|start))"
    ),
    (
        r"\b(?:failed calling webhook|admission webhook \\?\"[^\"]+\\?\" denied|is forbidden: User"
        r"|no matches for kind|the server could not find the requested resource)\b"
    ),
)

_ORDER: Final = (Speaker.KUBERNETES, Speaker.WRAPPER, Speaker.PEER)
_KNOWN: Final = {Speaker.KUBERNETES: _KUBERNETES, Speaker.WRAPPER: _WRAPPER, Speaker.PEER: _PEER}
_PATTERNS: Final = {
    said: compiled("|".join(f"(?:{pattern})" for pattern in patterns)) for said, patterns in _KNOWN.items()
}
_LOGINS: Final = compiled("|".join(f"(?:{pattern})" for pattern in _LOGIN))
_STAMPED: Final = compiled(r"^\d{4}-\d\d-\d\d(?:[ T][\d:.]+)? [A-Z]{3,4} \[\d+\]:? ")
"""PostgreSQL's own stamp (``log_line_prefix`` is ``%m [%p]`` by default): no client prints it."""
_SERVES: Final = compiled(_SERVING)
_ALL: Final = Patterns(*_PATTERNS.values(), _LOGINS, _STAMPED)
_PEER_FIELDS: Final = frozenset(
    {
        "client",
        "client_ip",
        "clientip",
        "client_addr",
        "remote_addr",
        "remoteaddr",
        "remote_ip",
        "remoteip",
        "remote",
        "peer",
    }
    | {"peer.address", "grpc.method", "grpc.service", "http.method", "method", "user_agent", "useragent", "http_status"}
    | {"request_id", "requestid", "req_id", "reqid", "x-request-id", "correlation_id", "uri", "request_uri"}
)
"""Fields of a structured record that tell of one request (names of nginx, Envoy, zap, logrus, pino, ECS)."""


def serves(lines: Iterable[str]) -> bool:
    """Whether the lines are a database server's own: then refused logins in it are its clients' trouble."""
    return _SERVES.search(encodable("\n".join(line[:LONGEST] for line in lines))) is not None


def speaker(text: str, fields: Mapping[str, str] | None = None, *, server: bool = False) -> Speaker:
    """Return who says a line; ``fields`` are those of its structured record, if it is one.

    ``server``: the line stands among a database server's own.
    """
    if fields and any(name.lower() in _PEER_FIELDS for name in fields):
        return Speaker.PEER
    found = _found(encodable(text[:LONGEST]))
    if (server or _STAMPED in found) and _LOGINS in found:
        return Speaker.PEER
    return next((said for said in _ORDER if _PATTERNS[said] in found), Speaker.PROGRAM)


@lru_cache(maxsize=4096)
def _found(text: str) -> frozenset[Pattern]:
    """Return which patterns match: each claim of a line asks for the same."""
    return _ALL.found(text)
