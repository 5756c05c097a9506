"""How programs name a setting in a sentence: a variable, a flag, or a quoted key; fragments that families share."""

from __future__ import annotations

from typing import Final

Q: Final = r"['\"\x{2018}\x{2019}\x{201C}\x{201D}`]"
VAR: Final = r"[A-Z][A-Z0-9]*_[A-Z0-9_]+"
FLAG: Final = r"--?[A-Za-z][\w.-]*"
KEY: Final = r"[A-Za-z_][\w.\[\]-]*"
SETTING: Final = (
    r"(?i:option|setting|parameter|property|field|key|config(?:uration)?(?: key| value| option"
    r"| property| setting)?|environment variable|env(?:ironment)? var(?:iable)?s?|env|flag|argument"
    r"|variable|attribute|directive|value|input|entry|section)"
)
NAMED: Final = (
    rf"(?:(?P<var>{VAR})\b|(?P<flag>{FLAG})\b|{Q}(?P<key>[^'\"\x{{2018}}\x{{2019}}\x{{201C}}\x{{201D}}`\n]{{1,"
    rf"80}}){Q})"
)
NAMED2: Final = (
    rf"(?:(?P<var2>{VAR})\b|(?P<flag2>{FLAG})\b|{Q}(?P<key2>[^'\"\x{{2018}}\x{{2019}}\x{{201C}}\x{{201D}}`\n]"
    rf"{{1,80}}){Q})"
)
NAMED3: Final = (
    rf"(?:(?P<var3>{VAR})\b|(?P<flag3>{FLAG})\b|{Q}(?P<key3>[^'\"\x{{2018}}\x{{2019}}\x{{201C}}\x{{201D}}`\n]"
    rf"{{1,80}}){Q}|(?P<key4>[a-z]\w*(?:[._-]\w+)+|[A-Z][A-Z0-9]*(?:[._]\w+)+|[a-z]+[A-Z]\w*)\b)"
)
VALUE: Final = rf"{Q}(?P<value>[^'\"\x{{2018}}\x{{2019}}\x{{201C}}\x{{201D}}`\n]{{0,120}}){Q}"
