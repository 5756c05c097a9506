"""What the node's kernel, limits, processor, devices and tools refuse: sysctl, ulimit, inotify, CPU levels, GPU runtime."""

from __future__ import annotations

from typing import Final

from diagnostics.claims.model import ClaimType, Term
from diagnostics.claims.vocabulary.table import Entry, Table

_LIMIT: Final = ClaimType.KERNEL_LIMIT
_DEVICE: Final = ClaimType.DEVICE_MISSING
_TOOL: Final = ClaimType.HOST_TOOL
_CPU: Final = ClaimType.CPU_FEATURE
_LOW: Final = r"(?:is )?(?:too (?:low|small|few)|(?:should|must|needs to) be (?:at least|increased|raised|set to|greater)|not (?:high|large) enough|insufficient|below (?:the )?(?:minimum|recommended)|exceeded|has been reached|to at least)"

ENTRIES: Final = (
    Entry(_LIMIT, rf"\b(?P<limit>vm\.(?:max_map_count|overcommit_memory|nr_hugepages|swappiness)|max virtual memory areas vm\.max_map_count)\b[^\n]{{0,60}}?(?:\[(?P<found>\d+)\] )?{_LOW}(?:[^\n]{{0,30}}?\[?(?P<expected>\d+)\]?)?", {"limit": "vm.max_map_count"}),
    Entry(_LIMIT, rf"\b(?P<limit>(?:kernel|fs|net|vm|user)\.[a-z0-9_]+(?:\.[a-z0-9_]+)*)\b[^\n]{{0,80}}?{_LOW}(?:[^\n]{{0,30}}?(?P<expected>\d+))?"),
    Entry(_LIMIT, r"(?i)configured user limit \((?P<found>\d+)\) on the number of inotify (?P<limit>instances|watches) has been reached|(?:ENOSPC: )?system limit for number of file watchers reached|user limit of inotify (?:watches|instances) reached|inotify_init1?\b[^\n]{0,30}(?:failed|too many)|\binotify(?:_add_watch| watch| instance)?[^\n]{0,40}(?:limit (?:reached|exceeded)|exhausted)|too many inotify (?:instances|watches)", {"limit": "fs.inotify"}),
    Entry(_LIMIT, rf"(?i)(?:max(?:imum)? (?:number of )?(?:open )?file descriptors|file descriptor limit|open files? limit|\bnofile\b|\bulimit\b(?: -\w)?|\brlimit_nofile\b|max number of threads|locked memory|memlock|\brlimit_memlock\b)[^\n]{{0,80}}?(?:\[?(?P<found>\d+)\]?[^\n]{{0,40}}?)?{_LOW}(?:[^\n]{{0,30}}?(?P<expected>\d+))?", {"limit": "nofile"}),
    Entry(_LIMIT, r"(?i)\bsetrlimit\b[^\n]{0,60}(?:failed|not permitted|operation)[^\n]{0,40}|ulimit: [^\n]{0,40}cannot modify limit[^\n]{0,40}|error setting rlimit[^\n]{0,60}|memory locking requested[^\n]{0,60}but memory is not locked|unable to lock (?:JVM )?memory[^\n]{0,60}", {"limit": "ulimit"}),
    Entry(_LIMIT, r"(?i)(?:(?:no|not enough|insufficient|could not allocate|cannot allocate|failed to (?:allocate|reserve)|unable to allocate) [^\n]{0,20}(?:huge ?pages|large pages)[^\n]{0,60}|could not map anonymous shared memory[^\n]{0,60}|(?:huge ?pages|large pages)[^\n]{0,30} (?:are )?not (?:supported|enabled|available|mounted)[^\n]{0,30})", {"limit": "hugepages"}),
    Entry(_LIMIT, r"(?i)\b(?P<limit>io_uring|seccomp|cgroups? ?v?[12]?|user ?namespaces?|landlock|bpf(?:fs)?|btf|ebpf|overlayfs|fuse|ipv6|transparent hugepages?)\b[^\n]{0,40}?\b(?:is |are |was )?(?:not (?:supported|available|enabled|mounted|permitted|allowed)|unsupported|unavailable|disabled by|blocked by|missing)\b[^\n]{0,60}"),
    Entry(_LIMIT, r"(?i)\b(?:kernel (?:version )?[\d.]*[^\n]{0,20}(?:is )?(?:too old|not supported|unsupported|does not support)[^\n]{0,60}|requires (?:a )?(?:linux )?kernel(?: version)? (?:>=? ?)?(?P<expected>\d[\d.]*)|minimum (?:supported )?kernel version[^\n]{0,60}|FATAL: kernel too old)"),
    Entry(_LIMIT, r"(?i)sysctl: (?:cannot stat|setting key|permission denied on key|error setting key)[^\n]{0,120}|failed to (?:set|write) sysctl[^\n]{0,80}"),
    Entry(_LIMIT, r"(?i)(?:(?:increas|rais|enlarg|tun|adjust|chang|low|small|insufficient|not enough|exceed|exhaust)\w*[^\n]{0,80}?)/proc/sys/(?P<limit>[\w./-]+)|/proc/sys/(?P<limit2>[\w./-]+)[^\n]{0,80}?(?:too (?:low|small)|not enough|insufficient|read-only|permission denied|must be)[^\n]{0,40}"),
    # Processor.
    Entry(_CPU, r"(?i)(?:CPU|processor|machine|hardware|host|system|platform)[^\n]{0,60}(?:does not|doesn't|lacks?|without|not) [^\n]{0,20}?(?:support(?:ed|s)?|have|provide|implement)?[^\n]{0,40}?\b(?P<reason>x86-64-v[234]|AVX(?:2|-?512\w*)?|SSE4(?:[._][12])?|SSSE3|FMA3?|BMI[12]?|AES-NI|popcnt|NEON|LSE)\b[^\n]{0,40}|\b(?P<reason2>x86-64-v[234]|AVX(?:2|512\w*)?|SSE4(?:[._][12])?|popcnt)\b[^\n]{0,40}\b(?:is |are )?(?:required|not (?:supported|available|detected|found|present)|missing)\b[^\n]{0,40}|(?:requires?|needs?|compiled (?:with|for|to use)) [^\n]{0,40}\b(?P<reason3>x86-64-v[234]|AVX(?:2|512\w*)?|SSE4(?:[._][12])?)\b[^\n]{0,60}(?:unavailable|not|unsupported|but)[^\n]{0,60}|Fatal glibc error: CPU does not support x86-64-v\d|This program can only be run on (?:AMD64 )?processors with v\d microarchitecture support"),
    Entry(None, r"(?i)This TensorFlow binary is optimized[^\n]*|To enable the following instructions:[^\n]*|Your CPU supports instructions that this[^\n]*|WARNING: MongoDB 5\.0\+ requires a CPU with AVX support[^\n]{0,10}$"),
    Entry(_CPU, r"MongoDB 5\.0\+ requires a CPU with AVX support, and your current system does not appear to have that!?"),
    # Devices and the GPU's runtime.
    Entry(_DEVICE, r"(?i)\b(?:could not|cannot|can't|failed to|unable to|couldn't)(?: \w+){1,3}(?: device)? [\"'‘(]?(?P<path>/dev/[\w./-]+)[\"'’)]?[^\n]{0,60}|(?P<path2>/dev/(?:nvidia[\w-]*|kvm|fuse|net/tun|dri[\w/]*|kfd|tty\w+|video\d+|snd[\w/]*|vfio[\w/]*|mem|loop\S*|infiniband\S*))[\"']?:? (?:does not exist|not found|no such file or directory|is missing|not available|no such device)[^\n]{0,20}"),
    Entry(_DEVICE, r"nvidia-container-cli: [^\n]{1,120}|(?i:could not select device driver)[^\n]{0,80}|(?i:failed to initialize NVML)[^\n]{0,60}|\bNVIDIA-SMI has failed[^\n]{0,80}|(?i:no (?:NVIDIA |CUDA[- ]capable |CUDA |usable )(?:GPU|device|driver)s?(?: is| are| were| was)? (?:found|detected|available|installed)?)[^\n]{0,40}|(?i:found no NVIDIA driver on your system)|\bCUDA driver version is insufficient for CUDA runtime version|(?i:CUDA error: (?:no CUDA-capable device is detected|no kernel image is available)[^\n]{0,60})|\blibcuda\.so(?:\.1)?: cannot open shared object file[^\n]{0,40}|(?i:torch\.cuda\.is_available\(\) (?:is|returned) False)|\bcudaErrorNoDevice\b|\bno runtime for \"nvidia\" is configured|(?i:unsatisfied condition: cuda)\S*"),
    Entry(ClaimType.HEAP_EXHAUSTED, r"\bCUDA out of memory\b[^\n]{0,120}|\btorch\.(?:cuda\.)?OutOfMemoryError\b|\bCUDA_ERROR_OUT_OF_MEMORY\b|(?i:lack of device memory)[^\n]{0,40}", {"reason": "device memory"}),
    Entry(_DEVICE, r"(?i)(?:error|failure|failed) (?:opening|open|accessing|reading) (?:the )?(?:device )?['\"]?(?P<path>(?:/host)?/dev/[\w./-]+)[^\n]{0,80}"),
    Entry(_TOOL, r"(?i)make sure (?:that )?(?:you have [^\n]{0,60})?the (?:kernel )?['\"]?(?P<module>[\w-]+)['\"]? (?:kernel )?(?:module|driver) is (?:loaded|installed)[^\n]{0,20}|(?:unable|failed) to load (?:the )?(?:kernel )?(?:driver|module|probe)\b[^\n]{0,60}"),
    # The node's tools and modules.
    Entry(_TOOL, r"\bnsenter\b[^\n]{0,200}?\b(?P<command>[\w.-]+)\]?\)?: (?i:No such file or directory|not found|command not found)[^\n]{0,40}|nsenter: failed to execute (?P<command2>[\w./-]+)[^\n]{0,60}|\bchroot: failed to run command [‘'\"](?P<command3>[^’'\"]+)[’'\"][^\n]{0,60}"),
    Entry(_TOOL, r"(?i)modprobe: (?:FATAL: Module|can't change directory|ERROR: could not insert) '?(?P<module>[\w./-]+)'?[^\n]{0,80}|(?:could not|failed to|unable to|cannot) (?:load|insert|find)(?: the)?(?: required)? (?:kernel )?module:? [\"'‘]?(?P<module2>[\w-]+)[\"'’]?[^\n]{0,60}|kernel module:? [\"'‘]?(?P<module3>[\w-]+)[\"'’]? (?:is |was )?(?:not (?:loaded|found|available|installed)|missing)[^\n]{0,40}|iptables[^\n]{0,60}can't initialize iptables table `(?P<module4>\w+)'[^\n]{0,80}"),
    Entry(_TOOL, r"(?i)\b(?P<command>iscsiadm|iscsid|multipathd?|mount\.nfs4?|mount\.cifs|mdadm|lvm2?|nvme-cli|open-iscsi|conntrack|ipset|socat|nfs-common|cryptsetup|wireguard)\b[^\n]{0,30}(?:is |was |must be )?(?:not (?:installed|found|available|in (?:the )?\$?PATH)|missing|must be installed)[^\n]{0,60}|mount: [^\n]{0,60}bad option; for several filesystems[^\n]{0,80}|mount: unknown filesystem type '(?P<module>\w+)'|please make sure (?:that )?the (?P<command2>[\w-]+)(?:/[\w-]+)? (?:is|are) installed on the host"),
)  # fmt: skip

TABLE: Final = Table("kernel", ENTRIES)


def terms(text: str) -> tuple[Term, ...]:
    """Return what the node's kernel, limits, processor, devices and tools refuse in the text."""
    return TABLE.terms(text)
