"""A dependency answered, and refused the credentials or the rights.

What it means
    The server was reached: database login refused, HTTP 401 or 403, a broker's ACCESS_REFUSED, a cloud's AccessDenied,
    or the Kubernetes API's ``forbidden``. It is a matter of credentials or grants, not an outage.

How it is decided
    By a message with user, resource or verb in the dying output. For the Kubernetes API the message names the missing
    right exactly. A database or role that does not exist counts too: the server said so.

What it is confused with
    ``using password: NO`` means that no password was given at all (bad-config). A refused connection is
    dependency-unavailable. 403 of an image registry is image-pull-failed. 401 answered *by* this program to a probe is
    a probe's affair.

How to fix it
    Correct the Secret (the next container start reads it), or grant the right. A restart alone helps nothing, a
    rollback only when user or Secret name came with the rollout.

How to prevent it
    Rotate credentials with an overlap, restart on Secret changes (a checksum annotation), keep RBAC next to the code
    that needs it and test it with ``kubectl auth can-i``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from diagnostics import fields
from diagnostics.causes.model import Category, Cause
from diagnostics.claims import mounted
from diagnostics.claims import named as claims
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, terminated
from diagnostics.facts.addresses import ip
from diagnostics.facts.quotes import first
from diagnostics.facts.workloads import onset
from diagnostics.findings import credential_fixes, log_lines, wording
from diagnostics.findings.commands import durable, kubectl, patch, pod_name, subject, templated
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.patterns import Match

CAUSE: Final = Cause(
    id="dependency-auth-failed",
    title="A dependency refused the credentials or rights",
    category=Category.DEPENDENCY,
    claims=frozenset({ClaimType.CREDENTIALS_REFUSED, ClaimType.RIGHT_DENIED}),
)


_RIGHT: Final = compiled(
    r"(?i)\b(?:missing|required?|lacks?|need(?:s|ed)?|without|not have)(?: the| IAM)?"
    r" (?:permissions?|privileges?|scopes?)[:\s]+"
    r"['\"]?([a-z][\w-]*(?:[.:][\w*-]+)+)|\bnot authorized to perform:? ([a-z0-9-]+:[A-Za-z*]+)"
    r"|\bdoes not have ['\"]?([a-z][\w-]*(?:\.[\w-]+)+)['\"]? (?:access|permission)"
    r"|\bdoes not have authorization to perform action ['\"]([\w./]+)"
)
"""The permission that Google Cloud, AWS and Azure name in a refusal."""

_FEDERATED: Final = compiled(
    r"(?i)AssumeRoleWithWebIdentity|WebIdentityErr|AADSTS70021|iam\.serviceAccounts\.getAccessToken"
    r"|federated (?:identity|token|credential)"
)
"""A cloud was asked to take the pod's ServiceAccount for one of its own identities."""


_EXPIRED: Final = compiled(
    r"(?i)\b(?:tokens?|credentials?|passwords?|keys?|sessions?|tickets?|assertions?)\b[^\n]{0,40}\bexpired\b"
    r"|\bexpired\b[^\n]{0,30}\b(?:tokens?|credentials?|passwords?|keys?|sessions?|tickets?|assertions?)\b"
    r"|ExpiredToken|TokenExpired|token is expired|\bexpired_token\b"
)
"""What was good once is so no more: it must be issued anew, not corrected."""

_UNENCRYPTED: Final = compiled(
    r"\bno pg_hba\.conf entry\b[^\n]*(?:no encryption|SSL off)|(?i:connections using insecure transport are prohibited)"
)
"""PostgreSQL (src/backend/libpq/auth.c) and MySQL (error 3159, ``require_secure_transport``)."""

_INFORMER: Final = compiled(r"(?i)\breflector|informer|\bfailed to (?:list|watch) \*|Failed to watch")
"""client-go's cache: it lists once and watches from there (K: staging/src/k8s.io/client-go/tools/cache)."""

