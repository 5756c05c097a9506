"""A parser that stumbles over a quote, and the argument or variable that carries it: no shell took it off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from diagnostics import fields
from diagnostics.claims.model import ClaimType
from diagnostics.diagnosis import Evidence, Fault, Remedy
from diagnostics.findings.commands import durable, kubectl, patch, subject, templated
from diagnostics.findings.joined.model import Joined
from diagnostics.patterns import compiled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from diagnostics.claims.case import Case
    from diagnostics.facts.model import Container
    from diagnostics.findings.joined.model import Said

_PARSES: Final = compiled(
    r"(?i)\binvalid character\b|\bunexpected (?:token|character|symbol|identifier)\b|JSONDecodeError"
    r"|\bexpecting value\b"
    r"|\bbeginning of value\b|\bnot valid json\b|\bfirst path segment in URL\b|\binvalid (?:syntax|argument|url|uri"
    r"|port"
    r"|number|integer|literal|value|boolean|duration)\b|\b(?:could not|cannot|can't|failed to"
    r"|unable to) (?:be )?(?:parse"
    r"|convert|decode|unmarshal)|\bparse error\b|\bparsing\b|\bunsupported protocol scheme\b|\bNumberFormatException\b"
)
"""Words of parsers of values: JSON, numbers, URLs, switches."""
_AT_START: Final = compiled(
    r"(?i)\bposition 0\b|\bchar 0\b|\bcolumn 1\b|\bbeginning of value\b|\bindex 0\b|\boffset 0\b"
)
_ARGUMENT: Final = compiled(r"(?s)^(--?[\w.-]+=)?(?:'([^']+)'|\"([^\"]+)\"|'(\{.*\})'|\"(\{.*\})\")$")
"""A value that stands in quotes as a whole, with its option or alone."""
_SHELL_FLAG: Final = compiled(r"^-\w*c$")


def look(case: Case, said: Said) -> Joined | None:
    """Return the one value in quotes that the words can mean: the line shows it, or complains of a text's beginning."""
    suspect = case.suspect
    if suspect is None or _PARSES.search(said.text) is None:
        return None
    at_start = _AT_START.search(said.text) is not None
    carried = [(*item, _shown(said.text, item[3])) for item in _arguments(suspect)]
    meant = [item for item in carried if item[4]] or (carried if at_start and len(carried) == 1 else [])
    if meant:
        part, index, option, value, _ = meant[0]
        return _argument(case, suspect, (part, index, option, value))
    quoted = [name for name in _variables(suspect) if at_start or _quotes(said.text)]
    return _variable(case, suspect, quoted[0]) if len(quoted) == 1 else None


def _arguments(suspect: Container) -> Iterator[tuple[str, int, str, str]]:
    """Yield (field, index, option or empty, value without quotes) of the arguments that stand in quotes."""
    for part in ("command", "args"):
        words = fields.strings(suspect.spec, part)
        for index, word in enumerate(words):
            found = _ARGUMENT.search(word[:2000])
            before = words[index - 1] if index else ""
            if found is None or _SHELL_FLAG.search(before) is not None:
                continue
            option = (found.group(1) or "").rstrip("=") or (before if before.startswith("-") else "")
            yield part, index, option, next(text for text in found.groups()[1:] if text)


def _shown(text: str, value: str) -> bool:
    """Whether the line shows the value within its quotes, a quote's own escape left out."""
    plain = text.replace("\\", "")
    return any(f"{quote}{value[:40]}" in plain for quote in "'\"") and _doubled(plain, value)


def _doubled(plain: str, value: str) -> bool:
    """Whether more than the line's own quotes stand around the value: two of them, or one of the other kind."""
    at = plain.find(value[:40])
    return at > 1 and plain[at - 1] in "'\"" and plain[at - 2] in "'\"`"


def _quotes(text: str) -> bool:
    """Whether the line shows a quote as what it met, within quotes of its own."""
    return any(sign in text for sign in ('"\\"', "'\"", "\"'", "'\\''"))


def _variables(suspect: Container) -> Iterator[str]:
    for entry in fields.items(suspect.spec, "env"):
        if "quoted" in fields.strings(entry, "facts", "traits"):
            yield fields.text(entry, "name")


def _argument(case: Case, suspect: Container, held: tuple[str, int, str, str]) -> Joined:
    part, index, option, value = held
    where = f"{part}[{index}]{f' ({option})' if option else ''}"
    words = fields.strings(suspect.spec, part)
    joined = "=" in words[index].partition(value[:1])[0] and words[index].startswith("-")
    right = f"{option}={value}" if joined else value
    text = (
        f"Take the quotes off the value of {where}: no shell reads a container's {part}, so that the program gets them"
        f" too. It should be: {right[:200]}"
    )
    words[index] = right
    return Joined(
        because=f"{where} has the quotes of a shell around its value",
        evidence=(
            Evidence(
                source="pod",
                path=f"{suspect.spec_path}.{part}[{index}]",
                quote=fields.strings(suspect.spec, part)[index],
            ),
        ),
        remedy=Remedy(text=text + durable(case), commands=patch(case, suspect, {part: words})),
        claim=ClaimType.SETTING_INVALID,
        names={"flag": option} if option else {},
        certain=True,
        fault=Fault.TEMPLATE,
        fault_names=(part, option) if option else (part,),
    )


def _variable(case: Case, suspect: Container, name: str) -> Joined:
    text = (
        f"Take the quotes off the value of {name}: it begins and ends with one, and Kubernetes takes a value as it is"
        " written. In YAML one pair of quotes is the value's own mark; a second pair stays."
    )
    command = kubectl(case.namespace, "set", "env", subject(case), "-c", suspect.name, f"{name}=<value without quotes>")
    return Joined(
        because=f"the value of {name} has quotes of its own",
        evidence=(
            Evidence(
                source="pod", path=f"{suspect.spec_path}.env[{name}]", quote=f"name={name} (its value is in quotes)"
            ),
        ),
        remedy=Remedy(text=text + durable(case), commands=(command,) if templated(case) else ()),
        claim=ClaimType.SETTING_INVALID,
        names={"var": name},
        fault=Fault.TEMPLATE,
        fault_names=(name,),
    )
