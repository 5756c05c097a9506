"""Write deploy/kubernetes from the chart: ``python deploy/helm/plain.py HELM``, the binary (``make manifests``).

The chart is the one source. What only Helm needs goes: its labels, its annotations, the release in selectors (a
selector cannot be changed later, and an installation by hand has one name). namespace.yaml and kustomization.yaml are
no part of the chart and are left as they are.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "kubernetes"
CHART = Path(__file__).with_name("crashloop")
ALICE, BOB, THEIRS = "alice@example.com", "bob@example.com", "payments-oncall"
"""Whom the file about impersonation names, to be replaced by whoever applies it."""

VALUES = (
    "rbac.act.namespaces={payments}",
    f"rbac.impersonate.users={{{ALICE},{BOB}}}",
    f"rbac.impersonate.groups={{{THEIRS}}}",
)

BINDING = "rolebinding"
SOURCES = {
    "deployment.yaml": ("configmap", "persistentvolumeclaim", "deployment", "service"),
    "networkpolicy.yaml": ("networkpolicy",),
    "rbac-read.yaml": ("serviceaccount", "rbac-read"),
    "rbac-act.yaml": ("rbac-act",),
    "rolebinding-act.yaml": (BINDING,),
    "rbac-impersonate.yaml": ("rbac-impersonate",),
}
"""Of which of the chart's templates a file is made. The RoleBinding of rbac-act is applied in a namespace of yours."""

HEADS = {
    "deployment.yaml": """
One replica: the store is SQLite on a claim. The Secret `crashloop` holds SLACK_BOT_TOKEN, SLACK_APP_TOKEN (or
SLACK_SIGNING_SECRET) and ALERTMANAGER_TOKEN, and is read as files: environments end up in dumps and child processes.
  kubectl -n crashloop create secret generic crashloop --from-env-file=.env
The image is built by yourself: no cluster can pull it like this, see ../README.md.
""",
    "networkpolicy.yaml": """
Who reaches the bot, and what it reaches. Say your own: the namespace of Alertmanager and Prometheus (`monitoring`), and
the addresses of the API server and the database, which stand here as "private". Every port names its protocol, as the
API server would: otherwise each `kubectl apply` would call the policy changed.
""",
    "rbac-read.yaml": """
What the bot may READ. There is no rule for secrets: whether a Secret or its key exists is told by the kubelet's own
texts. The bot diagnoses with this file alone.
""",
    "rbac-act.yaml": """
What the bot may CHANGE, apart from what it may read: leave this file out and it diagnoses, says why there are no
buttons, and changes nothing. The person who clicks must have the same right: the bot asks Kubernetes
(SubjectAccessReview) before it does anything.

This file lets it change nothing yet: rolebinding-act.yaml does, in each namespace that you name. It then acts under its
own name (ACT_AS=bot, or auto). With rbac-impersonate.yaml it acts as the person who clicked, the cluster's audit log
names them, and of this file only crashloop-recorder is needed.
""",
    "rolebinding-act.yaml": """
Lets the buttons act in one namespace, once rbac-act.yaml is there. It names no namespace itself; for each of yours:
  kubectl -n payments apply -f deploy/kubernetes/rolebinding-act.yaml
""",
    "rbac-impersonate.yaml": """
Optional: lets the bot act AS the person who clicked (ACT_AS=user or auto), so that the cluster's own audit log names
them and admission judges them. Name the people and groups of your people map here: whoever may be impersonated is
what the bot could be, so never use this without resourceNames, and never with system: names.

kubectl apply -f deploy/kubernetes/rbac-impersonate.yaml   (it is not in kustomization.yaml: fill in the names first)
""",
}
MADE = "Made from the chart (deploy/helm) by `make manifests`: change it there, or in an overlay of yours.\n"

_SOURCE = re.compile(r"\A# Source: crashloop/templates/(?P<name>[a-z-]+)\.yaml\n")
_HELMS = re.compile(
    r"^ *(?:helm\.sh/[a-z-]+|app\.kubernetes\.io/managed-by|app\.kubernetes\.io/instance|checksum/[a-z]+): .*\n",
    re.MULTILINE,
)
_EMPTY = re.compile(r"^ *(?:labels|annotations):\n(?= *[a-z]+:(?: |\n))", re.MULTILINE)


def main(helm: str) -> None:
    """Write the files."""
    for name, text in rendered(helm).items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def rendered(helm: str) -> dict[str, str]:
    """Return each file's text. Ends the program with one sentence when Helm refuses, or a template has no file."""
    given = [word for value in VALUES for word in ("--set", value)]
    command = (helm, "template", "crashloop", str(CHART), "--namespace", "crashloop", *given)
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 — the caller's helm
    if ran.returncode:
        sys.exit(f"helm template: {ran.stderr.strip()}")
    found = _by_source(ran.stdout)
    homeless = found.keys() - {source for sources in SOURCES.values() for source in sources}
    if homeless:
        sys.exit(f"{min(homeless)}.yaml of the chart belongs to no file: name it in SOURCES of {Path(__file__).name}")
    return {
        name: _comment(HEADS[name].strip("\n") + "\n\n" + MADE) + "---\n".join(_bodies(found, sources))
        for name, sources in SOURCES.items()
    }


def _by_source(printed: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for document in re.split(r"^---\n", printed, flags=re.MULTILINE):
        if match := _SOURCE.match(document):
            body = document[match.end() :].strip("\n") + "\n"
            bound = match["name"] == "rbac-act" and "\nkind: RoleBinding\n" in f"\n{body}"
            found.setdefault(BINDING if bound else match["name"], []).append(body)
    return found


def _bodies(found: dict[str, list[str]], sources: tuple[str, ...]) -> list[str]:
    bodies = [_plain(body) for source in sources for body in found[source]]
    return [body.replace("  namespace: payments\n", "", 1) for body in bodies] if sources == (BINDING,) else bodies


def _plain(body: str) -> str:
    """Return an object without what only Helm needs."""
    return _EMPTY.sub("", _HELMS.sub("", body))


def _comment(text: str) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in text.splitlines())


if __name__ == "__main__":
    main(*sys.argv[1:])