_API_PATH: Final = compiled(
    r"https://([\w.-]+|\[[0-9a-f:]+\])(?::\d+)?/(?:api/v1|apis/([a-z0-9.-]+)/v\d\w*)(?:/namespaces/([a-z0-9-]+))?/([a-z]{3,40})"
    r"(?:/([a-z0-9][a-z0-9.-]*))?"
)
"""A path of the API server: host, group, namespace, resource and name (K: "API concepts", resource URIs)."""
_FORBIDDEN: Final = compiled(r"\b403\b|(?i:\b(?:http|status|code|forbidden)\W{0,3}forbidden\b)")
"""The status of a server that knows who asks, and refuses (RFC 9110, 15.5.4)."""
_NAMESPACED: Final = frozenset(
    {"pods", "services", "endpoints", "configmaps", "secrets", "events", "serviceaccounts", "persistentvolumeclaims"}
    | {"deployments.apps", "statefulsets.apps", "daemonsets.apps", "replicasets.apps", "jobs.batch", "cronjobs.batch"}
    | {"ingresses.networking.k8s.io", "networkpolicies.networking.k8s.io", "endpointslices.discovery.k8s.io"}
    | {"leases.coordination.k8s.io", "horizontalpodautoscalers.autoscaling", "poddisruptionbudgets.policy"}
)
"""Resources that live in a namespace: of a cluster's own kinds none can be watched in one (kubectl api-resources)."""
_CLUSTER: Final = compiled(
    r"(?i)\bkubernetes\b|\bk8s\b|\bkube-?apiserver\b|\bapi ?server\b|\bserviceaccounts?\b|\bclient-go\b"
    r"|\bcontroller-runtime\b|\b(?:client\.exceptions|client\.rest)\.ApiException\b|\bat the cluster scope\b"
    r"|\bAPI group\b|\bRBAC\b|\bin-cluster\b|\bfabric8\b|\bkubectl\b"
)
"""Words of the API server and of its clients (client-go, kubernetes for Python, fabric8; K: "API concepts")."""
_CLUSTERS: Final = compiled(r"^kubernetes(?:\.|$)|^localhost$|kube|k8s|\.eks\.amazonaws\.com$|\.azmk8s\.io$")
"""Names of API servers: the cluster's own Service, and those of managed clusters (EKS, AKS)."""
NEAR: Final = 3
"""Lines around the refusal in which the server's own answer says why."""
TRACE: Final = 80
"""Lines of a trace that are looked through for the client that it is of."""


def check(case: Case) -> Finding | None:
    """Return the finding when the dying output says that a server turned the program away."""
    hit = log_lines.claiming(case, CAUSE.claims)
    if hit is None or case.suspect is None:
        return None
    names = hit.names
    who = next((names[key] for key in ("user", "role", "username") if names.get(key)), "")
    at = claims.address(names)
    where = f" at {at[0]}" + (f":{at[1]}" if at[1] else "") if at else ""
    sure = log_lines.agrees(case, hit)
    expired = _expired(case, hit)
    answer = () if expired in (None, hit.line) else (case.quote(expired),)
    late = f"; the server says: {wording.head(case.transcript.lines[expired])}" if expired and answer else ""
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.CONFIRMED if sure else Verdict.LIKELY,
        summary=f"{_refused(case, hit, who, where)}{late}",
        evidence=first((*log_lines.said(case, hit, 4), *answer, *log_lines.ended(case))),
        container=case.suspect.name,
        facts={key: names[key] for key in ("user", "verb", "resource", "group", "ns", "db", "role") if names.get(key)},
        remedy=_remedy(case, hit, who) if expired is None else _renewed(case),
        fault=_fault(case, hit, expired=expired is not None),
        fault_names=(*_names(case, who), *_new_image(case, hit)),
    )


def _expired(case: Case, hit: Claim) -> int | None:
    """Return the line that says that the credential has run out, at the refusal or beside it."""
    lines = case.transcript.lines
    near = sorted(
        range(max(0, hit.line - NEAR), min(len(lines), hit.line + NEAR + 1)), key=lambda at: abs(at - hit.line)
    )
    return next((at for at in near if _EXPIRED.search(lines[at][:4000]) is not None), None)


def _fault(case: Case, hit: Claim, *, expired: bool) -> Fault:
    """Return where the credential lies: in a Secret, with the API server's Roles, or in the pod itself."""
    if _of_kubernetes(hit):
        return Fault.DEPENDENCY
    if _secrets(case):
        return Fault.CONTENT
    if expired and not templated(case):
        return Fault.POD_STATE
    return Fault.UNKNOWN


