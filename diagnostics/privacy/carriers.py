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

QUOTE = r"""(?:\"{3}|'{3}|\\*["'`]|&quot;|&#3[49];|&apos;|%2[27]|\\u002[27])"""
_CLOSE = rf"(?:{QUOTE}|[\])}}])*"

SURE, PAIR, TURN, CELL, COLON, BLANK = "sure", "pair", "turn", "cell", "colon", "blank"
"""How sure a carrier is: a value stands there; a value, or the next of a list (twice), a table or a pipe; a value or a
remark; perhaps a value."""


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
_PAIR_BEFORE = compiled(r"""[{(\[]\s*\\?[bB]?\\?["'`:]?[#.]?$""")
_NEXT_BEFORE = compiled(r"""(?:^|,)\s*\\?[bB]?\\?["'`]$""")
_SHOWN = compiled(r"(?i)(?:to_?string|valueof|str|repr|string|dump|inspect|print_r)\($")
_BLANKS, _QUOTES = " \t", "\\\"'`&%"
_CLOSES = _QUOTES + "])}"

_ENTERS = (
    r"(?:fill\w*|type|clearAndType|send_?[kK]eys|set_?\w*|val|value|input|enter\w*|press_?[sS]equentially"
    r"|insert\w*|write|text)"
)
"""What an automated browser does with a field and a text."""
CARRIERS = (
    # <password>X</password>, <ns:Password type="t">X<...
    Carrier(compiled(r"\A(?:\s[^<>]*)?>\s*<!\[CDATA\["), _BLANKS + ">", "<:", before=_OPENING, until="]]>"),
    Carrier(compiled(r"\A(?:\s[^<>]*)?>\s*"), _BLANKS + ">", "<:", before=_OPENING, until="</"),
    Carrier(compiled(r"\A[^&<>]*&gt;\s*"), _BLANKS + "&", ";:", before=_ESCAPED_OPENING, until="&lt;"),
    # name="password" value="X"; "name":"X","value":"Y"; - name: X value: Y; <name>X</name><value>Y
    Carrier(
        compiled(
            rf"\A{_CLOSE}(?:\s*[,;]\s*|\s+"
            rf"|</\w+>\s*<)(?:[\w:.\-]+={QUOTE}[^\"'<>]*{QUOTE}\s+)*{QUOTE}?(?i:\w*value|val|content|plaintext)"
            rf"{QUOTE}?(?:\s*[:=]\s*|>)"
        ),
        _CLOSES + _BLANKS + ",;<",
    ),
    # <property name="password">X</property>
    Carrier(compiled(rf"\A{QUOTE}(?:\s+[\w:.\-]+={QUOTE}[^<>\"']*{QUOTE})*\s*>\s*"), _QUOTES, until="</"),
    # <key>Password</key><string>X</string> (plist)
    Carrier(compiled(r"\A</key>\s*<(?:string|data)>\s*"), "<", until="</"),
    # A host between: "github-oauth": {"github.com": "X"}
    Carrier(
        compiled(rf"\A{_CLOSE}\s*(?:[:=]|=>)\s*\{{\s*{QUOTE}[\w\-]+(?:\.[\w\-]+)+(?::\d+)?{QUOTE}\s*(?::|=>)\s*"),
        _CLOSES + _BLANKS + ":=",
        quoted=True,
    ),
    # "password": {"type": "string", "value": "X"}
    Carrier(
        compiled(
            rf"\A{_CLOSE}\s*(?:[:=]|=>)\s*\{{[^{{}}]{{0,80}}?\b(?i:value|plain(?:text)?|inner|raw|text|content|some){QUOTE}?\s*(?:[:=]|=>)\s*"
        ),
        _CLOSES + _BLANKS + ":=",
        quoted=True,
    ),
    # An address of memory or a length between: passwd[0x7ffc]="X", char passwd[32] = "X"
    Carrier(compiled(r"\A\[\w*\]\s*=\s*"), "[", quoted=True),
    # A type between, in columns: DefaultPassword  REG_SZ  X
    Carrier(compiled(r"\A\s+REG_\w+\s+"), _BLANKS),
    # s:8:"password";s:7:"X" (PHP)
    Carrier(compiled(rf"\A{QUOTE};s:\d+:"), _QUOTES, quoted=True),
    # password.............X
    Carrier(compiled(r"\A\s?\.{4,}\s*"), " ."),
    # password: String = "X"; token string = "X"
    Carrier(compiled(r"\A\??\s*:\s*[&\w.<>\[\]*]+(?:\s\w+)?\s*=\s*"), _BLANKS + "?:", quoted=True),
    Carrier(compiled(r"\A\s+(?:string|String|\[\]byte|str)\s*:?=\s*"), _BLANKS, quoted=True),
    # Arrays.toString(password)=[h, u, n], getPassword()=X
    Carrier(compiled(r"\A\)\s*(?:=|->)\s*"), ")", "(", before=_SHOWN),
    Carrier(compiled(r"\A\(\)\s*(?:=|->)\s*"), "("),
    # Key (token)=(X) already exists (PostgreSQL)
    Carrier(compiled(r"\A\)=\("), ")", until=")"),
    # ["password":protected]=> string(1) "X" (PHP)
    Carrier(compiled(rf"\A{QUOTE}:(?:{QUOTE}\w+{QUOTE}:)?(?:protected|private)\]=>\s*"), _QUOTES, quoted=True),
    # password=X, "password" => "X", password -> X, | password | X, password%3DX
    Carrier(
        compiled(
            rf"\A{_CLOSE}(?:\s\([^()]{{1,30}}\))?\s*(?:={{1,2}}>?|:=|::=?\s|->|<-|→|│|%3[Dd]|:?%3[Aa]|\\u003[dDaA])\s*"
        ),
        _CLOSES + _BLANKS + "=:-<→│",
    ),
    Carrier(compiled(rf"\A{_CLOSE}\s+\|\s+"), _CLOSES + _BLANKS, surety=CELL),
    # password: X; map[password:X]; {:password "X"}
    Carrier(
        compiled(rf"\A{_CLOSE}(?:\s\([^()\"':{{}}]{{1,60}}\))?\s*[:\x{{ff1a}}]\s*"),
        _CLOSES + _BLANKS + ":\uff1a",
        surety=COLON,
    ),
    # In Chinese and Japanese: the password is X
    Carrier(compiled(r"\A\s*(?:是|为|は)\s*"), _BLANKS + "是为は", surety=COLON),
    # A field of a page, and behind it what is typed there
    Carrier(
        compiled(rf"\A[^\"'()]{{0,20}}{QUOTE}\]?{QUOTE}?\)(?:\.\w+\([^()]{{0,30}}\))*\.{_ENTERS}\(\s*"),
        _QUOTES + " ]-_",
        quoted=True,
    ),
    # A flag and a pair in a list: "--password","X" and {password,"X"}, define('PASSWORD', 'X')
    Carrier(compiled(rf"\A{QUOTE}\s*,\s*"), _QUOTES, "-/", quoted=True, before=_FLAG),
    Carrier(compiled(rf"\A{QUOTE}\s*,\s*"), _QUOTES, "{([\"'`: #.", quoted=True, before=_PAIR_BEFORE, surety=PAIR),
    # 'Host', 'api', 'X-API-Key', 'X': names and values in turn
    Carrier(compiled(rf"\A{QUOTE}\s*,\s*"), _QUOTES, "\"'`", quoted=True, before=_NEXT_BEFORE, surety=TURN),
    Carrier(compiled(r"\A\s*,\s*"), _BLANKS + ",", "{", quoted=True),
    Carrier(compiled(r"\A,\s+"), ",", "-/", before=_FLAG, surety=BLANK),
    # Sec-WebSocket-Protocol: access_token, X
    Carrier(compiled(r"\A,\s+"), ",", surety=TURN),
    # PASSWORD elastic = X
    Carrier(compiled(r"\A\s+[\w.\-]+\s+=\s+"), _BLANKS, surety=TURN),
    # secret 'db' = "X"
    Carrier(compiled(rf"\A\s+{QUOTE}[^\"'<>]{{1,60}}{QUOTE}\s*(?:=>?|:)\s*"), _BLANKS, quoted=True),
    # setPassword("X"), password!("X"), Secret("X")
    Carrier(compiled(r"\A!?\(\s*"), "!(", quoted=True),
    # --password X
    Carrier(compiled(rf"\A{QUOTE}?\s+"), _QUOTES + _BLANKS, "-/", surety=BLANK, before=_FLAG),
    # {API_TOKEN X nil} (Go), {:password "X"} (Clojure), (password . "X") (Lisp)
    Carrier(compiled(r"\A\s+"), _BLANKS, "{", surety=BLANK),
    Carrier(compiled(r"\A\s+"), _BLANKS, ":", quoted=True),
    Carrier(compiled(r"\A[\"|]?\s+\.\s+"), _BLANKS + '"|', quoted=True),
)
