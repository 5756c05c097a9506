"""What to do about a setting that is missing or not accepted: the variable, the option, the file, the service link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims import alike, endpoints, mounted, podwords
from diagnostics.claims import named as claims
from diagnostics.diagnosis import Remedy
from diagnostics.findings import given_elsewhere, issued_files, line_fixes, log_lines, lookups, wording
from diagnostics.findings.commands import (
    create_secret,
    durable,
    kubectl,
    on_node,
    patch,
    patch_spec,
    subject,
    templated,
)
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from diagnostics.claims.case import Case
    from diagnostics.claims.claim import Claim
    from diagnostics.claims.service_links import Link
    from diagnostics.facts.model import Container

_KERNEL: Final = ("/proc/", "/sys/", "/dev/", "/lib/modules/", "/boot/")
"""Directories that the node's kernel fills."""
_RELAXED: Final = ("py.pydantic", "py.environs", "spring.", "quarkus.", "jvm.micronaut", "node.env")
"""Signatures of libraries that document how a key becomes a variable: a.b-c is A_B_C."""

REQUIRED: Final = compiled(
    r"(?i)\b(?:missing|require[ds]?|must be (?:set|given|specified|provided)|must not be empty"
    r"|not (?:set|given|specified|found))\b"
)
"""Words that say that something lacks, rather than that it is wrong."""

REFUSED: Final = compiled(
    r"(?i)\bnot a valid\b|\binvalid (?:value|option|literal|syntax|format|number|url|choice)\b|\bfailed to convert\b"
    r"|\b(?:cannot|could not|failed to|error) (?:parse|convert|unmarshal|decode|parsing|converting"
    r"|decoding)\b|\bconverting '"
    r"|\b(?:should|must) be an? (?:valid|integer|number|boolean|bool)|^\s*Value: "
)
"""Words about a value that was given: it is set somewhere."""

UNKNOWN: Final = compiled(
    r"(?i)\bunknown|unrecogni[sz]ed|no such option|not defined|unexpected|unsupported|invalid option"
    r"|not recogni[sz]ed|illegal option"
)
"""Words that say that a name is not known, rather than its value wrong."""

STRANGE: Final = compiled(
    r"(?i)\"[\w.-]+\" is not allowed\b|\bextra (?:inputs are|fields) not permitted\b|"
    r"(?i)\b(?:unknown|unrecogni[sz]ed|no such) (?:\w+ ){0,2}(?:setting|key|option|property|field|parameter|directive)"
    r"|\b(?:setting|key|option|property|field|parameter|directive)s?\b[^\n]{0,60}\bnot recogni[sz]ed"
    r"|\bfields? \"?[\w.-]+\"? not found in (?:type|struct|schema)\b"
    r"|\b(?:setting|key|option|property|field|parameter|directive)s?\b[^\n]{0,60}\b(?:was|is) (?:not used|unused)\b"
)
"""A key that is given and that the program does not know."""

_STRANGER: Final = compiled(
    r"(?:\bline (\d+): )?\bfields? \"?([\w.-]+)\"? not found in (?:type|struct|schema) ?([\w.*\[\]]*)"
)
"""Go's yaml and its kin about a field of a file that the program's own type has not (yaml.v3 decode.go)."""
_UNUSED: Final = compiled(r"(?i)\b(?:was|is|were|are) (?:not used|unused)\b")
_OWN_ADDRESS: Final = compiled(
    r"(?i)\bno (?:\w+ ){0,3}(?:IP(?:v[46])? )?(?:address(?:es)?|interfaces?) (?:was |were )?(?:found|available)"
    r"|\b(?:multiple|several) (?:\w+ ){0,3}(?:address(?:es)?|interfaces?) (?:found|available)"
    r"|(?:choose|determine|detect|get) (?:an? |the )?(?:local|advertise|bind|host) (?:IP )?address"
)
"""The program looked for an address of its own and found none, or too many."""
_LOOP: Final = compiled(r"(?i)plugin/loop: Loop \(|forwarding loop detected|DNS (?:forwarding )?loop")
"""A resolver that forwards to itself: a pod of policy Default has the resolv.conf of its node (coredns.io, "loop")."""
_PROFILE: Final = (
    " Its log says that no profile is active: where the property stands in the file of one"
    " (application-NAME.properties), set SPRING_PROFILES_ACTIVE to that name instead."
)
_NO_PROFILE: Final = compiled(r"(?i)\bno active profile set\b")
_QUOTED: Final = compiled(r"[`'\"]([A-Za-z][\w./-]{2,60})[`'\"]")
_PLACE: Final = compiled(r"\.(?:go|py|js|ts|java|rb|rs|cs|php|c|cc|cpp|h|ex)$|^/")
"""A source file or a path: that stands in no configuration as a key."""
_OWNERS: Final = 2
"""ConfigMaps and Secrets that are named where any of them may hold the setting."""
_TCP: Final = compiled(r"\b(?:tcp|udp)://(\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:]+\])")
_UNWANTED: Final = compiled(
    r"(?i)\b(?:deprecated|obsolete|no longer (?:supported|used|valid|accepted)|(?:was|been|is) (?:removed|renamed)"
    r"|must not be set|(?:should|may|can)(?: not|not|n't) be set)\b"
)
"""Words of a program that refuses a variable for being set, whatever its value."""
_NEAR: Final = 6
"""Lines around the refusal in which it says so."""
_LINK: Final = compiled(r"\b([A-Z][A-Z0-9_]*?)_PORT\b")
"""The kubelet's variable for Service ``a-b`` is ``A_B_PORT``: with a ``tcp://`` value nobody else sets it."""


