"""Pure: what is left to do, in order: clicks in words, and commands that can be pasted into bash.

No secret stands on a command line or in a file: tokens are typed unseen, and reach kubectl over standard input.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.installation import receiver
from bot.installation.answers import ALL, BOT_NAMESPACE, Image
from bot.installation.manifest import link
from bot.installation.questions import HTTP, NONE, OPERATOR, POSTGRESQL
from bot.settings.values import names

if TYPE_CHECKING:
    from bot.installation.answers import Answers

MANIFEST, VALUES, PEOPLE, OWN = "slack-manifest.yaml", "values.yaml", "people.yaml", "own.yaml"
PLAIN_RECEIVER, OPERATED_RECEIVER = "alertmanager.yaml", "alertmanagerconfig.yaml"

_TOKEN = "ALERTMANAGER_TOKEN"  # noqa: S105 — the name of the variable
_IN = f"kubectl -n {BOT_NAMESPACE}"
_RESTART = f"{_IN} rollout restart deployment/crashloop"
_FIX = f"Each ✗ names one thing to do. A wrong token: type the step of the Secret again, then {_RESTART}"
_SHARED = f"{_IN} get secret crashloop -o go-template='{{{{index .data \"{_TOKEN}\" | base64decode}}}}'"
_ANEW = "--dry-run=client -o yaml | kubectl replace --force -f -"
"""Made, or replaced: without apply, which would copy the values into an annotation."""
_DOCTOR = f"{_IN} exec deployment/crashloop -- crashloop doctor"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: what it is, sentences about it, and commands in their order."""

    title: str
    sentences: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()


def steps(answers: Answers, folder: str, chart: str) -> list[Step]:
    """Return what is left to do. ``folder`` is where the files are, ``chart`` where the Helm chart is."""
    alerts = answers["alertmanager"] != NONE
    return [
        _app(answers, folder),
        *_image(Image.of(answers["image"])),
        Step("The namespace", commands=(f"kubectl create namespace {BOT_NAMESPACE}",)),
        _secret(answers),
        _install(answers, folder, chart),
        *([_address(answers)] if answers["slack"] == HTTP else []),
        *([_alertmanager(answers, folder)] if alerts else []),
        *([_people(answers)] if answers.get("email") else []),
        Step("Does it work?", (_FIX,), (_DOCTOR,)),
        *([_trial()] if alerts else []),
    ]


def _app(answers: Answers, folder: str) -> Step:
    over_http = answers["slack"] == HTTP
    second = (
        "Basic Information, App Credentials, Signing Secret, Show: the signing secret."
        if over_http
        else "Basic Information, App-Level Tokens, Generate Token and Scopes, with the scope connections:write: the "
        "App-Level Token (xapp-)."
    )
    where = answers.get("channel", "")
    return Step(
        "The Slack app",
        (
            (
                f"Open this link and click Next and Create (or paste {_path(folder, MANIFEST)} into Create New App, "
                "From a manifest):"
            ),
            link(answers),
            "Install App, Install to Workspace, Allow: the Bot User OAuth Token (xoxb-).",
            second,
            *([f"In Slack, in channel {where}: /invite @crashloop"] if where else []),
        ),
    )


def _image(image: Image) -> list[Step]:
    """Return how the image comes to where the cluster looks; one that is named by its digest is there already."""
    if image.digest:
        return []
    name = shlex.quote(f"{image.repository}:{image.tag}")
    build = f"docker build -f deploy/Dockerfile -t {name} ."
    if not image.local:
        there = "In a clone of the repository, unless it is in the registry already:"
        return [Step("The image", (there,), (build, f"docker push {name}"))]
    sentence = (
        "In a clone of the repository. It names no registry, from which no cluster can pull, so load it: with kind as "
        f"below; k3d image import {name}; minikube image load {name}. For any other cluster push it to a registry, and "
        "say --image REGISTRY/NAME:TAG."
    )
    return [Step("The image", (sentence,), (build, f"kind load docker-image {name}"))]


def _secret(answers: Answers) -> Step:
    """Ask for the tokens in one compound command: bash reads it to its end before it asks."""
    name, asked = (
        ("SLACK_SIGNING_SECRET", "Signing secret")
        if answers["slack"] == HTTP
        else ("SLACK_APP_TOKEN", "App-level token, xapp-")
    )
    given = {"SLACK_BOT_TOKEN": "$BOT", name: "$OTHER"}
    lines = [
        # What was pasted after it is no token: it is thrown away before the first question.
        "[ ! -t 0 ] || while read -rs -t 0.2; do :; done",
        "printf 'Bot User OAuth Token, xoxb-: '; read -rs BOT; echo",
        f"printf '{asked}: '; read -rs OTHER; echo",
    ]
    if answers["alertmanager"] != NONE:
        # The one of before, if there is one: Alertmanager has it already.
        given[_TOKEN] = f"$({_SHARED} 2>/dev/null | grep . || od -An -N32 -tx1 /dev/urandom | tr -d ' \\n')"
    if answers["store"] == POSTGRESQL:
        given["DATABASE_URL"] = "$URL"
        # Without the && an empty DATABASE_URL would mean SQLite, in a folder that goes with the pod.
        lines.append(f"URL=$({_database_url(answers)}) &&")
    words = " ".join(f'"{key}={value}"' for key, value in given.items())
    lines.append(f"printf '%s\\n' {words} |")
    lines.append(f"  {_IN} create secret generic crashloop --from-env-file=/dev/stdin {_ANEW}")
    command = "\n ".join(lines)
    shown = "It asks for what you copied, and does not show it. Typed again it replaces the Secret."
    return Step("The Secret", (shown,), (f"({command})",))


