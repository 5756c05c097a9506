"""What stands before a line's own words: container runtimes' and collectors' prefixes, time, level, thread, logger."""

from __future__ import annotations

from typing import Final

from diagnostics.patterns import compiled

_ESCAPES: Final = compiled(
    r"\x1b\[[0-9;?:]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]|[\x00-\x08\x0b\x0c\x0e-\x1a]"
)
_CRI: Final = compiled(r"^\d{4}-\d\d-\d\dT\S+ (?:stdout|stderr) [FP] ")
_SAME: Final = compiled(
    r"^(?:\(\w[^)]{0,40} pid=\d+\) )?(?:ERROR|CRITICAL|WARNING|INFO|DEBUG) \d\d-\d\d \d\d:\d\d:\d\d \[[\w./-]+:\d+\] ?"
    r"|^\((?:\w[^)]{0,60} )?pid=\d+(?:, ip=[\d.]+)?\) "
)
"""Prefixes that vLLM and Ray put before every line of a traceback: its indentation begins behind them."""

_TIME: Final = (
    r"(?:\[?\(?\d{4}[-/.]\d\d[-/.]\d\d[T ][\d ]?\d:\d\d:\d\d(?:[.,:]\d+)?(?: ?(?:Z|UTC|GMT|CES?T"
    r"|[+-]\d\d:?\d\d))?\)?\]?"
    r"|\[?(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]?\d(?: \d{4})?,? \d\d:\d\d:\d\d(?:[.,]\d+)?(?: \d{4})?(?: ?[AP]M)?\]?"
    r"|\[?\d\d[/-](?:\d\d|[A-Z][a-z]{2})[/-]\d{2,4}[: ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?: [+-]\d{4})?\]?"
    r"|\[?\d\d:\d\d:\d\d(?:[.,]\d+)?(?: [A-Z]{3}\b)?\]?"
    r"|[a-z][\w-]{1,30} \d\d:\d\d:\d\d\.\d\d"
    r"|\[Nest\] \d+  - \S+ \d\d:\d\d:\d\d(?: [AP]M)?"
    r"|\[?\d{10}(?:\.?\d{3,9})?\]?"
    r"|\d+:(?:\d+:)?[MSXC] \d\d \w{3} \d{4} \d\d:\d\d:\d\d\.\d+ [#*.-]"
    r"|\[?(?:\d{4}[-/]\d\d[-/]\d\d )?\d{1,2}:\d\d[AP]M\]?"
    r"|[IWEF](?:\d\d|\d{4})?\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ [^\s\]]+\]?"
    r"|[DIWEFA], \[[^\]]{10,60}\])"
)
_WORDS: Final = (
    "trace|debug|dbg|info|inf|notice|note|warn|warning|wrn|error|err|fatal|ftl|critical|crit|severe|panic|emerg|alert"
)
_BRACKETED: Final = r"[\[(<] ?(?i:" + _WORDS + r"|log|supervisor|progress)\d? ?[\])>]"
_LEVEL: Final = (
    r"(?:"
    + _BRACKETED
    + r"[\s:|-]*|(?:"
    + _WORDS.upper()
    + r"|LOG)(?:[\s:|-]+|/\w+\] )|(?:"
    + _WORDS
    + r")(?::\s|\s*\||\t|\s\s+|\s\[))"
)
_STAMP: Final = compiled(
    r"^(?:[\w.@-]{1,40}\s+\|\s)?"
    r"(?:"
    + _TIME
    + r"[\s:|,-]*(?:\d{1,7} |(?:[\w.-]{1,40} )?[\w.-]{1,40}\[\d+\]: )?(?:"
    + _LEVEL
    + r"|\[[^\]]{0,60}\][\s:]*|\d+#\d+: (?:\*\d+ )?|\d+ ---? |--? )*"
    r"|" + _BRACKETED + r"(?:[\s:|-]+|\[)"
    r"|(?:TRACE|DEBUG|DEBU|INFO|NOTICE|WARN|WARNING|ERROR|ERRO|FATAL|FATA|CRITICAL|SEVERE|PANIC)(?:[\s:|-]+)"
    r"|\[[^\]\s][^\]]{0,80}\] (?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL) "
    r"|(?:info|warn|error|fatal|debug|warning|trace) ---? "
    r"|(?:\w{1,20}\.)(?:" + _WORDS.upper() + r"): "
    r")"
    r"(?:\[[^\]]{0,60}\][\s:]+|\d{1,7} ---? |<[\d.]{3,20}> |(?:==>|[-:|])\s+|"
    + _LEVEL
    + r"|\([\w.:#-]{1,40}\) (?:"
    + _WORDS.upper()
    + r"):\s+"
    r"|(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.,]\d+|\d\d:\d\d:\d\d(?:[.,]\d+)?) (?:\w+\.java:\d+ - )?"
    r"|\w{1,20}\.(?:" + _WORDS.upper() + r"): )*"
    r"(?:\([\w.:#-]{1,40}\) \[[^\]]{0,60}\] (?:\w+\.)+\w+ )?"
    r"(?:[\w.$]{3,60}\s+: |(?:\w+\.)+\w+ - )?(?:[-:|]\s+)?"
    r"(?:[\w.@/-]{1,200}\.(?:go|rs|py|cc|cpp|java|rb|js|ts):\d+ > )?"
)
_ZAP: Final = compiled(
    r"^\S{10,40}\t(?i:debug|info|warn|error|fatal|panic|dpanic)\t(?:[\w.@/-]{1,80}\t)?(?:[\w./-]{1,120}\.go:\d+\t)?"
)
_COLUMNS: Final = compiled(r"^[\w.:@#/-][\w.:@#/ -]{0,60}?(?:\t| {2,})\s*(?:[\w$-]+\.)*[\w$-]+(?:\t| {2,})\s*")
"""Thread and logger where all columns of a record are set apart by tabs or wide gaps (airlift: Trino, Presto)."""
_PYTHON: Final = compiled(
    r"^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d+)? - )?[\w.-]{1,80} - (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) - "
    r"|^(?:DEBUG|INFO|WARNING|ERROR|CRITICAL):[\w.-]{1,80}:"
    r"|^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:[.,]\d+)? - [\w.-]{1,80} +\(\w{1,20}\) : +(?:DEBUG|INFO|WARNING|ERROR"
    r"|CRITICAL)"
    r" \([\w.<>/-]{1,80}:\d+\) - "
    r"|^\[\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[^\]]{0,20}\] \{[^}\s]{1,200}:\d+\} (?:DEBUG|INFO|WARNING|ERROR|CRITICAL) - "
)
_PYTHON_LEVELS: Final = ("DEBUG:", "INFO:", "WARNING:", "ERROR:", "CRITICAL:")
_KEEP: Final = ("FATAL ERROR", "PANIC ", "ERROR: LoadError", "ERROR: failed")
LAST: Final = 80
"""Characters at the end of a line that show a logger's column."""
_SILENT: Final = compiled(r"\S {2,}: ?$")
"""The columns of a record end, and nothing is said: what stands below is the message (Spring's banners)."""
_INDENTED: Final = compiled(r"^(?:at \S|File \"|\.\.\. \d+ |from \S+:\d)")


