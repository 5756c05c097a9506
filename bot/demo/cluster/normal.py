"""What the API server's typed decoding does to every write: nulls and empty maps of metadata are not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.demo.cluster.wire import Object


def normalise(obj: Object) -> None:
    """Drop nulls of the spec (a template's `creationTimestamp: null`, say) and empty labels and annotations."""
    if isinstance(obj.get("spec"), dict):
        obj["spec"] = _without_nulls(obj["spec"])
    _tidy(obj.get("metadata"))
    template = obj["spec"].get("template") if isinstance(obj.get("spec"), dict) else None
    if isinstance(template, dict):
        _tidy(template.get("metadata"))


def _tidy(meta: Any) -> None:
    if isinstance(meta, dict):
        for key in ("labels", "annotations"):
            if key in meta and not meta[key]:
                del meta[key]


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value
