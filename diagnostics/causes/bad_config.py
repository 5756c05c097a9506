"""A required variable, flag, property or file content is missing or invalid, and the program refuses to start.

What it means
    The program read its configuration, did not accept it and exited, mostly within two seconds and in every replica.

How it is decided
    By a line of the dying output that names the variable, key, flag or file (``KeyError`` counts only with an
    ``os.environ`` frame). The name is then checked: is it in ``env`` or ``envFrom``, is it empty, does the ConfigMap
    have the key, which ConfigMap becomes the file? Agreement makes it confirmed; the line alone is likely.

What it is confused with
    A KeyError or TypeError of the program's own data (app-crash). A Secret or ConfigMap that does not exist: then
    nothing ran (missing-secret, missing-configmap). A refused connection to localhost is this cause, not an outage:
    the host variable is not set and the client fell back to its default. A value ``tcp://10.0.0.1:80`` comes from
    service links; a literal ``$(VAR)`` is a reference that Kubernetes could not expand.

How to fix it
    Set the variable in the pod template, or correct the ConfigMap or Secret it comes from; the next container start
    reads the new content. A rollback helps only when the pod template changed, not when a ConfigMap's content did.

How to prevent it
    Validate the configuration in CI with the image that will run, use names with a content hash for ConfigMaps so that
    a change is a rollout, and keep ``optional: true`` for what really is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from diagnostics.causes.model import Category, Cause
from diagnostics.claims import mounted, service_links, target_address, unnamed
from diagnostics.claims import named as claims
from diagnostics.claims.groups import SETTINGS, WAITING
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Finding, Remedy, Verdict
from diagnostics.examples import Example, terminated
from diagnostics.facts.model import EndedBy
from diagnostics.facts.pods.stability import failing
from diagnostics.facts.quotes import first
from diagnostics.findings import (
    config_fixes,
    config_words,
    local_host,
    log_lines,
    missing_databases,
    own_files,
    setting_names,
    wording,
)
from diagnostics.findings.commands import durable, kubectl, subject
from diagnostics.patterns import compiled
from diagnostics.transcript.last_words import last_words

if TYPE_CHECKING:
    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim

CAUSE: Final = Cause(
    id="bad-config",
    title="Required configuration is missing or invalid",
    category=Category.CONFIGURATION,
    claims=SETTINGS,
)

_NAMES: Final = (
    *("var", "var2", "key", "key2", "key3", "setting", "param", "flag", "opt", "opt2", "opt3", "opt4", "dir", "field"),
    "cmd",
)
_FILES: Final = ("file", "path", "res")
_FLAGS: Final = ("flag", "opt", "opt2", "opt3", "opt4")
_GONE: Final = compiled(r"(?i)no such file or directory|\bENOENT\b|cannot find the (?:path|file)|does ?n[o']t exist")
_NOUN: Final = compiled(
    r"(?i)\b(?:options?|settings?|parameters?|propert(?:y|ies)|fields?|keys?|variables?|directives?|arguments?|flags?)"
    r"(?: names?)?[:=]? ?\W{0,2}([A-Za-z]\w*)"
)
"""A plain word behind the noun that it names."""
EX_CONFIG: Final = 78
"""Exit code of sysexits.h for a configuration error."""


def check(case: Case) -> Finding | None:
    """Return the finding when the dying output names a setting that is missing or not accepted."""
    hit = log_lines.claiming(case, CAUSE.claims)
    if hit is None:
        return _nobody_set(case) or _by_code(case)
    if own_files.spoilt(case) is not None:
        return None  # others run with the same configuration
    name = _telling(case, hit, next((hit.names[key] for key in _NAMES if hit.names.get(key)), ""))
    path = next((hit.names[key] for key in _FILES if "/" in hit.names.get(key, "")), "")
    linked = _linked(case, hit) or _database(case, hit)
    if linked is not None:
        return linked
    if path:
        return _file(case, hit, path, name)
    unread = mounted.unread(case) if hit.type is ClaimType.FILE_MISSING else None
    if unread is not None:
        return _unread(case, hit, unread)
    return _meant(case, hit) or _variable(case, hit, name)


def _telling(case: Case, hit: Claim, name: str) -> str:
    """Return the name when it says which setting is meant: a plain word says so only behind the noun that it names."""
    plain = name.isalpha() and name.islower()
    if not plain or case.words.variable_for(name) is not None:
        return name
    told = log_lines.words(case, hit)[:4000]
    named = (match.group(1) for match in _NOUN.finditer(told))
    return name if name in named or told.lstrip("'\"`[ ").startswith(f"{name} ") else ""


def _linked(case: Case, hit: Claim) -> Finding | None:
    """Tell of a variable that Kubernetes sets by itself, and the program takes for a setting of its own."""
    found = service_links.link(case, log_lines.words(case, hit))
    if found is None:
        return None
    probably = "" if found.quoted else "probably "
    sure = found.quoted and log_lines.agrees(case, hit)
    told = _Told(
        summary=f"{log_lines.who(case)} {probably}takes {found.variable}={found.value} for its own setting"
        f" ({log_lines.how(case)}): Kubernetes sets it for Service {found.service} (service links):"
        f" {wording.head(log_lines.words(case, hit))}",
        proof=found.evidence,
        verdict=Verdict.CONFIRMED if sure else Verdict.LIKELY,
        facts={"setting": found.variable, "service": found.service},
        remedy=config_fixes.linked(case, hit, found),
        names=(found.variable, "enableServiceLinks"),
    )
    return _finding(case, hit, told)


def _database(case: Case, hit: Claim) -> Finding | None:
    """Tell of a database that the server does not have."""
    database = missing_databases.named(log_lines.words(case, hit))
    if not database:
        return None
    told = _Told(
        summary=f"{log_lines.who(case)} asks for a database that its server does not have ({log_lines.how(case)}):"
        f" {wording.tail(log_lines.words(case, hit))}",
        verdict=Verdict.CONFIRMED if log_lines.agrees(case, hit) else Verdict.LIKELY,
        facts={"database": database},
        remedy=missing_databases.remedy(case, database),
        fault=Fault.DEPENDENCY,
        names=(database,),
    )
    return _finding(case, hit, told)


def _meant(case: Case, hit: Claim) -> Finding | None:
    """Tell of the one file or variable that a parser can mean which names none."""
    said = _block(case, hit)
    key = unnamed.file(case, said) if hit.type is ClaimType.FILE_INVALID else None
    if key is not None:
        return _file(case, hit, key.path, "", inferred=True)
    variable, proof = unnamed.address(case, said)
    if not variable:
        return None
    found = claims.variable(case, variable)
    told = _Told(
        summary=f"{log_lines.who(case)} does not accept {variable}, whose value has no scheme ({log_lines.how(case)}):"
        f" {wording.head(log_lines.words(case, hit))}",
        proof=proof,
        facts={"setting": variable, "state": str(found.state), "near": []},
        remedy=config_fixes.setting(case, hit, variable, found, flag=False),
        names=(variable,),
    )
    return _finding(case, hit, told)


def _block(case: Case, hit: Claim) -> str:
    """Return the words of the failure that the hit stands in: a crash's frames name the parser."""
    segment = next((item for item in case.transcript.segments if item.first <= hit.line < item.end), None)
    span = (hit.line, hit.line + 1) if segment is None else (segment.first, segment.end)
    return "\n".join(case.transcript.lines[span[0] : span[1]])