_SECRET: Final = compiled(r"(?:PASSWORD|PASSWD|SECRET|TOKEN|PRIVATE_KEY|API_?KEY|CREDENTIALS?|ENCRYPTION_KEY)(?:_|$)")
"""Variables whose value is nobody's to read in a template."""
_LACKING: Final = compiled(
    r"\b(?i:environment variables?|env vars?)\b[^\n]{0,60}\b(?i:undefined|empty|missing|unset"
    r"|not (?:set|defined|found))\b"
    r"[^\nA-Za-z]{1,6}([A-Z][A-Z0-9_]{2,60})\b"
)
"""A variable that a program calls missing before it names it."""
_GONE: Final = compiled(
    r"(?i)no such file|\bENOENT\b|\bnot found\b|does ?n[o']t exist|\b(?:cannot|can't|could(?: not|n't)|unable to"
    r"|failed to)"
    r" (?:find|locate|open|load|read|stat|access)\b|\bis missing\b|\bmissing (?:file|config)"
)
"""Words of a file that is not there, or could not be opened: one that was read is."""
_WRITABLE: Final = frozenset({"PersistentVolumeClaim", "emptyDir", "hostPath"})
"""Kinds of volumes that begin empty or hold what programs wrote, so that the image's own files do not show there."""


def relaxed(hit: Claim) -> bool:
    """Whether the hit is of a library whose keys are variables under a known spelling."""
    return hit.source.startswith(_RELAXED)


def spelled(name: str) -> str:
    """Return the variable that a key becomes in libraries with relaxed names: ``acme.pool-size`` is ACME_POOL_SIZE."""
    return name if name.isupper() else name.upper().replace(".", "_").replace("-", "_")


def service_link(case: Case, line: str) -> str:
    """Return the Service whose ``tcp://`` address a refused value is: the kubelet sets such variables by itself."""
    told = _TCP.search(line[:2000])
    if told is None or fields.at(case.pod, "spec", "enableServiceLinks") is False:
        return ""
    for service in case.snapshot.all("Service", case.namespace):
        if told.group(1) in (fields.text(service, "spec", "clusterIP"), *fields.strings(service, "spec", "clusterIPs")):
            return fields.name(service)
    injected = _LINK.search(line[:2000])
    return injected.group(1).lower().replace("_", "-") if injected is not None else ""


def linked(case: Case, hit: Claim, found: Link) -> Remedy:
    """Return how to keep a service link from the program: none at all, or the variable's own value.

    Where the program wants the variable not to be set at all, another value of it is no way out.
    """
    near = case.transcript.lines[max(0, hit.line - _NEAR) : hit.line + _NEAR + 1]
    barred = any(_UNWANTED.search(line[:2000]) is not None for line in near)
    port = _meant(case, found)
    number = f' to "{port}"' if port else ""
    text = "Set enableServiceLinks: false in the pod template, if it reads no other variable of that kind" + (
        "." if barred else f"; or set {found.variable}{number} itself, which wins over the link."
    )
    return Remedy(text=text + durable(case), commands=patch_spec(case, {"enableServiceLinks": False}))


