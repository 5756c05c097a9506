"""The kernel's error numbers in all spellings: symbol, number, and the texts of glibc, musl and the runtimes.

Numbers and texts: Linux ``errno-base.h`` and ``errno.h``, glibc ``errlist.h``, musl ``strerror.h``. A number
counts only beside a word that says what it is (``errno 13``, ``os error 13``, ``(13: Permission denied)``).
"""

from __future__ import annotations

from typing import Final

from diagnostics.claims.model import ClaimType, Term
from diagnostics.claims.vocabulary.shapes import (
    ADDRESS_AFTER,
    ADDRESS_BEFORE,
    HOST_PORT,
    PATH,
    PATH_AFTER,
    PATH_BEFORE,
)
from diagnostics.claims.vocabulary.table import Entry, Table


def _spelled(symbol: str, number: int, *texts: str) -> str:
    """Return a pattern for one error: symbol or atom, numbers that say what they are, texts with their ornaments."""
    numbered = rf"\[?\b(?i:errno)[ :=]+-?{number}\b\]?|\bos error {number}\b"
    words = "|".join(texts)
    ornament = rf"(?:\[?(?:E|e)rrno:? {number}\]?:? |\(?{number}: |{symbol}: |{symbol} \(|\({symbol}\) )?"
    behind = rf"(?: \(os error {number}\)| \({number}\)|, errno[ =]{number})?"
    return rf"(?:{ornament}(?i:{words})\b{behind}|\b{symbol}\b|\{{error,{symbol.lower()}\}}|{numbered})"


_NOENT: Final = _spelled("ENOENT", 2, "no such file or directory", "no such file")
_DENIED: Final = f"(?:{_spelled('EACCES', 13, 'permission denied')}|{_spelled('EPERM', 1, 'operation not permitted')})"
_INUSE: Final = _spelled("EADDRINUSE", 98, "address (?:already )?in use", "eaddrinuse")
_NOTAVAIL: Final = _spelled("EADDRNOTAVAIL", 99, "cannot assign requested address", "address not available")
_AGAIN: Final = _spelled("EAGAIN", 11, "resource temporarily unavailable")
_NOMEM: Final = _spelled("ENOMEM", 12, "cannot allocate memory", "out of memory")
_NOSPC: Final = _spelled("ENOSPC", 28, "no space left on device")

_FILES: Final = (
    (ClaimType.READ_ONLY, "EROFS", 30, "read-only file system", "read only file system"),
    (ClaimType.NO_SPACE, "ENOSPC", 28, "no space left on device"),
    (ClaimType.NO_SPACE, "EDQUOT", 122, "disk quota exceeded"),
    (ClaimType.ACCESS_DENIED, "EACCES", 13, "permission denied"),
    (ClaimType.ACCESS_DENIED, "EPERM", 1, "operation not permitted"),
    (ClaimType.FILE_MISSING, "ENOENT", 2, "no such file or directory", "no such file"),
    (ClaimType.FILE_INVALID, "EISDIR", 21, "is a directory", "illegal operation on a directory"),
    (ClaimType.FILE_INVALID, "ENOTDIR", 20, "not a directory"),
    (ClaimType.HALF_DONE, "EEXIST", 17, "file exists", "file already exists"),
    (ClaimType.DEVICE_MISSING, "ENXIO", 6, "no such device or address"),
    (ClaimType.DEVICE_MISSING, "ENODEV", 19, "no such device"),
    (ClaimType.KERNEL_LIMIT, "EMFILE", 24, "too many open files", "no file descriptors available"),
    (ClaimType.KERNEL_LIMIT, "ENFILE", 23, "too many open files in system"),
    (ClaimType.KERNEL_LIMIT, "EAFNOSUPPORT", 97, "address family not supported(?: by protocol)?"),
    (ClaimType.KERNEL_LIMIT, "ENOSYS", 38, "function not implemented"),
    (ClaimType.WRONG_ARCHITECTURE, "ENOEXEC", 8, "exec format error"),
)
_NETWORK: Final = (
    (ClaimType.UNREACHABLE, "ECONNREFUSED", 111, "connection ?refused", "connect call failed", "actively refused"),
    (ClaimType.UNREACHABLE, "ECONNRESET", 104, "connection reset(?: by peer)?"),
    (ClaimType.UNREACHABLE, "ECONNABORTED", 103, "software caused connection abort"),
    (ClaimType.UNREACHABLE, "EHOSTUNREACH", 113, "no route to host", "host is unreachable"),
    (ClaimType.UNREACHABLE, "ENETUNREACH", 101, "network (?:is )?unreachable"),
    (ClaimType.UNREACHABLE, "EHOSTDOWN", 112, "host is down"),
    (ClaimType.UNREACHABLE, "ETIMEDOUT", 110, "connection timed out", "operation timed out", "i/o timeout"),
)