def ruled_out(case: Case) -> str:
    """Return why lines about configuration do not decide."""
    return log_lines.set_aside(case, CAUSE.claims)


def _variable(case: Case, hit: Claim, name: str) -> Finding:
    spelled = config_fixes.spelled(name)
    found = claims.variable(case, name)
    if name and found.state in (claims.State.ABSENT, claims.State.UNKNOWN) and spelled != name:
        other = claims.variable(case, spelled)
        found = other if other.state not in (claims.State.ABSENT, claims.State.UNKNOWN) or other.near else found
    given = mounted.option(case, name)
    flag = name.startswith("-") or any(hit.names.get(key) for key in _FLAGS) or bool(given)
    # A key of a file is no variable: that the spec does not set it proves nothing.
    ours = hit.names.get("var") == name or name.isupper() or config_fixes.relaxed(hit)
    known = found.state not in (claims.State.ABSENT, claims.State.UNKNOWN) or bool(found.near)
    looked = bool(name) and not flag and (ours or known)
    sure = looked and found.state in (claims.State.ABSENT, claims.State.EMPTY, claims.State.DANGLING)
    sure = (sure or bool(given) or (looked and found.state is claims.State.PRESENT)) and log_lines.agrees(case, hit)
    refused = looked and found.state is claims.State.ABSENT and not found.near and _value_refused(case, hit)
    sure = sure and not refused
    content = bool(found.origin) and found.state is claims.State.PRESENT
    key = bool(name) and not looked and not flag
    held, place = mounted.configmap(case) if key else ("", ())
    profile = config_fixes.no_profile(case, hit) if found.state is claims.State.ABSENT else None
    idle = () if profile is None else (case.quote(profile),)
    told = _Told(
        summary=config_words.key(case, hit, name)
        if key
        else config_words.sentence(case, hit, name, found, flag=flag, refused=refused),
        proof=(*idle, *(found.evidence if looked else (*given, *place))),
        verdict=Verdict.CONFIRMED if sure else Verdict.LIKELY,
        facts={"setting": name, "state": str(found.state) if looked else "", "near": list(found.near)},
        remedy=config_fixes.elsewhere(case, spelled if config_fixes.relaxed(hit) else name)
        if refused
        else config_fixes.setting(case, hit, name, found, flag=flag, held=held),
        fault=Fault.CONTENT if content or mounted.changed(case, held) else Fault.TEMPLATE,
        names=tuple(item for item in (name, spelled, held, *found.origin.split()[1:2]) if item),
    )
    return _finding(case, hit, told)