def _database_url(answers: Answers) -> str:
    path, _, key = answers["database_secret"].rpartition(":")
    namespace, _, name = path.partition("/")
    template = f'{{{{index .data "{key}" | base64decode}}}}'
    return f"kubectl -n {namespace} get secret {name} -o go-template='{template}'"


def _install(answers: Answers, folder: str, chart: str) -> Step:
    files = [VALUES, *([PEOPLE] if answers.get("email") else []), OWN]
    given = " ".join(f"--values {_path(folder, name)}" for name in files)
    needed = _needed(answers)
    return Step(
        "The bot",
        (
            f"In the folder in which you ran init; {shlex.quote(chart)} is the chart in a clone of the repository.",
            f"Values of your own (programs, signatures, settings) go into {_path(folder, OWN)}; init leaves it alone.",
            *([f"These namespaces must be there: {', '.join(needed)}."] if needed else []),
            f"If the rollout does not finish, the last line of {_IN} logs deployment/crashloop says why.",
        ),
        (
            f"helm upgrade --install crashloop {shlex.quote(chart)} --namespace {BOT_NAMESPACE} {given}",
            f"{_IN} rollout status deployment/crashloop --timeout=180s",
        ),
    )


def _needed(answers: Answers) -> list[str]:
    """Return the namespaces into which the chart puts Roles or RoleBindings."""
    if answers["act_in"]:
        return list(names(answers["act_in"]))
    return [] if answers["namespaces"] == ALL else list(names(answers["namespaces"]))


def _address(answers: Answers) -> Step:
    url, tls = answers["public_url"], answers["tls_secret"]
    lead = (
        f"The Ingress takes its certificate from Secret {tls} in namespace {BOT_NAMESPACE}."
        if tls
        else f"Lead {url}/slack/events, and no other path, from your TLS ingress to Service crashloop, port 8080."
    )
    return Step("Slack's address", (lead, "In the app, Event Subscriptions, Retry beside the Request URL: Verified."))


def _alertmanager(answers: Answers, folder: str) -> Step:
    namespace = answers["monitoring_namespace"]
    # Not straight through a pipe: where the first Secret is missing, the second one would hold an empty token.
    copy = (
        f"(TOKEN=$({_SHARED}) &&\n"
        f" printf '%s' \"$TOKEN\" |\n"
        f"   kubectl -n {namespace} create secret generic {receiver.TOKEN_SECRET} "
        f"--from-file={receiver.TOKEN_KEY}=/dev/stdin {_ANEW})"
    )
    if answers["alertmanager"] == OPERATOR:
        strategy = "spec.alertmanagerConfigMatcherStrategy: {type: None}"
        file = _path(folder, OPERATED_RECEIVER)
        return Step(
            "Alertmanager",
            (
                "The operator reads it where spec.alertmanagerConfigSelector of the Alertmanager object fits it.",
                f"It is shown the alerts of namespace {namespace} only, unless that object says {strategy}.",
            ),
            (copy, f"kubectl apply -f {file}"),
        )
    file = _path(folder, PLAIN_RECEIVER)
    mount = f"/etc/alertmanager/secrets/{receiver.TOKEN_SECRET}"
    return Step(
        "Alertmanager",
        (
            "Give Alertmanager the same token, as below.",
            f"Then mount that Secret at {mount} in its pod.",
            f"Its alertmanager.yml: the route of {file} goes first among route.routes, the receiver among receivers.",
            "Reload it.",
        ),
        (copy,),
    )


def _people(answers: Answers) -> Step:
    """Ask what the person themselves may: the bot tells and does nothing that the person may not."""
    user, spaces = shlex.quote(answers["user"]), names(answers["act_in"])
    who = f"--as {user}" + "".join(f" --as-group {shlex.quote(group)}" for group in names(answers["groups"]))
    where = spaces or ("default",)
    reading = [f"kubectl auth can-i list pods -n {space} {who}" for space in where]
    acting = [f"kubectl auth can-i patch deployments.apps -n {space} {who}" for space in spaces]
    role = "edit" if spaces else "view"
    bind = f"kubectl -n {where[0]} create rolebinding crashloop-people --clusterrole={role} --user={user}"
    return Step(
        "People",
        (
            f"Only those in {PEOPLE} may ask now, and each is told what they may read themselves: name the others too.",
            f"Each of these must say yes. Where it says no: {bind}",
        ),
        (*reading, *acting),
    )


def _trial() -> Step:
    return Step(
        "A test alert",
        ("It is about a pod that there is not; its thread is in the channel.",),
        (f"{_DOCTOR} --test-alert",),
    )


def _path(folder: str, name: str) -> str:
    return shlex.quote(f"{folder.rstrip('/')}/{name}")
