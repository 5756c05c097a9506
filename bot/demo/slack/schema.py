"""A tiny language for the shape of JSON, enough to say what Block Kit allows. Errors are worded as Slack's are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Text:
    """A text object of one of these kinds, 1 to ``most`` characters long."""

    most: int
    kinds: tuple[str, ...] = ("plain_text", "mrkdwn")


@dataclass(frozen=True, slots=True)
class Str:
    """A string of ``least`` to ``most`` characters."""

    most: int
    least: int = 1


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Whole:
    """An integer in a range."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One of these strings."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Many:
    """A list of ``least`` to ``most`` such items."""

    item: Spec
    most: int
    least: int = 1


@dataclass(frozen=True, slots=True)
class Shape:
    """An object with these fields and no others; ``one_of`` names fields of which at least one must be there."""

    fields: Mapping[str, Spec]
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tagged:
    """An object whose ``type`` picks its shape. ``only`` narrows the types allowed here."""

    shapes: Mapping[str, Shape]
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Anything:
    """Whatever JSON holds."""


Spec = Text | Str | Flag | Whole | Choice | Many | Shape | Tagged | Anything

_TEXT_FIELDS = {"plain_text": {"type", "text", "emoji"}, "mrkdwn": {"type", "text", "verbatim"}}


@dataclass(slots=True)
class Complaints:
    """What is wrong, in the order met."""

    lines: list[str] = field(default_factory=list)

    def add(self, what: str, pointer: str) -> None:
        """Note one complaint about the value at a JSON pointer."""
        self.lines.append(f"{what} [json-pointer:{pointer}]")


def check(value: Any, spec: Spec, pointer: str, out: Complaints) -> None:
    """Hold a value against a spec and note all that is wrong with it."""
    match spec:
        case Text():
            _check_text(value, spec, pointer, out)
        case Many():
            _check_many(value, spec, pointer, out)
        case Shape():
            _check_shape(value, spec, pointer, out)
        case Tagged():
            _check_tagged(value, spec, pointer, out)
        case Anything():
            return
        case _:
            _check_plain(value, spec, pointer, out)


def _check_plain(value: Any, spec: Str | Flag | Whole | Choice, pointer: str, out: Complaints) -> None:
    if isinstance(spec, Str):
        _check_str(value, spec, pointer, out)
    elif isinstance(spec, Flag):
        if not isinstance(value, bool):
            out.add("must be a boolean", pointer)
    elif isinstance(spec, Choice):
        if value not in spec.values:
            out.add(f"must be a valid enum value: {', '.join(spec.values)}", pointer)
    elif isinstance(value, bool) or not isinstance(value, int):
        out.add("must be an integer", pointer)
    elif not spec.least <= value <= spec.most:
        out.add(f"must be between {spec.least} and {spec.most}", pointer)


def _check_text(value: Any, spec: Text, pointer: str, out: Complaints) -> None:
    if not isinstance(value, dict):
        out.add("must provide an object", pointer)
        return
    kind = value.get("type")
    if kind not in spec.kinds:
        out.add(f"must be a valid enum value: {', '.join(spec.kinds)}", f"{pointer}/type")
        return
    for extra in sorted(set(value) - _TEXT_FIELDS[kind]):
        out.add(f"invalid additional property: {extra}", pointer)
    if "text" not in value:
        out.add("missing required field: text", pointer)
    else:
        _check_str(value["text"], Str(spec.most), f"{pointer}/text", out)


def _check_str(value: Any, spec: Str, pointer: str, out: Complaints) -> None:
    if not isinstance(value, str):
        out.add("must be a string", pointer)
    elif len(value) < spec.least:
        out.add(f"must be more than {spec.least - 1} characters", pointer)
    elif len(value) > spec.most:
        out.add(f"must be less than {spec.most + 1} characters", pointer)


def _check_many(value: Any, spec: Many, pointer: str, out: Complaints) -> None:
    if not isinstance(value, list):
        out.add("must be an array", pointer)
        return
    if len(value) > spec.most:
        out.add(f"no more than {spec.most} items allowed", pointer)
    if len(value) < spec.least:
        out.add(f"no fewer than {spec.least} items allowed", pointer)
    for index, item in enumerate(value[: spec.most]):
        check(item, spec.item, f"{pointer}/{index}", out)


def _check_shape(value: Any, spec: Shape, pointer: str, out: Complaints, given: tuple[str, ...] = ()) -> None:
    if not isinstance(value, dict):
        out.add("must provide an object", pointer)
        return
    for name in spec.required:
        if name not in value:
            out.add(f"missing required field: {name}", pointer)
    if spec.one_of and not any(name in value for name in spec.one_of):
        out.add(f"must define either `{'` or `'.join(spec.one_of)}`", pointer)
    for name, item in value.items():
        if name in spec.fields:
            check(item, spec.fields[name], f"{pointer}/{name}", out)
        elif name not in given:
            out.add(f"invalid additional property: {name}", pointer)


def _check_tagged(value: Any, spec: Tagged, pointer: str, out: Complaints) -> None:
    if not isinstance(value, dict):
        out.add("must provide an object", pointer)
        return
    kind = value.get("type")
    allowed = spec.only or tuple(spec.shapes)
    if not isinstance(kind, str) or kind not in allowed:
        out.add(f"unsupported type: {kind}", f"{pointer}/type")
        return
    _check_shape(value, spec.shapes[kind], pointer, out, given=("type",))