def _renewed(case: Case) -> Remedy:
    """Return how a credential that has run out is issued anew, by where it comes from."""
    secrets = _secrets(case)
    if secrets:
        look = tuple(kubectl(case.namespace, "describe", "secret", name) for name in secrets[:2])
        text = f"Have the credential issued anew and put it into Secret {', '.join(secrets)}: it has expired."
        return Remedy(text=text, commands=look)
    if templated(case):
        text = f"Have the credential issued anew where {log_lines.who(case)} takes it from: it has expired."
        return Remedy(
            text=text + durable(case), commands=(kubectl(case.namespace, "set", "env", subject(case), "--list"),)
        )
    return Remedy(
        text=f"Delete pod {pod_name(case)}, so that whatever makes such pods makes one with a fresh credential: this"
        " one got its own when it was made, it has expired since, and each start of the container uses it again. If"
        " nothing makes it anew, apply its manifest with a fresh one.",
        commands=(kubectl(case.namespace, "delete", "pod", pod_name(case)),),
    )


def _of_kubernetes(hit: Claim) -> bool:
    """Whether the API server refused a ServiceAccount: a Role lacks, no Secret is wrong."""
    return hit.source.startswith(("k8s.", "kubernetes"))


def _new_image(case: Case, hit: Claim) -> tuple[str, ...]:
    """Return the image of a revision that never got ready for want of a right: what ran before did not need it."""
    if hit.type is not ClaimType.RIGHT_DENIED or case.suspect is None or not onset.never_ready(case):
        return ()
    return (fields.text(case.suspect.spec, "image"),)


def ruled_out(case: Case) -> str:
    """Return why a refusal in the log does not decide."""
    return log_lines.set_aside(case, CAUSE.claims)


def _refused(case: Case, hit: Claim, who: str, where: str) -> str:
    names, own, how = hit.names, log_lines.who(case), log_lines.how(case)
    if names.get("verb") and names.get("resource"):
        scope = f" in namespace {names['ns']}" if names.get("ns") else ""
        more = [f"{other} too" for other in _others(case, hit)]
        scope += f" ({', '.join(more[:3])})" if more else ""
        account = who.rpartition(":")[2] if who.startswith("system:serviceaccount:") else ""
        right = f"{names['verb']} {names['resource']}{scope}"
        if account:
            return f"ServiceAccount {account} may not {right}, so {own} fails ({how})"
        return f"{wording.begin(own)} may not {right} ({how})"
    words = wording.tail(log_lines.words(case, hit))
    told = f" as {who}" if who and who not in words else ""
    return f"{wording.begin(own)} was refused{where}{told} ({how}): {words}"


def _others(case: Case, hit: Claim) -> tuple[str, ...]:
    """Return the other resources that the same identity was refused in the same way: one Role should give them all."""
    same = [
        other.names["resource"]
        for other in case.claims
        if other.names.get("resource")
        and all(other.names.get(key) == hit.names.get(key) for key in ("user", "verb", "group", "ns"))
    ]
    return tuple(dict.fromkeys(name for name in same if name != hit.names["resource"]))


def _names(case: Case, who: str) -> tuple[str, ...]:
    """Return the Secrets that the container takes variables from: one of them holds the credentials."""
    spec = case.suspect.spec if case.suspect is not None else {}
    named = [fields.text(entry, "valueFrom", "secretKeyRef", "name") for entry in fields.items(spec, "env")]
    whole = [fields.text(entry, "secretRef", "name") for entry in fields.items(spec, "envFrom")]
    return tuple(dict.fromkeys(item for item in (who, *named, *whole) if item))


def _secrets(case: Case) -> tuple[str, ...]:
    """Return the Secrets that may hold the credentials: those of its variables, else those among its files."""
    return _names(case, "") or tuple(name for kind, name in mounted.owners(case) if kind == "Secret")


def _account(case: Case) -> str:
    return fields.text(case.pod, "spec", "serviceAccountName") or "default"


def _identity(case: Case) -> str:
    return f"ServiceAccount {_account(case)}, or the credentials it mounts"


