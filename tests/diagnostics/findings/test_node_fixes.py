"""What a node lacks is mended where it lives: at the node, in the pod's own settings, or by asking for the device."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnostics.claims.case import Case
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Fault
from diagnostics.examples import Example
from diagnostics.facts.model import Container, Role, Workload
from diagnostics.findings import node_fixes

NODE_CLAIMS = [ClaimType.KERNEL_LIMIT, ClaimType.HOST_TOOL, ClaimType.DEVICE_MISSING, ClaimType.CPU_FEATURE]


def lack(claim, words, kind="Deployment", **spec):
    snapshot = Example(title="", hit=True).snapshot()
    workload = Workload(kind=kind, namespace="production", name="api", raw={}, owner="")
    container = Container(
        name="api",
        role=Role.APP,
        spec={"name": "api", **spec},
        status={},
        status_path="",
        spec_path="spec.containers[api]",
    )
    case = Case(snapshot=snapshot, pod=next(snapshot.all("Pod")), workload=workload)
    return node_fixes.lack(case, container, claim, words)


@pytest.mark.parametrize(
    ("claim", "words", "what", "told"),
    [
        (
            ClaimType.KERNEL_LIMIT,
            "max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]",
            "a higher vm.max_map_count",
            "sysctl -w vm.max_map_count=262144",
        ),
        (
            ClaimType.KERNEL_LIMIT,
            "ENOSPC: System limit for number of file watchers reached",
            "a higher fs.inotify.max_user_watches",
            "sysctl fs.inotify.max_user_watches",
        ),
        (
            ClaimType.KERNEL_LIMIT,
            "failed to create fsnotify watcher: too many open files",
            "a higher fs.inotify.max_user_instances",
            "every node",
        ),
        (
            ClaimType.KERNEL_LIMIT,
            "net.core.somaxconn is too low",
            "a higher net.core.somaxconn",
            "securityContext.sysctls",
        ),
        (ClaimType.KERNEL_LIMIT, "memory is not locked", "more locked memory", "LimitMEMLOCK"),
        (ClaimType.KERNEL_LIMIT, "pthread_create failed", "more threads or processes than it may have", "leaks"),
        (ClaimType.KERNEL_LIMIT, "accept: too many open files", "more open files than it may have", "leaks"),
        (ClaimType.KERNEL_LIMIT, "Not enough hugepages available", "huge pages", "hugepages-2Mi"),
        (
            ClaimType.HOST_TOOL,
            "modprobe: FATAL: Module wireguard not found",
            "kernel module wireguard on its node",
            "Load",
        ),
        (
            ClaimType.HOST_TOOL,
            "nsenter: failed to execute iscsiadm: No such file",
            "iscsiadm on its node",
            "Install iscsiadm",
        ),
        (
            ClaimType.HOST_TOOL,
            "error opening /host/dev/probe0. Make sure that the falcon module is loaded",
            "kernel module falcon on its node",
            "Load kernel module falcon",
        ),
        (ClaimType.HOST_TOOL, "the required module is not loaded", "a kernel module on its node", "Load a kernel"),
        (
            ClaimType.KERNEL_LIMIT,
            "<jemalloc>: Unsupported system page size",
            "memory pages of another size than its node's kernel has",
            "mostly 4K",
        ),
        (ClaimType.DEVICE_MISSING, "open /dev/kvm: No such file or directory", "/dev/kvm", "device plugin"),
        (ClaimType.CPU_FEATURE, "CPU does not support x86-64-v3", "a CPU with x86-64-v3", "nodeSelector"),
    ],
)
def test_what_is_lacking_and_where_it_is_mended(claim, words, what, told):
    found = lack(claim, words)
    assert found.what == what
    assert told in " ".join((found.remedy.text, *found.remedy.commands))
    assert found.fault is Fault.PREREQUISITE


def test_a_pod_that_asks_for_no_gpu_is_to_ask_for_one():
    found = lack(ClaimType.DEVICE_MISSING, "libcuda.so.1: cannot open shared object file")
    assert found.fault is Fault.TEMPLATE
    assert '"nvidia.com/gpu":"1"' in found.remedy.commands[0]


def test_a_pod_that_asked_for_one_is_not_at_fault():
    limits = {"resources": {"limits": {"nvidia.com/gpu": "1"}}}
    found = lack(ClaimType.DEVICE_MISSING, "libcuda.so.1: cannot open shared object file", **limits)
    assert found.fault is Fault.PREREQUISITE
    assert [item.quote for item in found.proof] == ["nvidia.com/gpu=1"]
    assert not any("patch" in command for command in found.remedy.commands)


@given(st.sampled_from(NODE_CLAIMS), st.text(max_size=300))
def test_no_text_breaks_it_and_something_is_always_told(claim, words):
    found = lack(claim, words)
    assert found.what
    assert found.remedy.text


def test_an_agent_of_the_node_is_not_told_to_request_what_it_offers():
    found = lack(ClaimType.DEVICE_MISSING, "could not load NVML library", kind="DaemonSet")
    assert "runtimeClassName" in found.remedy.text
    assert not any("patch" in command for command in found.remedy.commands)
