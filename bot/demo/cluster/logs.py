"""Pod logs with every parameter of the log subresource, as the kubelet reads them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.demo.cluster.wire import ApiError, Object, bad_request

if TYPE_CHECKING:
    from collections.abc import Mapping

STAMPED = 20
"""The shortest timestamp before a line: 2026-11-22T12:34:24Z."""


@dataclass(frozen=True)
class LogOptions:
    """PodLogOptions; None means: not given."""

    container: str = ""
    previous: bool = False
    tail_lines: int | None = None
    limit_bytes: int | None = None
    since: datetime | None = None
    timestamps: bool = False


class LogBook:
    """The logs by namespace, pod, container and instance (`current`, `previous`), each line with its time."""

    def __init__(self) -> None:
        self._logs: dict[tuple[str, str, str, str], bytes] = {}

    def put(self, namespace: str, pod: str, container: str, instance: str, text: bytes) -> None:
        """Keep one instance's log as the API served it with timestamps."""
        self._logs[namespace, pod, container, instance] = text

    def of(self, namespace: str, pod: str, container: str, instance: str) -> bytes | None:
        """Return one instance's log, None when there is none."""
        return self._logs.get((namespace, pod, container, instance))

    def drop(self, namespace: str, pod: str = "") -> None:
        """Forget the logs of a pod, or of a whole namespace."""
        for key in [key for key in self._logs if key[0] == namespace and pod in {"", key[1]}]:
            del self._logs[key]

    def read(self, pod: Object, options: LogOptions) -> bytes:
        """Return what the API would send; ApiError 400 in the kubelet's words when there is no such log."""
        container = _container(pod, options.container)
        meta = pod["metadata"]
        instance = "previous" if options.previous else "current"
        text = self.of(meta["namespace"], meta["name"], container, instance)
        if text is None:
            raise bad_request(_absence(pod, container, previous=options.previous))
        return read(text, options)


def options_of(query: Mapping[str, str], now: datetime) -> LogOptions:
    """Return the options of a query; ApiError 400 or 422 when one is malformed."""
    since = None
    if "sinceSeconds" in query:
        since = now - timedelta(seconds=_number(query, "sinceSeconds", 1) or 0)
    elif "sinceTime" in query:
        try:
            since = datetime.fromisoformat(query["sinceTime"])
        except ValueError as error:
            raise bad_request(f'parsing time "{query["sinceTime"]}": {error}') from error
    return LogOptions(
        container=query.get("container", ""),
        previous=query.get("previous") in {"true", "1"},
        tail_lines=_number(query, "tailLines", 0),
        limit_bytes=_number(query, "limitBytes", 1),
        since=since,
        timestamps=query.get("timestamps") in {"true", "1"},
    )


def read(text: bytes, options: LogOptions) -> bytes:
    """Cut a stamped log: tail first, then since, then the byte limit from the OLDEST kept line on.

    So does the kubelet (pkg/kubelet/kuberuntime/logs/logs.go): it seeks to the tail position, writes, and stops
    at the limit, which drops the newest bytes.
    """
    lines = text.splitlines(keepends=True) if b"\r" not in text else _split(text)
    if options.tail_lines is not None:
        lines = lines[len(lines) - options.tail_lines :] if options.tail_lines < len(lines) else lines
        lines = [] if options.tail_lines == 0 else lines
    body = bytearray()
    for line in lines:
        at, rest = _stamp(line)
        if options.since and at and at < options.since:
            continue
        body += line if options.timestamps or at is None else rest
    return bytes(body if options.limit_bytes is None else body[: options.limit_bytes])


def _split(text: bytes) -> list[bytes]:
    parts = text.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


def _stamp(line: bytes) -> tuple[datetime | None, bytes]:
    head, gap, rest = line.partition(b" ")
    if gap and len(head) >= STAMPED and head[:2] == b"20" and head.endswith(b"Z"):
        try:
            at = datetime.fromisoformat(head.decode())
        except ValueError:
            return None, line
        return at, rest
    return None, line


def _number(query: Mapping[str, str], name: str, least: int) -> int | None:
    if name not in query:
        return None
    try:
        value = int(query[name])
    except ValueError as error:
        message = f'strconv.ParseInt: parsing "{query[name]}": invalid syntax'
        raise bad_request(message) from error
    if value < least:
        bound = "greater than or equal to 0" if least == 0 else "greater than 0"
        raise ApiError(422, "Invalid", f'PodLogOptions "" is invalid: {name}: Invalid value: {value}: must be {bound}')
    return value


def _container(pod: Object, wanted: str) -> str:
    names = [each["name"] for each in pod["spec"].get("containers") or ()]
    inits = [each["name"] for each in pod["spec"].get("initContainers") or ()]
    pod_name = pod["metadata"]["name"]
    if wanted:
        if wanted not in {*names, *inits}:
            raise bad_request(f"container {wanted} is not valid for pod {pod_name}")
        return wanted
    if len(names) == 1 and not inits:
        return str(names[0])
    choice = f"a container name must be specified for pod {pod_name}, choose one of: [{' '.join(names)}]"
    if inits:
        choice += f" or one of the init containers: [{' '.join(inits)}]"
    raise bad_request(choice)


def _absence(pod: Object, container: str, *, previous: bool) -> str:
    """Word the kubelet's refusal (pkg/kubelet/kubelet_pods.go, validateContainerLogStatus)."""
    name = pod["metadata"]["name"]
    if previous:
        return f'previous terminated container "{container}" in pod "{name}" not found'
    status = pod.get("status") or {}
    statuses = [*(status.get("initContainerStatuses") or ()), *(status.get("containerStatuses") or ())]
    state = next((each.get("state") or {} for each in statuses if each["name"] == container), {})
    reason = (state.get("waiting") or {}).get("reason", "")
    why = {
        "ErrImagePull": ": image can't be pulled",
        "ImagePullBackOff": ": trying and failing to pull image",
        "": " - no logs yet",
    }.get(reason, f": {reason}")
    return f'container "{container}" in pod "{name}" is waiting to start{why}'
