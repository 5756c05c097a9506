"""Complaints that are no reason, whoever prints them: telemetry, deprecations, clients, and what follows an end.

Kinds of lines, not programs: where a name stands it is the field's own (a telemetry protocol, a logging facade).
"""

from __future__ import annotations

from typing import Final

import re2

from diagnostics.transcript.words import LOOKED

_HARMLESS: Final = re2.compile(
    r"(?i)\bdeprecat|FutureWarning|UserWarning|ResourceWarning|RuntimeWarning|ExperimentalWarning|\(node:\d+\) |^SLF4J|log4j:WARN|No appenders could be found"
    r"|illegal reflective access|illegal access operation|OpenJDK 64-Bit Server VM warning|HotSpot\(TM\)|Picked up JAVA_TOOL|sun\.misc\.Unsafe"
    r"|npm (?:warn|notice)|yarn warn|new (?:major|minor|patch)? ?version|update available|pip version|vulnerabilit"
    r"|\botel|opentelemetry|otlp|exporter|export (?:spans|metrics|traces|logs)|\bspans?\b|tracer|tracing|telemetry|statsd|jaeger|zipkin|datadog|dd-agent|dogstatsd|\bsentry\b|new ?relic|\bAPM\b|prometheus push|push ?gateway|metrics? (?:server|push|reporter|flush)|analytics|usage (?:report|stat)|phone home|update check|check(?:ing)? for updates"
    r"|TLS handshake error from|client (?:disconnected|closed|sent|hung|prematurely)|by client\b|peer closed|from client\b|malformed request|bad request from|incomplete startup packet|bytes? read from client|slow (?:query|request|log)"
    r"|\"(?:GET|POST|PUT|DELETE|HEAD|PATCH|OPTIONS) /|\b(?:GET|POST|PUT|DELETE|HEAD|PATCH) /\S* (?:HTTP/\d|\d{3}\b|->|completed)|HTTP/\d(?:\.\d)?\" \d{3}|request_id=|\brequest(?:ing)? (?:failed|completed|timed out) .{0,40}(?:path|uri|url)="
    r"|throttl|client-side throttling|Unable to (?:set|get) (?:oom|cgroup)|cgroup memory|Overcommit|Transparent Huge|somaxconn|running as (?:the )?root|WARNING: Running|development server|do not use (?:it|this) in (?:a )?production|for safety reasons|not recommended|insecure|consider (?:using|setting|upgrading)|falling back|fallback|using default|default value|defaulting|ignoring|ignored|skipp(?:ed|ing)|optional|non-?fatal|not critical|best[- ]effort|disabled|no config(?:uration)? file found|\bwill be (?:removed|disabled|ignored|used)"
    r"|GC (?:overhead|pause)|\bGC\(\d+\)|heap after|locale|timezone|entropy|color|terminal|TTY|cache miss|\bmap_files?\b|unsafe-inline|leaked semaphore|resource_tracker"
)
_AFTERMATH: Final = re2.compile(
    r"(?i)heap dump|Dumping heap|^goroutine \d+|core dumped\W*$|\bcoredump|^Stopping |^Stopped |^Killing |^received signal|^signal:|post-?mortem|writing (?:crash|report)|crash report|crash dump|report(?:ed)? (?:this|to sentry|the (?:issue|bug))|please (?:report|file|open)|file (?:a bug|an issue)"
    r"|node\.js v\d+|^Node\.js v|note: run with|RUST_BACKTRACE|backtrace|stack (?:trace|dump)|for (?:further|more) help|run .{0,40}--help|try .{0,40}--help|--help'? for|see .{1,60} --help|A complete log of this run|debug\.log|^npm (?:ERR!|error)|^error Command failed|^info Visit https|Command exited|exited with code|^\[?cmd\]? |\[s6|s6-|supervisord?\b|exited: |gave up: |entered FATAL|spawn(?:ed|error)|reaped|runit|^\[?dumb-init|^\[?tini|\[WARN  tini|pm2|PM2|foreman|overmind|waiting for .{1,40} to (?:exit|stop|finish)|graceful|shutdown hook|shutting down|shut down|pausing |destroy(?:ing|ed)|closing |closed\W*$|unregister|stopping|stopped|goodbye|bye|cleanup|cleaning up|released?|flush|terminating|exiting|HikariPool-\d+ - Shutdown|Worker exiting|Shutting down: Master|Thread-\d+.{0,30}(?:stop|exit)|Commencing|condition evaluation report|To display the (?:condition|conditions)|memory (?:usage|stats)|uptime|^took |elapsed|total time|^Sorry"
)
_USAGE: Final = re2.compile(
    r"^(?i:usage)(?: of [^:]{1,120})?:|^(?:(?:Available |Global |Common |Additional |Persistent |Main )?(?:Flags|Options|Commands|Arguments|Subcommands|Parameters|Examples?)):?\s*$|^(?:positional |optional )arguments:$|^OPTIONS:?$|^FLAGS:?$|^USAGE:?|^COMMANDS:?$|^SUBCOMMANDS:?$|^ARGS:?$|^GLOBAL OPTIONS:?$|^NAME:$"
)
_OPTION: Final = re2.compile(r"^\s*(?:-{1,2}[\w?@#-]|\[-)|^\s{2,}\S|^\t|^\s*$|^\[?--?\w")
_ECHO: Final = re2.compile(
    r"KeyboardInterrupt|^(?:.*\b)?SystemExit\b|signal: (?:terminated|killed|interrupt)|context canceled|CancelledError|InterruptedException|received (?:signal|SIGTERM)|SIGTERM|SIGINT|\binterrupt(?:ed)?\b|operation was canceled|Terminated\W*$|^Killed\W*$|GracefulExit|ShutdownSignal"
)


def harmless(text: str) -> bool:
    """Whether the words are a complaint that no program dies of: a warning of habit, telemetry, a client."""
    return _HARMLESS.search(text[:LOOKED]) is not None


def aftermath(text: str) -> bool:
    """Whether the words are what is printed after an end was decided."""
    return _AFTERMATH.search(text[:LOOKED]) is not None


def usage(text: str) -> bool:
    """Whether a usage text begins on the line."""
    return _USAGE.search(text[:LOOKED]) is not None


def option(line: str) -> bool:
    """Whether the line may stand inside a usage text."""
    return _OPTION.search(line[:LOOKED]) is not None


def echo(text: str) -> bool:
    """Whether the words may be raised by the signal of a kill."""
    return _ECHO.search(text[:LOOKED]) is not None
