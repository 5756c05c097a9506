"""Which words of a short log are the reason: its severity first, then its last line; what was gone on from is none."""

from __future__ import annotations

import pytest

from tests.composed.world import http
from tests.kinds.test_probes import REFUSED, killed
from tests.kinds.world import Want, asked, check, dies

UNDECIDED = (None, "bad-config", "stale-state", "node-prerequisite", "incompatible-data")
SHELL = ["/bin/sh", "-c"]

CASES = {
    "bare-last-line-after-info": (
        lambda: dies(
            "2026-11-22T03:11:10.342Z\tINFO\tcmd/agent.go:81\topening journal\t{}\n"
            "2026-11-22T03:11:10.343Z\tINFO\tcmd/agent.go:193\tlock on journal taken\n"
            'journal belongs to member "b-2", this member is "b-0"'
        ),
        Want(cause=UNDECIDED, says=("belongs to member",), never=("lock on journal",)),
    ),
    "bare-last-line-after-info-json": (
        lambda: dies(
            '{"level":"info","msg":"reading ring","component":"ring"}\n'
            '{"level":"info","msg":"ring opened, exclusive access granted","component":"ring"}\n'
            "ring id 7 differs from configured ring id 9"
        ),
        Want(cause=UNDECIDED, says=("differs from configured",), never=("access granted",)),
    ),
    "four-letter-levels": (
        lambda: dies(
            "INFO: 2026/03/15 15:38:37.701233 Options: map[conn-limit:100 name:aa]\n"
            "INFO: 2026/03/15 15:38:37.701310 relay  2.2.1\n"
            'FATA: 2026/03/15 15:38:37.870839 Existing tunnel "gre0" is of another kind than "vxlan0". Please run'
            " 'relayctl reset' and start again"
        ),
        Want(cause=UNDECIDED, says=("gre0",), remedy=("relayctl reset",)),
    ),
    "logrus-fata": (
        lambda: dies(
            "INFO[0000] agent 1.4.2\nINFO[0001] features: a b c\n"
            "FATA[0001] table inet filter holds chains of release 1; run `netagent flush` on this host first"
        ),
        Want(cause=UNDECIDED, says=("holds chains",), remedy=("netagent flush",)),
    ),
    "crit-level": (
        lambda: dies(
            "[2026-11-22 03:11:10] INFO: indexer 4.1\n[2026-11-22 03:11:11] CRIT: shard map is of epoch 4, wanted 5."
            " You must run 'indexer migrate-map' once\n[2026-11-22 03:11:11] INFO: bye"
        ),
        Want(cause=UNDECIDED, says=("epoch 4",), remedy=("indexer migrate-map",)),
    ),
    "loader-in-an-info-record": (
        lambda: dies(
            'time="2026-03-09T06:41:12Z" level=info msg="registering driver" name=a/b\n'
            'time="2026-03-09T06:41:12Z" level=info msg="/drivers/ceph: error while loading shared libraries: librados.so.2:'
            ' cannot open shared object file: No such file or directory" cmd=/drivers/ceph\n'
            "Error: driver process ended before the handshake"
        ),
        Want(cause=("missing-library",), says=("librados.so.2",)),
    ),
    "loader-in-a-json-record": (
        lambda: dies(
            '{"@level":"debug","@message":"starting plugin","path":"/opt/plugins/oracle"}\n'
            '{"@level":"info","@message":"plugin: /opt/plugins/oracle: error while loading shared libraries: libaio.so.1: cannot'
            ' open shared object file: No such file or directory"}\n'
            "plugin exited before a connection was made"
        ),
        Want(cause=("missing-library",), says=("libaio.so.1",)),
    ),
    "exit-0-written": (
        lambda: dies(
            "checking volumes\nerror: volume v-12 is labelled already and --force is false\nv-13: skipped\n"
            "finished, next round in 30s",
            0,
            command=SHELL,
            args=["for v in $(ls /v); do mark $v; done; echo 'finished, next round in 30s'; sleep 30; exit 0"],
            lived=31,
        ),
        Want(cause=("exits-cleanly",), remedy=("CronJob",), never=("Mend what", "last word is an error", "hides that")),
    ),
    "exit-0-after-a-tail-of-work": (
        lambda: dies(
            "syncing 3 mirrors\nmirror-a: ok\nERROR mirror-b: HTTP 404 for Packages.gz, keeping the old copy\nmirror-c: ok\n"
            "sync complete, 2 of 3 updated",
            0,
            command=SHELL,
            args=["sync-mirrors; exit 0"],
            lived=20,
        ),
        Want(cause=("exits-cleanly",), never=("Mend what", "last word is an error", "hides that")),
    ),
    # the other direction: exit 0 is not written, and the error is the last word
    "exit-0-of-the-program": (
        lambda: dies("starting feed reader\nerror: feed list is empty, giving up", 0),
        Want(cause=("exits-cleanly", "bad-config"), says=("feed list is empty",)),
    ),
    # the other direction: a success line at the end is what there is
    "exit-0-written-and-failed": (
        lambda: dies(
            "uploading dump\nERROR: upload failed: bucket backups does not exist",
            0,
            command=SHELL,
            args=["upload /dump; exit 0"],
        ),
        Want(cause=("exits-cleanly", "not-found", "bad-config", "dependency-unavailable"), says=("bucket backups",)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_reason_is_the_line_that_decides(name):
    build, want = CASES[name]
    check(asked(build()), want)


def _probed(*lines):
    """A pod that its liveness probe kills while it logs these lines, one a minute."""
    return killed(
        "\n".join(lines) + "\n",
        http("/healthz", 9099, period=10, failures=3),
        kind="liveness",
        lived=200,
        every=25,
        answer=REFUSED.format(port=9099),
    )


FAILED_ROUND = (
    "E1122 03:12:05.201033       1 poll.go:97] cannot read node-7: dial tcp 10.24.0.6:10255: connection refused"
)


def test_an_error_between_two_rounds_of_work_is_no_reason_of_a_probe():
    rounds = [
        f"I1122 03:{minute}:05.002310       1 poll.go:79] polled 74 nodes in {minute}0 ms" for minute in range(11, 15)
    ]
    told = asked(_probed(rounds[0], FAILED_ROUND, *rounds[1:]))
    check(told, Want(cause=("liveness-probe-failed",), never=("10.24.0.6",)))


def test_an_error_that_no_work_follows_is_told_with_the_probe():
    told = asked(_probed("I1122 03:11:05.002310       1 poll.go:79] reading node-7 first", FAILED_ROUND))
    assert "10.24.0.6" in told.to_json()
