"""Complaints that are no reason, whoever prints them: telemetry, deprecations, clients, and what follows an end.

Kinds of lines, not programs: where a name stands it is the field's own (a telemetry protocol, a logging facade).
"""

from __future__ import annotations

import functools
from typing import Final

from diagnostics.patterns import Pattern, Patterns, compiled
from diagnostics.transcript.words import CACHED, LOOKED, folded

_HARMLESS: Final = compiled(
    r"(?i)\bdeprecat|(?-i:\b[A-Z]\w+Warning\b)|\(node:\d+\) |^SLF4J|log4j:WARN"
    r"|No appenders could be found"
    r"|illegal reflective access|illegal access operation|64-Bit Server VM warning|Picked up JAVA_TOOL"
    r"|sun\.misc\.Unsafe"
    r"|^npm (?:warn|notice)|^yarn warn|\bnewer? version .{0,40}available|update available|pip version|vulnerabilit"
    r"|\b(?:otel|opentelemetry|otlp|statsd|jaeger|zipkin|datadog|dd-agent|dogstatsd|sentry|new ?relic|apm"
    r"|honeycomb|pushgateway)\b.{0,160}(?:error|fail|refused|unavailable|timed? ?out|unable|cannot|could not"
    r"|not connect|lost|dropp)"
    r"|(?:fail|error|unable|could not|cannot).{0,40}\b(?:export(?:ing)?|send(?:ing)?|push(?:ing)?|report(?:ing)?"
    r"|upload(?:ing)?|flush(?:ing)?|emit(?:ting)?)\b.{0,60}\b(?:spans?|traces?|metrics?|telemetry|statistics|stats"
    r"|analytics|usage|events? to sentry|logs)\b"
    r"|\b(?:export(?:er|ing)?|traces?|spans?|metrics?|telemetry|analytics|usage statistics)\b.{0,60}(?:export|send"
    r"|sent|push|report|upload|flush|deliver)\w* ?(?:failed|error|timed out|refused)"
    r"|\b(?:traces?|spans?|metrics?|telemetry|otlp|otel\w*|profiles?)\b[ :/_-]{0,3}(?:export|push|upload|flush"
    r"|report|send|ship"
    r"|deliver)\w*\b.{0,80}(?:error|fail|refus|timed? ?out|unavailable|exceeded|unable|could not|cannot|lost|drop)"
    r"|\b(?:OTLP|Span|Trace|Metrics?|Telemetry)Export\w*(?:Error|Exception)\b|\b(?:spans?|traces?|data ?points|metrics?"
    r"|samples|telemetry|statistics)\b.{0,40}\b(?:dropped|discarded|lost|not sent)\b"
    r"|\b(?:telemetry|analytics|usage statistics|usage report\w*|crash report\w*)"
    r" (?:is |are |was |were |will be |has been |have been )?(?:switched off|turned off|disabled|deactivated|skipped)\b"
    r"|\b(?:update|upgrade|version|release)s?[- ]check|(?:check|look|query|poll|ask|search|fetch)\w* (?:\w+ ){0,2}?for"
    r" (?:\w+ ){0,2}?(?:new(?:er)? (?:version|release)|latest (?:version|release)|updates?\b|upgrades?\b|releases?\b)"
    r"|TLS handshake error from|client (?:disconnected|closed|sent|hung|prematurely)|from client\b"
    r"|malformed request|bad request from|\brequest failed: .{1,160}\((?:400|422)\)"
    r"|incomplete startup packet|read from client|client_loop"
    r"|\"(?:GET|POST|PUT|DELETE|HEAD|PATCH|OPTIONS) /|\b(?:GET|POST|PUT|DELETE|HEAD|PATCH) /\S* (?:HTTP/\d|\d{3}\b"
    r"|->|completed)|HTTP/\d(?:\.\d)?\" \d{3}|request_id="
    r"|client-side throttling|Waited for .{1,20} due to|(?:error|fail\w*|unavailable|timed? ?out"
    r"|refused).{0,80}\b(?:exporting|reporting)\b|(?:response|reply|body)\b.{0,20}\bto (?:the )?client"
    r"|to the client\b|client connection|remote (?:host|peer) closed|Exception ignored in|leaked semaphore"
    r"|\bmethod[\"']?[=:] ?[\"']?(?:GET|POST|PUT|DELETE|HEAD|PATCH|OPTIONS)\b"
    r"|\b(?:request|connection|call|handshake|message|query|login|session|upload|download) (?:from|by|of) (?:client "
    r"|peer "
    r"|user |host )?\[?(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:client|peer|visitor|caller|remote(?: (?:host|address|client))?)"
    r"[ =:#]{1,3}\[?(?:\d{1,3}\.){3}\d{1,3}\b"
    r"|resource_tracker|liveness probe|readiness probe|health ?check (?:error|failed)|\bhealthz?\b.{0,40}(?:error"
    r"|failed)"
)
"""Complaints that no program dies of, whatever level they claim."""

