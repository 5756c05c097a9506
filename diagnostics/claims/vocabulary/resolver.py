"""The resolver's answers: ``getaddrinfo`` codes, their texts in glibc, musl and runtimes, and DNS response codes."""

from __future__ import annotations

from typing import Final

from diagnostics.claims.model import ClaimType, Term
from diagnostics.claims.vocabulary.shapes import HOST
from diagnostics.claims.vocabulary.table import Entry, Table

_NAME: Final = ClaimType.NAME_UNRESOLVED
_TEXTS: Final = (
    r"(?i:name or service not known|temporary failure in name resolution|name does not resolve"
    r"|no address associated with (?:host ?name|name)|nodename nor servname provided|non-recoverable failure "
    r"in name resolution"
    r"|hostname lookup failed|name resolution fail(?:ed|ure)|could not translate host name|dns resolution failed"
    r"|failed to lookup address information|server can't find)"
)
ENTRIES: Final = (
    Entry(
        _NAME,
        rf"\blookup (?P<host>{HOST})\.?(?: on [^\s]+)?: (?:no such host|server misbehaving|i/o timeout"
        r"|Temporary failure in name resolution|Try again|device or resource busy|read udp [^\n]*?(?:i/o timeout"
        r"|connection refused)|dial udp [^\n]*?(?:i/o timeout|connection refused))",
    ),
    Entry(
        _NAME,
        r"\b(?:getaddrinfo|queryA|queryAaaa|querySrv) (?P<reason>ENOTFOUND|EAI_AGAIN|EAI_NONAME|ESERVFAIL"
        rf"|EAI_FAIL|ETIMEOUT)(?: (?P<host>{HOST}))?",
    ),
    Entry(_NAME, r"could not translate host name \\*\"(?P<host>[^\"\\]*)\\*\" to address(?:: [^\n]{1,60})?"),
    Entry(
        _NAME,
        r"(?i:could(?: not|n't) resolve (?:host(?: ?name)?|name|address)|unable to resolve (?:host(?: ?name)?"
        r"|name)|failed to resolve(?: host(?: ?name)?)?|cannot resolve host(?: ?name)?|unknown host"
        r"|host not found(?: in upstream)?|no such host is known|unresolved host(?: ?name)?|bad address)[:=]? ?["
        rf"\[\"'(]*(?P<host>{HOST}\b)?(?:: {_TEXTS})?",
    ),
    Entry(
        _NAME,
        rf"(?:[\"'](?P<host>{HOST})[\"']: |(?P<host2>{HOST}):\d+[:.] |\b(?:ping|wget|nc|telnet|ssh"
        rf"|host): (?P<host3>{HOST}): )?(?:\[Errno -"
        rf"\d+\] )?{_TEXTS}(?:: [\"']?(?P<host4>{HOST})[\"']?)?",
    ),
    Entry(_NAME, rf"java\.net\.UnknownHostException(?:: (?P<host>{HOST}))?(?:: {_TEXTS}| is not a known[^\n]*)?"),
    Entry(_NAME, r"\b(?P<reason>NXDOMAIN|SERVFAIL)\b|\bnxdomain\b|\{error,nxdomain\}|:nxdomain\b"),
    Entry(_NAME, rf"\bsocket\.gaierror\b(?:: {_TEXTS})?"),
    Entry(
        _NAME,
        r"(?i:\bno (?:AF_INET6?|A|AAAA|IPv[46]|IP) (?:address|record)(?:es|s)? (?:was |were )?found for:?)"
        rf" [\"']?(?P<host>{HOST})",
    ),
    Entry(_NAME, r"getaddrinfo(?:\(\))? (?:failed|for) [^\n]{0,60}"),
    Entry(_NAME, rf"\b(?P<host>{HOST})\b(?: \((?:{HOST})\))? (?:could not be resolved|cannot be resolved)"),
    Entry(None, r"(?i)\bAAAA\b[^\n]{0,40}\bNXDOMAIN\b|\bNXDOMAIN\b[^\n]{0,20}\bqr,|\bNOERROR\b[^\n]*"),
)

TABLE: Final = Table("resolver", ENTRIES)


def terms(text: str) -> tuple[Term, ...]:
    """Return what the resolver's answers in the text claim, with the name that was looked up."""
    return TABLE.terms(text)