def _meant(case: Case, found: Link) -> int | None:
    """Return the port that the program may take the link for: behind its own Service the pod's, else the Service's."""
    service = case.snapshot.one("Service", case.namespace, found.service)
    selector = fields.labels(service, "spec", "selector")
    labels = fields.labels(case.pod, "metadata", "labels")
    if case.pod is None or service is None or not selector or not selector.items() <= labels.items():
        return found.port
    entry = next((item for item in fields.items(service, "spec", "ports") if item.get("port") == found.port), {})
    target = endpoints.target_port(service, case.pod, found.port)
    return target if "targetPort" in entry else found.port


def setting(case: Case, hit: Claim, name: str, found: claims.Variable, *, flag: bool, held: str = "") -> Remedy:
    """Return how to give the program the setting: a variable is proposed only where one was named."""
    container = case.suspect.name if case.suspect else ""
    again = durable(case)
    link = service_link(case, log_lines.words(case, hit))
    if link and templated(case):
        text = (
            f"Set enableServiceLinks: false in the pod template, or set {name or 'the variable'} itself: the value is"
            f" Service {link}'s."
        )
        return Remedy(text=text + again, commands=patch_spec(case, {"enableServiceLinks": False}))
    if found.origin and not flag:
        kind, _, owner = found.origin.partition(" ")
        text = f"Correct {name} in {found.origin}; the next container start reads it, a restart only speeds it up."
        return Remedy(text=text + again, commands=(kubectl(case.namespace, "edit", kind.lower(), owner),))
    if held:
        said = log_lines.words(case, hit)[:2000]
        within = podwords.keys(case.snapshot, "ConfigMap", case.namespace, held) or ()
        key = f", key {within[0]}" if len(within) == 1 else ""
        text = f"{_told(said, name, f'ConfigMap {held}{key}')} The next container start reads it."
        return Remedy(text=text + again, commands=(kubectl(case.namespace, "edit", "configmap", held),))
    if not name or flag or not templated(case):
        return _unnamed(case, hit) if not name and not flag else _argument(case, hit, name)
    known = found.state in (claims.State.PRESENT, claims.State.EMPTY) or bool(found.near)
    variable = spelled(name) if known or relaxed(hit) else name
    if not variable.isupper() and hit.names.get("var") != name:
        said = log_lines.words(case, hit)[:2000]
        place = f"the configuration that {container} reads: its file, its arguments or its environment"
        text = _told(said, name, place)
        return Remedy(text=text + again, commands=(kubectl(case.namespace, "get", subject(case), "-o", "yaml"),))
    return _set(case, hit, variable, found)


def elsewhere(case: Case, name: str) -> Remedy:
    """Return how a value is corrected that the program refuses, and that the pod's spec does not give it."""
    container = case.suspect.name if case.suspect else ""
    command = kubectl(case.namespace, "set", "env", subject(case), "-c", container, f"{name}=<value>")
    text = (
        f"Correct {name} where it is set: the spec of container {container} does not do it, so a file that it reads or"
        " the image does. A variable of the pod usually goes before both."
    )
    return Remedy(text=text + durable(case), commands=(command,) if templated(case) and name.isupper() else ())


def _set(case: Case, hit: Claim, variable: str, found: claims.Variable) -> Remedy:
    """Return how to give the container the variable: from what holds it, if something does, else as a value."""
    container = case.suspect.name if case.suspect else ""
    unset = found.state in (claims.State.ABSENT, claims.State.UNKNOWN) and not found.near
    elsewhere = given_elsewhere.remedy(case, variable) if unset else None
    if elsewhere is not None:
        return elsewhere
    idle = found.state is claims.State.ABSENT and no_profile(case, hit) is not None
    slip = next((name for name in found.near if _slip(variable, name)), "")
    meant = f" If {slip} was meant to be it, correct the name." if slip else ""
    verb = "Give" if found.state is claims.State.PRESENT else "Set"
    what = "a value that the program accepts" if verb == "Give" else f"for container {container}"
    text = f"{verb} {variable} {what}.{meant}{_PROFILE if idle else ''}"
    if case.suspect is not None and _SECRET.search(variable) is not None:
        return _from_secret(case, case.suspect, variable, text)
    command = kubectl(case.namespace, "set", "env", subject(case), "-c", container, f"{variable}=<value>")
    return Remedy(text=text + durable(case), commands=(command,))


def _slip(wanted: str, given: str) -> bool:
    """Whether a variable that is set may be the wanted one, misspelt: its letters in another form, one slip, a prefix.

    What only ends alike (``AI_API_URL``, ``API_URL``) or differs in a word (``_HOST``, ``_PORT``) is another setting.
    """
    mine, other = (name.replace("_", "").replace("-", "").lower() for name in (wanted, given))
    if mine == other or other.endswith(mine):
        return True
    return abs(len(mine) - len(other)) <= 1 and sum(a != b for a, b in zip(mine, other, strict=False)) <= 1