_FACILITY: Final = compiled(
    r"(?i)\b(?:\w*profil(?:er|ing)|debugger|(?:\w+ )?trac(?:er|ing)(?: agent| exporter)?|telemetry|apm"
    r"|opentelemetry|otel"
    r"|jaeger|zipkin|sentry|new ?relic|datadog|analytics|metrics (?:agent|exporter|reporter)|update check(?:er)?)\b"
)
"""A facility beside the work: a program starts without it, however often it tries to reach its collector."""

_RECOVERED: Final = compiled(
    r"(?i)\bpanic serving\b|\brecover(?:ed|ing|y) from (?:\w+ )?panic|\bpanic (?:was |is )?recovered|\[Recovery\]"
    r"|\bPANIC RECOVER"
)
"""A panic of one request that the server caught."""

_KERNEL: Final = compiled(r"^(?:<\d>)?\[ *\d+\.\d{6}\] ")
"""The kernel's own stamp (``printk.time``): seconds since the node's start."""

_MILD: Final = compiled(
    r"(?i)Unable to (?:set|get) (?:oom|cgroup)|cgroup memory|Overcommit|Transparent Huge|somaxconn"
    r"|running as (?:the )?root|development server|do not use (?:it|this) in (?:a )?production"
    r"|for safety reasons|not recommended|\binsecure\b|consider (?:using|setting|upgrading)|falling back|fallback"
    r"|(?:using|use) (?:the )?default|default value|defaulting|\bignor(?:ing|ed)\b|skipp(?:ed|ing)|\boptional\b"
    r"|non-?fatal"
    r"|best[- ]effort|\bdisabled\b|no config(?:uration)? file found|will be (?:removed|disabled|ignored|used)"
    r"|slow (?:query|request|log)|throttl|\bGC\(\d+\)|locale|timezone|entropy|cache miss|\bfound no\b|NOT PRESENT"
    r"|not set, using|overwritten|\bexpires? in \d+ (?:days?|weeks?|months?)\b"
)
"""Complaints that are harmless where the program itself calls them less than an error."""

_DUMP: Final = compiled(
    r"(?i)^heap dump|Dumping heap|\.hprof\b|\bhs_err_pid|\bminidump|\b(?:heap|core|crash|memory) ?dump\b"
)
"""What is written of a crash that has happened: that it cannot be written is no reason for the crash."""