def _value_refused(case: Case, hit: Claim) -> bool:
    """Whether the words are about a value that was given, and none of them says that one lacks; no service link's."""
    if config_fixes.service_link(case, log_lines.words(case, hit)):
        return False
    said = f"{log_lines.words(case, hit)}\n{_block(case, hit)}"[:4000]
    return config_fixes.REFUSED.search(said) is not None and config_fixes.REQUIRED.search(said) is None


def _by_code(case: Case) -> Finding | None:
    """Return a likely finding for the exit code that means nothing but a configuration error, when no line leads."""
    end, suspect = case.ended, failing(case)
    if suspect is None or end is None or end.exit_code != EX_CONFIG or end.ended_by is not EndedBy.PROGRAM:
        return None
    if log_lines.leading(case) is not None:
        return None
    best = case.transcript.deciding
    words = f": {wording.tail(case.transcript.lines[best])}" if best is not None else ", without a word about it"
    return Finding(
        cause=CAUSE.id,
        verdict=Verdict.LIKELY,
        summary=f"{wording.begin(log_lines.who(case))} refuses its configuration ({log_lines.how(case)}){words}",
        evidence=first((*log_lines.ended(case), *(case.quote(index) for index in last_words(case.transcript, 2)))),
        container=suspect.name,
        facts={"setting": ""},
        remedy=Remedy(
            text="Exit code 78 means a configuration error: compare its arguments, variables and files with what it"
            " expects." + durable(case),
            commands=(kubectl(case.namespace, "get", subject(case), "-o", "yaml"),),
        ),
        fault=Fault.TEMPLATE,
    )


def _file(case: Case, hit: Claim, path: str, name: str, *, inferred: bool = False) -> Finding:
    """Tell of a file; ``inferred``: no line names it, it is the only one that can be meant."""
    found = claims.file(case, path)
    kept = found.kind in ("ConfigMap", "Secret")
    owner = f"{found.kind} {found.name}" if found.name else found.kind
    absent = found.state is claims.State.ABSENT and bool(found.name)
    where = f", which {owner} provides" if owner else f", {_unmounted(found)}"
    gone = bool(found.mount) and not kept and _GONE.search(log_lines.words(case, hit)[:2000]) is not None
    where = f": it is not on {owner}, which is mounted at {found.mount}" if gone and owner else where
    where = f": {owner} is mounted there and has no key {found.key}" if absent else where
    held = config_fixes.keys(case, found) if absent else ()
    listed = f"{', '.join(held[:3])}{' …' if len(held) > 3 else ''}"
    lack = f"; its {'key is' if len(held) == 1 else 'keys are'} {listed}" if held else ""
    lacks = config_fixes.REQUIRED.search(log_lines.words(case, hit)[:2000]) is not None
    strange = config_fixes.STRANGE.search(log_lines.words(case, hit)[:2000]) is not None
    verb = "does not know" if strange else "misses" if lacks else "does not accept"
    what = f"{verb} {name!r} in {path}" if name else f"{'does not find' if gone else 'cannot use its file'} {path}"
    words = log_lines.words(case, hit)
    said = f": {wording.head(words)}" if inferred or hit.type is ClaimType.FILE_INVALID else ""
    said = said if said or name or lack else f": {wording.tail(words)}"
    sure = found.kind in ("ConfigMap", "Secret") and log_lines.agrees(case, hit) and not inferred
    told = _Told(
        summary=f"{log_lines.who(case)} {what}{where} ({log_lines.how(case)}){lack}{said}",
        proof=found.evidence,
        verdict=Verdict.CONFIRMED if sure else Verdict.LIKELY,
        facts={"file": path, "setting": name, "provided_by": owner},
        remedy=config_fixes.file(case, hit, found, path),
        fault=Fault.CONTENT if kept else Fault.TEMPLATE,
        names=tuple(item for item in (found.name, path, name) if item),
    )
    return _finding(case, hit, told)


def _unmounted(found: claims.File) -> str:
    """Return that no volume brings a file, as far as it is known where it should lie."""
    if not found.path:
        return "which it looks for in the image's working directory"
    return "and no volume is mounted there"


