"""Pure: plain data as YAML that means the same to whoever reads it.

Every text is quoted: ``1e3`` is a text to YAML 1.1 and a number to Go's reader, ``on`` the other way round.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH = 2**31
"""No line is folded."""


class _Dumper(yaml.SafeDumper):
    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:  # noqa: FBT001 — the signature of the parent
        node = super().represent_mapping(tag, mapping, flow_style)
        for key, _value in node.value:
            key.style = None
        return node

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 — as above
        super().increase_indent(flow, indentless=False)


def _quoted(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')


_Dumper.add_representer(str, _quoted)


def document(data: Any, remarks: Sequence[str] = ()) -> str:
    """Return plain data as YAML, below remarks, a line each. Keys must be words that no reader takes for a number."""
    head = "".join(f"# {remark}\n" for remark in remarks)
    return head + yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
