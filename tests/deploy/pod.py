"""The environment and the mounts that a pod gets of the bot's Deployment and what it names, as by the kubelet."""

from __future__ import annotations

import base64
import shutil


def environment(objects, folder):
    """Write the mounts of the Deployment below ``folder``; return the environment, its paths led there.

    ``objects`` are those of the bot's namespace. A path of the settings that is no mount is left as it is.
    """
    of = {(item["kind"], item["metadata"]["name"]): item for item in objects}
    (deployment,) = [item for item in objects if item["kind"] == "Deployment"]
    pod = deployment["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    given = {}
    for source in container["envFrom"]:
        given |= of["ConfigMap", source["configMapRef"]["name"]]["data"]
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    mounted = {mount["mountPath"]: _mount(volumes[mount["name"]], of, folder) for mount in container["volumeMounts"]}
    given.setdefault("DATA_DIR", "/data")  # the image's own
    return {key: _led(value, mounted) for key, value in given.items()}


def _mount(volume, of, folder):
    there = folder / volume["name"]
    shutil.rmtree(there, ignore_errors=True)
    there.mkdir(parents=True)
    if "secret" in volume:
        for key, value in of["Secret", volume["secret"]["secretName"]]["data"].items():
            (there / key).write_bytes(base64.b64decode(value))
    if "configMap" in volume:
        for key, value in of["ConfigMap", volume["configMap"]["name"]]["data"].items():
            (there / key).write_text(value)
    return there


def _led(value, mounted):
    for path, there in mounted.items():
        if value == path or value.startswith(f"{path}/"):
            return str(there) + value.removeprefix(path)
    return value
