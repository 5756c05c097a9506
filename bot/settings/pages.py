"""The settings as documentation: ``.env.example`` and a Markdown table, made from the fields' own descriptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.settings.settings import Settings

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

SECTIONS = ("Slack", "Alerts", "Owners", "Links", "Cluster", "Measurements", "Actions", "Outgoing webhook", "Service")


def example() -> str:
    """Return ``.env.example``: every setting with its description and default."""
    lines = ["# Settings of crashloop. Copy to .env, or set them in the environment, which wins."]
    section = ""
    for name, field in _fields():
        if _section(field) != section:
            section = _section(field)
            lines += ["", f"## {section}"]
        lines += [f"# {field.description}", f"{'' if field.is_required() else '# '}{name.upper()}={_default(field)}"]
    return "\n".join(lines) + "\n"


def table() -> str:
    """Return the settings as a Markdown table."""
    rows = [
        f"| `{name.upper()}` | {'`' + _default(field) + '`' if _default(field) else ''} | {field.description} |"
        for name, field in _fields()
    ]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows]) + "\n"


def _fields() -> list[tuple[str, FieldInfo]]:
    """Return the settings section by section, in each as they stand in the class."""
    return sorted(Settings.model_fields.items(), key=lambda item: SECTIONS.index(_section(item[1])))


def _section(field: FieldInfo) -> str:
    extra = field.json_schema_extra
    return str(extra.get("section", "")) if isinstance(extra, dict) else ""


def _default(field: FieldInfo) -> str:
    value = field.default
    if field.is_required() or value is None or value in ((), {}):
        return ""
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
