"""TLS: alerts (RFC 8446, section 6), how the languages' libraries say that a chain was refused, and its absence.

A program that reads another protocol takes its first bytes for a length: ``15 03 03 00`` (a TLS alert, RFC 8446, 5.1)
is 352518912, ``16 03 01 ..`` (a handshake) 369295616 and more, ``HTTP`` is 1213486160, or 1347703880 with its bytes the
other way round, ``GET `` 1195725856, ``POST`` 1347375956.
"""

from __future__ import annotations

from typing import Final

from diagnostics.claims.model import ClaimType, Term
from diagnostics.claims.vocabulary.table import Entry, Table

_BAD: Final = ClaimType.CERTIFICATE
ENTRIES: Final = (
    Entry(
        _BAD,
        r"x509: certificate (?:signed by unknown authority|has expired or is not yet valid(?:: [^\n]{1,120})?"
        r"|is not authorized to sign other certificates|is valid for (?P<found>[^\n]{1,120}?), not (?P<host>[^\s"
        r"\"]+)|specifies an incompatible key usage|relies on legacy Common Name field[^\n]{0,60}"
        r"|is not valid for any names, but wanted to match (?P<host2>[^\s\"]+))",
    ),
    Entry(
        _BAD,
        r"x509: (?:cannot validate certificate for (?P<host>[^\s]+) because it doesn't contain any IP SANs"
        r"|unhandled critical extension|malformed [^\n]{0,40}|invalid [^\n]{0,40}|negative serial number"
        r"|failed to load system roots[^\n]{0,60})",
    ),
    Entry(
        _BAD,
        r"\btls: (?:failed to verify certificate(?:: x509: [^\n]{1,80})?|bad certificate|unknown certificate(?: a"
        r"uthority)?|private key does not match public key|expired certificate|first record does not look like a "
        r"TLS handshake|no application protocol|failed to (?:find any PEM data|parse private key)[^\n]{0,60}"
        r"|handshake failure|protocol version not supported|certificate required)",
    ),
    Entry(_BAD, r"\bremote error: tls: [a-z ]{3,40}"),
    Entry(
        _BAD,
        r"(?:sun\.security\.validator\.ValidatorException: )?PKIX path (?:building|validation) failed(?:: [^\n]{1"
        r",120})?",
    ),
    Entry(
        _BAD,
        r"java\.security\.cert\.(?:CertificateExpiredException|CertificateNotYetValidException|CertificateExcepti"
        r"on)(?:: [^\n]{1,120})?|javax\.net\.ssl\.SSL(?:Handshake|PeerUnverified|Protocol)?Exception(?:: [^\n]{1,"
        r"160})?|\bSunCertPathBuilderException\b|the trustAnchors parameter must be non-empty",
    ),
    Entry(
        _BAD,
        r"java\.io\.IOException: (?:keystore password was incorrect|Keystore was tampered with[^\n]{0,60}"
        r"|Invalid keystore format|toDerInputStream rejects tag type \d+)|java\.security\.UnrecoverableKeyExcepti"
        r"on[^\n]{0,80}",
    ),
    Entry(
        _BAD,
        r"\b(?P<reason>CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|CERT_UNTRUSTED|DEPTH_ZERO_SELF_SIGNED_CERT"
        r"|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE"
        r"|ERR_TLS_CERT_ALTNAME_INVALID|CERT_SIGNATURE_FAILURE|CERT_REVOKED|HOSTNAME_MISMATCH|ERR_SSL_[A-Z0-9_]+"
        r"|EPROTO)\b",
    ),
    Entry(_BAD, r"Hostname/IP does not match certificate's altnames: [^\n]{1,160}"),
    Entry(
        _BAD,
        r"(?:\[SSL: )?CERTIFICATE_VERIFY_FAILED(?:\] certificate verify failed)?(?:: [^\n(]{1,120})?"
        r"|(?i:certificate verif(?:y|ication) failed)(?:: [^\n]{1,80})?",
    ),
    Entry(
        _BAD,
        r"\[SSL: (?P<reason>[A-Z0-9_]+)\][^\n]{0,80}|\bssl\.SSL(?:CertVerification|EOF|ZeroReturn)?Error\b"
        r"|\bOpenSSL::SSL::SSLError\b[^\n]{0,120}",
    ),
    Entry(
        _BAD,
        r"\bSSL_(?:connect|accept)\b[^\n]{0,40}\b(?:returned=|failed|error)[^\n]{0,120}|\bSSL routines:[\w ]*:[^"
        r"\n]{1,80}|\berror:(?:14|0A|0B|1416)[0-9A-F]{6}:[^\n]{1,120}",
    ),
    Entry(
        _BAD,
        r"(?i)\b(?:self[- ]signed certificate(?: in certificate chain)?|unable to get (?:local )?issuer certifica"
        r"te|certificate (?:has|is) expired|certificate is not yet valid|certificate signed by unknown authority"
        r"|unable to verify the first certificate|certificate is not trusted|certificate has been revoked"
        r"|key values mismatch|no suitable certificate found|peer certificate cannot be authenticated[^\n]{0,60}"
        r"|no alternative certificate subject name matches[^\n]{0,80}|no required SSL certificate was sent)",
    ),
    Entry(
        _BAD,
        r"\binvalid peer certificate: (?P<reason>[A-Za-z ()]+)|\bInvalidCertificate\((?P<reason2>\w+)"
        r"|\bUnknownIssuer\b|\bNotValidForName\b",
    ),
    Entry(
        _BAD,
        r"The remote certificate (?:is invalid|was rejected)[^\n]{0,160}|RemoteCertificate(?:NameMismatch"
        r"|ChainErrors|NotAvailable)[^\n]{0,60}|\bAuthenticationException: (?:The remote certificate"
        r"|Authentication failed, see inner)[^\n]{0,120}|The SSL connection could not be established[^\n]{0,60}",
    ),
    Entry(
        _BAD,
        r"\b(?:TLS|SSL) alert(?: number \d+|,? [a-z ]+\((?P<reason>\d+)\))|\bsslv3 alert [a-z ]+|\btlsv1(?:[._]\d"
        r")? alert [a-z ]+|\{tls_alert,\{(?P<reason2>\w+)|\bTLS (?:client|server): In state [^\n]{1,160}",
    ),
    Entry(
        _BAD,
        r"(?i)cannot load certificate(?: key)? \"(?P<path>[^\"]+)\": (?:PEM_read|BIO_new_file\(\) failed)[^\n]{0,"
        r"120}",
    ),
    # One side speaks TLS and the other does not, or it speaks HTTP: the number is no size.
    Entry(
        _BAD,
        r"(?i:\b(?:size|len(?:gth)?|frame|packet|message|receive|response|buffer|bytes)(?: of| is| was)?\b[^\n\d]{0,20}"
        r"|\blen)(?:352518\d{3}|36929[56]\d{3})\b[^\n]{0,60}",
        {"reason": "other-protocol", "found": "TLS"},
    ),
    Entry(
        _BAD,
        r"(?i:\b(?:size|len(?:gth)?|frame|packet|message|receive|response|buffer|bytes)(?: of| is| was)?\b[^\n\d]{0,20}"
        r"|\blen)(?:1213486160|1347703880|1195725856|1347375956)\b[^\n]{0,60}",
        {"reason": "other-protocol", "found": "HTTP"},
    ),
    Entry(
        _BAD,
        r"(?i:\b(?:frame header |preface |response |first bytes? |greeting )?(?:looked"
        r"|looks) like (?:an? )?(?P<found>HTTP|TLS|SSL"
        r"|SSH)\b[^\n]{0,60})",
        {"reason": "other-protocol"},
    ),
    # Harmless: names of settings and of files, ages, notices that something was renewed.
    Entry(
        None,
        r"(?i)\b(?:ignore|ignoring|skip|skipping|disable[ds]?|accept(?:s|ing)?|allow(?:ing)?|generat(?:e"
        r"|ed|ing)|creat(?:e|ed|ing)|using|issued?|use) (?:a |an |the |new |temporary |default )*self[- ]signed c"
        r"ert\w*",
    ),
)

TABLE: Final = Table("tls", ENTRIES)


def terms(text: str) -> tuple[Term, ...]:
    """Return what failed TLS handshakes and chains in the text claim."""
    return TABLE.terms(text)
