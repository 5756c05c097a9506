"""What the node refuses: kernel settings and limits, processor features, devices, and tools of the host."""

from __future__ import annotations

from typing import Final

from diagnostics.claims.model import ClaimType, Term
from diagnostics.claims.vocabulary.table import Entry, Table

_LIMIT: Final = ClaimType.KERNEL_LIMIT
_DEVICE: Final = ClaimType.DEVICE_MISSING
_TOOL: Final = ClaimType.HOST_TOOL
_CPU: Final = ClaimType.CPU_FEATURE
_LOW: Final = (
    r"(?:is )?(?:too (?:low|small|few)|(?:should|must|needs to) be (?:at least|increased|raised"
    r"|set to|greater)|not (?:high|large) enough|insufficient|below (?:the )?(?:minimum|recommended)"
    r"|exceeded|has been reached|to at least|at least \d+ (?:is|are) (?:required|needed))"
)

_HARDWARE: Final = (
    r"(?:(?:[\w./-]+ ){1,3}devices?|(?:[\w./-]+ ){0,2}(?:accelerators?|dongles?|\w*[GT]PUs?|NICs?|FPGAs?|HBAs?)"
    r"|(?:[\w./-]+ ){0,2}(?:sound|audio|video|graphics|capture|network|smart|ethernet|wi-?fi|serial|usb|zigbee|z-?wave"
    r"|bluetooth|infiniband|display|host bus)[ -](?:cards?|adapters?|sticks?|controllers?|interface cards?))"
)
"""Pieces of hardware that a node has or lacks; a card or an adapter alone may be anything."""
_THERE: Final = r"(?: (?:is|are|was|were|has been|have been|could be))? (?:found|detected|present|discovered|attached)"

