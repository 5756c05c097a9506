"""Where a setting of the program's own configuration is given: as an option among the arguments, or in a ConfigMap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import podwords
from diagnostics.diagnosis import Evidence
from diagnostics.facts.workloads import sharers

if TYPE_CHECKING:
    from diagnostics.claims.case import Case

CLUSTER_CA: Final = "kube-root-ca.crt"
"""The ConfigMap with the cluster's own authority, which every pod mounts."""
MODEST: Final = 20_000
"""Characters of an argument that are looked through."""


def option(case: Case, name: str) -> tuple[Evidence, ...]:
    """Return where command or arguments give the setting as an option, with its value: it is no variable then.

    ``max_model_len`` is given as ``--max-model-len``: libraries of options take both spellings.
    """
    suspect = case.suspect
    bare = name.lstrip("-")
    if suspect is None or not bare or name.isupper():
        return ()
    wanted = {f"--{bare}", f"--{bare.replace('_', '-')}", f"--{bare.replace('-', '_')}"}
    for part in ("command", "args"):
        words = fields.strings(suspect.spec, part)
        for index, word in enumerate(words):
            shown = next((text for text in sorted(wanted) if text in word[:MODEST]), "")
            if not shown:
                continue
            found = [Evidence(source="pod", path=f"{suspect.spec_path}.{part}[{index}]", quote=_whole(word, shown))]
            value = words[index + 1] if word in wanted and index + 1 < len(words) else ""
            if value and not value.startswith("-"):
                path = f"{suspect.spec_path}.{part}[{index + 1}]"
                found.append(Evidence(source="pod", path=path, quote=value[:200]))
            return tuple(found)
    return ()


def configmap(case: Case) -> tuple[str, tuple[Evidence, ...]]:
    """Return the ConfigMap whose files the suspect reads, if one can be meant: the only one, or the changed one."""
    suspect = case.suspect
    if suspect is None:
        return "", ()
    held = {
        fields.text(volume, "name"): fields.text(volume, "configMap", "name")
        for volume in fields.items(case.pod, "spec", "volumes")
    }
    mounts = [
        (held[name], fields.text(mount, "mountPath"))
        for mount in fields.items(suspect.spec, "volumeMounts")
        if held.get(name := fields.text(mount, "name"))
    ]
    names = list(dict.fromkeys(name for name, _ in mounts))
    if len(names) > 1:
        names = [name for name in names if changed(case, name)] or _unshared(case, names)
    if len(names) != 1:
        return "", ()
    volume, path = next(
        (fields.text(mount, "name"), fields.text(mount, "mountPath"))
        for mount in fields.items(suspect.spec, "volumeMounts")
        if held.get(fields.text(mount, "name")) == names[0]
    )
    quote = f"name={volume} mountPath={path}"
    return names[0], (Evidence(source="pod", path=f"{suspect.spec_path}.volumeMounts[{volume}]", quote=quote),)


def origin(case: Case, file: str) -> tuple[str, str, str]:
    """Return (kind, name, key) of what makes a file of that name in any volume of the pod, or three empty texts.

    An init container often copies the files of a Secret into an emptyDir, where the program reads them.
    """
    for volume in fields.items(case.pod, "spec", "volumes"):
        for kind, source in podwords.sources(volume):
            owner = fields.text(source, "name") or fields.text(source, "secretName")
            renamed = {fields.text(item, "path"): fields.text(item, "key") for item in fields.items(source, "items")}
            known = renamed or {key: key for key in podwords.keys(case.snapshot, kind, case.namespace, owner) or ()}
            if file and file in known:
                return kind, owner, known[file]
    return "", "", ""


def owners(case: Case) -> tuple[tuple[str, str], ...]:
    """Return (kind, name) of the ConfigMaps and Secrets that the suspect mounts, each once."""
    mounts = fields.items(case.suspect.spec, "volumeMounts") if case.suspect is not None else []
    wanted = {fields.text(mount, "name") for mount in mounts}
    held = [
        (kind, fields.text(source, "name") or fields.text(source, "secretName"))
        for volume in fields.items(case.pod, "spec", "volumes")
        if fields.text(volume, "name") in wanted
        for kind, source in podwords.sources(volume)
    ]
    found = tuple(dict.fromkeys(item for item in held if item[1] != CLUSTER_CA))
    own = tuple(item for item in found if sharers.well_with(case, *item) is None)
    return own or found


def _unshared(case: Case, names: list[str]) -> list[str]:
    """Return the ConfigMaps with which no other workload is well: those that one is well with are less to be meant."""
    return [name for name in names if sharers.well_with(case, "ConfigMap", name) is None]


@dataclass(frozen=True, slots=True)
class Unread:
    """A directory of settings that is mounted into a container whose command and arguments name no file of it."""

    owner: str
    """``ConfigMap iam/hydra`` as a person says it, without the namespace."""
    directory: str
    option: str
    """The option by which another container of the pod reads it, with its value; empty where none does."""
    evidence: tuple[Evidence, ...]


def unread(case: Case) -> Unread | None:
    """Return the one directory of settings that the suspect mounts and is not told of, or None.

    None too where a variable may name the file: values of variables are not in a snapshot.
    """
    suspect = case.suspect
    if suspect is None or fields.items(suspect.spec, "envFrom"):
        return None
    told = " ".join((*fields.strings(suspect.spec, "command"), *fields.strings(suspect.spec, "args")))[:MODEST]
    if not told or any("CONF" in fields.text(entry, "name").upper() for entry in fields.items(suspect.spec, "env")):
        return None
    held = {
        fields.text(volume, "name"): f"{kind} {owner}"
        for volume in fields.items(case.pod, "spec", "volumes")
        for kind, source in podwords.sources(volume)
        if (owner := fields.text(source, "name") or fields.text(source, "secretName")) != CLUSTER_CA
    }
    mounts = [item for item in fields.items(suspect.spec, "volumeMounts") if fields.text(item, "name") in held]
    if len(mounts) != 1 or fields.text(mounts[0], "mountPath") in told or fields.text(mounts[0], "subPath"):
        return None
    volume, directory = fields.text(mounts[0], "name"), fields.text(mounts[0], "mountPath")
    option, proof = _read_by(case, directory)
    said = Evidence(
        source="pod",
        path=f"{suspect.spec_path}.volumeMounts[{volume}]",
        quote=f"name={volume} mountPath={directory}",
    )
    return Unread(held[volume], directory, option, (said, *proof))


def _read_by(case: Case, directory: str) -> tuple[str, tuple[Evidence, ...]]:
    """Return the option with which another container of the pod names a file of the directory, and where."""
    for container in case.containers:
        for part in ("command", "args"):
            words = fields.strings(container.spec, part)
            for index, word in enumerate(words):
                before = words[index - 1] if index and words[index - 1].startswith("-") and "=" not in word else ""
                if f"{directory.rstrip('/')}/" in word[:MODEST] and (before or word.startswith("-")):
                    option = f"{before} {word}".strip()[:200]
                    path = f"{container.spec_path}.{part}[{index}]"
                    return option, (Evidence(source="pod", path=path, quote=word[:200]),)
    return "", ()


def changed(case: Case, name: str) -> bool:
    """Whether a ConfigMap's content is known to have changed before the crashes."""
    return bool(name) and any(f"ConfigMap {name} " in f"{item.what} " for item in case.changed)


def _whole(word: str, shown: str) -> str:
    """Return the option with its value where both stand in one word, and the option alone out of a script."""
    return word[:200] if word.startswith(shown) and not word.partition("=")[0].strip().count(" ") else shown
