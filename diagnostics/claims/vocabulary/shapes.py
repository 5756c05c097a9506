"""How programs write paths and addresses around the words of an error: fragments that vocabularies share."""

from __future__ import annotations

from typing import Final

from diagnostics.patterns import compiled

PATH: Final = r"(?:/|\.{1,2}/)[^\s:'\"\x{2018}\x{2019}\x{201C}\x{201D}`,;()\[\]<>|]*"
"""A path with a slash in front: a bare word is not told from prose."""

ANY_PATH: Final = rf"(?:[\w@+-][\w.@+-]*)?{PATH}"
"""A path that may begin in the working directory (``bin/rails``): only beside the words of an error of files."""

HOST_PORT: Final = r"(?:[A-Za-z0-9][\w.-]*|\[[0-9A-Fa-f:.%]+\]):\d{1,5}"
HOST: Final = r"[A-Za-z0-9][\w.-]*[A-Za-z0-9]"

PATH_BEFORE: Final = (
    rf"(?:['\"\x{{2018}}\x{{201C}}`]?(?P<path>{ANY_PATH})['\"\x{{2019}}\x{{201D}}`]?\)?"
    r"(?::? (?:failed|error)(?:: | \((?:\d+: )?|, )|: (?:(?:F|f)ailed to open stream: |(?:bind"
    r"|connect|error): )?| \(|, )[\"']?)?"
)
"""``open /x: …``, ``cannot create directory '/x': …``, ``open() "/x" failed (2: …``, ``/x (…``."""

PATH_AFTER: Final = rf"(?:(?:\)?:|\)?, \w+|\)? @ \w+ -|\)? -) ['\"\x{{2018}}\x{{201C}}`]?(?P<path2>{ANY_PATH}))?"
"""``…: '/x'`` (Python), ``…, open '/x'`` (Node), ``… @ rb_sysopen - /x`` (Ruby)."""

ADDRESS_BEFORE: Final = (
    rf"(?:(?:server (?:at|on) ['\"](?P<host>[^'\"\s]+)['\"](?: \([^)]*\))?, port (?P<port>\d+) failed: "
    rf"|(?:{HOST_PORT}->)?(?P<addr>{HOST_PORT})['\"]?(?: \[[^\]]*\])?"
    r"(?:: |\. | failed: | \(| - |, )[\"']?)(?:(?:connect|read|write|i/o error): )?)?"
)
"""``dial tcp db:5432: connect: …``, ``connecting to redis:6379. …``, ``server at "db", port 5432 failed: …``."""

ADDRESS_AFTER: Final = (
    rf"(?:\)?(?:[: ]+| \(?(?:to|at|by|from|on|connecting to) )[\"'(]?(?:[\w.-]*/)?(?P<addr2>{HOST_PORT})"
    r"| \('(?P<host3>[^'\s]+)', (?P<port3>\d+)(?:, \d+, \d+)?\))?"
)
"""``connect ECONNREFUSED 127.0.0.1:6379`` (Node), ``Connection refused: db/10.0.0.1:5432`` (Java)."""

_PLACE: Final = compiled(
    r"(?i)(?:^|/)(?:[\w.@-]*\.(?:rb|pyx|js|mjs|cjs|jsx|tsx?|go|java|kts?|scala|groovy|php|exs?"
    r"|erl|hrl|c|cpp|cxx|hpp?|hs|lua"
    r"|swift|cs|fs|vb|clj|zig|dart|nim|jl|vue|svelte|sql|ya?ml|json|toml|conf|ini|cfg|xml|env|properties|hcl)"
    r"|[\w@-]*\.(?:py|cc|rs|pl|pm|sh|ml|cr|tf)):\d+"
)
"""A file's ending before a number: ``main.rs:42`` is a place in a file and no host, whatever the language.

Endings that are countries too (``.rs``, ``.pl``) count after a single word only: ``api.shop.rs:443`` is a host.
"""


def is_place(text: str) -> bool:
    """Whether the text is a place in a source or configuration file, as ``src/main.rs:42``."""
    return _PLACE.search(text) is not None