def _granted(case: Case, hit: Claim, who: str) -> Remedy:
    """Return how the ServiceAccount is given the right that the API server says it lacks."""
    names = hit.names
    namespace, _, account = who.removeprefix("system:serviceaccount:").partition(":")
    group = f".{names['group']}" if names.get("group") else ""
    wanted = [f"{item}{group}" for item in (names["resource"], *_others(case, hit))]
    verbs = _verbs(case, hit)
    right = (verbs, ",".join(wanted))
    role = f"{account}-{names['resource'].replace('/', '-')}"
    place = names.get("ns") or namespace
    if not names.get("ns") and "cluster scope" in hit.quote:
        return _cluster_wide(f"{namespace}:{account}", right, role)
    option = _naming(case, place) if place != namespace == case.namespace else None
    if option is not None:
        return _other_namespace(case, option, right, who)
    return Remedy(
        text=f"Give ServiceAccount {namespace}/{account} the right to {verbs.replace(',', ' and ')}"
        f" {names['resource']}{_elsewhere(account)}",
        commands=(
            kubectl(place, "auth", "can-i", names["verb"], wanted[0], f"--as={who}"),
            kubectl(place, "create", "role", role, f"--verb={right[0]}", f"--resource={right[1]}"),
            kubectl(place, "create", "rolebinding", role, f"--role={role}", f"--serviceaccount={namespace}:{account}"),
        ),
    )


def _remedy(case: Case, hit: Claim, who: str) -> Remedy:
    names = hit.names
    if names.get("verb") and names.get("resource") and who.startswith("system:serviceaccount:"):
        return _granted(case, hit, who)
    if _FEDERATED.search(log_lines.words(case, hit)[:4000]) is not None:
        return _trust(case)
    if _UNENCRYPTED.search(log_lines.words(case, hit)[:4000]) is not None:
        return _encrypted(case)
    refused = _RIGHT.search(log_lines.words(case, hit)[:4000])
    if refused is not None:
        needed = next(item for item in refused.groups() if item)
        return Remedy(
            text=f"Grant {needed} to the identity that {log_lines.who(case)} uses ({_identity(case)}); it was"
            " recognised, but it may not do that.",
            commands=(kubectl(case.namespace, "get", "serviceaccount", _account(case), "-o", "yaml"),),
        )
    return _identified(case, hit, who)


class _Option(NamedTuple):
    """An option of the container that names a namespace."""

    part: str
    """The field that holds it: ``args`` or ``command``."""
    name: str
    at: int
    """Which word of the field holds the value."""
    value: str


def _naming(case: Case, namespace: str) -> _Option | None:
    """Return the option of the failing container whose value is that namespace: ``--x=NS``, or ``--x NS``."""
    for part in ("args", "command"):
        words = fields.strings(case.suspect.spec, part) if case.suspect is not None else []
        for at, word in enumerate(words):
            name, joined, value = word.partition("=")
            if joined and name.startswith("-") and value == namespace:
                return _Option(part, name, at, value)
            if word == namespace and at and words[at - 1].startswith("-") and "=" not in words[at - 1]:
                return _Option(part, words[at - 1], at, value=word)
    return None


def _other_namespace(case: Case, option: _Option, right: tuple[str, str], who: str) -> Remedy:
    """Return what to do where the program asks in another namespace than its own because an argument says so."""
    verbs, resources = right
    here, there = case.namespace, option.value
    text = (
        f"Let {option.name} of its arguments name {here}, where the pod runs, if its right is there (the first command"
        f" tells, the patch does it): it names {there} now. If {there} is meant, its owner must bind a Role there that"
        f" may {verbs.replace(',', ' and ')} {resources.replace(',', ', ')} to {who}."
    )
    words = fields.strings(case.suspect.spec, option.part) if case.suspect is not None else []
    words[option.at] = here if words[option.at] == there else f"{option.name}={here}"
    change = () if case.suspect is None else patch(case, case.suspect, {option.part: words})
    asked = kubectl(here, "auth", "can-i", verbs.partition(",")[0], resources.partition(",")[0], f"--as={who}")
    return Remedy(text=text + durable(case), commands=(asked, *change))


def _encrypted(case: Case) -> Remedy:
    """Return what to do where a server turns away who comes without TLS."""
    return Remedy(
        text=f"Let {log_lines.who(case)} connect with TLS: the server has no rule for connections without it, whatever"
        " the password (PostgreSQL's clients: sslmode=require in the URL, or PGSSLMODE)." + durable(case),
        commands=(kubectl(case.namespace, "set", "env", subject(case), "--list"),) if templated(case) else (),
    )


