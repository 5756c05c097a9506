"""Where the owner of a path is set: on the node, in the pod's securityContext, by a capability, or in the image."""

from __future__ import annotations

import pytest

from diagnostics.engine import diagnose
from tests.composed.world import Truth, World, c, crash

CLAIM = [{"name": "data", "persistentVolumeClaim": {"claimName": "data-app"}}]
HELD = "Error creating /data/configs: permission denied\n"
CHOWN = "chown: /data/csv: Permission denied\n"


def told(log, *, pod=None, volumes=CLAIM, backing=None, **spec):
    world = World()
    if backing is not None:
        world.add("PersistentVolumeClaim", "data-app", spec={"volumeName": "pv-1"})
        world.add("PersistentVolume", "pv-1", namespace="", spec=backing)
    world.workload(
        "app",
        c("app", mounts={"/data": "data"}, **spec),
        statuses={"app": crash(1, log)},
        spec={"volumes": volumes, "securityContext": pod or {}},
    )
    return diagnose(world.snapshot(Truth("deployment/app", "", "app")))


def shown(found):
    assert found.cause == "permission-denied"
    return f"{found.summary} {found.remedy.text} {' '.join(found.remedy.commands)}"


def test_a_hostpath_is_changed_on_its_node_because_fsgroup_does_not_act_on_it():
    found = told(HELD, pod={"runAsUser": 1000, "fsGroup": 1000}, backing={"hostPath": {"path": "/srv/data/"}})
    assert "on claim data-app (hostPath /srv/data/)" in found.summary
    assert found.remedy.commands[0].startswith("kubectl debug node/")
    assert found.remedy.commands[0].endswith("chown -R 1000:1000 /host/srv/data")
    assert "patch" not in shown(found)


def test_a_directory_of_the_nodes_system_is_not_given_away():
    volumes = [{"name": "data", "hostPath": {"path": "/var/run"}}]
    text = shown(told("open /data/docker.sock: permission denied\n", pod={"runAsUser": 1000}, volumes=volumes))
    assert "supplementalGroups" in text
    assert "chown" not in text


@pytest.mark.parametrize(
    ("pod", "words", "command"),
    [
        ({"runAsUser": 1000}, "Set fsGroup 1000", '{"fsGroup":1000}'),
        ({"runAsUser": 1000, "runAsGroup": 3000}, "Set fsGroup 3000", '{"fsGroup":3000}'),
        ({"runAsUser": 1000, "fsGroup": 2000}, "fsGroup 2000 is set already", "describe pvc data-app"),
        ({}, "the group of the image's user", "--command -- id"),
    ],
)
def test_a_number_for_fsgroup_follows_from_the_spec_or_is_not_offered(pod, words, command):
    text = shown(told(HELD, pod=pod))
    assert words in text
    assert command in text


@pytest.mark.parametrize(
    ("log", "own", "words", "add"),
    [
        (CHOWN, {"runAsUser": 0, "capabilities": {"drop": ["ALL"], "add": ["CHOWN"]}}, "without its capabilities", 2),
        (
            "chown: changing ownership of '/data': Operation not permitted\n",
            {"runAsUser": 0, "capabilities": {"drop": ["ALL"]}},
            "capability CHOWN",
            1,
        ),
        (CHOWN, {"runAsUser": 1000}, "only root may change owners", 0),
        ("chown: changing ownership of '/data': Operation not permitted\n", {"runAsUser": 0}, "root_squash", 0),
    ],
)
def test_a_refused_chown_names_what_is_in_its_way(log, own, words, add):
    text = shown(told(log, pod={"fsGroup": 472}, securityContext=own))
    assert words in text
    assert text.count('"CHOWN"') + text.count('"DAC_OVERRIDE"') == add
    assert "1000" not in text or own.get("runAsUser") == 1000
    assert "It replaces" not in text


def test_a_path_of_the_image_is_not_mended_by_a_volumes_group():
    found = told("PermissionError: [Errno 13] Permission denied: '/opt/app/cache'\n", pod={"runAsUser": 1001})
    assert "No volume provides /opt/app: build the image" in found.remedy.text
    assert "runAsUser 1001" in found.remedy.text
    assert "fsGroup" not in found.remedy.text


@pytest.mark.parametrize("path", ["./metrics-activity.json", "/metrics.json"])
def test_nothing_is_mounted_over_the_root_or_a_relative_path(path):
    found = told(f"open {path}: read-only file system\n", volumes=[])
    assert '"mountPath":"."' not in shown(found)
    assert '"mountPath":"/"' not in shown(found)
