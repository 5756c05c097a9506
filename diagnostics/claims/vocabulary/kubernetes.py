"""What the API server answers, as its clients print it (apimachinery ``api/errors``, client-go)."""

from __future__ import annotations

from typing import Final

from diagnostics.claims.model import ClaimType, Term
from diagnostics.claims.vocabulary.table import Entry, Table

_KIND: Final = ClaimType.KIND_MISSING
_RIGHT: Final = ClaimType.RIGHT_DENIED
_K8S: Final = r"(?:kubernetes|k8s|kube-?apiserver|kube|api[- ]server)"
_V: Final = r"[\"'\[\\]{0,2}v?(?P<%s>\d+\.\d+[\w.+-]*)[\"'\]\\]{0,2}"

ENTRIES: Final = (
    # A check of the cluster's version: the program refuses on purpose, and says what it wants.
    Entry(
        ClaimType.CLUSTER_VERSION,
        rf"(?i:\b{_K8S}(?: \w+){{0,2}}? (?:version|release):? (?:of )?{_V % 'found'}[^\n]{{0,40}}?\b(?:(?:is |are )?not"
        r" (?:compatible|supported)|(?:is )?(?:too old|unsupported|incompatible)|does(?: not|n't) (?:meet|satisfy)"
        r"|(?:is )?(?:lower|less|older|below)\b)[^\n\d]{0,80}"
        rf"(?:{_V % 'expected'})?)",
    ),
    Entry(
        ClaimType.CLUSTER_VERSION,
        rf"(?i:\b(?:requires?|needs?|supports? only|only supports?|must run on)\b[^\n]{{0,24}}?\b{_K8S}"
        r"(?: (?:server|cluster|version|release|in|of|is|at least|minimum|min))*[:,]? ?(?:>=|=>|>|~>?|\^)? ?"
        rf"{_V % 'expected'}(?:[^\n]{{0,60}}?\b{_V % 'found'})?)",
    ),
    Entry(
        ClaimType.CLUSTER_VERSION,
        rf"(?i:\b(?:unsupported|incompatible) {_K8S}(?: \w+)? (?:version|release):? {_V % 'found'}"
        rf"(?:[^\n]{{0,40}}?(?:minimum|at least|need|requir|>=)[^\n\d]{{0,40}}{_V % 'expected'})?)",
    ),
    Entry(
        ClaimType.CLUSTER_VERSION,
        rf"(?i:\bkubeVersion: ?[^\n\d]{{0,6}}{_V % 'expected'}[^\n]{{0,30}} incompatible with {_K8S} {_V % 'found'})",
    ),
    Entry(
        _KIND,
        r"no matches for kind \\?\"(?P<resource>[^\"\\]+)\\?\" in (?:version|group) \\?\"(?P<version>[^\"\\]+)\\?"
        r"\"|no kind match(?:es)? for [^\n]{1,80}|unable to recognize [^\n]{1,60}: no matches for kind[^\n]{0,60}",
    ),
    Entry(_KIND, r"the server could not find the requested resource(?: \((?P<verb>\w+) (?P<resource>[\w.-]+)[^)]*\))?"),
    Entry(
        _KIND,
        r"(?:couldn't|unable to|failed to|could not) (?:get|retrieve)(?: the)? (?:resource list|complete list of "
        r"server APIs|server APIs|API group resources)[^\n]{0,20}?(?: for (?P<version>[\w./-]+))?(?:: [^\n]{1,120"
        r"})?",
    ),
    Entry(
        _KIND,
        r"(?i:customresourcedefinitions?(?:\.apiextensions\.k8s\.io)?) \\?\"(?P<resource>[\w.-]+)\\?\" not found"
        r"|\bCRDs? \\?\"?(?P<resource2>[\w.-]+\.[\w.-]+)\\?\"? (?:is |was |are )?(?:not (?:found|installed"
        r"|established|present|available)|missing)|(?i:(?:missing|required) CRDs?(?: (?:is|are))? ?(?:missing"
        r"|not (?:found|installed))?[^\n]{0,20}: ?)(?P<resource3>[\w./-]+)|(?i:CRDs? (?:is|are|has"
        r"|have) (?:not|n't) (?:been )?(?:installed|found|established)[^\n]{0,60})",
    ),
    Entry(
        _KIND,
        r"if kind is a CRD, it should be installed before calling Start[^\n]{0,40}|failed to (?:wait"
        r"|get informer) for (?P<resource>[\w*. -]+?) (?:caches to sync|kind source)[^\n]{0,40}: no matches[^\n]{"
        r"0,80}|API version (?P<version>\S+) (?:of \S+ )?is not (?:available|served|supported) by the (?:API )?se"
        r"rver[^\n]{0,40}",
    ),
    # kube-rs' controllers ask for their kind at the start (kube.rs, "Controllers").
    Entry(_KIND, r"\b(?P<resource>[A-Z]\w+) is not queryable\b[^\n]{0,300}|\bIs the CRD installed\?"),
    Entry(
        _KIND,
        r"(?P<resource>\b[A-Z][A-Za-z]+|\b[a-z]+(?:\.[a-z0-9-]+)+) (?i:is not queryable\b)[^\n]{0,200}"
        r"|(?P<resource2>\b[A-Z][A-Za-z]+) (?i:custom resources? (?:definitions? )?(?:(?:was|is|are"
        r"|were) )?not (?:found"
        r"|installed|registered)\b)[^\n]{0,160}|(?i:\b(?:is|are) the (?:\w+ )?(?:CRDs?|custom resource definitions?)"
        r" installed\?)|(?i:\bcustom resources?(?: definitions?)? (?:are |is )?not installed\b)[^\n]{0,60}"
        r"|(?i:\bfail(?:ed|ure) to ensure (?:that )?(?:the )?CRDs? exist\b)[^\n]{0,60}",
    ),
    Entry(
        _RIGHT,
        r"(?:(?P<resource>[\w./-]+)(?: \\?\"[^\"]*\\?\")? is forbidden: )?User \\?\"(?P<user>[^\"\\]+)\\?\" canno"
        r"t (?P<verb>\w+) (?:resource \\?\"(?P<resource2>[^\"\\]+)\\?\"|path \\?\"(?P<path>[^\"\\]+)\\?\")(?: in "
        r"API group \\?\"[^\"\\]*\\?\")?(?: (?:in the namespace \\?\"[^\"\\]*\\?\"|at the cluster scope))?",
    ),
    Entry(_RIGHT, r"\b(?P<resource>[a-z][a-z.]+)(?: \\?\"[^\"]*\\?\")? is forbidden: (?:[^U\n]|U[^s\n])[^\n]{0,160}"),
    Entry(
        ClaimType.CREDENTIALS_REFUSED,
        r"the server has asked for the client to provide credentials|\berror: You must be logged in to the server"
        r"|Unable to authenticate the request due to an error: [^\n]{1,80}|\bservice account token has (?:expired"
        r"|been invalidated)[^\n]{0,40}",
    ),
    Entry(
        ClaimType.WEBHOOK_MISSING,
        r"failed calling (?:admission |conversion )?webhook \\?\"(?P<resource>[^\"\\]+)\\?\": (?:failed to call w"
        r"ebhook: )?(?P<reason>[^\n]{1,200})|conversion webhook for (?P<resource2>[^\n,:]+)(?:, Kind=\w+)? failed"
        r": (?P<reason2>[^\n]{1,200})|no endpoints available for service \\?\"(?P<resource3>[\w.-]*webhook[\w.-]*"
        r")\\?\"",
    ),
    Entry(
        ClaimType.RIGHT_DENIED,
        r"admission webhook \\?\"(?P<resource>[^\"\\]+)\\?\" denied the request(?:: (?P<reason>[^\n]{1,200}))?",
    ),
    Entry(
        ClaimType.UNREACHABLE,
        r"(?i:leader ?election lost|lost (?:leader )?(?:lease|leadership)|failed to renew lease [^\n]{1,160}"
        r"|stopped leading)",
        {"reason": "leader election"},
    ),
    Entry(ClaimType.UNREACHABLE, r"\bno endpoints available for service \\?\"(?P<host>[\w.:-]+)\\?\""),
    Entry(
        ClaimType.UNREACHABLE,
        r"\bunable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be "
        r"defined",
        {"reason": "in-cluster"},
    ),
    Entry(
        ClaimType.FILE_MISSING,
        r"open (?P<path>/var/run/secrets/kubernetes\.io/serviceaccount/\S+): no such file or directory",
        {"reason": "service account token"},
    ),
    Entry(ClaimType.SETTING_MISSING, r"\b(?:configmaps?|secrets?) \\?\"(?P<resource>[\w.-]+)\\?\" not found"),
    Entry(
        ClaimType.EXHAUSTED,
        r"exceeded quota: (?P<resource>[^\n,]{1,80})[^\n]{0,120}|the server has received too many requests and ha"
        r"s asked us to try again later",
    ),
    Entry(
        ClaimType.NOT_READY,
        r"the server is currently unable to handle the request(?: \([^)]*\))?|apiserver not ready"
        r"|etcd cluster is unavailable or misconfigured",
    ),
    # Harmless: an optional kind that is looked for and may be absent.
    Entry(
        None,
        r"(?i)(?:CRD|kind|resource)[^\n]{0,60}not (?:found|installed|available)[^\n]{0,40}(?:skip"
        r"|ignor|disabl|continu)[^\n]{0,40}",
    ),
)

TABLE: Final = Table("kubernetes", ENTRIES)


def terms(text: str) -> tuple[Term, ...]:
    """Return what the API server's answers in the text claim, with resource, verb and user."""
    return TABLE.terms(text)