_AFTERMATH: Final = compiled(
    r"(?i)^goroutine \d+|core dumped\W*$|\bcoredump|^Stopping |^Stopped |^Killing "
    r"|^received signal|^signal:|post-?mortem|writing (?:crash|report)|crash (?:report|dump)|report(?:ed)? (?:this"
    r"|to sentry|the (?:issue|bug))|please (?:report|file|open)|suspect \w+ error\?|file (?:a bug|an issue)"
    r"|open an issue"
    r"|^Node\.js v|note: run with|RUST_BACKTRACE|stack (?:trace|dump)|for (?:further|more) help|run .{0,40}--help"
    r"|try .{0,40}--help|--help'? for|see .{1,60} --help|A complete log of this run|^npm (?:ERR!|error)"
    r"|^error Command failed|^info Visit https|Command exited|exited with code|\[s6|^s6-|supervisord?\b|\bexited: "
    r"|gave up: |entered FATAL|spawn(?:ed|err)|reaped|^\[?dumb-init|^\[?tini|\[WARN  tini|\bpm2\b"
    r"|waiting for .{1,40} to (?:exit|stop|finish)|graceful|shutdown hook|shutting down|shut ?down|destroy(?:ing"
    r"|ed)|unregistering|\bstopping\b|\bstopped\b|goodbye|\bbye\b|clean(?:ing)? ?up|terminating|exiting"
    r"|Worker exiting|Commencing|condition evaluation report|To display the conditions|^took |elapsed|total time"
    r"|^Sorry|^Execution halted"
)
_DETAIL: Final = compiled(
    r"^\s+at (?:async )?[\w.$<>\[\]@/:-]+(?: |\(|$)|^\s+File \"[^\"]+\", line|^\s+\.\.\. \d+|^\s*from \S+:\d+"
    r"|^\s+\S+\.(?:go|s|rs|c|cc|cpp|h|ex|erl):\d+"
    r"|^goroutine \d+ |^created by |^(?:[\w.-]+/)+[\w.-]+\.[\w.()*]+(?:\(.*\))?$|^(?:main|runtime|net/http"
    r"|github\.com\S*)\.[\w.()*]+\(.*\)$|^#\d+ +(?:0x)?[\w/]|^\s+\d+: +(?:0x[0-9a-f]+|\S+::)|^\s+--- End of"
    r"|^\s+\^+\s*$"
    r"|^[a-z][a-z0-9]*(?:_[a-z0-9]+)+:\S*$"
    r"|^(?:HINT|STATEMENT|CONTEXT|QUERY|LOCATION|BACKTRACE): |^[A-Z][A-Z0-9_]*=\S*$|^r\w{1,3} +0x|^\[0x"
    r"|^\w+\{.*\} [\d.e+-]+$|^\s*java\.lang\.Thread\.State|^\"[^\"]+\" (?:#\d+|prio=|daemon)|^\s+- (?:locked"
    r"|waiting|parking|eliminated) |^-{8,}$|^={8,}$|^\*{8,}$|^=[A-Z]+ REPORT=+ [^\n]*=$"
    r"|^CallStack \(from HasCallStack\):|^\s+\w[\w']*, called at \S+:\d"
)
_USAGE: Final = compiled(
    r"^(?i:usage)(?: of [^:]{1,120})?:|^(?:(?:Available |Global |Common |Additional |Persistent |Main )?(?:Flags"
    r"|Options|Commands|Arguments|Subcommands|Parameters|Examples?)):?\s*$|^(?:positional |optional )arguments:$"
    r"|^OPTIONS:?$|^FLAGS:?$|^USAGE:?|^COMMANDS:?$|^SUBCOMMANDS:?$|^ARGS:?$|^GLOBAL OPTIONS:?$|^NAME:$"
)
_OPTION: Final = compiled(r"^\s*(?:-{1,2}[\w?@#-]|\[-)|^\s{2,}\S|^\t|^\s*$|^\[?--?\w")
_ECHO: Final = compiled(
    r"KeyboardInterrupt|^(?:.*\b)?SystemExit\b|signal: (?:terminated|killed|interrupt)|context canceled"
    r"|CancelledError|InterruptedException|received (?:signal|SIGTERM)|SIGTERM|SIGINT|\binterrupt(?:ed)?\b"
    r"|operation was canceled|Terminated\W*$|^Killed\W*$|GracefulExit|ShutdownSignal"
)


_KINDS: Final = Patterns(_HARMLESS, _RECOVERED, _MILD, _DUMP, _AFTERMATH, _DETAIL, _USAGE)


@functools.lru_cache(maxsize=CACHED)
def _kinds(text: str) -> frozenset[Pattern]:
    return _kinds_of(folded(text))


@functools.lru_cache(maxsize=CACHED)
def _kinds_of(text: str) -> frozenset[Pattern]:
    return _KINDS.found(text)


def harmless(text: str, *, mild: bool) -> bool:
    """Whether the words are a complaint that no program dies of: a warning of habit, telemetry, a client.

    ``mild``: the record calls itself less than an error.
    """
    # The SDKs of one cloud end a refusal with "Deprecated.": it is their interface that is, not what they refuse.
    kinds = _kinds(text[:LOOKED].removesuffix(" Deprecated."))
    return _HARMLESS in kinds or _RECOVERED in kinds or (mild and _MILD in kinds)


def facility(text: str) -> bool:
    """Whether the words name a facility beside the program's work: a profiler, a tracer, telemetry."""
    return _FACILITY.search(text[:LOOKED]) is not None


def recovered(text: str) -> bool:
    """Whether the words tell of a panic that a server caught."""
    return _RECOVERED in _kinds(text[:LOOKED])


def kernel(line: str) -> bool:
    """Whether the line bears the kernel's stamp."""
    return line[:1] in ("<", "[") and _KERNEL.search(line[:40]) is not None


def dumps(text: str) -> bool:
    """Whether the words tell of a dump that a crash leaves, or could not leave."""
    return _DUMP in _kinds(text[:LOOKED])


def aftermath(text: str) -> bool:
    """Whether the words are what is printed after an end was decided."""
    return _AFTERMATH in _kinds(text[:LOOKED])


def detail(line: str) -> bool:
    """Whether the line is a frame or a register of a dump."""
    return _DETAIL in _kinds(line[:LOOKED])


def usage(text: str) -> bool:
    """Whether a usage text begins on the line."""
    return _USAGE in _kinds(text[:LOOKED])


def option(line: str) -> bool:
    """Whether the line may stand inside a usage text."""
    return _OPTION.search(line[:LOOKED]) is not None


def echo(text: str) -> bool:
    """Whether the words may be raised by the signal of a kill."""
    return _ECHO.search(text[:LOOKED]) is not None
