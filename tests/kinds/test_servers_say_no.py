"""What a server answers that has not got what is asked of it, a choice that nobody made, a runtime that lacks its framework."""

from __future__ import annotations

import pytest

from tests.kinds.world import Want, asked, check, dies

BROKERS = {
    "go, a logger's value is the panic": (
        "successfully connected to kafka cluster\nfailed to get partition count: kafka server: Replication-factor is invalid.\n"
        "panic: (*logrus.Entry) (0x8e3e00,0xc0001820f0)\n\ngoroutine 1 [running]:\nexample.com/acme/lag.Start(0xc0000a8240)\n"
        "\t/app/lag.go:111 +0x3a5\nmain.main()\n\t/app/main.go:69 +0x3be"
    ),
    "java": (
        'Exception in thread "main" org.apache.kafka.common.errors.InvalidReplicationFactorException: Replication factor: 3'
        " larger than available brokers: 1.\n\tat com.acme.Topics.make(Topics.java:12)\n\tat com.acme.Main.main(Main.java:4)"
    ),
    "python": (
        'Traceback (most recent call last):\n  File "/app/main.py", line 9, in <module>\n    create()\ncimpl.KafkaException:'
        ' KafkaError{code=INVALID_REPLICATION_FACTOR,val=38,str="Broker: Invalid replication factor"}'
    ),
    "a topic that is not there": (
        'Exception in thread "main" java.lang.IllegalStateException: Balancer cannot find sampling topic matches'
        " __AcmeMetrics in the target cluster.\n\tat com.acme.Sampler.configure(Sampler.java:207)\n"
        "\tat com.acme.Main.main(Main.java:62)"
    ),
    "a queue that is not there": "fatal: could not find queue orders.in on the broker",
}


@pytest.mark.parametrize("name", BROKERS)
def test_what_the_server_has_not_got_is_no_fault_of_the_code(name):
    want = Want(cause=("dependency-unavailable",), never=("without this fault", "Fix the code"), undo=False, sure=False)
    check(asked(dies(BROKERS[name], 2, env={"KAFKA_BROKERS": "kafka:9092"})), want)


OWN = {
    "its own setting": ("fatal: invalid replication factor 0: must be at least 1", ("bad-config", None)),
    "its own registry": (
        "panic: cannot find handler for topic orders\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:6 +0x3b",
        ("app-crash",),
    ),
}


@pytest.mark.parametrize("name", OWN)
def test_the_programs_own_words_of_the_same_are_no_servers(name):
    log, cause = OWN[name]
    check(asked(dies(log, 2)), Want(cause=cause))


CHOICES = {
    "shell": ("ERROR: Neither $JAVA_MAIN_CLASS nor $JAVA_APP_JAR is set and 0 found in /deployments (1 expected)", "JAVA_MAIN_CLASS"),
    "python": ("ValueError: neither DATABASE_URL nor DB_HOST is defined", "DATABASE_URL"),
    "go": ("fatal: either RELAY_TOKEN or RELAY_TOKEN_FILE must be set", "RELAY_TOKEN"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHOICES)
def test_of_two_settings_one_is_needed(name):
    log, says = CHOICES[name]
    check(asked(dies(log)), Want(cause=("bad-config", "bad-entrypoint"), says=(says,)))


def test_that_neither_is_reachable_is_no_setting():
    got = asked(dies("fatal: neither redis-0:6379 nor redis-1:6379 is reachable: connection refused"))
    check(got, Want(cause=("dependency-unavailable",)))


FRAMEWORKS = {
    "7": ("Microsoft.NETCore.App", "7.0.0", "8.0.6"),
    "asp": ("Microsoft.AspNetCore.App", "6.0.0", "8.0.10"),
}


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_a_framework_that_the_image_lacks_is_missing(name):
    kind, wanted, found = FRAMEWORKS[name]
    log = (
        "You must install or update .NET to run this application.\n\nApp: /app/web.dll\nArchitecture: x64\n"
        f"Framework: '{kind}', version '{wanted}' (x64)\n.NET location: /usr/share/dotnet/\n\n"
        f"The following frameworks were found:\n  {found} at [/usr/share/dotnet/shared/{kind}]\n\nLearn more:\n"
        "https://aka.ms/dotnet/app-launch-failed\n\nTo install missing framework, download:\n"
        f"https://aka.ms/dotnet-core-applaunch?framework={kind}&framework_version={wanted}&arch=x64"
    )
    got = asked(dies(log, 150))
    check(got, Want(cause=("missing-library",), says=("image registry.example/app:2.0",), restart=False))
    assert got.evidence[0].quote == "You must install or update .NET to run this application."
