"""Which version wrote the data, which reads it, and whose image it was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.claims.case import Case
from diagnostics.examples import Example
from diagnostics.facts.model import Container, Revision, Role, Workload
from diagnostics.findings import data_versions
from diagnostics.findings.data_versions import Comparison, Direction, Writer

POSTGRES = (
    "The data directory was initialized by PostgreSQL version 15, which is not compatible with this version 17.4."
)


@pytest.mark.parametrize(
    ("lines", "found", "wanted", "direction"),
    [
        ([POSTGRES], "15", "17.4", Direction.OLDER),
        (
            ["FATAL:  database files are incompatible with server", f"DETAIL:  {POSTGRES}"],
            "15",
            "17.4",
            Direction.OLDER,
        ),
        (["Invalid MySQL server downgrade: Cannot downgrade from 80400 to 80300."], "8.4.0", "8.3.0", Direction.NEWER),
        (["store format: found 9, expected 7"], "9", "7", Direction.NEWER),
        (["schema version mismatch: expected 12, got 10"], "10", "12", Direction.OLDER),
        (["# Can't handle RDB format version 11"], "11", "", Direction.NEWER),
        (
            ["Your database version (1.48.2) is incompatible with your current engine version (1.49.0)."],
            "1.48.2",
            "1.49.0",
            Direction.OLDER,
        ),
        (["no migration found for version 140: read down for version 140 ."], "140", "", Direction.NEWER),
        (["Can't locate revision identified by 'a1b2c3'"], "", "", Direction.NEWER),
        (["database files are incompatible with server"], "", "", Direction.OTHER),
        ([], "", "", Direction.OTHER),
    ],
)
def test_the_words_tell_both_versions_and_the_way(lines, found, wanted, direction):
    told = data_versions.compared(lines)
    assert (told.found, told.wanted, told.direction) == (found, wanted, direction)


@pytest.mark.parametrize(
    ("line", "servers"),
    [
        (POSTGRES, True),
        ("Invalid MySQL server downgrade: Cannot downgrade from 80400 to 80300.", True),
        ("[ERROR] InnoDB: Unsupported redo log format. The redo log was created with MariaDB 10.5.4.", True),
        ("store format: found 9, expected 7", False),
        ("# Can't handle RDB format version 11", False),
        ("no migration found for version 140: read down for version 140 .", False),
    ],
)
def test_only_a_servers_version_is_one_that_images_have(line, servers):
    assert data_versions.compared([line]).servers is servers


def revision(number, image, *, failed=False, current=False):
    template = {"spec": {"containers": [{"name": "db", "image": image}]}}
    return Revision(
        number=number,
        name=f"db-{number}",
        template=template,
        created=None,
        current=current,
        proven=False,
        failed=failed,
    )


def writer(found, *revisions, image="postgres:17.4"):
    snapshot = Example(title="", hit=True).snapshot()
    now = revision(9, image, failed=True, current=True)
    workload = Workload(
        kind="StatefulSet", namespace="production", name="db", raw={}, revisions=(now, *revisions), owner=""
    )
    case = Case(snapshot=snapshot, pod=next(snapshot.all("Pod")), workload=workload)
    container = Container(
        name="db", role=Role.APP, spec={"name": "db", "image": image}, status={}, status_path="", spec_path=""
    )
    return data_versions.writer(case, container, Comparison(found=found, wanted="", direction=Direction.OTHER))


def test_the_revision_that_ran_the_version_of_the_data_wrote_it():
    older = (revision(8, "postgres:15.6-alpine"), revision(7, "postgres:14.1"))
    assert writer("15", *older) == Writer(revision=8, image="postgres:15.6-alpine")
    assert writer("14", *older) == Writer(revision=7, image="postgres:14.1")


@pytest.mark.parametrize(
    ("found", "image", "failed"),
    [
        ("15", "postgres:15.6", True),  # it failed too
        ("15", "postgres:16.1", False),  # another version
        ("15", "postgres:latest", False),  # a tag that tells nothing
        ("15", "registry.example:5000/postgres", False),  # the port of a registry is no tag
        ("15", "postgres:17.4", False),  # the image that runs now
        ("", "postgres:15.6", False),  # the words name no version
    ],
)
def test_nobody_is_named_who_may_not_have_written_it(found, image, failed):
    assert writer(found, revision(8, image, failed=failed)) is None


@given(st.lists(st.text(max_size=300), max_size=4))
def test_no_text_breaks_it(lines):
    told = data_versions.compared(lines)
    assert told.sentence
    assert told.direction in set(Direction)
