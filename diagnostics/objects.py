"""One object of the cluster by its name: what ``Kind namespace/name`` stands for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ObjectRef:
    """An object of the cluster. ``namespace`` is empty for what has none, such as a Node."""

    kind: str
    namespace: str = ""
    name: str

    @classmethod
    def parse(cls, text: str) -> ObjectRef | None:
        """Return the object that ``Kind namespace/name`` or ``Kind name`` names; None when the text names none."""
        kind, _, path = text.partition(" ")
        namespace, slash, name = path.partition("/")
        if not slash:
            namespace, name = "", path
        return cls(kind=kind, namespace=namespace, name=name) if kind and name else None

    @property
    def path(self) -> str:
        """The object without its kind: ``namespace/name``, or ``name``."""
        return f"{self.namespace}/{self.name}" if self.namespace else self.name

    def __str__(self) -> str:
        """Return ``Kind namespace/name``, as ``parse`` takes it."""
        return f"{self.kind} {self.path}"
