"""What the API server of a Kubernetes version takes, by its published schemas: no field that it does not know."""

from __future__ import annotations

import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.support.wheels import fetched

LOCK = Path(__file__).parents[1] / "deploy" / "schemas.lock"


class Schemas:
    """The schemas of one version.

    Args:
        kept: Where the wheel that holds them is kept.
        version: ``1.37``.
    """

    def __init__(self, kept: Path, version: str) -> None:
        wheel = fetched(LOCK, kept / "schemas.zip", Path.read_bytes)
        self._archive = zipfile.ZipFile(wheel)
        self._folder = f"kubernetes_validate/kubernetes-json-schema/v{version}.0-local-strict"
        self._names = set(self._archive.namelist())
        self._read = cache(self._parsed)
        self._registry: Registry[Any] = Registry(retrieve=self._resource)

    def faults(self, item: dict[str, Any]) -> list[str] | None:
        """Return what is wrong with an object, each with its place; ``None`` where the version has no such kind."""
        group, _, version = item["apiVersion"].rpartition("/")
        of = f"{item['kind']}-{group.split('.')[0]}-{version}" if group else f"{item['kind']}-{version}"
        name = f"{of.lower()}.json"
        if f"{self._folder}/{name}" not in self._names:
            return None
        validator = Draft202012Validator(self._read(name), registry=self._registry)
        return [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(item)]

    def _parsed(self, name: str) -> Any:
        return json.loads(self._archive.read(f"{self._folder}/{name}"))

    def _resource(self, uri: str) -> Resource[Any]:
        return Resource.from_contents(self._read(uri.rpartition("/")[2]), default_specification=DRAFT202012)
