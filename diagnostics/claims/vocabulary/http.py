"""HTTP statuses where something failed with one: never in an access log, never a bare number (RFC 9110, section 15)."""

from __future__ import annotations

from typing import Final

from diagnostics.claims.model import ClaimType, Term
from diagnostics.claims.vocabulary.table import Entry, Table

_LEAD: Final = (
    r"(?i:\bstatus[ _]?code(?: of)?[\"']?(?: is|:|=|,)? ?\"?(?:\[)?|\bHTTP(?:/[\d.]+)?[ -](?:status "
    r"|error |code |response code )?(?:code )?[:=]? ?"
    r"|\bresponded with(?: status| a| an)?(?: code)?[: ]+|\b(?:unexpected|bad|non-200|invalid"
    r"|wrong) (?:http )?(?:response )?status(?: code)?[:= ]+\"?"
    r"|\breturned (?:error|status|code|an? |http )[a-z :]{0,16}|\bresponse code[:= ]+|\bHTTP[a-z]{0,12}(?:Err"
    r"or|Exception)[:( ]{1,3}(?:HTTP )?(?:Error )?"
    r"|\bserver returned (?:error )?(?:http )?(?:status |response )?(?:code:? )?|\bfailed with (?:status "
    r"|http |response )(?:code )?|\berror code: ?|\breceived (?:status|http|response)[a-z ]{0,12}[: ]+"
    r"|\bgot (?:status|http)[a-z ]{0,12}[: ]+|\bStatus: ?)"
)
_FAILED: Final = r"(?: (?:for|from|on|at|to|GET|POST|PUT)(?: url)?:? [\"']?(?P<url>https?://[^\s\"']+))?"


def _status(code: str, *texts: str) -> str:
    """Return a pattern for a status said to have failed, or its number beside its own reason phrase."""
    phrase = "|".join(texts)
    return (
        rf"{_LEAD}(?P<reason>{code})\b(?:[ :,(-]{{1,3}}\(?(?:(?:Client|Server) Error: )?(?i:{phrase})\)?)?"
        rf"{_FAILED}|\b(?P<reason2>{code})[ :]+(?"
        rf":(?i:client|server) (?i:error): )?(?:{phrase})\b{_FAILED}"
    )


ENTRIES: Final = (
    Entry(ClaimType.CREDENTIALS_REFUSED, _status("401", "Unauthorized")),
    Entry(ClaimType.RIGHT_DENIED, _status("403", "Forbidden")),
    Entry(
        ClaimType.RIGHT_DENIED,
        r"\{error, ?\"?(?P<reason>403)\"?\}|(?i:\bfail\w* to \w+[^\n]{0,80}) - (?P<reason2>403)\b",
    ),
    Entry(
        ClaimType.CREDENTIALS_REFUSED,
        r"\{error, ?\"?(?P<reason>401)\"?\}|(?i:\bfail\w* to \w+[^\n]{0,80}) - (?P<reason2>401)\b",
    ),
    Entry(ClaimType.EXHAUSTED, _status("429", "Too Many Requests")),
    Entry(ClaimType.NOT_READY, _status("503", "Service Unavailable", "Service Temporarily Unavailable")),
    Entry(ClaimType.UNREACHABLE, _status("502|504", "Bad Gateway", "Gateway Time-?out")),
    Entry(ClaimType.SETTING_INVALID, _status("404|405|410", "Not Found", "Method Not Allowed", "Gone")),
    Entry(ClaimType.CREDENTIALS_REFUSED, _status("407", "Proxy Authentication Required")),
    # Harmless: access logs (common, combined, and as frameworks print them) and probes that were answered.
    Entry(None, r"\"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) [^\"\n]* HTTP/[\d.]+\"? \d{3}\b[^\n]*"),
    Entry(None, r"\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /\S* (?:HTTP/[\d.]+ )?\d{3}\b[^\n]*"),
    Entry(
        None,
        r"(?i)\b(?:method|verb)[\"']?[=:] ?[\"']?(?:GET|HEAD|POST|PUT|PATCH|DELETE)\b[^\n]*\b(?:status"
        r"|code)[\"']?[=:] ?[\"']?\d{3}\b[^\n]*",
    ),
)

TABLE: Final = Table("http", ENTRIES)


def terms(text: str) -> tuple[Term, ...]:
    """Return what failed HTTP calls in the text claim, with the status as the reason and the address if it is named."""
    return TABLE.terms(text)