ENTRIES: Final = (
    Entry(
        _LIMIT,
        r"\b(?P<limit>vm\.(?:max_map_count|overcommit_memory|nr_hugepages|swappiness)|max virtual memory areas vm"
        rf"\.max_map_count)\b[^\n]{{0,60}}?(?:\[(?P<found>\d+)\] )?{_LOW}(?:[^\n]{{0,30}}?\[?(?P<expected>\d+)\]?)"
        r"?",
        {"limit": "vm.max_map_count"},
    ),
    Entry(
        _LIMIT,
        rf"\b(?P<limit>(?:kernel|fs|net|vm|user)\.[a-z0-9_]+(?:\.[a-z0-9_]+)*)\b[^\n]{{0,80}}?{_LOW}(?:[^\n]{{0,30"
        r"}?(?P<expected>\d+))?",
    ),
    Entry(
        _LIMIT,
        r"(?i)configured user limit \((?P<found>\d+)\) on the number of inotify (?P<limit>instances"
        r"|watches) has been reached|(?:ENOSPC: )?system limit for number of file watchers reached"
        r"|user limit of inotify (?:watches|instances) reached|inotify_init1?\b[^\n]{0,30}(?:failed"
        r"|too many)|\binotify(?:_add_watch| watch| instance)?[^\n]{0,40}(?:limit (?:reached|exceeded)"
        r"|exhausted)|too many inotify (?:instances|watches)",
        {"limit": "fs.inotify"},
    ),
    Entry(
        _LIMIT,
        r"(?i)(?:max(?:imum)? (?:number of )?(?:open )?file descriptors|file descriptor limit|open files? limit"
        r"|\bnofile\b|\bulimit\b(?: -\w)?|\brlimit_nofile\b|max number of threads|locked memory|memlock"
        rf"|\brlimit_memlock\b)[^\n]{{0,80}}?(?:\[?(?P<found>\d+)\]?[^\n]{{0,40}}?)?{_LOW}(?:[^\n]{{0,30}}?(?P<exp"
        r"ected>\d+))?",
        {"limit": "nofile"},
    ),
    Entry(
        _LIMIT,
        r"(?i)\bexceed\w*(?: the)? (?:system|kernel|process|hard"
        r"|soft) limit (?:of )?\(?(?P<expected>\d+)?\)?[^\n]{0,20}?"
        r"\((?P<limit>RLIMIT_\w+)\)|\b(?P<limit2>CONFIG_[A-Z0-9_]+)\b[^\n]{0,40}(?:is |are )?(?:required|not set"
        r"|missing"
        r"|disabled|not enabled)\b[^\n]{0,40}",
    ),
    Entry(
        _LIMIT,
        r"(?i)\bsetrlimit\b[^\n]{0,60}(?:failed|not permitted|operation)[^\n]{0,40}|ulimit: [^\n]{0,40}cannot mod"
        r"ify limit[^\n]{0,40}|error setting rlimit[^\n]{0,60}|memory locking requested[^\n]{0,60}but memory is n"
        r"ot locked|(?:unable|failed) to lock (?:JVM )?memory[^\n]{0,60}",
        {"limit": "ulimit"},
    ),
    Entry(
        _LIMIT,
        r"(?i)(?:(?:no|not enough|insufficient|could not allocate|cannot allocate|failed to (?:allocate"
        r"|reserve)|unable to allocate) [^\n]{0,20}(?:huge ?pages|large pages)[^\n]{0,60}|could not map anonymous"
        r" shared memory[^\n]{0,60}|(?:huge ?pages|large pages)[^\n]{0,30} (?:are )?not (?:supported"
        r"|enabled|available|mounted)[^\n]{0,30})",
        {"limit": "hugepages"},
    ),
    Entry(
        _LIMIT,
        r"(?i)\b(?P<limit>io_uring|seccomp|cgroups? ?v?[12]?|user ?namespaces?|landlock|bpf(?:fs)?"
        r"|btf|ebpf|overlayfs|fuse|ipv6|transparent hugepages?)\b[^\n]{0,40}?\b(?:is |are |was )?(?:not (?:suppor"
        r"ted|available|enabled|mounted|permitted|allowed)|unsupported|unavailable|disabled by|blocked by"
        r"|missing)\b[^\n]{0,60}",
    ),
    Entry(
        _LIMIT,
        r"(?i)\b(?:kernel (?:version )?[\d.]*[^\n]{0,20}(?:is )?(?:too old|not supported|unsupported"
        r"|does not support)[^\n]{0,60}|requires (?:a )?(?:linux )?kernel(?: version)? (?:>=? ?)?(?P<expected>\d["
        r"\d.]*)|minim(?:um|al) (?:supported |required )?kernel version[^\n]{0,60}|FATAL: kernel too old)",
    ),
    Entry(
        _LIMIT,
        r"(?i)sysctl: (?:cannot stat|setting key|permission denied on key|error setting key)[^\n]{0,120}"
        r"|failed to (?:set|write) sysctl[^\n]{0,80}",
    ),
    Entry(
        _LIMIT,
        r"(?i)(?:(?:increas|rais|enlarg|tun|adjust|chang|low|small|insufficient|not enough|exceed"
        r"|exhaust)\w*[^\n]{0,80}?)/proc/sys/(?P<limit>\w(?:[\w/-]|\.\w)*)|/proc/sys/(?P<limit2>\w(?:[\w/-]"
        r"|\.\w)*)[^\n]{0,80}?(?:too"
        r" (?:low|small)|not enough|insufficient|read-only|permission denied|must be)[^\n]{0,40}",
    ),
    # "Consider raising net.x.y via sysctl": advice that names a setting tells which one was too low.
    Entry(
        _LIMIT,
        r"(?i)\b(?:increas|rais|enlarg|bump|tun|adjust|chang|set)\w*[^\n]{0,60}?\b(?P<limit>(?:kernel|fs|net|vm|user)"
        r"\.[a-z0-9_]+(?:\.[a-z0-9_]+)*)\b[^\n]{0,40}\bsysctl\b|\b(?:increas|rais|enlarg|bump|tun|adjust|chang|set)\w*"
        r"[^\n]{0,60}?\bsysctl\b[^\n]{0,30}?\b(?P<limit2>(?:kernel|fs|net|vm|user)\.[a-z0-9_]+(?:\.[a-z0-9_]+)*)\b",
    ),
    Entry(
        _LIMIT,
        r"(?i)\b(?:unable|failed|cannot|could not|can't) (?:to )?(?:increase|raise|set|change|adjust) (?:the )?"
        r"(?P<limit>nofile|nproc|memlock|stack|core|open files?|file descriptors?"
        r"|locked memory)\b[^\n]{0,20}\blimit\b[^\n]{0,80}",
    ),
    Entry(_LIMIT, r"\b\w*(?:OpenFile|FileDescriptor|NoFile|MemLock|Memlock)\w*Limit\w*\b", {"limit": "nofile"}),
    Entry(
        _LIMIT,
        r"(?i)\bkernel (?:does not|doesn't|does n't) support (?P<limit>[\w-]+)[^\n]{0,60}"
        r"|\bkernel (?:version )?(?:\S+ )?(?:\w+ ){0,4}"
        r"is not (?:included )?in (?:the )?supported\b[^\n]{0,40}",
    ),
    Entry(
        _LIMIT,
        r"(?i)\b(?:requires?|needs?|wants?) (?P<limit>(?:kernel|fs|net|vm"
        r"|user)\.[a-z0-9_]+(?:\.[a-z0-9_]+)*) to be\b[^\n]{0,60}",
    ),
    Entry(
        _LIMIT, r"(?i)\bio_setup\(\) failed[^\n]{0,40}|\binitiali[sz]e AIO sub-?system\b", {"limit": "fs.aio-max-nr"}
    ),
    Entry(
        _LIMIT,
        r"(?i)\b(?:valid |vmlinux )?kernel BTF\b[^\n]{0,40}|\bloading vmlinux BTF\b[^\n]{0,40}",
        {"limit": "BTF"},
    ),
    # A program that names the module to load.
    Entry(
        _TOOL,
        r"(?i)[^\n]{0,80}\b(?:try|run|use|with|load(?:ed)? by|needs?|requires?|please) ['\"`]?modprobe (?:-\w )?"
        r"(?P<module>[a-z]\w*)\b[^\n]{0,40}",
    ),
    # What netlink and the kernel's tables answer where the module behind them is not there.
    Entry(
        _TOOL,
        r"(?i)\bkernel (?:error|returned|reports?|answer\w*)\b[^\n]{0,60}(?:not supported|unsupported|not available"
        r"|not found)[^\n]{0,40}|\bRTNETLINK answers: (?:(?:operation|protocol) )?not supported\b"
        r"|\b(?:can't|cannot|can ?not|could not|unable to|failed to) initiali[sz]e (?P<module>ip_?vs|ip6?tables"
        r"|nf_?tables|netlink|conntrack|wireguard|tun|vxlan|geneve|bridge)\b[^\n]{0,60}"
        r"|\b(?:kernel )modules? (?:(?:is|are|was|were) )?not (?:loaded|available|found|installed|present)\b:? ?\[?"
        r"(?P<module2>\w+)?[^\n]{0,60}|\b(?:protocol|socket type|set type|qdisc"
        r"|address family)\b[^\n]{0,12} not supported\b"
        r"|\bProtocol not available\b",
    ),
    # Processor.
    Entry(
        _CPU,
        r"(?i)(?:CPU|processor|machine|hardware|host|system|platform)[^\n]{0,60}(?:does not|doesn't"
        r"|lacks?|without|not) [^\n]{0,20}?(?:support(?:ed|s)?|have|provide|implement)?[^\n]{0,40}?\b(?P<reason>x"
        r"86-64-v[234]|AVX(?:2|-?512\w*)?|SSE4(?:[._][12])?|SSSE3|FMA3?|BMI[12]?|AES-NI|popcnt|NEON"
        r"|LSE)\b[^\n]{0,40}|\b(?P<reason2>x86-64-v[234]|AVX(?:2|512\w*)?|SSE4(?:[._][12])?|popcnt)\b[^\n]{0,40}"
        r"\b(?:is |are )?(?:required|not (?:supported|available|detected|found|present)|missing)\b[^\n]{0,40}"
        r"|(?:requires?|needs?|compiled (?:with|for|to use)) [^\n]{0,40}\b(?P<reason3>x86-64-v[234]"
        r"|AVX(?:2|512\w*)?|SSE4(?:[._][12])?)\b[^\n]{0,60}(?:unavailable|not|unsupported|but)[^\n]{0,60}"
        r"|Fatal glibc error: CPU does not support x86-64-v\d|This program can only be run on (?:AMD64 )?processo"
        r"rs with v\d microarchitecture support",
    ),
    Entry(
        None,
        r"(?i)This TensorFlow binary is optimized[^\n]*|To enable the following instructions:[^\n]*"
        r"|Your CPU supports instructions that this[^\n]*|WARNING: MongoDB 5\.0\+ requires a CPU with AVX support"
        r"[^\n]{0,10}$",
    ),
    Entry(
        _CPU, r"MongoDB 5\.0\+ requires a CPU with AVX support, and your current system does not appear to have that!?"
    ),
    # Devices and the GPU's runtime.
    Entry(
        _DEVICE,
        r"(?i)\b(?:could not|cannot|can't|failed to|unable to|couldn't)(?: \w+){1,3}(?: device)? [\"'\x{2018}(]?("
        r"?P<path>/dev/[\w./-]+)[\"'\x{2019})]?[^\n]{0,60}|(?P<path2>/dev/(?:nvidia[\w-]*|kvm|fuse"
        r"|net/tun|dri[\w/]*|kfd|tty\w+|video\d+|snd[\w/]*|vfio[\w/]*|mem|loop\S*|infiniband\S*))[\"']?:? (?:does"
        r" not exist|not found|no such file or directory|is missing|not available|no such device)[^\n]{0,20}",
    ),
    Entry(
        _DEVICE,
        r"nvidia-container-cli: [^\n]{1,120}|(?i:could not select device driver)[^\n]{0,80}|(?i:failed to initial"
        r"ize NVML)[^\n]{0,60}|\bNVIDIA-SMI has failed[^\n]{0,80}|(?i:no (?:NVIDIA |CUDA[- ]capable "
        r"|CUDA |usable )(?:GPU|device|driver)s?(?: is| are| were| was)? (?:found|detected|available"
        r"|installed)?)[^\n]{0,40}|(?i:found no NVIDIA driver on your system)|\bCUDA driver version is insufficie"
        r"nt for CUDA runtime version|(?i:CUDA error: (?:no CUDA-capable device is detected|no kernel image is av"
        r"ailable)[^\n]{0,60})|\blibcuda\.so(?:\.1)?: cannot open shared object file[^\n]{0,40}|(?i:torch\.cuda\."
        r"is_available\(\) (?:is|returned) False)|\bcudaErrorNoDevice\b|\bno runtime for \"nvidia\" is configured"
        r"|(?i:unsatisfied condition: cuda)\S*",
    ),
    # Any other piece of hardware, in the words of whoever looks for it.
    Entry(
        _DEVICE,
        rf"(?i)\bno (?P<resource>{_HARDWARE}){_THERE}\b"
        rf"|\bno devices?{_THERE} for (?:resource|type):? (?P<resource2>[\w./-]+)"
        rf"|\bno (?P<resource3>devices?){_THERE}(?: on (?:this|the) (?:node|host|system|bus)|\W*$)"
        r"|\b(?:could not|cannot|can't|couldn't|unable to|failed to) (?:find|detect|discover|enumerate) "
        rf"(?:any |an? |the )?(?P<resource4>{_HARDWARE})\b",
    ),
    Entry(
        ClaimType.HEAP_EXHAUSTED,
        r"\bCUDA out of memory\b[^\n]{0,120}|\btorch\.(?:cuda\.)?OutOfMemoryError\b|\bCUDA_ERROR_OUT_OF_MEMORY\b"
        r"|(?i:lack of device memory)[^\n]{0,40}",
        {"reason": "device memory"},
    ),
    Entry(
        _DEVICE,
        r"(?i)(?:error|failure|failed) (?:opening|open|accessing|reading) (?:the )?(?:device )?['\"]?(?P<path>(?:"
        r"/host)?/dev/[\w./-]+)[^\n]{0,80}",
    ),
    Entry(
        _TOOL,
        r"(?i)make sure (?:that )?(?:you have [^\n]{0,60})?the (?:kernel )?['\"]?(?P<module>[\w-]+)['\"]? (?:kern"
        r"el )?(?:module|driver) is (?:loaded|installed)[^\n]{0,20}|(?:unable|failed) to load (?:the )?(?:kernel "
        r")?(?:driver|module|probe)\b[^\n]{0,60}",
    ),
    # A service of the node's own, kubelet or container runtime, that does not know what it is asked for.
    Entry(
        _TOOL,
        r"\bcode = Unimplemented\b[^\n]{0,20}?desc = unknown (?:method \w+ for )?service (?:\w+\.)?"
        r"(?:v1\w*\.PodResourcesLister|v1\w*\.Registration|runtime\.v1\w*\.(?:Runtime|Image)Service)\b",
    ),
    # The node's tools and modules.
    Entry(
        _TOOL,
        r"\bnsenter\b[^\n]{0,200}?\b(?P<command>[\w.-]+)\]?\)?: (?i:No such file or directory|not found"
        r"|command not found)[^\n]{0,40}|nsenter: failed to execute (?P<command2>[\w./-]+)[^\n]{0,60}"
        r"|\bchroot: failed to run command [\x{2018}'\"](?P<command3>[^\x{2019}'\"]+)[\x{2019}'\"][^\n]{0,60}",
    ),
    Entry(
        _TOOL,
        r"(?i)modprobe: (?:FATAL: Module|can't change directory|ERROR: could not insert) '?(?P<module>[\w./-]+)'?"
        r"[^\n]{0,80}|(?:could not|failed to|unable to|cannot) (?:load|insert|find)(?: the)?(?: required)? ker"
        r"nel module:? [\"'\x{2018}]?(?P<module2>[\w-]+)[\"'\x{2019}]?[^\n]{0,60}|kernel module:? [\"'\x{2018}]"
        r"?(?P<module3>[\w-]+)[\"'\x{2019}]? (?:is |was )?(?:not (?:loaded|found|available|installed)"
        r"|missing)[^\n]{0,40}|iptables[^\n]{0,60}can't initialize iptables table `(?P<module4>\w+)'[^\n]{0,80}",
    ),
    Entry(  # a module's own name beside an error number, and no path: /sys and /proc lack what it would bring
        _TOOL,
        r"(?:^|[\s\"'(\[])(?P<module>(?:nvme|dm|ip|nf|ip6?t|xt|vfio|iscsi|scsi|drbd|rbd|nbd|zfs|br|kvm|fuse|overlay"
        r"|tcp|bonding"
        r"|vxlan|ib|rdma|target)(?:_[a-z0-9]+)+|nbd|rbd|drbd|zfs|wireguard|openvswitch|vxlan|configfs|overlay)\b"
        r"[^\n/]{0,60}?(?:No such (?:file or directory|device)|not (?:loaded|supported by the kernel)"
        r"|Operation not supported"
        r"|Protocol not (?:available|supported))[^\n/]{0,30}$",
    ),
    Entry(
        _TOOL,
        r"(?i)\b(?P<command>iscsiadm|iscsid|multipathd?|mount\.nfs4?|mount\.cifs|mdadm|lvm2?|nvme-cli"
        r"|open-iscsi|conntrack|ipset|socat|nfs-common|cryptsetup|wireguard)\b[^\n]{0,30}(?:is |was "
        r"|must be )?(?:not (?:installed|found|available|in (?:the )?\$?PATH)|missing|must be installed)[^\n]{0,6"
        r"0}|mount: [^\n]{0,60}bad option; for several filesystems[^\n]{0,80}|mount: unknown filesystem type '(?P"
        r"<module>\w+)'|please make sure (?:that )?the (?P<command2>[\w-]+)(?:/[\w-]+)? (?:is|are) installed on t"
        r"he host",
    ),
)

TABLE: Final = Table("kernel", ENTRIES)


def terms(text: str) -> tuple[Term, ...]:
    """Return what the node's kernel, limits, processor, devices and tools refuse in the text."""
    return TABLE.terms(text)