_BIND: Final = r"(?i:\bbind(?:ing)?\b|\blisten(?:er|ing)?\b)[^\n/]{0,80}?"
_EXEC: Final = (
    r"(?:\bexec(?:ve|vp)?(?:\(\))?:? |\bfork/exec |\bspawn |\bexec user process caused:? |starting container "
    r"process caused:? )"
)

ENTRIES: Final = (
    # What the same number means where it is said: executing, binding, locking, starting a thread.
    Entry(ClaimType.COMMAND_MISSING, rf"{_EXEC}[\"'`]?(?P<command>[^\s\"'`:]+)[\"'`]?(?:: | failed: | ){_NOENT}"),
    Entry(ClaimType.COMMAND_MISSING, rf"{_EXEC}[\"'`]?(?P<command>[^\s\"'`:]+)[\"'`]?(?:: | failed: | ){_DENIED}"),
    Entry(
        ClaimType.COMMAND_MISSING,
        rf"\benv: [\x{{2018}}'\"]?(?P<command>[^\s\x{{2018}}\x{{2019}}'\":]+)[\x{{2019}}'\"]?: {_NOENT}",
    ),
    Entry(ClaimType.COMMAND_MISSING, r"exec: \"(?P<command>[^\"]+)\": executable file not found in \$PATH"),
    Entry(
        ClaimType.COMMAND_MISSING,
        r"exec: \"(?P<command>[^\"]+)\": (?:stat [^\n:]+: )?(?:no such file|permission denied)",
    ),
    Entry(
        ClaimType.COMMAND_MISSING,
        r"(?:^|[\s/])(?:ba|da|a|z|k)?sh: (?:line )?(?:\d+: )?(?P<command>[\w./@+-]+): (?:command )?not found\b",
    ),
    Entry(ClaimType.COMMAND_MISSING, r"(?:^|\s)\S+: line \d+: (?P<command>[\w./@+-]+): command not found\b"),
    Entry(
        ClaimType.PORT_PRIVILEGED,
        rf"{_BIND}(?:\b(?P<addr>{HOST_PORT})|(?P<addr2>:\d{{2,5}})\b)[^\n/]{{0,40}}?{_DENIED}",
    ),
    Entry(ClaimType.PORT_PRIVILEGED, rf"{_BIND}{_DENIED}"),
    Entry(
        ClaimType.PORT_PRIVILEGED,
        rf"{_DENIED}[^\n/]{{0,30}}?(?i:\b(?:bind|listen)\b)[^\n/]{{0,30}}(?P<addr>{HOST_PORT})?",
    ),
    Entry(
        ClaimType.PORT_PRIVILEGED,
        r"SocketException \(13\): Permission denied(?:$|\s)|java\.net\.(?:Bind|Socket)Exception: Permission denie"
        r"d",
    ),
    Entry(
        ClaimType.ADDRESS_IN_USE,
        rf"(?:(?:(?:listen(?:ing)? )?(?:tcp[46]? )?(?:on )?(?P<addr>(?:{HOST_PORT}|:\d+))[^\n]{{0,30}}?)?{_INUSE}"
        rf"(?:[^\n]{{0,24}}?(?P<addr2>(?:{HOST_PORT}|:{{2,3}}\d+|port \d+)))?)",
    ),
    Entry(
        ClaimType.ADDRESS_IN_USE,
        r"(?i)\bport (?P<port>\d{2,5}) (?:is |was )?already (?:in use|being used|bound|allocated)",
    ),
    Entry(
        ClaimType.SETTING_INVALID,
        rf"{_BIND}(?:(?P<addr>{HOST_PORT})[^\n]{{0,40}}?)?{_NOTAVAIL}",
        {"reason": "EADDRNOTAVAIL"},
    ),
    Entry(ClaimType.UNREACHABLE, rf"{ADDRESS_BEFORE}{_NOTAVAIL}{ADDRESS_AFTER}", {"reason": "EADDRNOTAVAIL"}),
    Entry(
        ClaimType.KERNEL_LIMIT,
        (
            r"(?i:\b(?:fork|clone|pthread_create|thread|runtime/cgo|can't start new|uv_thread_create)\b)[^\n]{0,60}"
            rf"?{_AGAIN}"
        ),
        {"reason": "EAGAIN", "limit": "pids"},
    ),
    Entry(ClaimType.LOCK_HELD, rf"(?i:\b(?:lock|flock|lockfile)\w*\b)[^\n]{{0,80}}?{_AGAIN}", {"reason": "EAGAIN"}),
    Entry(
        ClaimType.KERNEL_LIMIT,
        rf"(?i:\b(?:inotify|watcher|watch)\w*\b)[^\n]{{0,80}}?{_NOSPC}",
        {"limit": "fs.inotify.max_user_watches"},
    ),
    Entry(
        ClaimType.KERNEL_LIMIT,
        r"(?i:\b(?:inotify|fsnotify|watcher)\w*\b)[^\n]{0,80}?(?i:too many open files)",
        {"limit": "fs.inotify.max_user_instances"},
    ),
    Entry(
        ClaimType.KERNEL_LIMIT,
        rf"(?i:\b(?:mlock(?:all)?|memlock|io_uring\w*|RLIMIT_MEMLOCK)\b)[^\n]{{0,60}}?(?:{_NOMEM}|{_DENIED})",
        {"limit": "memlock"},
    ),
    Entry(
        ClaimType.HEAP_EXHAUSTED,
        rf"(?i:\b(?:mmap|malloc|realloc|calloc|fork|alloc\w*|vfork)\b)[^\n]{{0,60}}?{_NOMEM}",
        {"reason": "ENOMEM"},
    ),
    Entry(
        ClaimType.HEAP_EXHAUSTED, r"\bENOMEM\b|(?:\[Errno 12\] |\(?12: )?Cannot allocate memory", {"reason": "ENOMEM"}
    ),
    # Rust's ``io::ErrorKind``.
    Entry(
        ClaimType.UNREACHABLE,
        r"\b(?:kind: |Kind\()(?P<reason>ConnectionRefused|ConnectionReset|TimedOut|HostUnreachable"
        r"|NetworkUnreachable)\b",
    ),
    Entry(ClaimType.FILE_MISSING, r"\bkind: (?P<reason>NotFound)\b(?:, message: \"No such file or directory\")?"),
    Entry(ClaimType.ACCESS_DENIED, r"\bkind: (?P<reason>PermissionDenied)\b(?:, message: \"Permission denied\")?"),
    Entry(ClaimType.ADDRESS_IN_USE, r"\bkind: (?P<reason>AddrInUse)\b(?:, message: \"Address (?:already )?in use\")?"),
    # Harmless: a check that may fail, said as such.
    Entry(
        None,
        rf"(?i)\b(?:ignor(?:ed|ing)|skipp(?:ed|ing)|optional|not fatal|harmless)\b[^\n]{{0,120}}?(?:{PATH}[^\n]{{0"
        r",20})?(?:no such file|permission denied)[^\n]{0,40}",
    ),
    Entry(
        None,
        r"(?i)\b(?:no such file|permission denied|connection refused)\b[^\n]{0,60}\b(?:ignor(?:ed"
        r"|ing)|skipp(?:ed|ing)|using defaults?)\b[^\n]{0,20}",
    ),
    *(
        Entry(kind, f"{PATH_BEFORE}{_spelled(symbol, number, *texts)}{PATH_AFTER}", {"reason": symbol})
        for kind, symbol, number, *texts in _FILES
    ),
    *(
        Entry(kind, f"{ADDRESS_BEFORE}{_spelled(symbol, number, *texts)}{ADDRESS_AFTER}", {"reason": symbol})
        for kind, symbol, number, *texts in _NETWORK
    ),
)

TABLE: Final = Table("errno", ENTRIES)


def terms(text: str) -> tuple[Term, ...]:
    """Return what the kernel's errors in the text claim, with the path or address they stand beside."""
    return TABLE.terms(text)