def _identified(case: Case, hit: Claim, who: str) -> Remedy:
    """Return what to do by whether the server knew who asked: a right lacks, or the credentials do not fit."""
    if _FORBIDDEN.search(log_lines.words(case, hit)[:4000]) is not None:
        return _asked(case, hit) or (_forbidden(case) if _by_the_cluster(case, hit) else _refused_there(case, hit, who))
    known = credential_fixes.remedy(case, who) if hit.type is ClaimType.CREDENTIALS_REFUSED else None
    if known is not None:
        return known
    if who.startswith("system:serviceaccount:"):
        return _unentitled(who)
    secrets = _secrets(case)
    look = tuple(kubectl(case.namespace, "describe", "secret", name) for name in secrets[:2])
    held = f" (Secret {', '.join(secrets)})" if secrets else ""
    whose = f" of {who}" if who else ""
    if not secrets:
        text = (
            f"Compare the credentials{whose} that {log_lines.who(case)} sends with what the other side knows. Its spec"
            " names no Secret for them, so find first where it takes them from (the command lists its variables)."
        )
        return Remedy(text=text, commands=(kubectl(case.namespace, "set", "env", subject(case), "--list"),))
    text = f"Check the credentials{whose} on both sides{held}; the next container start reads a change."
    return Remedy(text=text, commands=look)


def _unentitled(who: str) -> Remedy:
    """Return what to do where the API server names the ServiceAccount that it refused: no credential is wrong."""
    namespace, _, account = who.removeprefix("system:serviceaccount:").partition(":")
    return Remedy(
        text=f"Give ServiceAccount {namespace}/{account} the right that the line names, best in the Role or ClusterRole"
        f" that its chart or manifest has for {account}, and bind it to the account. The commands list what it may do,"
        " and what it is bound to.",
        commands=(
            kubectl(namespace, "auth", "can-i", "--list", f"--as={who}"),
            kubectl("", "get", "rolebindings,clusterrolebindings", "-A", "-o", "wide") + f" | grep {account}",
        ),
    )


def _asked(case: Case, hit: Claim) -> Remedy | None:
    """Return how to grant what the API server refused, when a line near the refusal has the path that was asked."""
    lines = case.transcript.lines[max(0, hit.line - NEAR) : hit.line + NEAR + 1]
    told = next((found for line in lines if (found := _api_path(line)) is not None), None)
    if told is None:
        return None
    _, group, scope, resource, named = told.groups()
    wanted = f"{resource}.{group}" if group else resource
    right = ("get" if named else "list,watch", wanted)
    account = f"{case.namespace}:{_account(case)}"
    role = f"{_account(case)}-{resource}"
    if not scope:
        return _cluster_wide(account, right, role)
    words = right[0].replace(",", " and ")
    return Remedy(
        text=f"Give ServiceAccount {account.replace(':', '/')} the right to {words} {wanted} in namespace {scope},"
        f" which the API server refused{_elsewhere(_account(case))}",
        commands=(
            kubectl(
                scope, "auth", "can-i", right[0].partition(",")[0], wanted, f"--as=system:serviceaccount:{account}"
            ),
            kubectl(scope, "create", "role", role, f"--verb={right[0]}", f"--resource={wanted}"),
            kubectl(scope, "create", "rolebinding", role, f"--role={role}", f"--serviceaccount={account}"),
        ),
    )


def _api_path(line: str) -> Match | None:
    """Return the path of the API server in the line; ``/api/v1`` of a named host without a namespace is anyone's."""
    found = _API_PATH.search(line[:4000])
    known = found is not None and bool(found.group(2) or found.group(3) or _is_cluster(found.group(1)))
    return found if known else None


def _is_cluster(host: str) -> bool:
    """Whether an API server may have that host: an address, or a name that says so."""
    return ip(host.strip("[]")) is not None or _CLUSTERS.search(host) is not None


def _by_the_cluster(case: Case, hit: Claim) -> bool:
    """Whether the words, or the trace that they stand in, show that it was the API server that refused."""
    said, address = log_lines.words(case, hit), claims.address(hit.names)
    if _api_path(said) is not None:
        return True
    if address is not None and not _is_cluster(address[0]):
        return False  # "kubernetes" in the path of another server is that server's word (Vault's auth method)
    told = case.transcript
    segment = next((item for item in told.segments if item.first <= hit.line < item.end), None)
    first, end = (0, 0) if segment is None else (segment.first, min(segment.end, segment.first + TRACE))
    return any(_CLUSTER.search(line[:4000]) is not None for line in (said, *told.lines[first:end]))


