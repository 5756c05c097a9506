"""Families of words that mean the same in any program: for records that are known to fail, and for no others.

``X is required`` in a banner says nothing; in the record that ends a program it says that X is missing. The closed
vocabularies come first: what they understand is not asked here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics.claims.vocabulary import invalid, missing, states
from diagnostics.claims.vocabulary.naming import FLAG, VAR, Q
from diagnostics.claims.vocabulary.table import Entry, Table

if TYPE_CHECKING:
    from diagnostics.claims.model import Term

_OVERRIDE: Final = (
    # A switch that a guard mentions: never offered, and never read as the setting that is wrong.
    r"(?i:(?:if you (?:really |still )?(?:want|need|wish|know|are sure)|to (?:force|override|bypass"
    r"|ignore|skip|disable|suppress|continue anyway|proceed anyway|allow|accept)|in order to (?:force"
    r"|override|ignore|bypass)|use at your own risk|unless)\b[^\n]{0,120}?\b(?:set(?:ting)?"
    r"|use|using|pass(?:ing)?|add|specify|specifying|enable|export|with|via|run)\b[^\n]{0,60}?)(?P<override"
    rf">{VAR}|{FLAG}|[a-z][\w.]*[._][\w.]+)(?:[= ]{{1,3}}{Q}?[\w.-]+{Q}?)?"
)
_OVERRIDE_AFTER: Final = (
    rf"(?i:\b(?:set|use|pass|add|specify|enable|export)\b[^\n]{{0,40}}?){Q}?(?P<override>{VAR}"
    rf"|{FLAG}|[a-z][\w.]*[._][\w.]+){Q}?(?:[= ]{{1,3}}{Q}?[\w.-]+{Q}?)?"
    r"(?i:[^\n]{0,60}?\bto (?:force|override|bypass|ignore|skip|disable|suppress|allow|continue anyway"
    r"|proceed anyway|accept)\b)[^\n]{0,60}"
)

GUARDS: Final = (
    Entry(None, _OVERRIDE),
    Entry(None, _OVERRIDE_AFTER),
)
_HARMLESS: Final = (
    # What was fetched is not what is: no kept data is damaged by it.
    Entry(
        None,
        r"(?i:\b(?:archives?|downloads?|downloaded|artifacts?|tarballs?|packages?|plugins?|bundles?|releases?)\b)"
        r"[^\n]{0,60}(?i:\b(?:checksums?|digests?|hash(?:es)?|sha\d+)\b)[^\n]*",
    ),
    # A fault of the code, in words that sound like one of settings.
    Entry(None, r"\b(?:ReferenceError|NameError|UnboundLocalError)\b[^\n]*"),
    Entry(None, r"(?i:\b(?:parse|syntax) ?error\b)[^\n]*\.(?:php|py|rb|js|mjs|cjs|ts|pl|pm|exs?)\b[^\n]*"),
    Entry(
        None, r"\bSyntaxError: (?:Unexpected (?:token|identifier|end of input)|Invalid or unexpected token)[^\n]{0,12}$"
    ),
    Entry(None, r"[^\n]*\brequired a (?:single )?bean\b[^\n]*"),
    Entry(None, r"\bmissing \d+ required (?:positional|keyword-only) arguments?[^\n]*"),
    Entry(
        None,
        r"[^\n]*\b\w+\(\) (?:got (?:an unexpected keyword argument|multiple values for|some positional-only)"
        r"|takes (?:no|exactly|from|at (?:least|most)|\d+)\b)[^\n]*",
    ),
    Entry(None, r"(?i:\bundefined (?:local )?(?:variable|index|array key|offset|constant|method|property))\b[^\n]*"),
    # What is missing is replaced, and what was looked for need not be there: said in the same breath.
    Entry(
        None,
        r"(?:[^\n.]|\.\S)*(?i:\b(?:falling back|fall back|us(?:e|es|ing) (?:the )?default|defaulting"
        r"|defaults? to|will be (?:used|generated|created)|replaced by|(?:is|are) ignored|ignored for now"
        r"|skipping|generat(?:ing|ed) (?:a |an |self)|not a problem|can be ignored|safely ignore)\b)(?:[^\n.]"
        r"|\.\S)*",
    ),
    # A rule that is told beforehand says of nothing that it is so.
    Entry(
        None,
        r"^(?i:if|when|unless|in case) [^\n,.;]{1,100}\b(?i:is|are|does|do|has|have"
        r"|can) ?n[o']t\b[^\n,.;]{1,60},[^\n]*",
    ),
    Entry(None, r"(?i:\busing_defaults\b)[^\n]*"),
    Entry(None, r"(?i:\bno (?:pending|unapplied|unrun|outstanding|new) migrations?\b)[^\n]{0,60}"),
    Entry(None, r"(?i:\bchecking (?:if|whether|for)\b)[^\n]*"),
    Entry(None, r"(?:^|[^\w\n])OK! [^\n]*|\b0 (?:errors|failures|warnings)\b[^\n]*"),
    Entry(None, r"(?i:(?:error|exception)s? (?:was |were )?(?:handled|caught|recovered|ignored)\b)"),
    Entry(None, r"(?:\w+\.)*\w+(?:Error|Exception) (?:handled|caught|recovered|ignored)\b"),
)
ENTRIES: Final = (*GUARDS, *_HARMLESS, *missing.ENTRIES, *invalid.ENTRIES, *states.ENTRIES)

TABLE: Final = Table("families", ENTRIES)
_GUARDS: Final = Table("families", GUARDS)


def terms(text: str) -> tuple[Term, ...]:
    """Return what a failing record's words claim in any program, with what they name."""
    return TABLE.terms(text)


def overrides(text: str) -> tuple[str, ...]:
    """Return the switches that a guard mentions (``to force it, set X``): never the fault, and never to be offered."""
    return _GUARDS.named(text, "override")