def plain(raw: str) -> str:
    """Return the line as a terminal shows it: no escapes and NULs, overwritten text gone, lone surrogates as ``?``."""
    if raw.isascii() and raw.isprintable():
        return raw
    line = raw.encode("utf-8", "replace").decode()
    line = str(_ESCAPES.sub("", line)) if not line.isprintable() else line
    if "\r" in line:
        line = next((part for part in reversed(line.split("\r")) if part.strip()), "")
    return line


def uncarried(line: str) -> str:
    """Return the line without the prefix of a container runtime or of a process that relays another's output."""
    if line[:2] == "20" and (" stdout " in line or " stderr " in line):
        line = _CRI.sub("", line)
    if line[:1] in "(EICWD":
        same = _SAME.match(line[:200])
        if same is not None:
            return line[same.end() :]
    return line


def bare(line: str) -> str:
    """Return the line without its leading time, level, thread and logger; a stamped frame keeps an indentation."""
    if line[:1].isspace() or line.startswith(_KEEP):
        return line
    head = line[:400]
    python = " - " in head or head.startswith(_PYTHON_LEVELS)
    found = (
        (_PYTHON.match(head) if python else None) or (_ZAP.match(head) if "\t" in head else None) or _STAMP.match(head)
    )
    if found is None or found.end() == 0:
        return line
    rest = line[found.end() :]
    if line[found.end() - 1] == "\t" or line[found.end() - 2 : found.end()] == "  ":
        columns = _COLUMNS.match(rest[:200])
        rest = rest if columns is None else rest[columns.end() :]
    if line[found.end() - 2 : found.end()].isspace() and _INDENTED.search(rest[:200]) is not None:
        return "    " + rest
    return rest if rest.strip() or _SILENT.search(line[-LAST:]) is not None else line