def _forbidden(case: Case) -> Remedy:
    """Return what to do about a bare 403 of the API server: the account was recognised, no credential is wrong."""
    account, namespace = _account(case), case.namespace
    user = f"--as=system:serviceaccount:{namespace}:{account}"
    return Remedy(
        text=f"Give ServiceAccount {namespace}/{account} a Role for what the API server refused to"
        f" {log_lines.who(case)}: a 403 says that it was recognised and lacks a right, its credentials are good. The"
        " commands list what it may do, and what it is bound to.",
        commands=(
            kubectl(namespace, "auth", "can-i", "--list", user),
            kubectl("", "get", "rolebindings,clusterrolebindings", "-A", "-o", "wide") + f" | grep {account}",
        ),
    )


def _refused_there(case: Case, hit: Claim, who: str) -> Remedy:
    """Return what to do about a 403 of another server than the cluster's: the right is to be given there."""
    host = (claims.address(hit.names) or ("", None))[0]
    own = log_lines.who(case)
    server = host or "the server that it asked"
    identity = f"user {who}" if who else f"the identity that {own} logs in with"
    kept = f" (Secret {', '.join(_secrets(case))})" if _secrets(case) and not who else ""
    return Remedy(
        text=f"At {server}, give {identity}{kept} the right to what it asked for: a 403 means that it was"
        " recognised and may not do that, its credentials are good. If a proxy or firewall before it gave the answer,"
        " the rule is there.",
        commands=(kubectl(case.namespace, "set", "env", subject(case), "--list"),)
        if templated(case) and not who
        else (),
    )


def _verbs(case: Case, hit: Claim) -> str:
    """Return the verbs to allow: who lists in an informer watches too, and fails at that next."""
    verb = hit.names["verb"]
    informs = verb in ("list", "watch") and _INFORMER.search(log_lines.words(case, hit)[:4000]) is not None
    return "list,watch" if informs else verb


def _elsewhere(account: str) -> str:
    """Return where the right belongs for good."""
    return (
        f": best in the Role or ClusterRole that its chart or manifest has for {account}, in the version that fits the"
        " image; the commands make one beside it."
    )


def _trust(case: Case) -> Remedy:
    """Return what to do when the cloud does not take the ServiceAccount's token: the trust is the role's own."""
    account = _account(case)
    return Remedy(
        text="Let the cloud's role trust this pod: its trust policy (or federated credential) must name"
        f" system:serviceaccount:{case.namespace}:{account} and this cluster's issuer, and the annotation of"
        f" ServiceAccount {account} must name that role.",
        commands=(kubectl(case.namespace, "get", "serviceaccount", account, "-o", "yaml"),),
    )


def _cluster_wide(account: str, right: tuple[str, str], role: str) -> Remedy:
    """Return how to grant a right at the cluster scope: no Role of a namespace can hold it."""
    shown, user = account.replace(":", "/"), f"--as=system:serviceaccount:{account}"
    resources = right[1].split(",")
    own = " Or let the program watch its own namespace only." if _NAMESPACED.issuperset(resources) else ""
    return Remedy(
        text=f"Give ServiceAccount {shown} the right to {right[0].replace(',', ' and ')} {right[1].replace(',', ', ')}"
        f" in all namespaces{_elsewhere(account.partition(':')[2])}{own}",
        commands=(
            kubectl("", "auth", "can-i", right[0].partition(",")[0], right[1].partition(",")[0], user, "-A"),
            kubectl("", "create", "clusterrole", role, f"--verb={right[0]}", f"--resource={right[1]}"),
            kubectl("", "create", "clusterrolebinding", role, f"--clusterrole={role}", f"--serviceaccount={account}"),
        ),
    )


EXAMPLES: Final = (
    Example(
        title="the database refuses the password",
        hit=True,
        status={"state": terminated(1)},
        log='connection to server at "ledger-db" (10.96.4.7), port 5432 failed: FATAL:  password authentication failed'
        ' for user "ledger"',
    ),
    Example(
        title="the program's ServiceAccount lacks a right",
        hit=True,
        status={"state": terminated(1)},
        log='failed to list: configmaps is forbidden: User "system:serviceaccount:production:operator" cannot list'
        ' resource "configmaps" in API group "" in the namespace "production"',
    ),
    Example(
        title="one user's login failed long before; the program ran on and ran out of disk",
        hit=False,
        status={"state": terminated(1)},
        log='password authentication failed for user "guest"\nlistening on :8080\n'
        "write /data/x: no space left on device",
        also=("disk-full",),
    ),
)
