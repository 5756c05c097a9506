"""Pure: what is asked, in this order, when it is asked at all, and what counts when nobody answers.

An answer comes from a flag, else from a person, else from the run before, else it is the default. What has none and was
not said is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

from bot.installation import answers as form
from bot.installation.answers import ALL, AnswerError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.installation.answers import Answers

    Ask = Callable[["Question", str | None, Callable[[str], str]], str]

SOCKET, HTTP = "socket", "http"
PLAIN, OPERATOR, NONE = "plain", "operator", "none"
SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One thing to know. ``text`` is how a person is asked; empty: only a flag says it.

    ``fits`` brings an answer into its form, given those before it; ``default`` is None where there is no good guess;
    ``applies`` says whether it matters at all, and ``only`` with what.
    """

    name: str
    text: str = ""
    fits: Callable[[str, Answers], str]
    default: Callable[[Answers], str | None] = lambda _: ""
    applies: Callable[[Answers], bool] = lambda _: True
    only: str = ""

    @property
    def flag(self) -> str:
        """The flag that answers it."""
        return f"--{self.name.replace('_', '-')}"


def _over_http(answers: Answers) -> bool:
    return answers.get("slack") == HTTP


def _by_ingress(answers: Answers) -> bool:
    return bool(answers.get("tls_secret"))


def _alerts(answers: Answers) -> bool:
    return answers.get("alertmanager") != NONE


def _reviews(answers: Answers) -> bool:
    """Whether the bot may ask what a person may: only where it has a ClusterRole."""
    return answers.get("namespaces") == ALL or bool(answers.get("act_in"))


def _known(answers: Answers) -> bool:
    return bool(answers.get("email"))


def _postgresql(answers: Answers) -> bool:
    return answers.get("store") == POSTGRESQL


def _email(given: str, answers: Answers) -> str:
    if not given and answers.get("act_in"):
        raise AnswerError("buttons work for those only whom the people map names: say your e-mail address in Slack")
    return form.email(given)


def _operated(answers: Answers) -> str:
    """Return the Service that the Prometheus operator makes beside every Alertmanager: its ``operated`` one."""
    if answers.get("alertmanager") != OPERATOR:
        return ""
    return f"http://alertmanager-operated.{answers['monitoring_namespace']}:9093"


