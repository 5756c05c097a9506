"""Which line decides: the first failure of a chain, whatever its level, its language and what is printed after it."""

from __future__ import annotations

import pytest

from tests.composed.world import Status, World, ended
from tests.kinds.world import Want, asked, check, dies

LINK = "tcp://10.9.0.7:8080"
INCOMPATIBLE = ("incompatible-data",)


def _linked(log, code=1, **spec):
    """A pod whose namespace has a Service ``orders`` with the clusterIP of the service link."""
    w = World()
    w.service("orders", 8080, {"app": "orders"}, ready=1, ip="10.9.0.7")
    return dies(log, code, world=w, **spec)


def _flags(heading, count=45):
    options = "\n".join(
        f"  -option-{i} string\n    \tSets option {i}; invalid values are not allowed" for i in range(count)
    )
    return f"{heading}\n{options}"


def _upgraded(log, code=1, *, image, before):
    """A StatefulSet on a claim whose image the rollout changed."""
    data = {"/data": {"persistentVolumeClaim": {"claimName": "data-app-0"}}}
    return dies(
        log,
        code,
        kind="StatefulSet",
        volumes=data,
        image=image,
        before={"image": before},
    )


CASES = {
    # 1 — a warning of habit stands before the failure
    "1-etcd": (
        lambda: dies(
            "etcd 02:11:07.10 WARN  ==> You set the environment variable ALLOW_PLAIN=yes. For safety reasons, do not use this flag in"
            " production\netcd 02:11:07.31 INFO  ==> Updating member in existing cluster\nError: etcdserver: member not found",
            env={"ALLOW_PLAIN": "yes"},
        ),
        Want(cause=("stale-state",), says=("member not found",), never=("ALLOW_PLAIN",)),
    ),
    "1-cockroach": (
        lambda: dies(
            "* WARNING: ALL SECURITY CONTROLS HAVE BEEN DISABLED! INSECURE_MODE is set, this is not recommended in production\n"
            "I261122 03:11:30.101 1 server/node.go:453 [n4] starting node\n"
            "ERROR: cockroach server exited with error: n4 was permanently removed from the cluster at 2026-11-20; it is not"
            " allowed to rejoin the cluster",
            env={"INSECURE_MODE": "true"},
            volumes={"/cockroach": {"persistentVolumeClaim": {"claimName": "datadir"}}},
        ),
        Want(cause=("stale-state",), says=("removed from the cluster",), never=("INSECURE_MODE",)),
    ),
    "1-rabbitmq": (
        lambda: dies(
            "[warning] <0.131.0> Deprecated feature: RABBIT_LEGACY=on is set; do not use it in production\n"
            "[error] <0.229.0> BOOT FAILED\n[error] <0.229.0> ===========\n"
            "[error] <0.229.0> Error during startup: {error,{inconsistent_cluster,\"Node 'rabbit@mq-0' thinks it's clustered with"
            " node 'rabbit@mq-1', but 'rabbit@mq-1' disagrees\"}}",
            env={"RABBIT_LEGACY": "on"},
            volumes={"/var/lib/rabbitmq": {"persistentVolumeClaim": {"claimName": "data"}}},
        ),
        Want(cause=("stale-state",), says=("clustered",), never=("RABBIT_LEGACY",)),
    ),
    # 2 — the reason, then a boot failure, forty lines and a wrapper
    "2-beam": (
        lambda: _upgraded(
            "2026-11-22 03:11:10.211 [error] <0.229.0> Feature flags: orders_v2: required feature flag not enabled! It must be enabled"
            " before upgrading\n2026-11-22 03:11:10.214 [error] <0.229.0> BOOT FAILED\n"
            + "\n".join(f"2026-11-22 03:11:10.3{i:02d} [notice] <0.{i}.0> Closing table segment {i}" for i in range(40))
            + '\nKernel pid terminated (application_controller) ("{application_start_failure,app,{bad_return,{app,start,[]}}}")',
            image="rabbitmq:4.0",
            before="rabbitmq:3.11",
        ),
        Want(cause=INCOMPATIBLE, says=("orders_v2",), never=("fix the code",), undo=True),
    ),
    "2-search": (
        lambda: _upgraded(
            '{"level":"ERROR","message":"fatal exception while booting Elasticsearch","error.type":"java.lang.IllegalStateException",'
            '"error.message":"cannot upgrade a node from version [7.10.2] directly to version [9.0.0], upgrade to version [8.19.0]'
            ' first."}\nERROR: Elasticsearch did not exit normally - check the logs at /usr/share/elasticsearch/logs/app.log',
            image="elasticsearch:9.0.0",
            before="elasticsearch:7.10.2",
        ),
        Want(cause=INCOMPATIBLE, says=("7.10.2",), never=("fix the code",), undo=True),
    ),
    "2-document-store": (
        lambda: _upgraded(
            '{"t":{"$date":"2026-11-22T03:11:10.211+00:00"},"s":"F","c":"CONTROL","id":20573,"ctx":"initandlisten","msg":"Wrong mongod'
            ' version","attr":{"error":"UPGRADE PROBLEM: Found an invalid featureCompatibilityVersion document (ERROR:'
            " Location4926900: Invalid featureCompatibilityVersion document in admin.system.version: { _id:"
            ' \\"featureCompatibilityVersion\\", version: \\"4.2\\" })"}}\n'
            '{"t":{"$date":"2026-11-22T03:11:10.300+00:00"},"s":"I","c":"CONTROL","id":20565,"ctx":"initandlisten","msg":"Now exiting"}',
            62,
            image="mongo:6.0",
            before="mongo:4.4",
        ),
        Want(cause=INCOMPATIBLE, says=("featureCompatibilityVersion",), undo=True),
    ),
    # 3 — a service link where a number belongs, in three languages
    "3-rust": (
        lambda: _linked(
            "thread 'main' panicked at src/cfg.rs:9:\ncalled `Result::unwrap()` on an `Err` value: Error { kind: \"Parse\",\n"
            f"source: Custom(\"invalid digit found in string while parsing value '{LINK}' provided by ORDERS_PORT\") }}",
            101,
        ),
        Want(cause=("bad-config",), says=("ORDERS_PORT",), remedy=("enableServiceLinks",), never=("fix the code",)),
    ),
    "3-go": (
        lambda: _linked(
            f'2026/11/22 03:11:12 cannot read settings: strconv.ParseInt: parsing "{LINK}": invalid syntax\nexit status 1'
        ),
        Want(cause=("bad-config",), says=("orders",), remedy=("enableServiceLinks",), never=("fix the code",)),
    ),
    "3-java": (
        lambda: _linked(
            'Exception in thread "main" java.lang.NumberFormatException: For input string: "' + LINK + '"\n'
            "\tat java.base/java.lang.Integer.parseInt(Integer.java:652)\n\tat com.acme.Settings.port(Settings.java:31)\n"
            "\tat com.acme.Main.main(Main.java:12)"
        ),
        Want(cause=("bad-config",), says=("orders",), remedy=("enableServiceLinks",), never=("fix the code",)),
    ),
    # 4 — words outweigh exit code 0
    "4-link": (
        lambda: _linked(f"warn --- invalid address - http://0.0.0.0:{LINK}, we expect a port", 0),
        Want(cause=("bad-config",), says=("orders",), remedy=("enableServiceLinks",), never=("Job",)),
    ),
    "4-name": (
        lambda: dies(
            "03:11:10 starting relay 1.4\n03:11:11 ERROR queue: getaddrinfo ENOTFOUND jobs-queue; nothing to do without it, leaving",
            0,
        ),
        Want(cause=("dependency-unavailable",), says=("jobs-queue",), never=("CronJob",)),
    ),
    "4-file": (
        lambda: dies(
            "mailer: reading /etc/mailer/routes.yaml\nmailer: error: yaml: line 12: did not find expected key\nmailer: bye",
            0,
            files={"/etc/mailer": "mailer-routes/routes.yaml"},
        ),
        Want(cause=("bad-config",), says=("routes.yaml",), never=("CronJob",)),
    ),
    # 5 — usage text after the reason
    "5-go-flag": (
        lambda: dies(
            _flags("flag provided but not defined: -maxThings\nUsage of manager:"),
            2,
            args=["-maxThings=3", "-option-1=x"],
        ),
        Want(cause=("bad-config",), says=("-maxThings",), never=("option-44",)),
    ),
    "5-cobra": (
        lambda: dies(
            _flags("Error: unknown flag: --max-things\nUsage:\n  manager serve [flags]\n\nFlags:"),
            1,
            args=["serve", "--max-things=3"],
        ),
        Want(cause=("bad-config",), says=("--max-things",)),
    ),
    "5-argparse": (
        lambda: dies(
            "usage: indexer [-h] [--workers N] [--queue NAME]\n               [--verbose]\n"
            "indexer: error: unrecognized arguments: --threads=3",
            2,
            args=["--threads=3"],
        ),
        Want(cause=("bad-config",), says=("--threads",)),
    ),
    # 6 — X failed because Y failed
    "6-modules": (
        lambda: dies(
            'level=error module=gossip err="no private IP address found, and explicit IP not provided"\n'
            'level=error module=ring err="failed because it depends on module gossip, which has failed"\nlevel=error msg="failed services"'
        ),
        Want(cause=("bad-config",), says=("no private IP address",), never=("which has failed",)),
    ),
    "6-units": (
        lambda: dies(
            "[ERROR] unit clock: setting clock.zone is required\n[ERROR] unit scheduler: dependency failed: clock\n"
            "[ERROR] unit web: dependency failed: scheduler\n[FATAL] start-up aborted"
        ),
        Want(cause=("bad-config",), says=("clock.zone",), never=("aborted",)),
    ),
    "6-services": (
        lambda: dies(
            "E ledger: parameter 'book.currency' must be set\nE api: not started because ledger failed\nE ui: not started because api failed\n"
            "F one or more services failed"
        ),
        Want(cause=("bad-config",), says=("book.currency",)),
    ),
    # 7 — the child's end, not the parent's orderly one
    "7-threads": (
        lambda: dies(
            "ERROR RuntimeException: java.lang.OutOfMemoryError: unable to create new native thread\nINFO Process [web] is stopped\n"
            "INFO App is stopped",
            0,
        ),
        Want(cause=("node-prerequisite", "app-crash", "heap-exhausted"), says=("native thread",), never=("CronJob",)),
    ),
    "7-supervised": (
        lambda: dies(
            "INFO spawned: 'api' with pid 9\npanic: runtime error: index out of range [3] with length 3\n\ngoroutine 1 [running]:\n"
            "main.load(...)\n\t/src/load.go:31\nINFO exited: api (exit status 2; not expected)\nINFO supervisor is stopped",
            0,
        ),
        Want(cause=("app-crash",), says=("index out of range",), never=("CronJob",)),
    ),
    "7-forked": (
        lambda: dies(
            '[master] worker 1 started\nTraceback (most recent call last):\n  File "/app/work.py", line 12, in run\n    total / count\n'
            "ZeroDivisionError: division by zero\n[master] worker 1 is gone, stopping\n[master] stopped",
            0,
        ),
        Want(cause=("app-crash",), says=("division by zero",), never=("CronJob",)),
    ),
    # 8 — an error code in capitals is no variable; the URL lacks its scheme
    "8-node": (
        lambda: dies(
            "node:internal/url:797\n      this.#updateContext(bindingUrl.parse(input, base));\n\n"
            "TypeError [ERR_INVALID_URL]: Invalid URL\n    at new URL (node:internal/url:797:36)\n    at /app/src/billing.js:4:15 {\n"
            "  code: 'ERR_INVALID_URL',\n  input: '//billing/x'\n}\n\nNode.js v20.11.0",
            env={"BILLING_URL": "//billing/x", "HOME_URL": "https://shop.example"},
        ),
        Want(
            cause=("bad-config",),
            says=("BILLING_URL",),
            never=("ERR_INVALID_URL=", "needs ERR_INVALID_URL", "HOME_URL"),
        ),
    ),
    "8-python": (
        lambda: dies(
            'Traceback (most recent call last):\n  File "/app/main.py", line 8, in <module>\n    requests.get(base)\n'
            "requests.exceptions.MissingSchema: Invalid URL 'billing/x': No scheme supplied. Perhaps you meant https://billing/x?",
            env={"BILLING_ENDPOINT": "billing/x", "HOME_URL": "https://shop.example"},
        ),
        Want(cause=("bad-config",), says=("BILLING_ENDPOINT",), never=("HOME_URL",)),
    ),
    "8-go": (
        lambda: dies(
            '2026/11/22 03:11:12 fatal: Get "billing/x": unsupported protocol scheme ""',
            env={"BILLING_URI": "billing/x", "HOME_URL": "https://shop.example"},
        ),
        Want(cause=("bad-config",), says=("BILLING_URI",), never=("HOME_URL",)),
    ),
    # 9 — an exception that names a variable of the spec
    "9-ruby": (
        lambda: dies(
            '/app/config/keys.rb:14:in `ttl\': KEY_TTL must be a number of seconds, got "15m" (ArgumentError)\n'
            "\tfrom /app/config/keys.rb:3:in `<top (required)>'\n\tfrom /app/main.rb:2:in `<main>'",
            env={"KEY_TTL": "15m"},
            before={"env": {"KEY_TTL": "900"}},
        ),
        Want(cause=("bad-config",), says=("KEY_TTL",), never=("fix the code",), undo=True),
    ),
    "9-python": (
        lambda: dies(
            'Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n    settings = load()\n'
            '  File "/app/settings.py", line 40, in load\n    raise ValueError(message)\n'
            "ValueError: unsupported BATCH_WINDOW '5 minutes': give whole seconds",
            env={"BATCH_WINDOW": "5 minutes"},
            before={"env": {"BATCH_WINDOW": "300"}},
        ),
        Want(cause=("bad-config",), says=("BATCH_WINDOW",), never=("fix the code",), undo=True),
    ),
    "9-dotnet": (
        lambda: dies(
            "Unhandled exception. System.FormatException: The value 'never' of RETRY_AFTER is not a TimeSpan\n"
            "   at Acme.Options.Read() in /src/Options.cs:line 22\n   at Acme.Program.Main() in /src/Program.cs:line 9",
            134,
            env={"RETRY_AFTER": "never"},
            before={"env": {"RETRY_AFTER": "00:00:05"}},
        ),
        Want(cause=("bad-config",), says=("RETRY_AFTER",), never=("fix the code",), undo=True),
    ),
    # 10 — a parser's error that names no file, and one file that it can only be
    "10-toml": (
        lambda: dies(
            'Traceback (most recent call last):\n  File "/app/main.py", line 6, in <module>\n    params = tomllib.load(handle)\n'
            '  File "/usr/lib/python3.12/tomllib/_parser.py", line 700, in load\n    raise suffixed_err(src, pos, "Invalid value")\n'
            "tomllib.TOMLDecodeError: Invalid value (at line 5, column 9)",
            files={"/etc/app": "app-params/params.toml"},
        ),
        Want(cause=("bad-config",), says=("params.toml", "line 5"), never=("fix the code",)),
    ),
    "10-json": (
        lambda: dies(
            "undefined:12\n  \"limits\": {,\n             ^\n\nSyntaxError: Expected property name or '}' in JSON at position 231\n"
            "    at JSON.parse (<anonymous>)\n    at Object.<anonymous> (/app/src/rules.js:7:21)\n\nNode.js v20.11.0",
            files={"/etc/rules": "app-rules/rules.json"},
        ),
        Want(cause=("bad-config",), says=("rules.json",), never=("fix the code",)),
    ),
    "10-yaml": (
        lambda: dies(
            "Exception in thread \"main\" while parsing a block mapping\n in 'reader', line 3, column 1:\n    server:\n    ^\n"
            "expected <block end>, but found '<block mapping start>'\n in 'reader', line 7, column 3:\n      port: 80\n      ^\n"
            "\tat org.yaml.snakeyaml.parser.ParserImpl$ParseBlockMappingKey.produce(ParserImpl.java:654)\n"
            "\tat com.acme.Main.main(Main.java:14)",
            files={"/etc/app": "app-server/server.yaml"},
        ),
        Want(cause=("bad-config",), says=("server.yaml",), never=("fix the code",)),
    ),
    # 11 — FILE:LINE:COL where the file is a ConfigMap's key
    "11-gate": (
        lambda: dies(
            "gate: /etc/gate/gate.conf:12:1: interface conversion: interface {} is bool, not int64",
            files={"/etc/gate": "gate-conf/gate.conf"},
        ),
        Want(cause=("bad-config",), says=("gate.conf", "gate-conf"), never=("no known cause",)),
    ),
    "11-lines": (
        lambda: dies(
            "pumpd: loading\npumpd: /opt/pump/flows.ini(31): stray brace\npumpd: stopped",
            2,
            files={"/opt/pump": "pump-flows/flows.ini"},
        ),
        Want(cause=("bad-config",), says=("flows.ini", "pump-flows")),
    ),
    "11-lua": (
        lambda: dies(
            "lua: /srv/edge/init.lua:44: attempt to index a nil value (global 'upstream')\nstack traceback:\n"
            "\t/srv/edge/init.lua:44: in main chunk\n\t[C]: in ?",
            files={"/srv/edge": "edge-init/init.lua"},
        ),
        Want(cause=("bad-config", "app-crash"), says=("init.lua",)),
    ),
    # 12 — two lines that no vocabulary knows
    "12-codec": (
        lambda: dies('shipper: assembling sinks\nshipper: sink "s3/archive" asks for unknown codec "gzp"'),
        Want(cause=("bad-config", "app-crash"), says=('unknown codec "gzp"',), never=("no known cause",)),
    ),
    "12-lane": (
        lambda: dies("router: 14 lanes read\nrouter: lane eu-2 has no way to eu-7", 3),
        Want(
            cause=("bad-config", "app-crash", None), says=("lane eu-2 has no way to eu-7",), never=("no known cause",)
        ),
    ),
    "12-shape": (
        lambda: dies("tariff 3.1\ntariff: book 2026-Q4 is of the shape v2, this build reads v3 alone", 1),
        Want(
            cause=("bad-config", "app-crash", "incompatible-data", None), says=("shape v2",), never=("no known cause",)
        ),
    ),
    # 14 — the first error, three hundred of its consequences, and a summary
    "14-cache": (
        lambda: dies(
            "ERROR pool: cannot open orders-cache:11211: connection refused\n"
            + "\n".join(f"ERROR sign-in failed for visitor {i}: backend took too long" for i in range(300))
            + "\nFATAL error budget used up, leaving",
            70,
        ),
        Want(cause=("dependency-unavailable",), says=("orders-cache",), never=("error budget",)),
    ),
    "14-login": (
        lambda: dies(
            "ERROR pool: cannot open orders-cache:11211: connection refused\n"
            + "\n".join(f"ERROR login failed for visitor {i}: backend took too long" for i in range(300))
            + "\nFATAL too many errors, leaving",
            70,
        ),
        Want(cause=("dependency-unavailable",), says=("orders-cache",)),
    ),
    "14-broker": (
        lambda: dies(
            'level=error msg="broker unreachable" err="dial tcp: lookup parcels-mq on 10.96.0.10:53: no such host"\n'
            + "\n".join(f'level=error msg="parcel {i} not accepted" err="no broker"' for i in range(200))
            + '\nlevel=fatal msg="giving up after 200 failures"',
        ),
        Want(cause=("dependency-unavailable",), says=("parcels-mq",)),
    ),
    # 15 — a file of a mount that is not there
    "15-webhook": (
        lambda: dies(
            '{"level":"error","ts":"2026-11-22T03:11:10Z","logger":"setup","msg":"problem running manager","error":"open'
            ' /var/run/webhook/certs/tls.crt: no such file or directory"}'
        ),
        Want(cause=("bad-config",), says=("/var/run/webhook/certs/tls.crt", "no volume"), never=("fix the code",)),
    ),
    "15-jvm": (
        lambda: dies(
            'Exception in thread "main" java.io.FileNotFoundException: /opt/keys/signing.jks (No such file or directory)\n'
            "\tat java.base/java.io.FileInputStream.open0(Native Method)\n\tat com.acme.Keys.load(Keys.java:20)"
        ),
        Want(cause=("bad-config",), says=("/opt/keys/signing.jks", "no volume"), never=("fix the code",)),
    ),
    "15-python": (
        lambda: dies(
            'Traceback (most recent call last):\n  File "/app/main.py", line 4, in <module>\n    rules = open("/rules/rules.txt")\n'
            "FileNotFoundError: [Errno 2] No such file or directory: '/rules/rules.txt'"
        ),
        Want(cause=("bad-config",), says=("/rules/rules.txt", "no volume"), never=("fix the code",)),
    ),
    # 16 — a tool of the host
    "16-nsenter": (
        lambda: dies(
            'level=fatal msg="environment check failed: nsenter [--mount=/host/proc/1/ns/mnt mdadm]: No such file or directory\\n: exit'
            ' status 127"'
        ),
        Want(cause=("node-prerequisite",), says=("mdadm",), never=("fix the code",)),
    ),
    "16-chroot": (
        lambda: dies(
            'E1122 03:11:10.000000 1 main.go:40] host check: chroot /host iscsiadm: exec: "iscsiadm": not found', 255
        ),
        Want(cause=("node-prerequisite",), says=("iscsiadm",), never=("fix the code",)),
    ),
    "16-modprobe": (
        lambda: dies("modprobe: FATAL: Module nbd not found in directory /lib/modules/6.1.0-18-amd64\nexit status 1"),
        Want(cause=("node-prerequisite",), says=("nbd",), never=("fix the code",)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_deciding_line(name):
    build, want = CASES[name]
    check(asked(build()), want)


# 13 — the log that is served is of another run than the status


def _raced(printed_from, status):
    """A log that began at another time than the instance of the status."""
    w = dies("x")
    pod = w.objects["Pod"][0]["metadata"]["name"]
    log = "panic: KAFKA_BROKERS environment variable is not set"
    w.objects["Pod"][0]["status"]["containerStatuses"][0] |= {"state": status.state, "lastState": status.last or {}}
    for instance in ("current", "previous"):
        w.logs["production", pod, "app", instance] = (log, printed_from)
    return w


@pytest.mark.parametrize(
    ("printed_from", "status"),
    [
        pytest.param(3, Status(ended(1, back=40), ended(1, back=200)), id="13-newer"),
        pytest.param(
            4000,
            Status(
                {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container"}},
                ended(1, back=90),
            ),
            id="13-older-clock",
        ),
        pytest.param(
            1,
            Status({"waiting": {"reason": "CrashLoopBackOff", "message": "back-off"}}, ended(1, back=30)),
            id="13-waiting",
        ),
    ],
)
def test_the_log_of_another_run_is_still_used(printed_from, status):
    diagnosis = asked(_raced(printed_from, status))
    check(diagnosis, Want(cause=("bad-config",), says=("KAFKA_BROKERS",), never=("no output of it could be read",)))
    assert any("KAFKA_BROKERS" in item.quote for item in diagnosis.evidence)
