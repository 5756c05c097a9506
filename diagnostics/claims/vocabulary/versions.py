"""Data that another version wrote: what data stores and migration tools say when they meet it."""

from __future__ import annotations

from typing import Final

from diagnostics.claims.model import ClaimType, Term
from diagnostics.claims.vocabulary.table import Entry, Table

_DATA: Final = ClaimType.DATA_VERSION
_V: Final = r"[vV]?\d(?:[\w-]|\.\w)*"
ENTRIES: Final = (
    Entry(
        _DATA,
        rf"(?i)data directory was initialized by PostgreSQL version (?P<found>{_V}),? which is not compatible with"
        rf" this version (?P<expected>{_V})",
    ),
    Entry(
        _DATA,
        r"(?i)\bout[- ]of[- ]date (?:database |db |data )?schema\b[^\n]{0,12}?(?:\((?:found"
        r"|current) (?:version )?(?P<found>"
        r"\w[\w.-]*),? (?:but )?expected (?:version )?(?P<expected>\w[\w.-]*)\))?|\b(?:database |db )?schema (?:is "
        r"|was )?"
        r"out[- ]of[- ]date\b[^\n]{0,80}",
    ),
    Entry(
        _DATA,
        r"(?i)\b(?:snapshot|segment|manifest|sstable|xlog|wal|journal|index|checkpoint"
        r"|data ?file)s?(?: file)?(?: header)?,?"
        rf" (?:has |with |of )?(?:an? )?unsupported (?:format|version)(?: version)?:? '?(?P<found>{_V})'?",
    ),
    Entry(_DATA, r"(?i)\bdatabase files are incompatible with server\b"),
    Entry(
        _DATA,
        rf"(?i)\bversion \(?(?P<expected>{_V})\)? is (?:lower|older|less|smaller|behind)(?: than)? (?:your |the )?"
        rf"(?:repo(?:sitory)?|database|data|schema|store|ledger|index"
        rf"|volume)\w*(?:'s)?(?: version)? ?\(?(?P<found>{_V})?\)?",
    ),
    Entry(
        _DATA,
        r"(?i)\b(?:database|data|schema|index|store|repository|cluster|volume|file)\b[^\n]{0,30} (?:was|were|has been"
        r"|is|had been)"
        r" (?:upgraded|migrated|created|written|initiali[sz]ed|saved|touched) (?:to|by|with|from|in) (?:a |an )?"
        r"(?:more recent|newer|later|higher|future) (?:version|release)\b[^\n]{0,80}",
    ),
    Entry(
        _DATA,
        rf"(?i)\b(?:database|schema|data|index|snapshot"
        rf"|store)\b[^\n]{{0,10}} version (?:is )?(?P<found>{_V}),? [^\n]{{0,40}}\bonly supports?"
        rf" (?P<expected>{_V})|\bupgrad(?:e|ing) (?:directly )?from "
        rf"(?P<found2>{_V}) to (?P<expected2>{_V})(?: for \w+ versions?)? is not (?:supported|possible|allowed)"
        r"|\b(?:server|program|binary|application)\b[^\n]{0,20} does not match\b[^\n]{0,20}\bdatabase\b[^\n]{0,80}"
        r"|\bunsupported (?:backend|storage|data|disk|on-disk) (?:format|layout|version)\b[^\n]{0,60}",
    ),
    Entry(_DATA, r"(?i)\bincompatible (?:down|up)-?grade (?:was )?detected\b[^\n]{0,160}"),
    Entry(
        _DATA,
        rf"(?i)\bversion (?P<found>{_V}) (?:cannot|can't|could not|can not) be (?:loaded|opened|read|used|imported"
        rf"|mounted)\b"
        rf"[^\n]{{0,40}}\b(?:higher|newer|greater|later|more recent)\b(?:[^\n]{{0,60}}?(?P<expected>{_V}))?",
    ),
    Entry(
        _DATA,
        r"(?i)\b(?:database|store|data ?dir(?:ectory)?|chain ?data|volume|ledger)\b[^\n]{0,40} (?:contains?|has"
        r"|holds) (?:an? )?"
        r"(?:incompatible|different|other|foreign) [^\n]{1,80}",
    ),
    Entry(
        _DATA,
        rf"(?i)\bversion (?P<expected>{_V}) is (?:incompatible|not compatible) with (?:the )?(?:data|store|files"
        rf"|database|index)\b"
        rf"(?:[^\n]{{0,80}}?\b(?:use|needs?|requires?|written by|run) (?:version )?(?P<found>{_V}))?[^\n]{{0,40}}",
    ),
    Entry(
        _DATA,
        r"(?i)\b(?:database|schema|data|db|store|index|catalog)(?:[ -]schema"
        r"|[ -]format)? version\b[^\n]{0,40}?\b(?:does"
        r"(?: not|n't)|do not|don't|is not|isn't|not) (?:align|match|correspond|agree|fit|belong)\w*\b[^\n]{0,40}?"
        r"\b(?:server|program|binary|application|software|code|image|release|build)\b[^\n]{0,20}",
    ),
    Entry(
        _DATA,
        rf"(?i)cannot boot server version (?P<expected>{_V}) on data directory built by version (?P<found>{_V})(?:"
        r"\. Downgrade is not supported)?",
    ),
    Entry(
        _DATA,
        r"(?i)(?:cannot|can't|unable to|refus\w+ to|not (?:possible|allowed|supported) to) (?:down-?grade"
        rf"|roll ?back)(?: [^\n]{{0,40}}?from (?:version )?\[?(?P<found>{_V})\]? to (?:version )?\[?(?P<expected>"
        rf"{_V})\]?)?[^\n]{{0,60}}|down-?grad(?:e|ing)[^\n]{{0,40}}(?:is |are )?(?:not|un)[ -]?(?:supported"
        r"|allowed|possible)[^\n]{0,40}|invalid (?:MySQL )?server (?:down|up)grade[^\n]{0,80}"
        r"|unsupported (?:down|up)grade[^\n]{0,60}",
    ),
    Entry(
        _DATA,
        r"(?i)(?:cannot|can't|unable to|not possible to) upgrade (?:a |the )?(?:node |cluster |data(?:base)? "
        rf"|directly )?[^\n]{{0,20}}?from (?:version )?\[?(?P<found>{_V})\]? (?:directly )?to (?:version )?\[?(?P<"
        rf"expected>{_V})\]?[^\n]{{0,60}}|must (?:first )?(?:be )?upgraded? to (?:version )?(?P<expected2>{_V})[^"
        rf"\n]{{0,20}} (?:first|before)[^\n]{{0,60}}|upgrade (?:in place )?from (?P<found2>{_V})[^\n]{{0,40}} (?:i"
        r"s )?not (?:supported|possible)[^\n]{0,40}",
    ),
    Entry(
        _DATA,
        r"(?i)\b(?:up|down)-?grad\w+ (?:of |the |a )*(?:data|database|dictionary|schema|catalog|store|storage|index"
        r"|format"
        rf"|metadata|journal)\b[^\n]{{0,80}}?(?:from [^\n]{{0,24}}?'?(?P<found>{_V})'?)?[^\n]{{0,40}}"
        r"(?:is |are )?(?:not supported|unsupported|not possible|impossible)",
    ),
    Entry(
        _DATA,
        r"(?i)can't locate revision identified by '(?P<found>[^']+)'"
        r"|\bno such revision(?: or branch)? '(?P<found7>[^']+)'|unknown (?:database |schema "
        r"|migration )?revision:? '?(?P<found2>[\w-]+)'?|no migration found for version (?P<found3>\d+)"
        r"|detected applied migration not resolved locally:? ?(?P<found4>[\w.]+)?|\bVersionMissing\((?P<found5>\d"
        r"+)\)|migration (?P<found6>\d+) was previously applied but is missing in the resolved migrations",
    ),
    Entry(
        _DATA,
        r"(?i)(?:schema|database|db|data|index|store|storage|format|metadata|catalog|journal|wal|on-disk"
        r"|disk|config(?:uration)?)[ -](?:schema[ -]|format[ -]"
        r"|directory[ -])?version(?: of [^\n]{1,30}?)?:?[ =]*\(?(?P<foun"
        rf"d>{_V})\)?[^\n]{{0,40}}?\b(?:is |are )?(?:newer|higher|greater|ahead|too new|too old|older"
        r"|lower|not supported|unsupported|incompatible|not compatible|unknown)\b[^\n]{0,40}?(?:than"
        r"|with|by|of)?[^\n]{0,30}?(?P<expected>\d[\w.-]*)?",
    ),
    Entry(
        _DATA,
        r"(?i)(?:unsupported|incompatible|unknown|unrecognized|invalid|unexpected|wrong) (?:data(?:base)?"
        r"|db|schema|index|storage|store|file|on-disk|disk|format|metadata|segment|snapshot|wal|manifest"
        r"|catalog)[ -](?:format[ -]|schema[ -]|file[ -])?(?:format|version)(?: number)?(?:[: =]+\"?(?P<found>"
        rf"{_V})\"?)?[^\n]{{0,60}}",
    ),
    Entry(
        _DATA,
        r"(?i)(?:created|written|generated|initiali[sz]ed|built|last (?:used|started|opened)|saved"
        r"|produced) (?:by|with|using) (?:a )?(?:(?:newer|later|older|different|more recent|incompatible"
        rf"|future)\b[^\n]{{0,40}}?(?:version|release)?|(?:version )(?P<found>{_V})[^\n]{{0,60}}(?:not (?:compatib"
        r"le|supported)|incompatible|newer|cannot))[^\n]{0,40}",
    ),
    Entry(
        _DATA,
        r"(?i)(?:database|schema|data|index|store|state|table) (?:schema |version )?(?:is|was|has been"
        r"|seems|appears)(?: to be)?(?: from| created by| written by| at)? (?:a |an )?(?:too new|too old"
        r"|newer|later|ahead of|more recent|from the future|from a newer|from an older)\b[^\n]{0,80}",
    ),
    Entry(
        _DATA,
        r"(?i)(?:found|detected) (?P<resource>[\w ]{1,20}?) (?:type|version|format) (?P<found>[\w.-]+), expected "
        r"(?:(?:type|version|format) )?(?P<expected>[\w.-]+)|expected (?:data |schema |database |format "
        r"|file |index )?version:? (?P<expected2>\d[\w.]*),? (?:but )?(?:got|found|was|is|actual):? (?:version )?"
        r"(?P<found2>\d[\w.]*)|version mismatch[^\n]{0,30}(?:data|schema|database|file|disk|format"
        r"|index)[^\n]{0,60}|(?:data|schema|database|file|disk|format|index) version mismatch[^\n]{0,60}"
        r"|UnexpectedVersion\w*",
    ),
    Entry(
        _DATA,
        r"(?i)(?:found|detected|current) (?:database |data |schema |db )+version (?P<found>\w[\w.-]*) (?:!="
        r"|<>|,? (?:but )?expected|is not|does not match) ?(?P<expected>\w[\w.-]*)?|(?:database|schema"
        r"|data|db)\b[^\n]{0,20}\((?:[\w ]*version:? )?(?P<found2>[\w.]+)\) (?:is|was) (?:for|from"
        r"|of) an? (?:newer|older|later|different)[^\n]{0,60}|(?:cannot|can not|can't|unable to|refusing to) (?:u"
        r"se|open|load|read|start with|run (?:on|with)) (?:the |a |an |this |your )?(?:newer|older"
        r"|later) (?:database|data|schema|index|store|volume|format)\b[^\n]{0,80}|migration directory is corrupt,"
        r" the following files are missing[^\n]{0,80}",
    ),
    Entry(
        _DATA,
        r"(?i)\b(?:failed to|could not|cannot|can't|unable to) (?:infer|determine|detect|identify"
        r"|recogni[sz]e|read|find out)"
        r" (?:the |which )?(?:(?:data(?:base)?|db|schema|index|store|storage|on-disk) version"
        r"|version of (?:the |this |your )?"
        r"(?:data(?:base)?|db|schema|index|store|storage)(?: directory| dir)?)\b[^\n]{0,40}",
    ),
    Entry(
        _DATA,
        r"(?i)required feature flags? not enabled!?[^\n]{0,60}|feature flags?[^\n]{0,40} (?:is |are )?(?:required"
        r"|must be enabled)[^\n]{0,20}(?:before|prior to)[^\n]{0,20}upgrad\w*|feature flags? [^\n]{0,40}(?:unsupp"
        r"orted|unknown) [^\n]{0,40}",
    ),
    Entry(
        _DATA,
        r"(?i)(?:redo log|undo log|tablespace|log file)s?[^\n]{0,60}(?:created (?:by|with|before)"
        r"|upgrade after a crash is not supported|unsupported format)[^\n]{0,60}|unsupported redo log format[^\n]"
        r"{0,80}|table structure mismatch|the index \[[^\]]+\] (?:was )?created (?:in|with) version \[(?P<found>["
        r"^\]]+)\][^\n]{0,80}|(?:node version|index version|cluster version)[^\n]{0,30}\[(?P<found2>\d[\w.]*)\][^"
        r"\n]{0,60}(?:not (?:compatible|supported)|incompatible|earlier than|minimum)[^\n]{0,60}",
    ),
    Entry(
        _DATA,
        r"(?i)Could not read the (?:index|segment)[^\n]{0,40}format version|IndexFormatToo(?:Old|New)Exception[^"
        r"\n]{0,120}|\bERR_?(?:VERSION_MISMATCH|DB_VERSION)\b|\bKRaft\b[^\n]{0,60}(?:downgrade|unsupported"
        r"|feature)[^\n]{0,60}|Invalid cluster\.id|metadata\.version [^\n]{0,40}(?:not supported|too (?:old"
        r"|new))",
    ),
)

TABLE: Final = Table("versions", ENTRIES)


def terms(text: str) -> tuple[Term, ...]:
    """Return which lines tell of data of another version, with the versions found and expected."""
    return TABLE.terms(text)
