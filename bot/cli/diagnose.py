"""One diagnosis asked for at the command line: from the cluster or from a saved snapshot, to a ``Diagnosis``."""

from __future__ import annotations

import os
import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.private_files import write_private
from bot.cli.set_at_all import set_at_all
from bot.cluster.collector import Collector
from bot.cluster.connection import connect
from bot.cluster.errors import ConfigurationError
from bot.model.links import Links
from bot.model.target import TargetError, parse_target
from diagnostics.claims.catalogue import CatalogueError, builtin
from diagnostics.diagnosis import Diagnosis, Remedy, Verdict
from diagnostics.engine import diagnose
from diagnostics.redact import redacted
from diagnostics.snapshot import Snapshot, SnapshotError, Target

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager

    from bot.cluster.errors import AmbiguousTarget
    from bot.cluster.target import TargetRef
    from bot.prometheus.measuring import Measuring
    from bot.render.links import Link
    from diagnostics.claims.catalogue import Catalogue

SNAPSHOT_BYTES = 64 * 1024 * 1024
"""A saved snapshot is a few hundred kilobytes; more than this is another file."""


class OptionsError(Exception):
    """Something asked for that cannot be: one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnoseOptions:
    """What was asked for at the command line."""

    target: str | None = None
    namespace: str | None = None
    container: str | None = None
    context: str | None = None
    kubeconfig: str | None = None
    save: str | None = None
    source: str | None = None
    signatures: str | None = None
    asked_with: str = "crashloop diagnose"
    """The command that was typed, for those that the answer names."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, and where the settings' links lead on from it."""

    diagnosis: Diagnosis
    links: Sequence[Link] = ()


async def run(options: DiagnoseOptions) -> Found:
    """Return the diagnosis with its links, and save the snapshot when that was asked for.

    Raises ``OptionsError`` (exit 2), ``AmbiguousTarget`` (3) or another ``ClusterError`` (4).
    """
    started = time.monotonic()
    links = _links()
    catalogue = _catalogue(options.signatures)
    if options.source is not None:
        snapshot = _opened(options)
        diagnosis = diagnose(snapshot, catalogue).timed(snapshot.took_ms)
        return Found(diagnosis, links.lead_on(snapshot, diagnosis))
    ref = _ref(options)
    _writable(options.save)
    try:
        async with connect(options.kubeconfig, options.context) as connection, _measuring() as measures:
            snapshot = await Collector(connection, catalogue=catalogue, measures=measures).collect(ref)
    except ConfigurationError as error:
        if options.kubeconfig or options.context:
            raise OptionsError(str(error)) from None
        raise
    if options.save is not None:
        _saved(snapshot, options.save)
    diagnosis = diagnose(snapshot, catalogue).timed(round((time.monotonic() - started) * 1000))
    return Found(diagnosis, links.lead_on(snapshot, diagnosis))


def ambiguous(options: DiagnoseOptions, error: AmbiguousTarget) -> Diagnosis:
    """Return the answer for a name that stands for several things: which ones, and how to ask for each."""
    ref = _ref(options)
    return Diagnosis(
        target=Target(kind=ref.kind, namespace=ref.namespace or "", name=ref.name),
        verdict=Verdict.UNDETERMINED,
        cause="not-found",
        absent=True,
        summary=f"{error}.",
        remedy=Remedy(
            text="Ask for one of them.",
            commands=tuple(
                f"{options.asked_with} {each.namespace}/{each.kind.lower()}/{each.name}" for each in error.candidates
            ),
        ),
    )


def _ref(options: DiagnoseOptions) -> TargetRef:
    if not options.target:
        raise OptionsError("no TARGET was given; say POD, NAMESPACE/POD or deployment/NAME")
    try:
        return parse_target(options.target, options.namespace, options.container)
    except TargetError as error:
        raise OptionsError(str(error)) from None


def _links() -> Links:
    """Return where an answer leads on, as the environment or ``.env`` says."""
    if not set_at_all():
        return Links()
    from bot.settings import SettingsError, load_links  # noqa: PLC0415 — late: see bot/cli/set_at_all.py

    try:
        return Links.of(load_links())
    except SettingsError as error:
        raise OptionsError(str(error)) from None


def _measuring() -> AbstractAsyncContextManager[Measuring | None]:
    """Open what measures beside the cluster, where the environment or ``.env`` names a Prometheus."""
    if not set_at_all():
        return nullcontext()
    from bot.prometheus.opening import open_measuring  # noqa: PLC0415 — late: see bot/cli/set_at_all.py
    from bot.settings import SettingsError, load_measuring  # noqa: PLC0415 — late, as above

    try:
        return open_measuring(load_measuring())
    except SettingsError as error:
        raise OptionsError(str(error)) from None


def _catalogue(folder: str | None) -> Catalogue:
    if not folder:
        return builtin()
    try:
        catalogue = builtin().with_folder(Path(folder))
    except CatalogueError as error:
        raise OptionsError(str(error)) from None
    for sentence in catalogue.deprecations:
        sys.stderr.write(f"{sentence}\n")
    return catalogue


def _opened(options: DiagnoseOptions) -> Snapshot:
    """Return the saved snapshot, redacted again: the file may come from anywhere."""
    given = {"--context": options.context, "--kubeconfig": options.kubeconfig, "--save": options.save}
    needless = next((name for name, value in given.items() if value is not None), "")
    if needless:
        raise OptionsError(f"--from needs no cluster: leave {needless} out")
    source = str(options.source)
    try:
        raw = sys.stdin.buffer.read(SNAPSHOT_BYTES + 1) if source == "-" else _read(Path(source))
        if len(raw) > SNAPSHOT_BYTES:
            raise OptionsError(f"{source} is larger than {SNAPSHOT_BYTES // 2**20} MiB: not a crashloop snapshot")
        snapshot = redacted(Snapshot.from_json(raw.decode()))
    except OSError as error:
        raise OptionsError(f"{source} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise OptionsError(f"{source} is not a crashloop snapshot: it is not text") from None
    except SnapshotError as error:
        raise OptionsError(f"{source} is {error}") from None
    if options.target is not None:
        _same(_ref(options), snapshot.target, source)
    return snapshot


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(SNAPSHOT_BYTES + 1)


def _same(ref: TargetRef, target: Target, source: str) -> None:
    wrong_name = ref.name not in (target.name, target.pod)
    wrong_place = ref.namespace is not None and ref.namespace != target.namespace
    if wrong_name or wrong_place:
        raise OptionsError(f"{source} is a snapshot of {target.namespace}/{target.name}, not of {ref}")


def _writable(save: str | None) -> None:
    """Find out before the reading that the file cannot be written after it."""
    if save is not None and not os.access(Path(save).absolute().parent, os.W_OK | os.X_OK):
        raise OptionsError(f"{save} cannot be written: its folder does not exist or is not writable")


def _saved(snapshot: Snapshot, save: str) -> None:
    try:
        write_private(Path(save), snapshot.to_json())
    except OSError as error:
        raise OptionsError(f"{save} cannot be written: {error.strerror}") from None
