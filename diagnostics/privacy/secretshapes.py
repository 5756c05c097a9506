"""The forms by which a secret shows itself, whatever its name: credentials in URLs and headers, and issued tokens."""

from __future__ import annotations

from diagnostics.patterns import compiled

_R = "[redacted]"

HEADERS = (
    # Headers: the scheme stays, what follows goes.
    (
        compiled(
            r"""(?i)\b((?:proxy-)?authorization\\?["']?\s*[:=]\s*\\?["'\[]*(?:bearer|basic|token|digest|apikey|negotiate|aws4-hmac-sha256)\s+)(?:\[redacted\]|[^"'\]\\\r\n])+"""
        ),
        rf"\1{_R}",
    ),
    (compiled(r"""(?i)\b((?:set-)?cookie\\?["']?\s*:\s*\\?["']?)[^"'\\\r\n]+"""), rf"\1{_R}"),
    (compiled(r"""(?i:\b(bearer\s+))[A-Za-z._~+/\-]{0,40}[A-Z0-9][A-Za-z0-9._~+/\-]{7,}=*"""), rf"\1{_R}"),
    (
        compiled(r"""(?i)\b(basic\s+)(?:[A-Za-z0-9+/]{12,}={1,2}|[A-Za-z0-9+/]*[a-z][A-Z0-9][A-Za-z0-9+/]{6,})"""),
        rf"\1{_R}",
    ),
)
"""What comes before assignments are looked for: in a header the secret is the second word."""

CREDENTIALS = (
    # scheme://user:password@host; the password may hold anything but white space, quotes and a slash.
    (compiled(r"""\b([A-Za-z][A-Za-z0-9+.\-]*://[^\s:/@'"<>]*):([^\s/'"<>]+)@"""), rf"\1:{_R}@"),
    # The same with a raw slash in the password, for the schemes of stores and brokers, whose URLs hold no other @.
    (
        compiled(
            r"""(?i)\b((?:postgres(?:ql)?|mysql|mariadb|mongodb|redis|rediss|amqps?|mssql|sqlserver|oracle|clickhouse|"""
            r"""cockroachdb|nats|kafka|ldaps?|smtps?)(?:\+[a-z0-9]+)?://[^\s:/@'"<>]*):([^\s'"<>]+)@"""
        ),
        rf"\1:{_R}@",
    ),
    # scheme://key@host: a long opaque user part is a key (Sentry, GitHub).
    (compiled(r"""\b([A-Za-z][A-Za-z0-9+.\-]*://)[A-Za-z0-9_\-]{20,}@"""), rf"\1{_R}@"),
    # Go's MySQL form: user:password@tcp(host:3306)/db.
    (compiled(r"""([\w.\-]+):[^\s@'"]+@((?:tcp|unix)\()"""), rf"\1:{_R}@\2"),
    # Command lines: mysql -pPASSWORD, curl -u user:password.
    (compiled(r"""(\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n|;]*?\s-p)[^\s\-]\S*"""), rf"\1{_R}"),
    (compiled(r"""(\bcurl\b[^\n|;]*?\s(?:-u|--user)[\s=]+[^\s:]+:)\S+"""), rf"\1{_R}"),
    # SQL and sentences: IDENTIFIED BY '...', password 'x', password is "x". A revision is identified by no secret.
    (
        compiled(
            r"""(?i)((?:^\s*|(?:[^n\s]|[^o]n|[^i]on|[^s]ion|[^i]sion|[^v]ision|[^e]vision|[^r]evision)\s+)identified\s+by\s+"""
            r"""(?:password\s+)?|\bpassword\s+(?:is\s+|was\s+)?)(["'])[^"']+(["'])"""
        ),
        rf"\1\2{_R}\3",
    ),
)
"""Patterns and what replaces them: the parts around a secret stay."""

_FORMS = (
    r"\beyJ[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]*){1,4}",  # JWT, JWE
    r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b",  # AWS key id
    r"\bya29\.[A-Za-z0-9_\-]{20,}",  # Google OAuth
    r"\bAIza[A-Za-z0-9_\-]{35}",  # Google API key
    r"\bGOCSPX-[A-Za-z0-9_\-]{20,}",  # Google client secret
    r"\bgh[pousr]_[A-Za-z0-9]{30,}",  # GitHub
    r"\bgithub_pat_[A-Za-z0-9_]{30,}",
    r"\bgl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[A-Za-z0-9_\-.]{16,}",  # GitLab
    r"\bxox[abeoprs]-[A-Za-z0-9\-]{10,}",  # Slack
    r"\bxapp-[A-Za-z0-9\-]{10,}",
    r"\bhooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9_/\-]+",
    r"\b(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}",  # Stripe
    r"\bwhsec_[A-Za-z0-9+/=]{16,}",
    r"\bnpm_[A-Za-z0-9]{30,}",
    r"\bpypi-[A-Za-z0-9_\-]{30,}",
    r"\bSG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}",  # SendGrid
    r"\bsk-[A-Za-z0-9_\-]{20,}",  # OpenAI, Anthropic
    r"\bdo[opr]_v1_[a-f0-9]{64}",  # DigitalOcean
    r"\bhf_[A-Za-z0-9]{30,}",  # Hugging Face
    r"\bhv[sbr]\.[A-Za-z0-9_\-]{20,}",  # Vault
    r"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",  # Shopify
    r"\bdckr_(?:pat|oat)_[A-Za-z0-9_\-]{20,}",  # Docker
    r"\bNRAK-[A-Z0-9]{27}",  # New Relic
    r"\blin_(?:api|oauth)_[A-Za-z0-9]{30,}",
    r"\bAGE-SECRET-KEY-1[A-Z0-9]{50,}",
    r"\bkey-[0-9a-f]{32}\b",  # Mailgun
    r"(?:\b|bot)[0-9]{8,10}:AA[A-Za-z0-9_\-]{32,}",  # Telegram
    r"\bAccountKey=[A-Za-z0-9+/=]{40,}",  # Azure
)
TOKENS = compiled("|".join(_FORMS))
"""Tokens with an issued form, in one pattern for one pass: the whole token is replaced."""
