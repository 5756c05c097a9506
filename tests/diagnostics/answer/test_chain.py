"""A dependency is followed to the root of the root; a circle ends; without a cause the answer says so."""

from __future__ import annotations

from dataclasses import replace

from diagnostics.engine import diagnose
from diagnostics.snapshot import Unread
from tests.composed.world import Truth, World, c, crash


def refused(host, port=5432):
    return f"dial tcp: connect to {host}:{port}: connection refused"


def chained(*names, last):
    """Workloads of which each cannot reach the next; the last one prints ``last``."""
    made = World()
    for name, after in zip(names, (*names[1:], None), strict=True):
        made.service(name, 5432, {"app": name}, ready=0, ip=f"10.96.7.{len(made.objects.get('Service', []))}")
        made.workload(name, c("app"), statuses={"app": crash(1, refused(after) if after else last)})
    return made.snapshot(Truth(f"deployment/{names[0]}", "dependency-unavailable"))


def test_the_root_of_the_root_is_the_headline():
    got = diagnose(chained("web", "api", "db", last="FATAL: could not write: No space left on device"))
    assert got.cause == "dependency-unavailable"
    assert got.summary.startswith("db-")
    assert [link.cause for link in got.chain] == ["dependency-unavailable", "dependency-unavailable", "disk-full"]
    assert "No space left on device" in "\n".join(item.quote for item in got.evidence)


def test_a_circle_of_dependencies_ends():
    made = World()
    for name, other in (("hen", "egg"), ("egg", "hen")):
        made.service(name, 5432, {"app": name}, ready=0, ip=f"10.96.8.{len(name)}{len(other)}")
        made.workload(name, c("app"), statuses={"app": crash(1, refused(other))})
    got = diagnose(made.snapshot(Truth("deployment/hen", "dependency-unavailable")))
    assert got.cause == "dependency-unavailable"
    assert len(got.chain) <= 3


def test_depth_is_bounded():
    got = diagnose(chained(*(f"tier{number}" for number in range(8)), last="FATAL: No space left on device"))
    assert 2 <= len(got.chain) <= 5  # the last is a Service whose pods were not looked into


def test_without_a_cause_the_strongest_facts_are_told():
    made = World()
    made.workload("quiet", c("app"), statuses={"app": crash(9, "")})
    snapshot = made.snapshot(Truth("deployment/quiet", None))
    blind = replace(snapshot, unread=(Unread(what="Event production", why="403 Forbidden"),))
    got = diagnose(blind)
    assert (got.verdict, got.cause) == ("undetermined", None)
    assert "exit code 9" in got.summary
    assert "not read: Event production" in got.summary
    assert got.facts["exit_code"] == 9
    assert got.remedy.commands[-1].startswith("kubectl -n production describe pod quiet-")
