"""A remedy says what line and objects show, and the one look that decides where they do not: programs unlike each other."""

from __future__ import annotations

import pytest

from tests.composed.world import World, http
from tests.kinds.test_probes import killed
from tests.kinds.world import Want, asked, check, dies

# --- ends with exit code 0 ---------------------------------------------------------------------------------------

PORTS = [{"containerPort": 3000}]
PERSON = (
    "Service host is up\nPress any key to stop the server\n",
    "ready on :3000\n[Enter] to quit\nhit return to exit\n",
    "Type 'exit' to leave\n",
)


@pytest.mark.parametrize("log", PERSON)
def test_who_waits_for_a_person_gets_a_terminal(log):
    told = asked(dies(log, 0, ports=PORTS))
    want = Want(cause=("exits-cleanly",), remedy=("stdin: true", '"tty":true'), never=("foreground", "as a Job"))
    check(told, want)


def test_an_open_standard_input_is_not_what_it_lacks():
    told = asked(dies(PERSON[0], 0, ports=PORTS, stdin=True))
    check(told, Want(cause=("exits-cleanly",), never=('"tty":true',)))


@pytest.mark.parametrize("log", ["Hello World!\n", "loaded 3 plugins\nserver configured\n"])
def test_what_nothing_shows_is_asked_and_not_told(log):
    told = asked(dies(log, 0, ports=PORTS))
    last = log.strip().rpartition("\n")[2]
    check(told, Want(cause=("exits-cleanly",), remedy=(last, "look there whether"), never=("no daemon mode",)))


@pytest.mark.parametrize(
    ("log", "spec"),
    [
        ("acmed: daemonized, pid 7\n", {}),
        ("moving into the background\n", {}),
        ("", {"command": ["sh", "-c", "/opt/acmed --port 3000 &"]}),
    ],
)
def test_who_goes_into_the_background_is_kept_in_the_foreground(log, spec):
    check(asked(dies(log, 0, ports=PORTS, **spec)), Want(cause=("exits-cleanly",), remedy=("foreground",)))


@pytest.mark.parametrize("option", ["--pid=/run/acme/acmed.pid", "-p /run/acme/acmed.pid"])
@pytest.mark.parametrize(
    "log", ["daemon is already running\n", "error: another instance of acmed is already running\n"]
)
def test_a_pid_file_of_an_emptydir_goes_with_the_pod(log, option):
    told = asked(dies(log, 0, args=["--dont-fork", *option.split()], volumes={"/run/acme": {"emptyDir": {}}}))
    want = Want(
        cause=("stale-state",), remedy=("make a new pod", "/run/acme/acmed.pid"), never=("foreground",), restart=True
    )
    check(told, want)


# --- paths -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "words", "never"),
    [
        ("open /dev/net/tun: permission denied", "hostPath /dev/net/tun, type CharDevice", "build the image"),
        ("cannot write /proc/sys/net/core/somaxconn: Read-only file system", "net.core.somaxconn", "emptyDir"),
        ('mkdir() "/var/cache/acme/tmp" failed (13: Permission denied)', "emptyDir at /var/cache/acme,", "hide"),
        ("mkdir /run/acme/sessions: read-only file system", "emptyDir at /run:", "hide"),
        ("open /etc/acme/state.json: permission denied", "images keep files of their own", '"mountPath":"/etc/acme"'),
        ("open /acme/state.json: permission denied", "the first command lists it", "hide"),
        ("mkdir /.acme: permission denied", "set HOME", "emptyDir at /.acme"),
    ],
)
def test_a_path_outside_of_volumes_is_mended_by_what_it_is(line, words, never):
    spec = {"securityContext": {"runAsUser": 1001}}
    check(asked(dies(line + "\n", **spec)), Want(cause=("permission-denied",), remedy=(words,), never=(never,)))


def test_a_user_of_openshifts_range_is_no_user_to_build_for():
    line = "open /acme/state.json: permission denied\n"
    told = asked(dies(line, pod_spec={"securityContext": {"runAsUser": 1000830000, "fsGroup": 1000830000}}))
    want = Want(cause=("permission-denied",), remedy=("group 0",), never=("the image's own user may have the right",))
    check(told, want)


@pytest.mark.parametrize("path", ["/data/msp/signcerts/cert.pem", "/data/tls/server.key", "/data/app/keystore.jks"])
def test_what_is_issued_is_brought_and_not_made_at_a_start(path):
    told = asked(dies(f"open {path}: no such file or directory\n", volumes={"/data": {"emptyDir": {}}}))
    check(told, Want(cause=("bad-config", "tls-certificate"), never=("init container",)))


# --- data and schema ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "schema version mismatch: Expected version: 3 cannot be greater than Actual version: 0",
        "Found database schema version 0 != 12. Back up your database and upgrade it",
    ],
)
def test_data_that_were_never_set_up_have_no_older_version(line):
    told = asked(dies(line + "\n"))
    want = Want(
        cause=("incompatible-data",), remedy=("set-up or migration",), never=("version that wrote", "again, take")
    )
    check(told, want)


# --- files of settings -------------------------------------------------------------------------------------------


def test_a_key_at_a_wrong_place_is_not_taken_out_first():
    line = "yaml: unmarshal errors:\\n  line 24: field receiver not found in type config.plain"
    told = asked(dies(f'level=error err="{line}"\n', files={"/etc/app/app.yml": "conf/app.yml"}))
    want = Want(
        cause=("bad-config",), remedy=("receiver", "line 24", "config.plain", "indented wrongly"), never=("remove the",)
    )
    check(told, want)


# --- crashes -----------------------------------------------------------------------------------------------------

