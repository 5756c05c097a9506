"""Claims held against the objects: what supports them, what contradicts them, and where the objects are silent."""

import pytest

from diagnostics.claims.case_builder import case_of
from diagnostics.claims.catalogue import builtin
from diagnostics.claims.checks import checked
from diagnostics.claims.claim import Support
from diagnostics.claims.model import ClaimType
from diagnostics.examples import NAMESPACE, Example, terminated, waiting
from tests.support.prepared import prepared

BACKOFF = waiting("CrashLoopBackOff", "back-off 20s restarting failed container=api pod=api_production(uid)")
CONFIG = {
    "kind": "ConfigMap",
    "metadata": {"name": "settings", "namespace": NAMESPACE},
    "data": {"BILLING_URL": "https://billing.example", "app.yaml": "a: 1"},
}


def check(kind, log, *, lived=2, volumes=(), pod=None, objects=(CONFIG,), **container):
    """Check the first claim of this type that the log makes."""
    example = Example(
        title="",
        hit=True,
        container=container,
        pod={"spec": {"volumes": list(volumes), **(pod or {})}},
        status={"state": BACKOFF, "lastState": terminated(1, lived=lived)},
        previous=f"starting\n{log}\n",
        objects=tuple(objects),
    )
    case = case_of(prepared(example.snapshot()), builtin())
    claim = next(claim for claim in case.claims if claim.type is kind)
    found = checked(case, claim)
    assert bool(found.because) is (found.support is Support.CONTRADICTED)
    return found.support, found.because


SILENT, SUPPORTED = (Support.SILENT, ""), (Support.SUPPORTED, "")


def contradicted(because):
    return Support.CONTRADICTED, because


def entry(**given):
    return {"env": [{"name": "BILLING_URL", **given}]}


def key_of(kind, name, key):
    ref = {"ConfigMap": "configMapKeyRef", "Secret": "secretKeyRef"}[kind]
    return entry(valueFrom={ref: {"name": name, "key": key, "optional": True}})


def all_of(name):
    return {"envFrom": [{"configMapRef": {"name": name}}]}


@pytest.mark.parametrize(
    ("container", "found"),
    [
        ({}, SUPPORTED),
        (entry(value=""), SUPPORTED),
        (entry(value="https://billing.example"), contradicted("the spec sets BILLING_URL")),
        (key_of("ConfigMap", "settings", "BILLING_URL"), contradicted("ConfigMap settings sets BILLING_URL")),
        (key_of("ConfigMap", "settings", "BILLING_URI"), SUPPORTED),
        (all_of("settings"), contradicted("ConfigMap settings sets BILLING_URL")),
        (all_of("not-read"), SUPPORTED),
        ({"envFrom": [{"secretRef": {"name": "not-read"}}]}, SILENT),
    ],
)
def test_a_setting_that_is_said_to_be_missing(container, found):
    said = "environment variable BILLING_URL is not set"
    assert check(ClaimType.SETTING_MISSING, said, **container) == found


@pytest.mark.parametrize(
    "args", [["--billing-url", "https://billing.example"], ["--billing-url=https://billing.example"]]
)
def test_a_setting_that_the_arguments_give_is_not_missing(args):
    found = check(ClaimType.SETTING_MISSING, "billing_url must not be empty", args=args)
    assert found == contradicted("the arguments give billing_url")


@pytest.mark.parametrize(
    ("said", "container", "found"),
    [
        ("WORKERS must be a number", {"env": [{"name": "WORKERS", "value": "four"}]}, SUPPORTED),
        ("WORKERS must be a number", {"env": [{"name": "WORKERS", "value": "4"}]},
         contradicted("the spec gives WORKERS a number")),
        ("invalid value for WORKERS: value is empty", {"env": [{"name": "WORKERS", "value": "4"}]},
         contradicted("the spec gives WORKERS a value")),
        ("WORKERS must be a number", {}, SILENT),
    ],
)  # fmt: skip
def test_a_setting_that_is_said_to_be_wrong(said, container, found):
    assert check(ClaimType.SETTING_INVALID, said, **container) == found