QUESTIONS = (
    Question(
        name="slack",
        text="Slack: socket (the bot calls Slack; nothing of yours must be reachable) or http",
        fits=lambda given, _: form.one_of(given, (SOCKET, HTTP)),
        default=lambda _: SOCKET,
    ),
    Question(
        name="public_url",
        text="Address at which Slack reaches the bot (https://crashloop.example.com)",
        fits=lambda given, _: form.public_url(given),
        default=lambda _: None,
        applies=_over_http,
        only="--slack http",
    ),
    Question(
        name="tls_secret",
        text="TLS Secret of an Ingress for it, in namespace crashloop (- for none: you lead it there yourself)",
        fits=lambda given, answers: form.tls_secret(given, answers.get("public_url", "")),
        applies=_over_http,
        only="--slack http",
    ),
    Question(
        name="ingress_class",
        fits=lambda given, _: form.ingress_class(given),
        applies=_by_ingress,
        only="--tls-secret",
    ),
    Question(
        name="ingress_namespace",
        text="Namespace of the ingress controller (the NetworkPolicy admits it)",
        fits=lambda given, _: form.namespace(given),
        default=lambda _: "ingress-nginx",
        applies=_over_http,
        only="--slack http",
    ),
    Question(
        name="alertmanager",
        text="Alertmanager: plain (a configuration file), operator (Prometheus operator) or none",
        fits=lambda given, _: form.one_of(given, (PLAIN, OPERATOR, NONE)),
        default=lambda _: PLAIN,
    ),
    Question(
        name="monitoring_namespace",
        text="Namespace of Alertmanager and Prometheus",
        fits=lambda given, _: form.monitoring_namespace(given),
        default=lambda _: "monitoring",
        applies=_alerts,
        only="--alertmanager plain or operator",
    ),
    Question(
        name="alertmanager_url",
        fits=lambda given, _: form.http_url(given),
        default=_operated,
        applies=_alerts,
        only="--alertmanager plain or operator",
    ),
    Question(
        name="channel",
        text="Channel in which alerts are answered: its id (C0123ABCD, at the end of its About) or #name",
        fits=lambda given, _: form.channel(given),
        default=lambda _: None,
        applies=_alerts,
        only="--alertmanager plain or operator",
    ),
    Question(
        name="cluster_name",
        text="What alerts call this cluster, in their label cluster (- for none)",
        fits=lambda given, _: form.cluster_names(given),
    ),
    Question(
        name="namespaces",
        text="Namespaces that it may read: all, or some, separated by commas",
        fits=lambda given, _: form.scope(given),
        default=lambda _: ALL,
    ),
    Question(
        name="act_in",
        text="Namespaces in which buttons may restart and roll back, separated by commas (- for none: it only reads)",
        fits=lambda given, answers: form.within(given, answers["namespaces"]),
    ),
    Question(
        name="email",
        text="Your e-mail address in Slack, for the people map (- for none: then buttons work for nobody)",
        fits=_email,
        default=lambda answers: None if answers.get("act_in") else "",
        applies=_reviews,
        only="--namespaces all or --act-in",
    ),
    Question(
        name="user",
        text="Who you are to Kubernetes, as RBAC knows you",
        fits=lambda given, _: form.kubernetes_user(given),
        default=lambda answers: answers["email"],
        applies=_known,
        only="--email",
    ),
    Question(
        name="groups",
        fits=lambda given, _: form.kubernetes_groups(given),
        applies=_known,
        only="--email",
    ),
    Question(
        name="store",
        text="Store: sqlite (one replica, on a claim) or postgresql (two replicas)",
        fits=lambda given, _: form.one_of(given, (SQLITE, POSTGRESQL)),
        default=lambda _: SQLITE,
    ),
    Question(
        name="database_secret",
        text="Secret that holds the database's URL, [NAMESPACE/]SECRET:KEY",
        fits=lambda given, _: form.database_secret(given),
        default=lambda _: None,
        applies=_postgresql,
        only="--store postgresql",
    ),
    Question(
        name="image",
        text="Image (one without a registry is one that you build and load into the cluster)",
        fits=lambda given, _: form.image(given),
        default=lambda _: f"crashloop:{version('crashloop')}",
    ),
)


def answered(given: Mapping[str, str], earlier: Mapping[str, str], ask: Ask | None) -> dict[str, str]:
    """Return the answer to each question that applies, in their order.

    ``given`` are flags, ``earlier`` the answers of the run before; ``ask`` asks a person, and is None where nobody can
    be asked. Raises ``AnswerError``: an answer that cannot be used, a flag that has no
    meaning beside the others, or, named together, what is missing.
    """
    answers: dict[str, str] = {}
    missing: list[str] = []
    for question in QUESTIONS:
        if not question.applies(answers):
            if given.get(question.name):
                raise AnswerError(f"{question.flag} is for {question.only}")
        elif question.name in given:
            answers[question.name] = _of_flag(question, given[question.name], answers)
        elif (answer := _unsaid(question, earlier, answers, ask)) is not None:
            answers[question.name] = answer
        else:
            missing.append(question.flag)
    if missing:
        raise AnswerError(f"nobody can be asked here, so say {_listed(missing)} too")
    return answers


def _unsaid(question: Question, earlier: Mapping[str, str], answers: Answers, ask: Ask | None) -> str | None:
    default = _usable(question, earlier.get(question.name), answers)
    if default is None:
        default = question.default(answers)
    if ask is None or not question.text:
        return default
    return ask(question, default, lambda said: question.fits(form.printable(said), answers))


def _of_flag(question: Question, said: str, answers: Answers) -> str:
    try:
        return question.fits(form.printable(said), answers)
    except AnswerError as error:
        raise AnswerError(f"{question.flag}: {error}") from None


def _usable(question: Question, earlier: str | None, answers: Answers) -> str | None:
    """Return an answer of the run before, unless it does not fit what was answered now."""
    if earlier is None:
        return None
    try:
        return question.fits(form.printable(earlier), answers)
    except AnswerError:
        return None


def _listed(flags: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(flags[:-1]), flags[-1])))


def worth_remembering(answers: Answers) -> dict[str, str]:
    """Return the answers that are not the default: what was guessed is guessed anew from what is answered next time."""
    return {
        question.name: answers[question.name]
        for question in QUESTIONS
        if question.name in answers and answers[question.name] != question.default(answers)
    }
