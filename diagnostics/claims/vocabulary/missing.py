"""Families of words for a setting that is not there, or that the program does not know."""

from __future__ import annotations

from typing import Final

from diagnostics.claims.model import ClaimType
from diagnostics.claims.vocabulary.naming import KEY, NAMED, NAMED2, NAMED3, SETTING, VAR, Q
from diagnostics.claims.vocabulary.table import Entry

_MISSING: Final = ClaimType.SETTING_MISSING
_UNKNOWN: Final = ClaimType.SETTING_UNKNOWN

ENTRIES: Final = (
    Entry(
        _MISSING,
        r"(?i:\b(?:neither|either) )\$?\{?(?P<var>[A-Z][A-Z0-9]*_[A-Z0-9_]+)\}?(?i: (?:n?or) )"
        r"\$?\{?[A-Z][A-Z0-9]*_[A-Z0-9_]+\}?"
        r"(?i: (?:(?:is|are|was|were) (?:set|defined|given|provided|specified|present|configured)"
        r"|(?:must|should|needs? to|has to|have to) be (?:set|defined|given|provided|specified|present|configured))\b)",
    ),
    Entry(
        _MISSING,
        rf"(?:{SETTING} )?{NAMED3}(?: {SETTING})?,? (?i:(?:is|are|was|were) (?:required|mandatory|missing"
        r"|empty|not (?:properly |correctly |yet )?(?:set|defined|provided|specified|configured|given|present"
        r"|found in (?:the )?env\w*)"
        r"|unset|blank)|(?:must|should|needs? to|has to|have to) be (?:set|provided"
        r"|specified|defined|configured|given|present|supplied|non-?empty)|cannot be (?:empty|blank"
        r"|null|nil|unset)|can't be (?:empty|blank)|should not be (?:empty|blank|null)|(?:has|have) not been (?:s"
        r"et|initiali[sz]ed|configured|provided|specified|defined)|may not be (?:empty|null|blank)"
        r"|must not be (?:empty|null|blank)|not (?:set|provided|specified|configured|defined)\b|missing\b"
        r"|required\b)[^\n]{0,40}",
    ),
    Entry(
        _MISSING,
        r"(?i:(?:missing|empty|undefined|unset|required|no (?:value|setting|default|entry)(?: (?:found"
        r"|set|given|defined|provided))?)(?: (?:required|mandatory|configuration|value for|necessary"
        rf"|a|the|an|secret|or (?:empty|invalid)))*(?: {SETTING}s?)*(?: (?:for|in|named|called|found for))*:? \(?)"
        rf"{NAMED2}",
    ),
    Entry(
        _MISSING,
        r"(?i:\b(?:please|you (?:must|need to|have to|should)|must|need to|have to)(?: (?:also|either"
        r"|first))? (?:set|specify|provide|define|configure|supply|give|pass|export|declare)\b(?: (?:the"
        r"|a|an|at least one of|one of|either|your|following|value|for|of|valid|env(?:ironment)? var(?:iable)?s?"
        rf"|flag|option|argument|parameter|setting|property|key))*:? ?){NAMED2}",
    ),
    Entry(
        _MISSING,
        rf"(?i:(?:the )?following (?:required )?{SETTING}s? (?:is|are|were) (?:required|missing|not set"
        rf"|mandatory|not provided)[^\n:]{{0,20}}:? ?\[?)(?:{NAMED2})?",
    ),
    Entry(
        _MISSING,
        rf"(?i:\b{SETTING}s? )\[?(?P<key>{KEY})\]?(?i: (?:must (?:not be (?:empty|null|blank)|be (?:set"
        r"|specified|provided))|(?:is|are|was) (?:required|mandatory|missing|empty|not (?:set|defined"
        r"|provided|specified|configured)|undefined)))\b",
    ),
    Entry(
        _MISSING,
        r"(?i:\bno (?P<key>[a-z][\w -]{1,40}?) (?:was |were |has been |is |are )?(?:provided|specified"
        rf"|configured|supplied|given|passed)\b)(?:[^\n]{{0,30}}(?:use|set|specify|with) {NAMED2})?",
    ),
    Entry(
        _MISSING,
        r"(?i:\b(?P<key>[a-z][\w-]*(?: [\w-]+){0,4}?) (?:must be (?:set|provided|specified|configured"
        r"|defined|supplied)|(?:is|was|are) (?:required but|not (?:provided|specified|configured|set)\b)"
        r"|not (?:provided|specified|configured)\b))",
    ),
    Entry(
        _MISSING,
        r"(?i:\bmissing (?:required |mandatory )?(?:settings?|options?|parameters?|propert(?:y|ies)"
        r"|fields?|keys?|config(?:uration)?(?: (?:key|value|option|property|setting))?|env(?:ironment)? var(?:iab"
        r"le)?s?|flags?|arguments?|variables?|values?|attributes?)\b)(?:(?i::? (?:for |in |named )?)(?P<key>[A-Za"
        r"-z_][\w.\[\]-]*))?",
    ),
    Entry(
        _MISSING,
        r"(?i:required (?:flag|option|argument|field|setting|key|property|parameter|variable)s?(?:\(s\))? )(?:"
        rf"{NAMED2},? ?)+(?i:(?:have |has )?(?:not (?:been )?(?:set|provided|given|specified)|(?:is"
        r"|are) missing|missing|not present)|$)",
    ),
    Entry(
        _MISSING,
        r"(?i:the following arguments are required: )(?P<flag>[\w-]+)|(?i:error: (?:the )?required arguments? (?:"
        r"was|were) not provided)[^\n]{0,80}|(?i:requires? at least (?:one|\d+) (?:arg(?:ument)?"
        rf"|value)[^\n]{{0,40}}|(?:missing|required) (?:positional )?argument:? ){Q}?(?P<flag2>[\w-]+)?{Q}?",
    ),
    Entry(
        _MISSING,
        r"(?:^|\s)(?:\S+: (?:line )?\d+: )?(?P<var>[A-Za-z_][A-Za-z0-9_]*): (?:unbound variable|parameter (?:not "
        r"set|null or not set))",
    ),
    Entry(
        _MISSING,
        rf"(?:^|[\s\-*\x{{2022}}])(?:{NAMED}|(?P<key3>[a-z]\w*(?:[._]\w+)+)):? (?:\[ )?['\"]?(?i:required"
        r"|missing|is required|not set|unset|undefined|must be set|cannot be empty)['\"]?(?: \])?\s*$",
    ),
    Entry(
        _MISSING,
        rf"(?i:\b(?:requires?|needs?|expects?|depends on) (?:the |a |an )?(?:{SETTING} )?){NAMED3}(?i: (?:to be"
        r"|being|be) (?:set|configured|specified|provided|defined|present|enabled))",
    ),
    Entry(
        _MISSING,
        r"(?i:(?:environment variable|env var|config(?:uration)? (?:key|value|setting)|connection string"
        r"|property|setting|secret)(?: configuration| named)? (?:(?:is |was )?not (?:found|set|defined"
        rf"|provided):? )){NAMED}|(?i:\b(?:environment variable|env var|config(?:uration)? (?:key|value|setting)"
        rf"|connection string|property|setting|secret)(?: configuration| named)? ){NAMED2}(?i: (?:(?:was|is|were"
        r"|could|can) ?)?not (?:be )?(?:found|set|defined))",
    ),
    Entry(
        _MISSING,
        r"(?i:(?:environment variable|env var|config(?:uration)? (?:key|value)|property|setting|parameter"
        rf"|no connection string)s? (?:(?:is |was )?not found|not set|not defined|named):? ){NAMED}",
    ),
    Entry(
        _MISSING,
        r"(?i:\b(?:please|you (?:must|need to|have to|should)|must|need to|have to) (?:set|specify|provide|define"
        r"|configure|supply"
        r"|give|pass) [^\n.;]{1,60}? (?:via|in|with|using|through|by|as)(?: the| an?)? "
        rf"(?:{SETTING}s? )?)(?:(?P<var>[A-Z][A-Z0-9]*_[A-Z0-9_]+)|(?P<flag>--[A-Za-z][\w-]*))",
    ),
    Entry(
        _MISSING,
        r"(?i:\b(?:property|setting|config(?:uration)?(?: key| value)?) )(?P<key>[a-z]\w*(?:[.][\w-]+)+)"
        r"(?i: (?:was |is |could )?not (?:be )?found\b)|\bKeyError: key \"(?P<var>[A-Z][A-Z0-9_]+)\" not found"
        r"|(?i:\bplease (?:set|provide|define|configure) )(?P<key2>[a-z]\w*(?:[._]\w+)+)",
    ),
    Entry(
        _MISSING,
        r"(?i:\bhas no (?P<key>credentials|token|password|api[ -]?key|key|secret|certificate|licen[cs]e|identity"
        r"|config(?:uration)?)\b"
        r"[^\n]{0,40}\b(?:required|needed|mandatory)\b)",
    ),
    Entry(
        _MISSING,
        r"(?i:\b(?:key|property|setting|option|parameter|variable|field)s? \[(?P<key>[\w.-]+)\] (?:is |was "
        r"|has (?:been )?)?"
        r"(?:not (?:found|set|defined|specified|configured|provided|present)|missing|required|must be (?:set|given"
        r"|provided)))[^\n]{0,60}",
    ),
    Entry(
        _MISSING,
        r"(?i:\bcan ?not find (?:(?:any|a|suitable|valid) )*(?P<key>config(?:uration)?|settings"
        r"|credentials)\b)[^\n]{0,80}",
    ),
    # A placeholder that nothing filled in, printed as the value it was to become.
    Entry(
        _MISSING,
        r"^\s*['\"]?\$\{(?P<var>[A-Z][A-Z0-9_]*)\}['\"]?\s*$"
        r"|\bproperty value \[\$\{(?P<key>[\w.-]+)[^}]*\}\][^\n]{0,60}",
    ),
    Entry(
        _MISSING,
        r"(?i:\brequired :?(?P<key>[a-z]\w+) (?:option|setting|field|key|parameter) (?:was |is )?not (?:found|given"
        r"|set|provided))"
        r"|(?i:\bdid(?:n't| not) find (?:the )?(?P<key2>section"
        r"(?: ['\"`]?[\w.-]+['\"`]?)?) in (?:the )?config(?:uration)?(?: file)?)"
        r"|(?i:\b(?P<key3>(?:[\w-]+ ){0,2}(?:secret|key|password|token|url|hostname|host|domain|database|user"
        r"|credentials?)) (?:has|have) not"
        r" been (?:set|configured|provided|given)\b)"
        r"|(?i:\b(?P<key4>(?:[\w-]+ ){0,2}(?:secret|password|token)(?: key)?|secret key"
        r"|api key) (?:is )?missing\b)[^\n]{0,40}",
    ),
    Entry(
        _MISSING,
        r"(?i:\byou (?:must|need to|have to) (?:specify|define|provide|set|give) at least one )(?P<key>[a-z][\w-]+)\b",
    ),
    # The line itself says how the setting is given.
    Entry(
        _MISSING,
        rf"(?i:\b(?:unable|could not|cannot|can't|failed) (?:to )?(?:\w+ )?(?:determine|detect|find|retrieve"
        rf"|guess)\b)[^\n]{{0,200}}?"
        rf"(?:(?i:\buse )(?P<flag>--[A-Za-z][\w-]*)(?i: to (?:specify|set|define|override))"
        rf"|(?i:\b(?:supplied|set|provided|specified|given) (?:via|by|with|through|in) (?:the )?)(?P<var>{VAR})\b"
        rf"|(?i:\byou can (?:define|set|specify|provide) (?:one|it|this|them) (?:in|via|with|by)\b))[^\n]{{0,60}}",
    ),
    Entry(
        _MISSING,
        rf"(?i:\bmissing (?:[\w-]+ ){{1,3}}(?:parameter|option|setting|argument|property|variable|directive"
        rf"|field)) {NAMED2}",
    ),
    # What nearly every program is told: a plain word for a setting, asked for.
    Entry(
        _MISSING,
        r"(?i:\b(?:you \*?(?:must|need to|have to|should)\*?|must|need to|have to|please|did not|didn't|failed to)"
        r" (?:specify|provide|set|give|supply|define|configure|pass)(?: (?:a|an|the|your|at least one|one|valid"
        r"|admin))*"
        r" (?P<key>(?:(?:aws|default|target|cluster|server|base|public|listen|bind|client|tenant|project|storage)"
        r" )?(?:region|bucket|endpoint|hostname|host ?name|domain(?: name)?|url|uri|dsn|username|user ?name|user"
        r"|password"
        r"|api[ -]?key|access[ -]?key|secret[ -]?key|token|project(?: id)?|tenant(?: id)?|client id|profile|namespace"
        r"|cluster name|database(?: name| url)?|connection string|data ?dir(?:ectory)?|config(?:uration)?(?: file)?"
        r"|listen address|port|license(?: key)?|encryption key|master key|session secret|workspace|subcommand|command"
        r"|topic|broker|brokers|model(?: name| path)?|output|input))\b)",
    ),
    Entry(_MISSING, r"(?i:could not resolve placeholder )\$\{(?P<var>[A-Za-z_][\w.-]*)(?::[^}]*)?\}"),
    Entry(
        _MISSING,
        r"(?i:\b(?:either )?required\b[^\n]{0,600}?\bneeds? to be (?:configured|set|specified) explicitly)",
    ),
    Entry(
        _MISSING,
        r"(?i:value cannot be null\.?) \(Parameter '(?P<key>[^']+)'\)|\bArgumentNullException\b[^\n]{0,60}'(?P<ke"
        r"y2>[^']+)'",
    ),
    Entry(
        _MISSING,
        r"(?s)(?:os\.environ\[|<frozen os>|[/\\]os\.py\")[^\x00]{0,600}?\bKeyError: '(?P<var>\w+)'"
        r"|\bField required \[type=missing\b|\bmissing:? (?P<key>[a-z]+(?:[-_.][a-z]+)+)\b",
    ),
    Entry(
        _MISSING,
        r"(?i:\bThe (?P<key>\w+) (?:property|setting|option|value) has not been (?:initiali[sz]ed"
        r"|set|configured))",
    ),
    Entry(
        _UNKNOWN,
        r"(?i:\b(?:unknown|unrecogni[sz]ed|undefined|unsupported|unexpected|invalid|no such)(?: (?:command[- ]?li"
        r"ne|configuration|config|long|short|top-level|additional|extra|server|global|root|the|shorthand"
        r"|cli|startup|runtime|log))*(?: or (?:unsupported|invalid|unexpected))? (?P<resource>flag"
        r"|option|field|key|property|directive|argument|parameter|plugin|provider|codec|driver|type"
        r"|module|command|subcommand|setting|section|attribute|variable|filter|processor|exporter"
        r"|receiver|extension|component|adapter|dialect|backend|storage class|scheme|engine|protocol"
        r"|format|algorithm|encoder|handler|middleware|profile|resource|connector|transport|store)s?(?: name"
        rf"| type)?:? )(?:{NAMED2}|(?P<key>[\w./@-]+))",
    ),
    Entry(
        _UNKNOWN,
        rf"(?i:\b{SETTING}) {NAMED3}(?i: (?:was|is|were|are) (?:not (?:being )?(?:used|consumed)|unused)\b)"
        r"|(?i:\b(?:invalid|unknown|undefined) (?P<resource>[A-Za-z]{2,20} type) )['\"](?P<key5>[^'\"\n]{1,80})['\"]"
        r"|(?i:\b(?:unexpected|unknown|undefined|extra) (?:config(?:uration)? )?(?:entry|entries|item)s?:? )['\"]"
        r"(?P<key6>[^'\"\n]{1,80})['\"]",
    ),
    Entry(
        _UNKNOWN,
        r"flag provided but not defined: (?P<flag>-\S+)|unknown shorthand flag: '(?P<flag2>\w)' in (?P<flag3>-\w+"
        r")|(?i:unrecognized arguments?:? )(?P<flag4>[^\n]{1,120})|(?i:found argument )'(?P<flag5>[^']+)'(?i: whi"
        r"ch wasn't expected)|(?i:unexpected argument )'(?P<flag6>[^']+)'(?i: found)|(?i:error: (?:no such"
        r"|unknown) option:? )[\"'`]?(?P<flag7>--?[\w-]+)",
    ),
    Entry(
        _UNKNOWN,
        rf"{NAMED}(?i: (?:is not (?:a )?(?:recogni[sz]ed|known|supported|valid)(?: as)?(?: (?:an? )?(?:internal or"
        r" external |configuration |config )?(?P<resource>option|flag|command|field|key|setting|property"
        r"|directive|argument|parameter|plugin|provider|driver|type))|(?:is |was )?unexpected|is unknown"
        r"|does not exist in (?:the )?(?:config\w*|schema)|is not defined|not expected))\b",
    ),
    Entry(
        _UNKNOWN,
        r"(?i:asks for unknown|refers to (?:an? )?(?:unknown|undefined|non-?existent)|references (?:an? )?(?:unkn"
        r"own|undefined|non-?existent)|not (?:registered|known) (?:provider|plugin|driver|codec|type)) [\w -]{0,3"
        r"0}['\"\x{2018}\x{201C}`](?P<key>[^'\"\x{2019}\x{201D}`\n]{1,80})['\"\x{2019}\x{201D}`]",
    ),
    Entry(
        _UNKNOWN,
        r"(?i:additional propert(?:y|ies) )['\"]?(?P<key>[\w.-]+)['\"]?(?i: (?:is|are|was|were)? ?not allowed)"
        r"|(?i:additional properties are not allowed \()['\"](?P<key2>[\w.-]+)['\"]|(?i:json: unknown field )\\?"
        r"\"(?P<key3>[^\"\\]+)\\?\"|(?i:field )(?P<key4>[\w.-]+)(?i: not found in type )(?P<resource>[\w.]+)"
        r"|(?i:has invalid keys: )(?P<key5>[\w., -]+)|(?i:unknown lvalue|unknown configuration (?:key"
        r"|option|directive)s?:? )['\"]?(?P<key6>[\w.-]+)",
    ),
    Entry(
        _UNKNOWN,
        r"(?i:unknown directive )\"(?P<key>[^\"]+)\"(?i: in )(?P<path>/[^\s:]+)(?::(?P<line>\d+))?"
        r"|(?i:\"(?P<key2>\w+)\" directive (?:is not allowed here|is duplicate|invalid)[^\n]{0,20} in )(?P<path2>"
        r"/[^\s:]+)(?::(?P<line2>\d+))?",
    ),
    Entry(
        _UNKNOWN,
        r"(?i:\b(?P<resource>cluster|profile|context|database driver|region|zone|storage class|time ?zone"
        r"|locale|theme|preset|environment|pipeline|dialect|codec|provider|engine|schema registry"
        r"|queue|topic|bucket|repository|realm|tenant|workspace|vhost|collation|encoding|log level)) ['\"\x{2018}"
        r"\x{201C}`](?P<key>[^'\"\x{2019}\x{201D}`\n]{1,80})['\"\x{2019}\x{201D}`](?i: (?:is |was "
        r"|does )?(?:not (?:found|exist|defined|supported|known|registered|available)|unknown|unsupported))",
    ),
    Entry(
        _UNKNOWN,
        r"(?i:can't load plugin:? )(?P<key>[\w.:]+)|(?i:(?:message |config(?:uration)? )?has unknown fields?)[^\n"
        r"]{0,60}|(?i:unrecognized VM option )'(?P<key2>[^']+)'|(?i:bad directive or wrong number of arguments)",
    ),
)