def _from_secret(case: Case, suspect: Container, variable: str, text: str) -> Remedy:
    """Return how a variable gets a secret: from the Secret that the container has, or from one that is made for it.

    A value that ``set env`` writes stands in the template for everybody to read.
    """
    entries = fields.items(suspect.spec, "envFrom")
    held = next((name for item in entries if (name := fields.text(item, "secretRef", "name"))), "")
    if held:
        secret, key = held, "<its key there>"
        where = f"Secret {held}, whose keys it gets as variables, may hold it under another name (the first command"
        where += " prints them; else add it there as it is called)"
        first = kubectl(case.namespace, "describe", "secret", held)
    else:
        secret, key = f"{suspect.name}-{variable.lower().replace('_', '-')}"[:253], variable
        where = f"Keep it in a Secret (key {key} of Secret {secret})"
        first = create_secret(case.namespace, secret, (key,))
    entry = {"name": variable, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
    words = f"{text} {where}, and let the variable refer to that: its value belongs into no template."
    if variable.endswith("CLIENT_SECRET"):
        words += " The value is the one that the identity provider has for this client, none of your own making."
    return Remedy(text=words + durable(case), commands=(first, *patch(case, suspect, {"env": [entry]})))


def _told(said: str, name: str, place: str) -> str:
    """Return what to do with a key of that place, by the words: one that is not known is put right, what lacks comes.

    That a key is not known where it stands does not tell whether it is misplaced, misspelt or of another version: to
    take it out may take out what it is for.
    """
    if STRANGE.search(said) is not None:
        return _strange(said, name, place)
    return f"{'Give' if REQUIRED.search(said) is not None else 'Correct'} {name} in {place}."


def _strange(said: str, name: str, place: str) -> str:
    """Return what to do with a key that the program does not know where it stands, with what the words tell of it."""
    if _UNUSED.search(said[:2000]) is not None:
        return f"Take {name} out of {place}, or write it as this release calls it: it has no use for the name."
    told = _STRANGER.search(said[:2000])
    line, within = (told.group(1), told.group(3)) if told is not None else ("", "")
    at = f" (line {line})" if line else ""
    of = f", in {within}" if within else ""
    return (
        f"{name}{at} is not known at that place{of}: in {place} put it under its own parent if it is indented wrongly,"
        " correct its spelling, or take it out if it is a setting of another version."
    )


def no_profile(case: Case, hit: Claim) -> int | None:
    """Return the line that says that no profile is active, where a profile's file may hold the missing property."""
    active = claims.variable(case, "SPRING_PROFILES_ACTIVE").state
    if not hit.source.startswith("spring.") or active is claims.State.PRESENT:
        return None
    lines = case.transcript.lines
    return next((index for index, line in enumerate(lines) if _NO_PROFILE.search(line[:500]) is not None), None)


def _argument(case: Case, hit: Claim, name: str) -> Remedy:
    """Return how to correct an option of the arguments, or a setting of a template that cannot be changed in place."""
    said = log_lines.words(case, hit)[:2000]
    text = f"Correct {name or 'the arguments'} in the manifest of {subject(case)}: arguments and image must fit."
    shown: tuple[str, ...] = (kubectl(case.namespace, "get", subject(case), "-o", "yaml"),)
    if name and UNKNOWN.search(said) is not None and case.suspect is not None:
        image = fields.text(case.suspect.spec, "image")
        text = (
            f"Write {name} as {image or 'this version'} calls it (its help tells), take it out where"
            " nothing needs it, or take the image that these arguments were written for."
        )
        shown = (*shown, *_help(case, case.suspect))
    elif name and REQUIRED.search(said) is not None:
        text = f"Give {name} among the arguments in the manifest of {subject(case)}: the program wants it."
    return Remedy(text=text + log_lines.hint(case, hit) + durable(case), commands=shown)


def _help(case: Case, suspect: Container) -> tuple[str, ...]:
    """Return the command that prints the options of the image's program; none where the program is not told."""
    image, own = fields.text(suspect.spec, "image"), fields.strings(suspect.spec, "command")
    if not image or len(own) > 1:
        return ()
    run = ("run", "help", "--rm", "-it", "--restart=Never", f"--image={image}")
    return (kubectl(case.namespace, *run, *(("--command", "--", own[0]) if own else ("--",)), "--help"),)


def _unnamed(case: Case, hit: Claim) -> Remedy:
    """Return where to correct what the program refuses without naming a setting: in what it reads, and by its hint."""
    suspect = case.suspect
    built = None if suspect is None else line_fixes.built(case, suspect, (log_lines.words(case, hit),))
    if built is not None:
        return built
    lacks = _LACKING.search(log_lines.words(case, hit)[:2000])
    if lacks is not None and suspect is not None and templated(case):
        return _added(case, suspect, str(lacks.group(1)))
    owners = mounted.owners(case)[:_OWNERS]
    reads = [f"{kind} {name}" for kind, name in owners]
    if suspect is not None:
        told = [*fields.strings(suspect.spec, "command"), *fields.strings(suspect.spec, "args")]
        reads += ["its arguments"] if told else []
        reads += ["its variables"] if fields.items(suspect.spec, "env") or fields.items(suspect.spec, "envFrom") else []
    listed = f"{', '.join(reads[:-1])} or {reads[-1]}" if len(reads) > 1 else "".join(reads)
    text = f"Correct what the line complains of in {listed or f'the manifest of {subject(case)}'}."
    line = log_lines.words(case, hit)
    named = alike.variables(case, wording.tail(line)) or alike.variables(case, line)
    if named:
        text += f" By its words it may be about {' or '.join(named)}."
    if _OWN_ADDRESS.search(log_lines.words(case, hit)[:2000]) is not None:
        text = (
            "Tell it which address is its own: its bind or advertise address, best the pod's IP (a variable from"
            f" status.podIP), in {listed or f'the manifest of {subject(case)}'}."
        )
    if _LOOP.search(line[:2000]) is not None:
        return _looping(case, hit, owners)
    shown = tuple(
        kubectl(case.namespace, "get", "configmap", name, "-o", "yaml") for kind, name in owners if kind == "ConfigMap"
    )
    template = kubectl(case.namespace, "get", subject(case), "-o", "yaml")
    key = _key(line)
    found = (*lookups.word(case, key), template) if key else (*shown, template)
    if named:
        listed = kubectl(case.namespace, "set", "env", subject(case), "--list")
        found = tuple(f"{listed} | grep {name}" for name in named)
    text += f" The first commands print where {key} stands." if key and not named else ""
    return Remedy(text=text + log_lines.hint(case, hit) + durable(case), commands=found)


def _added(case: Case, suspect: Container, variable: str) -> Remedy:
    """Return how to add a variable that the words call missing."""
    text = f"Add {variable} to the variables of container {suspect.name}."
    if _SECRET.search(variable) is not None:
        return _from_secret(case, suspect, variable, text)
    change = kubectl(case.namespace, "set", "env", subject(case), "-c", suspect.name, f"{variable}=<value>")
    return Remedy(text=text + durable(case), commands=(change,))


def _looping(case: Case, hit: Claim, owners: Sequence[tuple[str, str]]) -> Remedy:
    """Return what to do about a resolver that asks itself: its node's resolv.conf names an address of its own."""
    node = fields.text(case.pod, "spec", "nodeName")
    held = next((name for kind, name in owners if kind == "ConfigMap"), "")
    where = f" in ConfigMap {held}" if held else ""
    text = (
        f"It forwards to itself: the resolv.conf that it has from node {node or 'it runs on'} names a local address"
        " (127.0.0.53 of systemd-resolved, mostly; the first command shows it). Let it forward to real servers instead"
        f" of /etc/resolv.conf{where}, or let the kubelet's resolvConf there be /run/systemd/resolve/resolv.conf."
    )
    look = (on_node(node, "cat", "/host/etc/resolv.conf"),) if node else ()
    change = (kubectl(case.namespace, "edit", "configmap", held),) if held else ()
    return Remedy(text=text + log_lines.hint(case, hit) + durable(case), commands=(*look, *change))


def _key(line: str) -> str:
    """Return the word that a complaint quotes, where it is most likely a key or a value of a configuration."""
    words = (found.group(1) for found in _QUOTED.finditer(line[:2000]))
    return next((word for word in words if _PLACE.search(word) is None), "")


def file(case: Case, hit: Claim, found: claims.File, path: str) -> Remedy:
    """Return how to correct a file: in what provides it."""
    if found.kind in ("ConfigMap", "Secret") and found.state is claims.State.ABSENT:
        return _without_key(case, found, path)
    if found.kind in ("ConfigMap", "Secret"):
        near = case.transcript.lines[hit.line : hit.line + _NEAR]
        strange = next(((line, told) for line in near if (told := _STRANGER.search(line[:2000])) is not None), None)
        where = f"key {found.key} of {found.kind} {found.name}"
        what = f"Correct {where}." if strange is None else _strange(strange[0], strange[1].group(2), where)
        text = f"{what} The next container start reads it; a rollback of the rollout would read the same content."
        command = kubectl(case.namespace, "edit", found.kind.lower(), found.name)
        return Remedy(text=text + durable(case), commands=(command,))
    if path.startswith(_KERNEL):
        text = (
            f"{path} is the node's own, and no volume brings it: see on the node which module, driver or mount of the"
            " host lacks."
        )
        node = fields.text(case.pod, "spec", "nodeName")
        return Remedy(text=text, commands=(kubectl("", "describe", "node", node),) if node else ())
    if found.kind in _WRITABLE and found.mount:
        return _on_a_volume(case, found, path)
    if not found.path:
        text = (
            f"Build the image with {path} below its working directory, or set workingDir of the container to where it"
            " lies; a file that is to come from outside is named by its whole path, and mounted there."
        )
        return Remedy(
            text=text + durable(case), commands=(kubectl(case.namespace, "get", subject(case), "-o", "yaml"),)
        )
    return _of_no_volume(case, hit, path)


def _of_no_volume(case: Case, hit: Claim, path: str) -> Remedy:
    """Return what to do about a file that no volume brings: what was read is put right, what lacks is brought."""
    if _GONE.search("\n".join(case.transcript.lines[hit.line : hit.line + _NEAR])[:4000]) is None:
        text = (
            f"Correct {path} where it comes from: no volume brings it, so that the image holds it or the start"
            " writes it,"
            f" from {lookups.places(case)}."
        )
        template = kubectl(case.namespace, "get", subject(case), "-o", "yaml")
        return Remedy(text=text + durable(case), commands=(template,))
    text = (
        f"Provide {path}, where no volume is mounted: mount what holds it there (a ConfigMap, a Secret, a"
        " claim), or name"
        " another path in the program's settings."
    )
    return Remedy(text=text + durable(case), commands=(kubectl(case.namespace, "get", "configmaps"),))


def _on_a_volume(case: Case, found: claims.File, path: str) -> Remedy:
    """Return what to do about a file that should lie on a volume which programs fill, and does not."""
    if issued_files.issued(path):
        text = (
            f"{path} would lie on {f'{found.kind} {found.name}'.strip()}, and nothing has put it there. By its"
            " name it is a"
            " certificate, a key or the like, which is issued and not made at a start: bring it there from who"
            " issues it,"
            f" best as a Secret that is mounted at {found.mount} or below."
        )
        return Remedy(text=text + durable(case), commands=(kubectl(case.namespace, "get", "secrets"),))
    text = (
        f"{path} would lie on {f'{found.kind} {found.name}'.strip()}, which hides what the image has below"
        f" {found.mount}: let an init container with the same mount make it there before the start."
    )
    return Remedy(text=text + durable(case), commands=(kubectl(case.namespace, "get", subject(case), "-o", "yaml"),))


def _without_key(case: Case, found: claims.File, path: str) -> Remedy:
    """Return what to do about a file that its ConfigMap or Secret has no key for: add it, or give another its name."""
    held = keys(case, found)
    text = f"{found.kind} {found.name} has no key {found.key}"
    shown = kubectl(case.namespace, "describe", found.kind.lower(), found.name)
    if len(held) != 1 or found.kind != "ConfigMap":
        listed = f"; it has {', '.join(held[:5])}" if held else ""
        text += f"{listed}: add it, or let the program read a file that is there."
        return Remedy(text=text + durable(case), commands=(shown,))
    there = f"{found.mount}/{held[0]}"
    text += (
        f", only {held[0]}: let the program read {there}, or put that key in place as {found.key} (the command does),"
        f" or add {found.key} itself, if {held[0]} is something else than what {path} should hold."
    )
    item = {"key": held[0], "path": found.key}
    change = {"volumes": [{"name": found.volume, "configMap": {"name": found.name, "items": [item]}}]}
    return Remedy(text=text + durable(case), commands=(*patch_spec(case, change), shown))


def keys(case: Case, found: claims.File) -> tuple[str, ...]:
    """Return the keys of the ConfigMap or Secret that provides a file, as far as they are known."""
    return podwords.keys(case.snapshot, found.kind, case.namespace, found.name) or ()