MOUNT = {"volumeMounts": [{"name": "data", "mountPath": "/etc/app"}]}


@pytest.mark.parametrize(
    ("said", "volume", "found"),
    [
        ("open /etc/app/app.yaml: no such file or directory", {"configMap": {"name": "settings"}},
         contradicted("ConfigMap settings brings /etc/app/app.yaml")),
        ("open /etc/app/other.yaml: no such file or directory", {"configMap": {"name": "settings"}}, SUPPORTED),
        ("open /etc/app/app.yaml: no such file or directory", {"emptyDir": {}}, SILENT),
        ("open /opt/app.yaml: no such file or directory", {"configMap": {"name": "settings"}}, SILENT),
        ("open app.yaml: no such file or directory", {"configMap": {"name": "settings"}}, SILENT),
    ],
)  # fmt: skip
def test_a_file_that_is_said_to_be_missing(said, volume, found):
    assert check(ClaimType.FILE_MISSING, said, volumes=[{"name": "data", **volume}], **MOUNT) == found


FROZEN = {"securityContext": {"readOnlyRootFilesystem": True}}


@pytest.mark.parametrize(
    ("path", "volume", "container", "found"),
    [
        ("/etc/app/x.db", {"emptyDir": {}}, {}, contradicted("nothing makes /etc/app/x.db read-only")),
        ("/opt/x.db", {"emptyDir": {}}, {}, contradicted("nothing makes /opt/x.db read-only")),
        ("/opt/x.db", {"emptyDir": {}}, FROZEN, SUPPORTED),
        ("/etc/app/x.db", {"configMap": {"name": "settings"}}, {}, SUPPORTED),
        ("/etc/app/x.db", {"persistentVolumeClaim": {"claimName": "data"}}, {}, SILENT),
    ],
)
def test_a_path_that_is_said_to_be_read_only(path, volume, container, found):
    said = f"open {path}: read-only file system"
    assert check(ClaimType.READ_ONLY, said, volumes=[{"name": "data", **volume}], **MOUNT, **container) == found


@pytest.mark.parametrize(
    ("volume", "pod", "container", "found"),
    [
        ({"emptyDir": {}}, {}, {"securityContext": {"runAsUser": 0}}, True),
        ({"emptyDir": {}}, {"securityContext": {"runAsUser": 0}}, {}, True),
        ({"emptyDir": {}}, {"securityContext": {"runAsUser": 0}}, {"securityContext": {"runAsUser": 1000}}, False),
        ({"emptyDir": {}}, {}, {}, False),
        ({"hostPath": {"path": "/srv"}}, {"securityContext": {"runAsUser": 0}}, {}, False),
    ],
)
def test_a_path_that_is_said_to_be_closed(volume, pod, container, found):
    said = "open /etc/app/x.db: permission denied"
    volumes = [{"name": "data", **volume}]
    because = contradicted("it runs as root, and /etc/app/x.db lies on an emptyDir")
    assert check(ClaimType.ACCESS_DENIED, said, pod=pod, volumes=volumes, **MOUNT, **container) == (
        because if found else SILENT
    )


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (ClaimType.WRONG_ARCHITECTURE, "exec /app/server: exec format error"),
        (ClaimType.COMMAND_MISSING, 'exec: "/app/serve": stat /app/serve: no such file or directory: unknown command'),
    ],
)
def test_what_ran_for_minutes_could_be_run(kind, said):
    assert check(kind, said, lived=2) == SILENT
    assert check(kind, said, lived=300) == contradicted("it ran for 300 s")


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (ClaimType.READ_ONLY, "write: read-only file system"),
        (ClaimType.READ_ONLY, "open x.db: read-only file system"),
        (ClaimType.ACCESS_DENIED, "open x.db: permission denied"),
        (ClaimType.ADDRESS_IN_USE, "listen tcp :8080: bind: address already in use"),
        (ClaimType.UNREACHABLE, "dial tcp 10.0.0.5:5432: connect: connection refused"),
    ],
)
def test_where_no_object_can_tell_the_check_is_silent(kind, said):
    assert check(kind, said, securityContext={"runAsUser": 0}) == SILENT
