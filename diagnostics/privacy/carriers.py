"""How a name carries its value: the syntaxes of formats, languages and shells, as data.

A name that promises a secret is found first (``naming``); then one of the ``CARRIERS`` must follow it, which tells
where the value begins and how sure it is that a value stands there at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.patterns import Pattern

QUOTE = r"""(?:\\*["'`]|&quot;|&#3[49];|&apos;|%2[27]|\\u002[27])"""
_CLOSE = rf"(?:{QUOTE}|[\])}}])*"

SURE, PAIR, COLON, BLANK = "sure", "pair", "colon", "blank"
"""How sure a carrier is: a value stands there; a value, or the next of a list; a value or a remark; perhaps a value."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """One syntax: what stands between a name and its value, and how sure it is that one follows."""

    pattern: Pattern
    begins: str
    """Signs with which what follows the name may begin: a look that costs nothing."""
    ends: str = ""
    """Signs of which one must stand before the name."""
    surety: str = SURE
    before: Pattern | None = None
    """What must stand before the name."""
    quoted: bool = False
    """Whether the value must be quoted."""
    until: str = ""
    """What ends the value, where it is neither quoted nor a word."""


_OPENING = compiled(r"<(?:[\w\-]+:)?$")
_ESCAPED_OPENING = compiled(r"&lt;(?:[\w\-]+:)?$")
_FLAG = compiled(r"""(?:^|[\s"'\[,=`(])(?:--?|/)$""")
_PAIR_BEFORE = compiled(r"""[{(\[]\s*\\?["'`:]?$""")
_BLANKS, _QUOTES = " \t", "\\\"'`&%"
_CLOSES = _QUOTES + "])}"

CARRIERS = (
    # <password>X</password>, <ns:Password type="t">X<...
    Carrier(compiled(r"\A(?:\s[^<>]*)?>\s*<!\[CDATA\["), _BLANKS + ">", "<:", before=_OPENING, until="]]>"),
    Carrier(compiled(r"\A(?:\s[^<>]*)?>\s*"), _BLANKS + ">", "<:", before=_OPENING, until="</"),
    Carrier(compiled(r"\A[^&<>]*&gt;\s*"), _BLANKS + "&", ";:", before=_ESCAPED_OPENING, until="&lt;"),
    # name="password" value="X"; "name":"X","value":"Y"; - name: X value: Y; <name>X</name><value>Y
    Carrier(
        compiled(
            rf"\A{_CLOSE}(?:\s*[,;]\s*|\s+"
            rf"|</\w+>\s*<)(?:[\w:.\-]+={QUOTE}[^\"'<>]*{QUOTE}\s+)*{QUOTE}?(?i:value|val|stringvalue|content|plaintext)"
            rf"{QUOTE}?(?:\s*[:=]\s*|>)"
        ),
        _CLOSES + _BLANKS + ",;<",
    ),
    # <property name="password">X</property>
    Carrier(compiled(rf"\A{QUOTE}(?:\s+[\w:.\-]+={QUOTE}[^<>\"']*{QUOTE})*\s*>\s*"), _QUOTES, until="</"),
    # s:8:"password";s:7:"X" (PHP)
    Carrier(compiled(rf"\A{QUOTE};s:\d+:"), _QUOTES, quoted=True),
    # password.............X
    Carrier(compiled(r"\A\s?\.{4,}\s*"), " ."),
    # password: String = "X"; token string = "X"
    Carrier(compiled(r"\A\??\s*:\s*[&\w.<>\[\]*]+(?:\s\w+)?\s*=\s*"), _BLANKS + "?:", quoted=True),
    Carrier(compiled(r"\A\s+(?:string|String|\[\]byte|str)\s*:?=\s*"), _BLANKS, quoted=True),
    # Key (token)=(X) already exists (PostgreSQL)
    Carrier(compiled(r"\A\)=\("), ")", until=")"),
    # ["password":protected]=> string(1) "X" (PHP)
    Carrier(compiled(rf"\A{QUOTE}:(?:{QUOTE}\w+{QUOTE}:)?(?:protected|private)\]=>\s*"), _QUOTES, quoted=True),
    # password=X, "password" => "X", password -> X, | password | X, password%3DX
    Carrier(
        compiled(rf"\A{_CLOSE}\s*(?:={{1,2}}>?|:=|::=?\s|->|<-|→|│|%3[Dd]|:?%3[Aa])\s*"), _CLOSES + _BLANKS + "=:-<→│"
    ),
    Carrier(compiled(rf"\A{_CLOSE}\s+\|\s+"), _CLOSES + _BLANKS),
    # password: X; map[password:X]; {:password "X"}
    Carrier(compiled(rf"\A{_CLOSE}(?:\s\([\w\s=]{{1,20}}\))?\s*:\s*"), _CLOSES + _BLANKS + ":", surety=COLON),
    # A flag and a pair in a list: "--password","X" and {password,"X"}, define('PASSWORD', 'X')
    Carrier(compiled(rf"\A{QUOTE}\s*,\s*"), _QUOTES, "-/", quoted=True, before=_FLAG),
    Carrier(compiled(rf"\A{QUOTE}\s*,\s*"), _QUOTES, "{([\"'`: ", quoted=True, before=_PAIR_BEFORE, surety=PAIR),
    Carrier(compiled(r"\A\s*,\s*"), _BLANKS + ",", "{", quoted=True),
    Carrier(compiled(r"\A,\s+"), ",", "-/", before=_FLAG),
    # setPassword("X"), password!("X"), Secret("X")
    Carrier(compiled(r"\A!?\(\s*"), "!(", quoted=True),
    # --password X
    Carrier(compiled(rf"\A{QUOTE}?\s+"), _QUOTES + _BLANKS, "-/", surety=BLANK, before=_FLAG),
    # {API_TOKEN X nil} (Go), {:password "X"} (Clojure), (password . "X") (Lisp)
    Carrier(compiled(r"\A\s+"), _BLANKS, "{", surety=BLANK),
    Carrier(compiled(r"\A\s+"), _BLANKS, ":", quoted=True),
    Carrier(compiled(r"\A\s+\.\s+"), _BLANKS, quoted=True),
)
