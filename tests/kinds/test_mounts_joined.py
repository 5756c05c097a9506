"""A path that a line names, against the mount that should hold it: frozen, the node's own, or empty with each pod."""

from __future__ import annotations

import pytest

from tests.kinds.world import Want, asked, check, dies

FROZEN = {
    "s6": (
        "mkdir: can't create directory '/run/s6': Read-only file system\n"
        "s6-svscan: fatal: unable to chdir: No such file or directory",
        111,
    ),
    "dotnet": ("Failed to create CoreCLR, HRESULT: 0x80004005", 137),
    "python": (
        'Traceback (most recent call last):\n  File "/app/m.py", line 3, in <module>\n    import worker\n'
        "FileNotFoundError: [Errno 2] No usable temporary directory found in ['/tmp', '/var/tmp', '/usr/tmp', '/app']",
        1,
    ),
    "tomcat": ("Unable to create tempDir. java.io.tmpdir is set to /tmp", 1),
    "nginx": ('nginx: [emerg] mkdir() "/var/cache/nginx/client_temp" failed (30: Read-only file system)', 1),
    "shell": (
        "/entry.sh: line 4: cannot create temp file for here-document: Read-only file system\n"
        "/entry.sh: line 9: /etc/app.conf: No such file or directory",
        1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FROZEN)
def test_a_root_file_system_that_is_read_only_by_the_spec(name):
    log, code = FROZEN[name]
    told = asked(dies(log, code, lived=1, securityContext={"readOnlyRootFilesystem": True}))
    check(told, Want(cause=("permission-denied",), remedy=("emptyDir",), never=("shut down",)))


@pytest.mark.parametrize("name", ["dotnet", "python", "tomcat"])
def test_a_root_file_system_that_may_be_written_is_not_blamed(name):
    log, code = FROZEN[name]
    told = asked(dies(log, code, lived=1))
    assert told.cause != "permission-denied", told.summary
    volumes = {"/tmp": {"emptyDir": {}}}  # noqa: S108 — a mount's path
    told = asked(dies(log, code, lived=1, securityContext={"readOnlyRootFilesystem": True}, volumes=volumes))
    assert told.cause != "permission-denied", told.summary


PANIC = "panic: runtime error: index out of range [0] with length 0\n\ngoroutine 1 [running]:\nmain.node()\n\t/src/node.go:26 +0x2c"
OF_THE_NODE = {
    "iscsi": (f"result: cat: /etc/iscsi/initiatorname.iscsi: No such file or directory\nNo target iqn found.\n{PANIC}", "/etc/iscsi"),
    "go": ("Error: open /host/etc/kubernetes/admin.conf: no such file or directory", "/host/etc/kubernetes"),
    "python": ("FileNotFoundError: [Errno 2] No such file or directory: '/var/lib/kubelet/device-plugins/kubelet.sock'", "/var/lib/kubelet"),
    "socket": ("fatal: stat /run/containerd/containerd.sock: no such file or directory", "/run/containerd"),
    "proc": ("Unable to read /host/proc/net/nf_conntrack: No such file or directory", "/host/proc"),
    "crash": (f"ERROR reading /etc/multipath/conf.d: not found\n{PANIC}", "/etc/multipath"),
}  # fmt: skip


@pytest.mark.parametrize("name", OF_THE_NODE)
def test_a_file_of_the_node_that_is_not_there(name):
    log, mount = OF_THE_NODE[name]
    told = asked(dies(log, 2, volumes={mount: {"hostPath": {"path": mount.removeprefix("/host")}}}))
    check(told, Want(cause=("node-prerequisite",), remedy=("node-1", "hostPath")))


@pytest.mark.parametrize("name", ["iscsi", "go", "python"])
def test_the_same_file_of_the_image_is_no_matter_of_the_node(name):
    log, _ = OF_THE_NODE[name]
    told = asked(dies(log, 2))
    assert told.cause != "node-prerequisite", told.summary


EMPTY = {
    "own error": ('level=error msg="Unable to find database file: /config/users.yml"\nlevel=error msg="Generated database at: /config/users.yml"', "/config"),
    "yaml": ("fatal: config file /data/app.yml not found", "/data"),
    "python": ("FileNotFoundError: [Errno 2] No such file or directory: '/work/model/config.json'", "/work"),
    "php": ("PHP Fatal error:  Uncaught Error: Failed opening required '/srv/www/index.php': No such file or directory", "/srv/www"),
    "go": ("Error: open /etc/relay/routes.json: no such file or directory", "/etc/relay"),
    "crash": (f"cannot read /seed/tokens.json: file does not exist\n{PANIC}", "/seed"),
}  # fmt: skip


@pytest.mark.parametrize("name", EMPTY)
def test_a_file_in_a_directory_that_is_empty_in_each_new_pod(name):
    log, mount = EMPTY[name]
    told = asked(dies(log, volumes={mount: {"emptyDir": {}}}))
    check(told, Want(cause=("bad-config",), remedy=("emptyDir",)))


@pytest.mark.parametrize("name", ["yaml", "go"])
def test_a_file_that_the_image_should_have_is_not_said_to_lie_in_an_emptydir(name):
    log, _ = EMPTY[name]
    assert "emptydir" not in asked(dies(log)).remedy.text.lower()


ON_A_HOST_PATH = {
    "go": ("panic: Failed to load local MSP: could not load /var/lib/app/msp/signcerts: stat /var/lib/app/msp/signcerts: no such file or directory", "/var/lib/app/msp"),
    "python": ("FileNotFoundError: [Errno 2] No such file or directory: '/models/base/config.json'", "/models"),
    "node": ("Error: ENOENT: no such file or directory, open '/site/package.json'", "/site"),
    "php": ("PHP Fatal error:  Uncaught Error: Failed opening required '/srv/www/index.php': No such file or directory", "/srv/www"),
    "java": ("java.io.FileNotFoundException: /conf/app.yml (No such file or directory)", "/conf"),
    "shell": ("cat: /seed/start.sql: No such file or directory", "/seed"),
}  # fmt: skip


@pytest.mark.parametrize("name", ON_A_HOST_PATH)
def test_a_file_that_should_lie_in_a_directory_of_the_node(name):
    log, mount = ON_A_HOST_PATH[name]
    told = asked(dies(log, volumes={mount: {"hostPath": {"path": "/home/dev/work"}}}))
    check(told, Want(cause=("bad-config",), remedy=("/home/dev/work", "node-1"), never=("another release",)))
