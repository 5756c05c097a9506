"""Crash grammars: chains, roots, frames and who printed them."""

import pytest

from diagnostics.transcript.model import SegmentKind
from tests.diagnostics.transcript.said import said
from tests.support.said import transcript_of

PYTHON = """Traceback (most recent call last):
  File "/usr/lib/python3.12/site-packages/redis/connection.py", line 300, in connect
    sock = self._connect()
ConnectionRefusedError: [Errno 111] Connection refused

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/main.py", line 9, in <module>
    cache.ping()
redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused."""
JVM = """Exception in thread "main" java.lang.IllegalStateException: cannot start
\tat com.acme.Main.main(Main.java:10)
\tSuppressed: java.io.IOException: closing
\t\tat com.acme.Pool.close(Pool.java:3)
Caused by: java.net.UnknownHostException: orders-db
\tat java.base/java.net.InetAddress.getAllByName(InetAddress.java:1)
\t... 3 more"""
NODE = """node:internal/process/promises:288
            triggerUncaughtException(err, true);
            ^

Error: connect ECONNREFUSED 10.0.0.5:5432
    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)
    at /app/db.js:3:9 {
  code: 'ECONNREFUSED',
  port: 5432
}

Node.js v20.1.0"""
GO = """panic: open /etc/app.yaml: no such file or directory [recovered]
\tpanic: wrapped

goroutine 1 [running]:
main.main()
\t/src/main.go:12 +0x1d
exit status 2"""
RUST = """thread 'main' panicked at src/main.rs:42:10:
called `Result::unwrap()` on an `Err` value: ParseIntError
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace"""
RUBY = """/app/boot.rb:4:in `fetch': key not found: "REGION" (KeyError)
\tfrom /app/boot.rb:4:in `<main>'"""
PHP = """PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /app/db.php:12
Stack trace:
#0 /app/db.php(12): PDO->__construct('mysql')
#1 {main}
  thrown in /app/db.php on line 12"""
DOTNET = """Unhandled exception. Shop.StartException: no start
 ---> System.IO.FileNotFoundException: Could not find file '/app/settings.json'.
   at System.IO.File.Open()
   --- End of inner exception stack trace ---
   at Shop.Program.Main() in /src/Program.cs:line 12"""
ELIXIR = """** (Mix) Could not start application shop: Shop.start(:normal, []) returned an error
    ** (EXIT) an exception was raised:
        ** (RuntimeError) environment variable DATABASE_URL is missing.
            (shop 0.1.0) lib/shop/repo.ex:5: Shop.Repo.init/2"""
NATIVE = """terminate called after throwing an instance of 'std::runtime_error'
  what():  cannot open /etc/app.conf"""
PERL = """Can't locate DBI.pm in @INC (@INC contains: /etc/perl) at /app/run.pl line 3.
BEGIN failed--compilation aborted at /app/run.pl line 3."""
SHELL = "/app/run.sh: line 9:    31 Illegal instruction     (core dumped) ./server"


@pytest.mark.parametrize(
    ("text", "language", "kind", "message", "frames"),
    [
        (PYTHON, "python", "redis.exceptions.ConnectionError", "cache:6379", 2),
        (JVM, "jvm", "java.net.UnknownHostException", "orders-db", 2),
        (NODE, "node", "Error", "ECONNREFUSED 10.0.0.5:5432", 2),
        (GO, "go", "panic", "/etc/app.yaml", 1),
        (RUST, "rust", "panic", "ParseIntError", 1),
        (RUBY, "ruby", "KeyError", "REGION", 2),
        (PHP, "php", "PDOException", "2002", 2),
        (DOTNET, "dotnet", "System.IO.FileNotFoundException", "/app/settings.json", 2),
        (ELIXIR, "beam", "RuntimeError", "DATABASE_URL", 1),
        (NATIVE, "native", "std::runtime_error", "/etc/app.conf", 0),
        (PERL, "perl", "", "DBI.pm", 1),
        (SHELL, "shell", "Illegal instruction", "Illegal instruction", 1),
    ],
)
def test_the_root_of_a_crash(text, language, kind, message, frames):
    transcript = said(f"starting\n{text}\nbye")
    (crash,) = transcript.crashes
    assert (crash.language, crash.root.type, len(crash.frames)) == (language, kind, frames)
    assert message in crash.root.message
    assert crash.uncaught
    assert transcript.segments[0].kind is SegmentKind.CRASH
    assert transcript.deciding == crash.root.line


def test_frames_tell_own_code_from_packages():
    (crash,) = said(PYTHON).crashes
    assert [frame.own for frame in crash.frames] == [False, True]


def test_a_logged_exception_is_caught():
    text = "2026-11-28 10:00:00 ERROR job failed\n" + PYTHON
    (crash,) = said(text).crashes
    assert not crash.uncaught


def test_a_dump_of_threads_is_no_crash():
    text = (
        '"pool-1" #12 daemon prio=5\n   java.lang.Thread.State: WAITING (parking)\n'
        "\tat jdk.internal.misc.Unsafe.park(java.base@17/Native Method)"
    )
    assert said(text).crashes == ()


def test_the_report_of_a_failed_start_names_its_description():
    text = (
        "***\nAPPLICATION FAILED TO START\n***\n\nDescription:\n\nPort 8080 was already in use.\n\nAction:\n\nStop it."
    )
    assert said(text).crashes[0].root.message == "Port 8080 was already in use."


def test_the_report_of_a_servers_own_crash_is_one_crash_to_its_end():
    log = (
        "1:M 22 Nov 2026 03:11:17.228 * Loading the data\n"
        "=== STORE BUG REPORT START: Cut & paste starting from here ===\n"
        "1:M 22 Nov 2026 03:11:17.229 # Store 7.2.4 crashed by signal: 11, si_code: 1\n"
        "1:M 22 Nov 2026 03:11:17.229 # Accessing address: 0x1\n\n------ STACK TRACE ------\n"
        "/opt/store/index.so(Vector_Put+0x22)[0x7be0fe4eadc2]\n\n------ INFO OUTPUT ------\nerrors:12\n"
        "=== STORE BUG REPORT END. Make sure to include from START to END. ===\nSuspect RAM error? Test it.\n"
    )
    told = transcript_of(log, 139)
    (crash,) = told.crashes
    assert (crash.first, crash.end) == (2, 11)
    assert told.deciding == 2
