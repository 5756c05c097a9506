"""What to do about what a node lacks: the change belongs to the node, to where the pod runs, or to what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Remedy
from diagnostics.findings import line_fixes, refusals
from diagnostics.findings.commands import durable, kubectl, on_node, patch, templated
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container

_SYSCTL: Final = compiled(r"\b((?:vm|fs|net|kernel|user)\.[a-z_]\w*(?:\.\w+)*)\b")
_PROC: Final = compiled(r"/proc/sys/((?:vm|fs|net|kernel|user)/[\w-]+(?:/[\w-]+)*)")
_WANTED: Final = compiled(r"(?i)(?:at least|minimum(?: of)?|increase (?:it )?to|set to) \[?(\d+)")
_NAMESPACED: Final = ("net.", "kernel.shm", "kernel.msg", "kernel.sem", "fs.mqueue.")
"""Kernel settings that a pod has of its own (Kubernetes: "Using sysctls in a cluster")."""

_WATCHES: Final = compiled(r"(?i)file watchers")
_INOTIFY: Final = compiled(r"(?i)inotify|fsnotify")
_WATCHER: Final = compiled(r"(?i)\bwatch(?:er|ers|ing)?\b[^\n]{0,80}(?:too many open files|EMFILE)")
"""A watch that cannot be made for want of files: inotify_init(2) gives EMFILE when the user's instances are used up."""
_NO_FILE: Final = compiled(r"(?i)no such file or directory|ENOENT|does not exist|not found")
_BRINGS: Final = (
    ("net.bridge.", "br_netfilter"),
    ("net.netfilter.", "nf_conntrack"),
    ("net.ipv4.vs.", "ip_vs"),
    ("net.nf_conntrack_max", "nf_conntrack"),
    ("fs.nfs.", "nfs"),
)
"""Kernel settings that exist only while a module is loaded, and the module (Documentation/networking of the kernel)."""
_LIMITS: Final = (
    (
        compiled(r"(?i)\baddress family not supported|\bEAFNOSUPPORT\b"),
        "IPv6, which its node's kernel does not offer",
        (
            "Let it listen and connect by IPv4 only (0.0.0.0 in place of [::], its own switch for IPv6), or switch IPv6"
            " on in the kernel of every node that may run it."
        ),
    ),
    (
        compiled(r"(?i)page ?size"),
        "memory pages of another size than its node's kernel has",
        (
            "Run it on nodes whose kernel has the page size that the image is built for (mostly 4K; some arm64 kernels"
            " have 64K), or use an image built for theirs."
        ),
    ),
    (
        compiled(r"(?i)huge ?pages"),
        "huge pages",
        (
            "Reserve huge pages on the node (at its boot or by its node pool), and request them in the container's"
            " limits (hugepages-2Mi or hugepages-1Gi)."
        ),
    ),
    (
        compiled(r"(?i)memlock|memory is not locked|locked memory"),
        "more locked memory",
        (
            "Kubernetes has no field for locked memory: raise LimitMEMLOCK of the container runtime on the node, or"
            " turn locking off in the program's configuration."
        ),
    ),
    (
        compiled(r"(?i)thread|fork"),
        "more threads or processes than it may have",
        (
            "See how many threads and processes it has: if it needs them, raise the kubelet's podPidsLimit (or the"
            " node's kernel.pid_max); if they grow without end, it leaks them."
        ),
    ),
    (
        compiled(r"(?i)open files|EMFILE|file descriptors"),
        "more open files than it may have",
        (
            "Raise LimitNOFILE of the container runtime on every node that may run it (a drop-in of its systemd unit,"
            " then restart the runtime): a pod cannot set it for itself. The command prints what a container of the"
            " node gets by default. If the program's open files grow without end, it leaks them instead."
        ),
    ),
)
"""Limits that a container gets from its node: words, what is lacking, what to do."""
_NUMBER: Final = compiled(
    r"(?i)\b(?:limit|least|minimum|require[sd]?|expect\w*|got|nofile|ulimit|increase)\b\D{0,30}\b\d{3,7}\b"
)
"""A limit that the line names."""
AT_ONCE_S: Final = 5.0
"""Seconds in which a program opens its own files and not yet those of its work (ours)."""
_LEVEL: Final = compiled(r"x86-64-v\d|\bAVX\S*|\bSSE[\d.]+|\bv\d microarchitecture")
_MODULE: Final = compiled(
    r"(?i)\b(?:modprobe|insert|kernel module|module) '?([a-z][\w-]*)|\b([a-z][\w-]*) (?:kernel )?module\b"
)
_QUOTED_MODULE: Final = compiled(
    r"(?i)\b(?:insert|load|find|modprobe|module)\b[^'\"\n\[]{0,30}['\"]([a-z][\w-]{1,40})['\"]"
    r"|\bargs:? \[([a-z][\w-]{1,40})\]"
    r"|\bModule ([a-z][\w-]{1,40}) not found\b"
)
"""A module that is named for certain: in quotes, among the arguments of modprobe, or by modprobe's own refusal."""
_NO_MODULE: Final = frozenset(
    {"is", "was", "are", "not", "has", "the", "this", "that", "a", "an", "any", "no", "kernel", "required", "missing"}
    | {"for", "in", "of", "and", "or", "to", "from", "on", "with", "which", "could", "cannot", "failed", "loaded"}
    | {"found", "path", "version", "directory", "probe", "driver", "device", "load", "loading", "module"}
    | {"args", "error", "exit", "status", "command", "running", "unable", "insert", "file", "name", "could", "be"}
)
"""Words beside "module" that name none."""
_TOOL: Final = compiled(r"execute (\S+?):|\b(iscsiadm|mount\.nfs4?|mount\.cifs|cryptsetup|multipathd?)\b")
_HANDLER: Final = compiled(r'no runtime for "([^"]+)"')
_DEVICE: Final = compiled(r"/dev/[\w./-]*\w|\blib(?:cuda|nvidia|nvcuvid|nvoptix|amdhip64|ze_loader)[\w.-]*")
_FORBIDDEN: Final = compiled(r"(?i)\boperation not permitted\b|\bEPERM\b")
_GPU: Final = compiled(r"(?i)\bGPUs?\b|nvidia|\bnvml\b|cuda|\brocm\b|amdgpu|/dev/(?:dri|kfd)")
_GPUS: Final = ("nvidia.com/", "amd.com/", "gpu.intel.com/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """What the node lacks, as the end of "it needs ...", and what to do about it."""

    what: str
    remedy: Remedy
    proof: tuple[Evidence, ...] = ()
    fault: Fault = Fault.PREREQUISITE
    names: tuple[str, ...] = ()


def lack(case: Case, container: Container, claim: ClaimType, words: str, device: str = "") -> Lack:
    """Return what is lacking by the claim and the words of the line that makes it (bounded; may be empty).

    ``device`` is the piece of hardware that the claim names, where it names one.
    """
    line = words[:2000]
    called = refusals.unknown_call(line)
    if called:
        return Lack(
            what=f"a newer kubelet or container runtime, or one that has {called} switched on",
            remedy=Remedy(text=refusals.remedy(line), commands=_look(case)),
        )
    if claim is ClaimType.DEVICE_MISSING and device and _GPU.search(line) is None:
        return _hardware(case, device)
    if claim is ClaimType.CPU_FEATURE:
        return _cpu(case, container, line)
    if claim is ClaimType.DEVICE_MISSING:
        return _device(case, container, line)
    return _tool(case, line) if claim is ClaimType.HOST_TOOL else _limit(case, line)


def runtime(case: Case, message: str) -> Lack:
    """Return what is lacking when the container runtime cannot start a container for its device or handler."""
    handler = _HANDLER.search(message[:4000])
    if handler is not None:
        name = handler.group(1)
        text = (
            f"Configure the handler {name} in the container runtime of node {_node(case)} (its operator or installer"
            f" does that), or place the pod on nodes that have it: the RuntimeClass's scheduling.nodeSelector."
        )
        return Lack(what=f"the runtime handler {name}", remedy=Remedy(text=text, commands=_look(case)))
    text = (
        f"The image is not at fault: repair the device's driver or hook on node {_node(case)} (driver, container"
        " toolkit, device plugin), or move the pod to another node that has the device."
    )
    return Lack(what="a device whose driver or hook fails", remedy=Remedy(text=text, commands=_look(case)))


def _limit(case: Case, line: str) -> Lack:
    setting, wanted = _setting(line), _WANTED.search(line)
    if setting and _PROC.search(line) is not None and _NO_FILE.search(line) is not None:
        return _unloaded(case, setting)
    value = wanted.group(1) if wanted is not None else ""
    if setting.startswith(_NAMESPACED):
        text = (
            f"Set {setting}{f' to {value}' if value else ''} under securityContext.sysctls of the pod: it is the pod's"
            " own. If the kubelet calls it unsafe, its nodes must allow it (allowed-unsafe-sysctls)."
        )
        return Lack(what=f"a higher {setting}", remedy=Remedy(text=text + durable(case)), names=("sysctls", setting))
    if setting:
        shows = "The command is for one node, until its next boot" if value else "The command shows what the node has"
        text = (
            f"Raise {setting}{f' to at least {value}' if value else ''} in the configuration of every node that may run"
            f" it (sysctl.d, the node pool's settings): a pod cannot set it for itself. {shows}."
        )
        change = ("-w", f"{setting}={value}") if value else (setting,)
        return Lack(what=f"a higher {setting}", remedy=Remedy(text=text, commands=(_on_node(case, *change),)))
    for words, what, advice in _LIMITS:
        if words.search(line) is not None:
            if "LimitNOFILE" in advice:
                return Lack(what=what, remedy=_open_files(case, line, advice))
            return Lack(what=what, remedy=Remedy(text=advice, commands=_look(case)))
    text = "Raise the limit that the line names in the configuration of the node, or run it on nodes that have more."
    return Lack(what="a higher limit of the kernel", remedy=Remedy(text=text, commands=_look(case)))


def _unloaded(case: Case, setting: str) -> Lack:
    """Return what to do about a kernel setting that is not there at all: what brings it is not loaded."""
    module = next((name for start, name in _BRINGS if setting.startswith(start)), "")
    what = f"kernel module {module}" if module else "the kernel module that brings it"
    text = (
        f"Load {what} on every node that may run it (modprobe, and modules-load.d for the next boot); in nodes that are"
        " containers, on the machine below them. No volume and no setting of the pod can bring it."
    )
    load = (_in_node(case, "chroot", "/host", "modprobe", module),) if module else _look(case)
    lacking = f"{setting}, which its node's kernel does not have"
    return Lack(what=lacking, remedy=Remedy(text=text, commands=load))


def _setting(line: str) -> str:
    """Return the kernel setting that the line speaks of, or nothing."""
    named = _SYSCTL.search(line)
    if named is not None:
        return str(named.group(1))
    written = _PROC.search(line)
    if written is not None:
        return str(written.group(1)).replace("/", ".")
    if _WATCHES.search(line):
        return "fs.inotify.max_user_watches"
    watched = _INOTIFY.search(line) is not None or _WATCHER.search(line) is not None
    return "fs.inotify.max_user_instances" if watched else ""


def _cpu(case: Case, container: Container, line: str) -> Lack:
    level, image = _LEVEL.search(line), fields.text(container.spec, "image")
    wanted = level.group(0) if level is not None else "instructions that its CPU lacks"
    what = wanted if level is None else f"a CPU with {wanted}"
    text = (
        f"Run it on nodes with {'a newer CPU' if level is None else wanted} (nodeSelector; in a virtual machine the CPU"
        f" model that it shows), or use a build of {image or 'the image'} for older ones."
    )
    proof = (Evidence(source="pod", path=container.spec_path, quote=f"image={image}"),) if image else ()
    feature = "" if level is None else wanted
    commands = (_flags(case, feature), kubectl("", "get", "nodes", "-o", "wide"))
    told = f"{feature.lower()} where the CPU has it" if _plain(feature) else "what the CPU has"
    shows = f" The first command prints {told}; ask the other nodes too."
    return Lack(
        what=what,
        remedy=Remedy(text=text + shows + durable(case), commands=commands),
        proof=proof,
        names=(image,) if image else (),
    )


def _tool(case: Case, line: str) -> Lack:
    name, tool = _module(line), _TOOL.search(line)
    if tool is not None and not name:
        name = tool.group(1) or tool.group(2)
        text = f"Install {name} on every node that may run it: the program calls the node's own. The command tells"
        shown = _in_node(case, "chroot", "/host", "sh", "-c", f"command -v {name}")
        return Lack(what=f"{name} on its node", remedy=Remedy(text=f"{text} whether a node has it.", commands=(shown,)))
    what = f"kernel module {name}" if name else "a kernel module"
    text = (
        f"Load {what} on every node that may run it (modules-load.d, the node pool's settings); where the kernel has"
        " none, choose another node image, or a driver of the program's that needs no module."
    )
    look = _look(case)
    if name:
        look = (_in_node(case, "chroot", "/host", "sh", "-c", f"lsmod | grep -w {name}; modprobe -n -v {name}"),)
        text += " The command shows whether it is loaded there, and whether it could be."
    return Lack(what=f"{what} on its node", remedy=Remedy(text=text, commands=look))


def _module(line: str) -> str:
    """Return the kernel module that the line names, or nothing."""
    sure = (next(filter(None, match.groups())) for match in _QUOTED_MODULE.finditer(line))
    told = (match.group(1) or match.group(2) for match in _MODULE.finditer(line))
    return next((name for name in (*sure, *told) if name.lower() not in _NO_MODULE), "")


def _agent(case: Case, what: str) -> Lack:
    """Return what an agent of the node lacks: it offers or watches the devices, and so asks for none."""
    node = _node(case)
    text = (
        f"It works for node {node} and cannot request the device itself: let the container runtime there hand the"
        " driver in (the vendor's runtime as default, or its RuntimeClass as runtimeClassName of this pod), or keep the"
        " pod off nodes without the device (nodeSelector)."
    )
    return Lack(
        what=f"{what}, which comes from the node",
        remedy=Remedy(text=text + durable(case), commands=(kubectl("", "get", "runtimeclass"), *_look(case))),
    )


def _hardware(case: Case, device: str) -> Lack:
    """Return what to do about a node that lacks a piece of hardware: the pod belongs on nodes that have it."""
    also = (
        " A DaemonSet without a nodeSelector also lands on nodes that have none."
        if case.workload is not None and case.workload.kind == "DaemonSet"
        else ""
    )
    text = (
        f"Run it only on nodes that have it: label those, and give the pod template a nodeSelector for the label (the"
        f" command shows the labels that there are).{also} Where node {_node(case)} should have it, look there for its"
        " driver."
    )
    shown = kubectl("", "get", "nodes", "--show-labels")
    return Lack(
        what=f"a piece of hardware that its node lacks ({device})",
        remedy=Remedy(text=text + durable(case), commands=(shown, *_look(case))),
    )


def _kept_away(case: Case, device: str) -> Lack:
    """Return what to do about a device that is there: the container's device cgroup refuses it, a mount grants nothing.

    A device file that is absent is answered with ENOENT, one whose mode forbids it with EACCES (open(2)).
    """
    text = (
        f"{device} is there, and the container may not open it: a hostPath grants no device, only a device plugin"
        " (generic, or the vendor's) lets the pod request it by its limits. Or run the container with privileged true,"
        " which opens all of its node's devices to it, where its owner agrees."
    )
    return Lack(
        what=f"the right to open {device}",
        remedy=Remedy(text=text + durable(case), commands=_look(case)),
        fault=Fault.TEMPLATE,
        names=("volumes", "volumeMounts", "securityContext", "privileged"),
    )


def _device(case: Case, container: Container, line: str) -> Lack:
    named = _DEVICE.search(line)
    what = named.group(0) if named is not None else "a GPU with its driver"
    held = line_fixes.built(case, container, (line,))
    if held is not None:
        return Lack(what=what, remedy=held)
    if what.startswith("/dev/") and _FORBIDDEN.search(line) is not None:
        return _kept_away(case, what)
    if what.startswith("/dev/"):
        text = (
            f"Give it {what}: request the device from its device plugin, and place the pod on nodes that have it."
            " A node without the device cannot be helped by the pod."
        )
        return Lack(what=what, remedy=Remedy(text=text + durable(case), commands=_look(case)))
    limits = fields.table(container.spec, "resources", "limits")
    asked = next((name for name in limits if name.startswith(_GPUS)), "")
    if asked:
        text = f"The image is not at fault: check that node {_node(case)} has its driver and device plugin running."
        quote = Evidence(source="pod", path=f"{container.spec_path}.resources.limits", quote=f"{asked}={limits[asked]}")
        return Lack(
            what=f"{what}, which comes from the node: its limits ask for {asked}",
            remedy=Remedy(text=text, commands=_look(case)),
            proof=(quote,),
        )
    if case.workload is not None and case.workload.kind == "DaemonSet":
        return _agent(case, what)
    # Which vendor's device it is, only a driver's own name tells.
    gpu = "amd.com/gpu" if "amdhip" in what else "gpu.intel.com/i915" if "ze_loader" in what else "nvidia.com/gpu"
    change = patch(case, container, {"resources": {"limits": {gpu: "1"}}}) if templated(case) else ()
    text = f"The driver comes from the node and not from the image: request {gpu} in the container's limits."
    return Lack(
        what=f"{what}, which comes from the node, and its limits ask for no GPU",
        remedy=Remedy(text=text + durable(case), commands=change),
        fault=Fault.TEMPLATE,
        names=("resources",),
    )


def _open_files(case: Case, line: str, advice: str) -> Remedy:
    """Return which of two limits is short: open files, or inotify instances, whose want is told in the same words.

    A program that dies at once has not opened files by the thousand yet, unless it checks the limit and names it.
    """
    shown = _in_node(case, "sh", "-c", "ulimit -Sn; ulimit -Hn; sysctl fs.inotify.max_user_instances")
    lived = None if case.ended is None else case.ended.lifetime_s
    if _NUMBER.search(line) is not None or lived is None or lived >= AT_ONCE_S:
        return Remedy(text=advice, commands=(shown,))
    text = (
        "It died at once, before it can have opened many files: most likely the node's inotify instances are used up,"
        " whose want has the same words. Raise fs.inotify.max_user_instances (sysctl.d) on every node that may run it;"
        " the command prints it last, after the open files that a container gets, which LimitNOFILE of the container"
        " runtime raises."
    )
    return Remedy(text=text, commands=(shown,))


def _flags(case: Case, wanted: str) -> str:
    """Return the command that shows whether the node's CPU has a feature, as the kernel names it."""
    if _plain(wanted):
        return _in_node(case, "grep", "-om1", "-w", wanted.lower(), "/proc/cpuinfo")
    return _in_node(case, "grep", "-m1", "flags", "/proc/cpuinfo")


def _plain(feature: str) -> bool:
    """Whether the kernel lists the feature by this very word (``avx2``): a level (``x86-64-v2``) stands for many."""
    return feature.isalnum()


def _node(case: Case) -> str:
    return fields.text(case.pod, "spec", "nodeName") or "<node>"


def _look(case: Case) -> tuple[str, ...]:
    return (kubectl("", "describe", "node", _node(case)),)


def _on_node(case: Case, *words: str) -> str:
    """Return the command that runs sysctl on the node itself."""
    return _in_node(case, "sysctl", *words)


def _in_node(case: Case, *words: str) -> str:
    """Return the command that runs on the node, in a privileged pod of kubectl's that has the node's root at /host."""
    return on_node(_node(case), *words)