HANDED = (
    "java.lang.RuntimeException: cannot start\n"
    "\tat io.netty.Server.start(Server.java:69)\n\tat io.netty.Server.run(Server.java:27)\n"
    "\tat shop.orders.Application.main(Application.java:8)\n"
    "Caused by: java.lang.IllegalStateException: no address\n"
    "\tat com.vendor.discovery.Resolver.<init>(Resolver.java:58)\n\t... 14 more\n"
)
OWN = HANDED.replace("com.vendor.discovery.Resolver.<init>(Resolver", "shop.orders.Ledger.<init>(Ledger")


def test_where_a_program_hands_itself_over_is_not_where_it_fails():
    told = asked(dies(HANDED))
    check(told, Want(cause=("app-crash",), remedy=("com.vendor.discovery.Resolver",), never=("Application.java:8",)))


def test_the_teams_own_frame_below_a_framework_is_the_place():
    check(asked(dies(OWN)), Want(cause=("app-crash",), remedy=("Fix the code at Ledger.java:58",)))


def test_a_signal_without_words_is_compared_only_with_what_ran():
    first = asked(dies("", 139, reason="Error"))
    check(
        first, Want(cause=("app-crash",), remedy=("another tag or build",), never=("those of the revision that ran",))
    )
    second = asked(dies("", 139, before={"image": "registry.example/app:1.9"}))
    check(second, Want(cause=("app-crash",), remedy=("those of the revision that ran",)))


# --- probes ------------------------------------------------------------------------------------------------------

REFUSED = "dial tcp 10.42.0.17:8080: connect: connection refused"


def test_a_warning_among_steps_that_succeed_is_not_what_is_to_be_mended():
    steps = "\n".join(
        f"Warning: chmod(): Operation not permitted in /app/{n}\n-->mod_{n}\n++ Success ++" for n in range(20)
    )
    told = asked(killed(steps, http("/login", 8080), kind="liveness", lived=40, answer=REFUSED))
    check(told, Want(cause=("liveness-probe-failed",), remedy=("startupProbe",), never=("chmod", "mend what")))


def test_a_warning_that_it_cannot_reach_what_it_needs_may_be_what_keeps_it():
    steps = "".join(f"step {n} done\nWARN cannot connect to db:5432: connection refused\n" for n in range(20))
    told = asked(killed(steps, http("/login", 8080), kind="liveness", lived=40, answer=REFUSED))
    assert "db:5432" in told.summary


def test_a_start_that_said_it_listens_and_was_refused_until_it_was_killed_took_longer_than_that():
    log = "Listening at: http://0.0.0.0:8080\nWaiting for application startup.\nPerform migration up: 0025\n"
    told = asked(killed(log, http("/healthz", 8080), lived=151, answer=REFUSED, code=0))
    check(told, Want(cause=("startup-probe-failed",), never=("it needs 1 s",)))
    tries = int(told.remedy.text.partition(" tries every")[0].rpartition(" ")[2])
    assert tries * 10 >= 10 * 151


def test_a_path_that_several_probes_ask_is_corrected_in_all():
    probe = http("/health", 8080)
    told = asked(
        killed("up\n", probe, kind="liveness", lived=40, answer="HTTP probe failed with statuscode: 404",
               readinessProbe=probe)
    )  # fmt: skip
    check(
        told, Want(cause=("liveness-probe-failed",), remedy=("the readiness probe asks the same", '"readinessProbe"'))
    )


# --- who puts a change back --------------------------------------------------------------------------------------


def _operator(**metadata):
    world = dies("x\n", 137, reason="OOMKilled", resources={"limits": {"memory": "256Mi"}})
    for item in world.objects["Deployment"]:
        item["metadata"].update(metadata)
    return asked(world)


@pytest.mark.parametrize(
    "metadata",
    [
        {"labels": {"olm.owner": "acme.v1", "olm.owner.kind": "ClusterServiceVersion"}},
        {"labels": {"operators.coreos.com/acme.production": ""}},
        {"ownerReferences": [{"kind": "ClusterServiceVersion", "name": "acme.v1", "uid": "u", "controller": True,
                              "apiVersion": "operators.coreos.com/v1alpha1"}]},
    ],
)  # fmt: skip
def test_what_olm_installed_is_changed_in_its_subscription(metadata):
    told = _operator(**metadata)
    never = ("set resources", "edit clusterserviceversion")
    check(
        told, Want(cause=("oom-killed",), remedy=("spec.config of the Subscription", "get subscriptions"), never=never)
    )


def test_a_deployment_of_nobody_is_changed_itself():
    check(_operator(), Want(cause=("oom-killed",), remedy=("set resources",), never=("Subscription",)))


# --- sub-cases by the cited line ---------------------------------------------------------------------------------

WORDS = {
    "Access denied for user 'app'@'10.0.0.9' (using password: NO)": ("no password at all", "image"),
    'FATAL:  role "ledger" does not exist': ("CREATE ROLE ledger", "image"),
    "RequestTimeTooSkewed: the difference between the request time and the current time is too large": (
        "clocks of the two sides", "Secret"),
    "com.acme.Main has been compiled by a more recent version of the Java Runtime (class file version 61.0), this version"
    " of the Java Runtime only recognizes class file versions up to 55.0": ("class file version 61", "older Java Runtime"),
    "FATAL:  sorry, too many clients already": ("no connection left", "Start what should stand"),
    "ERROR:  cannot execute CREATE TABLE in a read-only transaction": ("a replica", "emptyDir"),
}  # fmt: skip


@pytest.mark.parametrize("line", WORDS)
def test_the_words_of_the_line_choose_the_remedy(line):
    words, never = WORDS[line]
    told = asked(dies(line + "\n", world=World()))
    shown = f"{told.remedy.text} {' '.join(told.remedy.commands)}"
    assert words in shown
    assert never not in told.remedy.text
