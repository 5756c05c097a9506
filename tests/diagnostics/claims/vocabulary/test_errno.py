"""The kernel's errors in every spelling, with the path or address beside them; what the same number means elsewhere."""

import pytest

from diagnostics.claims.model import ClaimType as T
from diagnostics.claims.vocabulary import errno

ROWS = [
    ("socket(AF_INET6) failed: Address family not supported by protocol", T.KERNEL_LIMIT, {}),
    ("listen EAFNOSUPPORT: address family not supported :::3000", T.KERNEL_LIMIT, {}),
    (
        "open /etc/app/x.yaml: no such file or directory",
        T.FILE_MISSING,
        {"path": "/etc/app/x.yaml", "reason": "ENOENT"},
    ),
    ("Error: ENOENT: no such file or directory, open '/app/config.json'", T.FILE_MISSING, {"path": "/app/config.json"}),
    ("No such file or directory @ rb_sysopen - /app/x.yml (Errno::ENOENT)", T.FILE_MISSING, {"path": "/app/x.yml"}),
    (
        'nginx: [emerg] open() "/etc/nginx/x.conf" failed (2: No such file or directory)',
        T.FILE_MISSING,
        {"path": "/etc/nginx/x.conf"},
    ),
    (
        "/cfg/run.sh: 4: /cfg/run.sh: cannot create /data/state: Permission denied",
        T.ACCESS_DENIED,
        {"path": "/data/state"},
    ),
    ("PermissionError: [Errno 13] Permission denied: '/data/x'", T.ACCESS_DENIED, {"path": "/data/x"}),
    ("Error: Permission denied (os error 13)", T.ACCESS_DENIED, {}),
    ('Os { code: 13, kind: PermissionDenied, message: "Permission denied" }', T.ACCESS_DENIED, {}),
    ("dial unix /var/run/docker.sock: connect: permission denied", T.ACCESS_DENIED, {"path": "/var/run/docker.sock"}),
    ("mkdir: cannot create directory '/shared/p': File exists", T.HALF_DONE, {"path": "/shared/p"}),
    ("touch: cannot touch '/data/x': Read-only file system", T.READ_ONLY, {"path": "/data/x"}),
    ("write /data/wal/1: no space left on device", T.NO_SPACE, {"path": "/data/wal/1"}),
    ("exec /app: exec format error", T.WRONG_ARCHITECTURE, {}),
    ('exec: "foo": executable file not found in $PATH', T.COMMAND_MISSING, {"command": "foo"}),
    ("env: 'python': No such file or directory", T.COMMAND_MISSING, {"command": "python"}),
    ("Error: spawn git ENOENT", T.COMMAND_MISSING, {"command": "git"}),
    ("/bin/sh: 1: foo: not found", T.COMMAND_MISSING, {"command": "foo"}),
    ("dial tcp 10.9.0.1:443: connect: connection refused", T.UNREACHABLE, {"addr": "10.9.0.1:443"}),
    ("ERROR pool: cannot open orders-cache:11211: connection refused", T.UNREACHABLE, {"addr": "orders-cache:11211"}),
    ("Error: connect ECONNREFUSED 127.0.0.1:6379", T.UNREACHABLE, {"addr": "127.0.0.1:6379"}),
    (
        'connection to server at "db" (10.1.1.1), port 5432 failed: Connection refused',
        T.UNREACHABLE,
        {"host": "db", "port": "5432"},
    ),
    ("java.net.ConnectException: Connection refused: db/10.1.2.3:5432", T.UNREACHABLE, {"addr": "10.1.2.3:5432"}),
    ("[Errno 111] Connect call failed ('10.0.0.1', 5432)", T.UNREACHABLE, {"host": "10.0.0.1", "port": "5432"}),
    ("read tcp 10.0.0.1:4444->10.2.2.2:443: read: connection reset by peer", T.UNREACHABLE, {"addr": "10.2.2.2:443"}),
    ("dial tcp 10.9.0.1:443: i/o timeout", T.UNREACHABLE, {"addr": "10.9.0.1:443", "reason": "ETIMEDOUT"}),
    ("{error,econnrefused}", T.UNREACHABLE, {}),
    ("listen tcp :8080: bind: address already in use", T.ADDRESS_IN_USE, {"addr": ":8080"}),
    ("nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)", T.PORT_PRIVILEGED, {"addr": "0.0.0.0:80"}),
    ("System.Net.Sockets.SocketException (13): Permission denied", T.PORT_PRIVILEGED, {}),
    (
        "failed to create fsnotify watcher: too many open files",
        T.KERNEL_LIMIT,
        {"limit": "fs.inotify.max_user_instances"},
    ),
    ("accept4: too many open files", T.KERNEL_LIMIT, {"reason": "EMFILE"}),
    ("bash: fork: retry: Resource temporarily unavailable", T.KERNEL_LIMIT, {"limit": "pids"}),
    ("mmap failed: Cannot allocate memory", T.HEAP_EXHAUSTED, {"reason": "ENOMEM"}),
]
HARMLESS = [
    "listening on 0.0.0.0:8080",
    "loaded 13 plugins",
    "optional file /etc/x.yaml: no such file or directory",
    "no such file or directory, using defaults",
    "took 111 ms, 13 rows",
    "errnoerror is the name of a module",
]


@pytest.mark.parametrize(("text", "claim", "names"), ROWS, ids=lambda item: str(item)[:60])
def test_a_failing_line_is_its_type_and_names_its_objects(text, claim, names):
    found = errno.terms(text)
    assert claim in {term.type for term in found}
    told = {key: value for term in reversed(found) for key, value in term.names.items()}
    assert names.items() <= told.items()


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_line_says_nothing(text):
    assert errno.terms(text) == ()