def _unread(case: Case, hit: Claim, unread: mounted.Unread) -> Finding:
    """Tell of a configuration that is mounted, and that neither command nor arguments point to."""
    way = f": {unread.option}, as another container of the pod has it" if unread.option else ""
    told = _Told(
        summary=f"{log_lines.who(case)} does not find its configuration ({log_lines.how(case)}), and nothing tells it"
        f" of {unread.owner} at {unread.directory}: {wording.head(log_lines.words(case, hit))}",
        proof=unread.evidence,
        facts={"file": unread.directory, "setting": "", "provided_by": unread.owner},
        remedy=Remedy(
            text=f"Point it to its file below {unread.directory} by its option or variable for that{way}."
            + durable(case),
            commands=(kubectl(case.namespace, "get", subject(case), "-o", "yaml"),),
        ),
        names=(unread.owner.partition(" ")[2], unread.directory),
    )
    return _finding(case, hit, told)


def _nobody_set(case: Case) -> Finding | None:
    """Tell of a client that fell back to the container itself, and which variable the rollout took away from it."""
    hit = log_lines.claiming(case, WAITING)
    found = None if hit is None else target_address.unowned(case, hit)
    if hit is None or found is None:
        return None
    reach = claims.host(case, *found)
    led = local_host.led(case)
    told = _Told(
        summary=f"{log_lines.who(case)} connects to {reach.target}, that is to itself ({log_lines.how(case)}):"
        f" {led.because}",
        proof=led.proof,
        facts={"address": reach.target, "setting": led.variable, "near": led.near},
        remedy=Remedy(
            text=led.remedy(found[0], reach.target) + durable(case),
            commands=(kubectl(case.namespace, "set", "env", subject(case), *led.command(case)),),
        ),
        names=led.names,
    )
    return _finding(case, hit, told)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What the check of the claim says."""

    summary: str
    proof: tuple[Evidence, ...] = ()
    verdict: Verdict = Verdict.LIKELY
    facts: dict[str, object] = field(default_factory=dict)
    remedy: Remedy
    fault: Fault = Fault.TEMPLATE
    names: tuple[str, ...] = ()


def _finding(case: Case, hit: Claim, told: _Told) -> Finding:
    return Finding(
        cause=CAUSE.id,
        verdict=told.verdict,
        summary=wording.begin(told.summary),
        evidence=first((*log_lines.said(case, hit), *told.proof, *log_lines.ended(case))),
        container=case.suspect.name if case.suspect else "",
        facts=told.facts,
        remedy=setting_names.spelled(case, str(told.facts.get("setting") or ""), told.remedy),
        fault=told.fault,
        fault_names=tuple(dict.fromkeys(told.names)),
    )


EXAMPLES: Final = (
    Example(
        title="a variable that the spec does not set; one with another name is there",
        hit=True,
        status={"state": terminated(1)},
        container={"env": [{"name": "DATABASE_URI", "value": "x"}]},
        log="starting\npanic: DATABASE_URL environment variable is not set",
    ),
    Example(
        title="the client fell back to localhost: the host is not set",
        hit=True,
        status={"state": terminated(1)},
        log="Error: connect ECONNREFUSED 127.0.0.1:5432",
    ),
    Example(
        title="the value of a service link, glued to words of the program's own",
        hit=True,
        status={"state": terminated(1)},
        objects=(
            {
                "kind": "Service",
                "metadata": {"name": "queue", "namespace": "production"},
                "spec": {"clusterIP": "10.96.4.7", "ports": [{"port": 5672}]},
            },
        ),
        log="starting queue\nlisten url amqp://queue-0:tcp://10.96.4.7:5672 parse error=5\nqueue stopped.",
    ),
    Example(
        title="nginx does not know a directive in a file that a ConfigMap provides",
        hit=True,
        status={"state": terminated(1)},
        container={"volumeMounts": [{"name": "conf", "mountPath": "/conf"}]},
        pod={"spec": {"volumes": [{"name": "conf", "configMap": {"name": "edge-conf"}}]}},
        objects=(
            {
                "kind": "ConfigMap",
                "metadata": {"name": "edge-conf", "namespace": "production"},
                "data": {"nginx.conf": None},
            },
        ),
        log='2026/11/22 12:00:00 [emerg] 1#1: unknown directive "proxy_passs" in /conf/nginx.conf:5',
    ),
    Example(
        title="a KeyError of the program's own data is no configuration",
        hit=False,
        status={"state": terminated(1)},
        log='Traceback (most recent call last):\n  File "/app/main.py", line 9, in total\n    return prices[code]\n'
        "KeyError: 'EUR'",
        also=("app-crash",),
    ),
)
