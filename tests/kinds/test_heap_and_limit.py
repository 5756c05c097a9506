"""A container that was killed for memory while its own heap is as large as its limit: the heap is the cause."""

from __future__ import annotations

import pytest

from tests.kinds.world import Want, asked, check, dies

RAISE_ONLY = ("watch the real use", "is a leak")


def _killed(log, limit="2Gi", lived=9, **spec):
    return dies(log, 137, reason="OOMKilled", limit=limit, lived=lived, restarts=8, shape="backoff", **spec)


CASES = {
    "jvm-in-the-log": (
        lambda: _killed("+ JAVA_OPT=' -server -Xms4g -Xmx4g -Xmn2g'\nstarting meta server"),
        Want(cause=("oom-killed",), says=("-Xmx4g",), remedy=("heap", "its log", "1331Mi"), never=RAISE_ONLY),
    ),
    "jvm-in-the-shells-line": (
        lambda: _killed(
            "/opt/search/bin/run.sh: line 92:    32 Killed   java -server -Xms6g -Xmx6g -XX:+AlwaysPreTouch -jar s.jar"
        ),
        Want(cause=("oom-killed",), says=("-Xmx6g",), remedy=("heap",), never=RAISE_ONLY),
    ),
    "jvm-in-args": (
        lambda: _killed("starting", command=["java"], args=["-Xms3g", "-Xmx3g", "-jar", "app.jar"]),
        Want(cause=("oom-killed",), says=("-Xmx3g",), remedy=("heap",), never=RAISE_ONLY),
    ),
    "initial-heap-alone": (
        lambda: _killed("starting", command=["java", "-Xms3g", "-XX:+AlwaysPreTouch", "-jar", "app.jar"]),
        Want(cause=("oom-killed",), says=("-Xms3g",), remedy=("heap",), never=RAISE_ONLY),
    ),
    "direct-memory": (
        lambda: _killed(
            "starting",
            command=["java", "-Xmx512m", "-XX:MaxDirectMemorySize=4g", "-jar", "app.jar"],
            lived=600,
        ),
        Want(cause=("oom-killed",), says=("MaxDirectMemorySize=4g",), never=RAISE_ONLY),
    ),
    "node-in-the-log": (
        lambda: _killed("> node --max-old-space-size=4096 dist/main.js\nlistening on 3000", limit="1Gi", lived=900),
        Want(cause=("oom-killed",), says=("--max-old-space-size=4096",), remedy=("heap",), never=RAISE_ONLY),
    ),
    "node-in-env": (
        lambda: _killed("listening on 3000", limit="1Gi", lived=900, env={"NODE_OPTIONS": "--max-old-space-size=4096"}),
        Want(cause=("oom-killed",), says=("--max-old-space-size=4096",), remedy=("NODE_OPTIONS",), never=RAISE_ONLY),
    ),
    "go-limit-in-env": (
        lambda: _killed("serving", limit="512Mi", lived=900, env={"GOMEMLIMIT": "2GiB"}),
        Want(cause=("oom-killed",), says=("GOMEMLIMIT=2GiB",), remedy=("GOMEMLIMIT",), never=RAISE_ONLY),
    ),
    # the other direction: a heap that fits explains nothing
    "heap-that-fits": (
        lambda: _killed("+ JAVA_OPT=' -Xms512m -Xmx512m'\nstarting", lived=900),
        Want(cause=("oom-killed",), remedy=("raise the memory limit from 2Gi",)),
    ),
    "go-limit-that-fits": (
        lambda: _killed("serving", limit="2Gi", lived=900, env={"GOMEMLIMIT": "1GiB"}),
        Want(cause=("oom-killed",), remedy=("raise the memory limit from 2Gi",)),
    ),
    # an advice in the log is no setting
    "heap-that-is-advised": (
        lambda: _killed("WARN heap is small; consider to start with -Xmx8g for large indexes\nserving", lived=900),
        Want(cause=("oom-killed",), remedy=("raise the memory limit from 2Gi",), never=("-Xmx8g",)),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_heap_is_compared_with_the_limit(name):
    build, want = CASES[name]
    check(asked(build()), want)
