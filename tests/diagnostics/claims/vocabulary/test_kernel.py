"""What the node refuses."""

import pytest

from diagnostics.claims.model import ClaimType as T
from diagnostics.claims.vocabulary import kernel

ROWS = [
    ("Error. No SRIOV network device found", T.DEVICE_MISSING, {"resource": "SRIOV network device"}),
    ("No devices found for resource vendor.example/fpga", T.DEVICE_MISSING, {"resource": "vendor.example/fpga"}),
    ("No EdgeTPU was detected", T.DEVICE_MISSING, {"resource": "EdgeTPU"}),
    ("could not find any Zigbee adapter", T.DEVICE_MISSING, {"resource": "Zigbee adapter"}),
    ("ALSA: no sound card detected", T.DEVICE_MISSING, {"resource": "sound card"}),
    (
        "max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]",
        T.KERNEL_LIMIT,
        {"limit": "vm.max_map_count", "found": "65530", "expected": "262144"},
    ),
    (
        "System.IO.IOException: The configured user limit (128) on the number of inotify instances has been reached",
        T.KERNEL_LIMIT,
        {"found": "128"},
    ),
    (
        "max file descriptors [4096] for elasticsearch process is too low, increase to at least [65535]",
        T.KERNEL_LIMIT,
        {"found": "4096", "expected": "65535"},
    ),
    (
        "not enough request capacity in /proc/sys/fs/aio-max-nr. Try increasing that number",
        T.KERNEL_LIMIT,
        {"limit": "fs/aio-max-nr"},
    ),
    ("Fatal glibc error: CPU does not support x86-64-v2", T.CPU_FEATURE, {}),
    ("modprobe: FATAL: Module nf_tables not found in directory /lib/modules/5.4", T.HOST_TOOL, {"module": "nf_tables"}),
    (
        "environment check failed: nsenter [--mount=/host/proc/1/ns/mnt mdadm]: No such file or directory",
        T.HOST_TOOL,
        {"command": "mdadm"},
    ),
    (
        "Failed to set nvme_core io_timeout: No such file or directory (os error 2)",
        T.HOST_TOOL,
        {"module": "nvme_core"},
    ),
    ("mount overlay: No such device", T.HOST_TOOL, {"module": "overlay"}),
    ("nvidia-container-cli: initialization error: nvml error: driver not loaded", T.DEVICE_MISSING, {}),
    ("could not open device /dev/fuse: Permission denied", T.DEVICE_MISSING, {"path": "/dev/fuse"}),
]
HARMLESS = [
    "no credit card found for customer 7",
    "No payment cards available",
    "no device token found for user 12",
    "No database adapter found for url",
    "cannot find adapter: sqlite",
    "found 3 devices",
    "vm.max_map_count is 262144",
    "ulimit -n: 1048576",
    "This TensorFlow binary is optimized to use AVX2 instructions",
    "kernel 5.15.0 detected",
    "GPU 0: found",
    "open /etc/nvme_core.conf: No such file or directory",
    "cannot read ip_list: open /data/ip_list: No such file or directory",
    "zfs is loaded",
]


@pytest.mark.parametrize(("text", "claim", "names"), ROWS, ids=lambda item: str(item)[:60])
def test_a_failing_line_is_its_type_and_names_its_objects(text, claim, names):
    found = kernel.terms(text)
    assert claim in {term.type for term in found}
    told = {key: value for term in reversed(found) for key, value in term.names.items()}
    assert names.items() <= told.items()


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_line_says_nothing(text):
    assert kernel.terms(text) == ()
