"""Families of words for a value that the program does not accept, and for a file that it cannot parse."""

from __future__ import annotations

from typing import Final

from diagnostics.claims.model import ClaimType
from diagnostics.claims.vocabulary.naming import KEY, NAMED, NAMED2, NAMED3, SETTING, VALUE, VAR, Q
from diagnostics.claims.vocabulary.table import Entry

_INVALID: Final = ClaimType.SETTING_INVALID
_FILE: Final = ClaimType.FILE_INVALID

ENTRIES: Final = (
    # Decoders that name the place in a document: Aeson's and JSON Schema's paths.
    Entry(
        ClaimType.SETTING_MISSING,
        r"(?i:\bError in )\$[\w.\[\]'\"-]*(?i:: key )\\*[\"'](?P<key>[^\"'\\\n]{1,80})\\*[\"'](?i: (?:was"
        r" )?not (?:found|present))[^\n]{0,160}",
    ),
    Entry(
        _INVALID,
        r"(?i:\bError in )\$\.?(?P<key>[\w.\[\]'-]+): (?P<reason>[^\n]{1,160})"
        r"|\b(?:data|config|instance|root|body|options)(?P<key2>(?:[/.]\w[\w-]*)+) (?i:(?:must|should) (?:be"
        r"|match|have|not))"
        r"\b(?P<reason2>[^\n]{0,120})",
    ),
    Entry(
        ClaimType.SETTING_MISSING,
        r"(?::|\b)(?P<key>\w[\w.]*) (?i:is missing in )(?:[A-Z]\w+ input|(?i:(?:the )?(?:input|config\w*"
        r"|settings|hash)))\b"
        r"|(?i:\bvalue required for (?:option|setting|parameter|key) )(?P<key2>[\w.-]+)[^\n]{0,60}",
    ),
    Entry(
        _INVALID,
        r"(?i:\bunknown variant )[`'\"](?P<value>[^`'\"\n]{1,80})[`'\"](?i:,? expected )(?P<expected>[^\n]{1,120}?)"
        r"(?:(?i: for key )[`'\"](?P<key>[^`'\"\n]{1,80})[`'\"]|$|\n)",
    ),
    Entry(
        _INVALID,
        r"(?i:\b(?:unsupported|unknown|invalid|unrecogni[sz]ed|no such) (?:\w+ ){0,2}?(?:driver|backend"
        r"|provider|engine|scheme"
        r"|codec|protocol|mode|dialect|adapter|transport|strategy|policy|log level|storage class|region|plugin type)"
        r"(?: type| name)?)[:=]? [\"'`](?P<value>[^\"'`\n]{1,80})[\"'`]",
    ),
    # A text tool of a set-up script stumbles over a value that is pasted into its program: a line break, its delimiter.
    Entry(
        _INVALID,
        r"^(?:\S+: line \d+: )?(?:sed|g?awk|m4|perl|jq|yq|envsubst|gomplate|confd|ytt): (?:-e expression #\d+, char \d+"
        r"|cmd\. line:\d+|error|parse error|syntax error)[^\n]{0,20}: (?P<reason>[^\n]{1,120})",
    ),
    Entry(
        _INVALID,
        r"(?i:\b(?:invalid|bad|illegal|malformed|unsupported|incorrect|wrong|unacceptable)(?: or \w+)?(?: (?:bool"
        r"ean|integer|string|duration|numeric|config(?:uration)?|environment|env))*(?: value| setting"
        r"| argument| parameter| option| format| type| URL| URI| address| port| hostname| duration"
        r"| level| config(?:uration)?| value\(s\)| number| size| path| name| connection string| DSN"
        rf"| mode)?(?: {VALUE})?(?: (?:for|of|in|at|specified for|given for|provided for|passed to"
        r"|set for|supplied for))(?: (?:the|argument|option|flag|field|key|setting|parameter|property"
        rf"|env(?:ironment)?(?: var(?:iable)?)?|config(?:uration)?(?: key| option)?|variable))*:? ?){NAMED3}(?:[:="
        r" ]+(?P<reason>[^\n]{1,120}))?",
    ),
    Entry(
        _INVALID,
        rf"(?:{NAMED}|\b(?P<key3>{KEY}))(?i: (?:must be|has to be|should be|needs to be) (?:one of"
        r"|either|an? (?:\w+ )?(?:integer|number|string|boolean|bool|duration|url|uri|path|valid|positive"
        r"|non-?negative|absolute|list|array|map|object|port|host)|in (?:the )?range|between|greater"
        r"|less|at (?:least|most)|larger|smaller|positive|non-?negative|within|> ?=?|< ?=?|valid|in the (?:form"
        r"|format)|of the form|a (?:number|power|multiple)|different|unique|equal|set to (?:one|either)"
        r"|true or|lower ?case))\b(?P<reason>[^\n]{0,120})",
    ),
    Entry(
        _INVALID,
        r"(?i:\b(?:cannot|can't|could not|couldn't|failed to|unable to|error) (?:pars(?:e|ing)|decod(?:e"
        r"|ing)|convert(?:ing)?|unmarshal(?:ing)?|cast(?:ing)?|interpret(?:ing)?|coerce) (?:the )?(?:value )?(?:o"
        rf"f |for )?(?:env(?:ironment)? var(?:iable)? |option |flag |setting |config(?:uration)? )?){NAMED2}(?:[^"
        r"\n]{0,80})",
    ),
    Entry(
        _INVALID,
        rf"{VALUE}(?i: (?:is|was) (?:not a valid|an? (?:invalid|unsupported|unknown)|not (?:valid|supported"
        r"|allowed|permitted|accepted|one of)|invalid|out of range|not in (?:the )?(?:list|range)"
        rf"|not a (?:number|boolean|directory|url)))\b(?:[^\n]{{0,40}}? (?:for|of) {NAMED2})?",
    ),
    Entry(
        _INVALID,
        rf"{NAMED}(?i:(?:=| has | with | got | value )[^\n]{{0,60}}?(?:is )?(?:not a valid|invalid"
        r"|unsupported|out of range|not (?:supported|allowed|permitted)|unparseable|too (?:large|small"
        r"|long|short|big|low|high)))\b[^\n]{0,60}",
    ),
    Entry(
        _INVALID,
        r"(?i:\b(?:allowed|valid|possible|accepted|supported|expected|permitted) (?:values|options"
        r"|choices)(?: are| is| include)?[: ]+)(?P<expected>[^\n]{1,120})|(?i:invalid choice: )['\"]?(?P<value>[^"
        r"'\"\n]+)['\"]?(?i: \(choose from )(?P<expected2>[^)\n]{1,160})|(?i:expected (?:one of|type"
        r"|a|an|the) )(?P<expected3>[^\n,]{1,60})(?i:,? (?:but )?(?:got|found|received|given|instead of) )(?P<fou"
        r"nd>[^\n]{1,80})",
    ),
    Entry(
        _INVALID,
        r"(?i:ports? must be (?:within range|between|in (?:the )?range|a)[^\n]{0,60}|port (?:number )?(?:is )?(?:"
        r"out of range|invalid)[^\n]{0,40}|invalid port(?: number| value| specified)?\b[^\n]{0,60}"
        r"|first path segment in URL cannot contain colon|missing (?:protocol|url) scheme|unsupported protocol sc"
        r"heme[^\n]{0,60}|no scheme supplied|relative URL without a base|invalid (?:base |redirect )?URL?I?\b[:,]"
        r"? [^\n]{1,80}|invalid (?:IPv[46] )?(?:address|CIDR|netmask|subnet)[^\n]{0,80}|we expect a port)",
    ),
    Entry(
        _INVALID,
        r"(?i:\b(?:invalid|bad|illegal|malformed|incorrect|erroneous) (?:configuration|config|settings?"
        r"|command[- ]line|parameters?|options?)\b(?: file)?)(?:: (?P<reason>[^\n]+))?",
    ),
    Entry(
        _INVALID,
        r"(?i:\b(?:configuration|config|settings?) (?:is |are )?(?:invalid|not valid|incorrect|malformed)\b"
        r"|\b(?:configuration|config|settings) (?:error|validation (?:error|fail(?:ed|ure)))\b)(?:[: ]+(?P<reason"
        r">[^\n]+))?",
    ),
    Entry(
        _INVALID,
        r"(?i:\b(?:error|failed|failure|problem|could not|cannot|unable)(?: while| in| when)? (?:to )?(?:load(?:i"
        r"ng)?|pars(?:e|ing)|read(?:ing)?|validat(?:e|ing))(?: the| your| given)? (?:configuration"
        r"|config|settings)\b(?: file)?)(?:[: ]+(?P<reason>[^\n]+))?",
    ),
    Entry(
        _INVALID,
        r"(?i:\b(?:mutually exclusive|cannot be (?:used|set|specified|combined|configured|enabled) (?:together"
        r"|at the same time|with|both)|conflict(?:s|ing)? with (?:option|flag|argument|setting)|cannot (?:use"
        r"|set|specify|enable) both|are incompatible|only one of)\b[^\n]{0,80})",
    ),
    Entry(
        _INVALID,
        rf"(?:^|[\s\-*\x{{2022}}])(?:{NAMED}|(?P<key3>[a-z]\w*(?:[._]\w+)+)): (?i:(?:expected|invalid"
        r"|must|should|not an?|unsupported|received)\b)[^\n]{0,120}",
    ),
    Entry(
        _INVALID,
        rf"(?i:\b(?:invalid|bad|illegal|unsupported|malformed|wrong) (?:value (?:of|in) )?)(?:(?P<var>{VAR})"
        rf"|(?P<flag>--[\w-]+))(?:[:= ]+{Q}?(?P<value>[^'\"\n]{{1,80}}){Q}?)?",
    ),
    Entry(
        _INVALID,
        r"(?:\b(?P<key>[\w.-]+) )?(?i:failed to parse )(?P<value>\S+)(?i: (?:as|into|to) (?:an? )?)(?P<expected>["
        rf"\w.]+)|(?i:failed to convert (?:configuration )?value (?:at|of|for) ){NAMED}[^\n]{{0,60}}"
        rf"|(?i:{SETTING} ){NAMED2}:?(?i: (?:is |was |has an? )?invalid\b)[^\n]{{0,80}}",
    ),
    Entry(
        _INVALID,
        r"(?i:\b(?:could not|cannot|can't|failed to|unable to) (?:parse|decode|understand) (?:the "
        r"|a |an |given )?(?:[\w-]+ ){0,2}?(?:URLs?|URI|DSN|connection string|address|port|duration"
        r"|time ?zone|cron|log level|regex|expression|template|quantity|size|selector)\b)[^\n]{0,120}",
    ),
    Entry(
        _INVALID,
        r"(?i:\b(?:invalid|bad|illegal|malformed|unknown|unrecogni[sz]ed) (?:cron|time ?zone|DSN|data source name"
        r"|connection (?:string|URI|URL)|database (?:URL|URI)|locale|regular|reg ?ex|glob|jsonpath"
        r"|label|log level|selector|template|schedule|crontab|duration|quantity|semver|version|interval"
        r"|query|filter|email)(?: (?:expression|pattern|string|format|schedule|syntax|selector|value"
        r"|constraint|address|id|name))?\b)(?:[:,]? ?[\"'`]?(?P<value>[^\n\"'`]{1,80}))?",
    ),
    Entry(
        _INVALID,
        r"(?i:\bloop(?: \([^)\n]*\))? (?:was |has been )?detected\b"
        r"|\b(?:forwarding|redirect|routing|proxy|resolver) loop\b)[^\n]{0,60}|(?i:\b(?:circular"
        r"|cyclic) (?:dependency|reference|include|import)\b)[^\n]{0,80}|(?i:\binvalid (?:maximum"
        r"|initial|minimum) heap size)[^\n]{0,60}|(?i:initial heap size set to a larger value than the maximum)"
        r"|(?i:no suitable driver found for )(?P<value>\S+)|(?i:invalid scheme, expected connection string)[^\n]{"
        r"0,60}",
    ),
    Entry(
        _INVALID,
        r"(?i:\bdepends on )(?P<resource>[\w@./-]+)(?::| version )?(?P<expected>[\w.^~<>=-]*)(?i:,? but )(?:there"
        r" is |found |got |has |you have |it is |is )?[^\n]{0,120}|(?i:\b(?:requires?|needs?) )(?P<resource2>[\w@"
        r"./-]+) (?:version )?(?P<expected2>[><=~^ ]{0,3}v?\d[\w.]*)(?i:,? but )(?:found |got |has "
        r"|have |you have |there is |it is |is |version )*(?P<found>v?\d[\w.]*)",
    ),
    Entry(
        _INVALID,
        r"(?i:\bno (?:suitable |valid |private |usable |public |non-loopback |routable |host )+(?:IPv?[46]? "
        r"|network )?(?:address|interface)(?:es|s)? (?:was |were |is |are )?(?:found|detected|available))[^\n]{0,"
        r"40}",
        {"key": "address"},
    ),
    Entry(
        _INVALID,
        r"(?i:\b(?:config(?:uration)? )?(?P<key>connection string|DSN|(?:data ?base|connection|listen|base|public"
        r"|root) URL"
        r"|URL|URI|CIDR) (?:is )?(?:invalid|malformed|not valid)\b)(?:: ['\"]?(?P<value>[^'\"\n]{1,80}))?"
        r"|(?i:\bconfig(?:uration)? (?:variable|parameter|option|setting) )(?P<key2>[A-Za-z_][\w.-]*)"
        r"(?i:: (?:bad|invalid|illegal|unsupported|wrong|unknown|missing)\b)[^\n]{0,80}",
    ),
    Entry(
        _INVALID,
        r"(?i:\b(?:illegal|invalid|incorrect|malformed|bad|not (?:a )?valid|wrong) (?:base-?64|base-?32|base-?58"
        r"|hex(?:adecimal)?)\b"
        r"[^\n]{0,80}|\bencoding/hex: [^\n]{1,60}|\b(?P<key>(?:[\w-]+ ){0,2}[\w-]*(?:key|secret|salt|seed|token"
        r"|password|passphrase|iv))"
        r" (?:must|should|has to|needs to) (?:be|have|contain) (?:exactly |at least |a )*\d+\b[^\n]{0,80}"
        r"|\binvalid (?P<key2>(?:[\w-]+ )?(?:key|secret|salt|seed|token|iv)) (?:length|size)\b[^\n]{0,60})",
    ),
    Entry(
        _INVALID,
        r"(?i:\bminimum length (?:for|of) )[\"'`]?(?P<key>[\w.-]+)[\"'`]?[^\n]{0,60}"
        r"|(?:(?P<key2>[\w.\[\]-]+): )?(?i:\b(?:length|size|value|number) must be (?:>=?|<=?|at least|at most|between"
        r"|greater|less)\b)"
        r"[^\n]{0,60}|(?i:\b(?P<key3>(?:[\w-]+ ){0,2}(?:password|secret|key|token)) must be changed\b)",
    ),
    Entry(
        _INVALID,
        r"(?i:\bnot an? (?:IP address|URL|URI|number|integer|directory|hostname"
        r"|duration)\b(?: or (?:an? )?\w+)?:? )['\"]?(?P<value>[^'\"\n]{1,80})"
        r"|(?i:\b(?:it |this |which )?is already defined\b|\bmultiple (?:default )?(?:rules|definitions|entries"
        r"|values) [^\n]{1,60}? found\b"
        r"|\bdifferent (?P<key>[a-z]\w+) settings? for\b)[^\n]{0,60}",
    ),
    # A class of exceptions that is about nothing else.
    Entry(
        _INVALID,
        r"\b(?:\w+\.)*\w*(?:Configuration|Config|Settings)(?:Exception|Error)\b",
    ),
    # What was encrypted with another key.
    Entry(
        _INVALID,
        r"\b(?:AEADBadTagException|BadPaddingException)\b[^\n]{0,60}"
        r"|\bActiveSupport::MessageEncryptor::InvalidMessage\b"
        r"|(?i:\bbad decrypt\b|\bmessage authentication failed\b|\bdecryption (?:has )?failed\b"
        r"|\b(?:could not|cannot|can't|unable to|failed to) decrypt\b[^\n]{0,60}|\bMAC verify failure\b)",
        {"key": "encryption key"},
    ),
    # Two places that must say the same.
    Entry(_INVALID, rf"(?i:\b(?:does not|doesn't|do not|must) match (?:the (?:value of )?)?)(?P<var>{VAR})\b"),
    Entry(
        _INVALID,
        r"(?i:\b(?P<resource>[\w.-]+(?: extension| plugin| driver| client| server| library)?) version (?:is )?)"
        r"(?P<found>v?\d[\w.]*)(?i:,? but \w+ (?:only )?(?:supports?|requires?|needs?"
        r"|works? with) )(?P<expected>v?\d[\w.]*)",
    ),
    Entry(
        _INVALID,
        r"(?i:\b(?P<key>licen[cs]e(?: key| file)?)\b[^\n]{0,80}? (?:(?:has |is )?expired|is (?:invalid|not valid"
        r"|missing"
        r"|for (?:another|a different))|(?:was )?not found|could not be (?:read|verified|validated|loaded))\b"
        r"|\b(?:invalid|expired|missing|no valid|unable to (?:verify|validate|load|read)|failed to"
        r" (?:verify|validate|load|read)) (?:the |your |enterprise )*(?P<key2>licen[cs]e(?: key| file)?)\b)[^\n]{0,60}",
    ),
    Entry(  # a network interface that the settings name and the node does not have
        _INVALID,
        r"(?i:\b(?:interface|device|iface|nic)s? ['\"\[(]?)(?P<value>[a-z]{2,8}\d{1,3}(?:[.:]\d+)?|[a-z]+p\d+s\d+\w*)"
        r"['\"\])]?(?i:[^\n]{0,20}(?:link not found|no such (?:device|interface|network interface)|not found"
        r"|does ?n[o']t exist))"
        r"|\b(?P<value2>[a-z]{2,8}\d{1,3}(?:[.:]\d+)?"
        r"|[a-z]+p\d+s\d+\w*)['\"\])]?:?(?i: (?:is )?(?:not (?:an? )?(?:valid|known"
        r"|existing)|(?:an? )?(?:unknown|invalid)) (?:network )?(?:interface|device|link)\b)[^\n]{0,80}"
        r"|(?i:\b(?:interface|iface|nic|netlink|vlan|bond|bridge)\b[^\n]{0,60}\blink not found\b"
        r"|\bno such network interface\b|\bcannot find device \"(?P<value3>[\w.@-]+)\")",
    ),
    Entry(
        _FILE,
        r"(?P<path>/[^\s:'\"()]+\.(?:ya?ml|json|toml|conf|cfg|cnf|ini)):(?P<line>\d+)(?::\d+)?(?:: (?P<reason>[^"
        r"\n]{1,160}))?",
    ),
    Entry(
        _FILE,
        r"(?P<path>/[^\s:'\"()]+\.(?:rego|cue|cel|kdl|ron|sieve|xml|properties|hcl|tf|config|rules|env|vcl|alloy"
        r"|river|jsonnet"
        r"|star|pkl)):(?P<line>\d+)(?::\d+)?(?:: (?P<reason>[^\n]{1,160}))?",
    ),
    Entry(
        _FILE,
        r"(?i:\b(?:error|invalid|bungled|bad|problem)\b[^\n]{0,40}? )(?P<path3>/[^\s:'\"()]+\.(?:conf|cfg|cnf"
        r"|ini)) line "
        r"(?P<line3>\d+)(?:: (?P<reason>[^\n]{1,160}))?"
        r"|(?i:\bin (?:file |configuration file )?)['\"]?(?P<path>/[^\s:'\"()]+)['\"]?,? (?i:(?:on "
        r"|at )?line )(?P<line>\d+)|(?i:\bin )(?P<path2>/[^\s:'\"()]+\.(?:conf|cfg|cnf|ini)):(?P<line2>\d+)",
    ),
    Entry(
        _FILE,
        r"(?i:\byaml: (?:line (?P<line>\d+): )?(?P<reason>(?:did not find expected|mapping values are not allowed"
        r"|could not find expected|found character that cannot start|cannot unmarshal|unmarshal errors"
        r"|control characters are not allowed|found unknown escape|block sequence entries|invalid (?:leading )?UT"
        r"F-8|unknown anchor|found a tab)[^\n]{0,120})|\berror converting YAML to JSON: [^\n]{1,120}"
        r"|\bmapping values are not allowed (?:here|in this context)|did not find expected (?:key"
        r"|node content|'-' indicator|',' or)[^\n]{0,60}|bad indentation of a mapping entry[^\n]{0,60}"
        r"|while (?:parsing|scanning) (?:a|an|the|for)(?: next)? (?:block|flow|simple|quoted|plain|anchor|tag|token"
        r"|node|directive|document)\b[^\n]{0,60}|expected <(?:block|document|stream) (?:end|start)>[^\n]{0,60}"
        r"|could not find expected ':'|found character '[^']*' that cannot start any token|duplicated? mapping ke"
        r"y)",
    ),
    Entry(
        _FILE,
        r"(?i:\bunexpected (?:token|end of (?:json|input|file|data)|non-whitespace character)\b[^\n]{0,80}"
        r"|\bunexpected end of JSON input|\binvalid character '(?:\\.|[^'])*' (?:looking for|after|in)[^\n]{0,80}"
        r"|\bjson: cannot unmarshal [^\n]{1,120}|\bjson: (?:invalid|unexpected)[^\n]{1,80}|\bis not valid JSON\b"
        r"|\bexpecting (?:value|property name enclosed in double quotes|',' delimiter|':' delimiter)(?:: line (?P"
        r"<line>\d+) column \d+)?|\bmalformed (?:JSON|YAML|XML|TOML)[^\n]{0,60}|\binvalid (?:JSON"
        r"|YAML|XML|TOML|HCL)\b[^\n]{0,80}|\btoml: [^\n]{1,120}|\bTOML parse error at line (?P<line2>\d+)[^\n]{0,"
        r"40}|\bin JSON at position \d+"
        r"|\bnot well-formed \(invalid token\)[^\n]{0,40}|\bContent is not allowed in prolog)",
    ),
    Entry(
        _FILE,
        r"(?i:\b(?:syntax|parse|parser|parsing|scanner|lex(?:er|ical)?) error\b(?: in| at| on| near"
        r"| before| unexpected)?[^\n]{0,60}?(?:line:? ?(?P<line>\d+))?|(?:error|invalid|unexpected"
        r"|failed|bad|illegal|malformed)[^\n]{0,120}?\((?:at )?line:? (?P<line2>\d+),? col(?:umn)?:? \d+\)"
        r"|\bline (?P<line3>\d+),? col(?:umn)? \d+: [^\n]{1,120}|\bat line (?P<line4>\d+),? column \d+\b)",
    ),
    Entry(
        _FILE,
        r"(?i:\b(?:failed|unable|could not|cannot|can't|couldn't|error) (?:to )?(?:pars|decod|unmarshal"
        r"|deseriali[sz])\w* (?:the )?"
        r"(?P<resource>[\w.-]+) file\b)[^\n]{0,80}",
    ),
    Entry(
        _FILE,
        r"(?i:\bfatal config file error\b)[^\n]{0,60}|(?i:\bzero-length|\bempty) (?i:config(?:uration)?"
        r"|settings) (?i:file)[^\n]{0,60}",
    ),
)
