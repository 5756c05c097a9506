"""The command line, ``crashloop`` (or ``-m bot``): to install, to diagnose, to run the bot, and to look at what it did.

Exit codes: 0 diagnosed and not failing · 1 diagnosed a failure, or doctor found a fault · 2 usage or settings
· 3 target not found or ambiguous · 4 cluster unreachable or forbidden · 70 a fault of this program · 130 interrupted.
Standard output carries the answer alone, everything else goes to standard error. Imports are late, so that help is at
once.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from bot.cli import completers, examples
from bot.cli.running import FAILING, NO_CLUSTER, NOT_FAILING, NOT_FOUND, USAGE, Problem, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO

    from bot.cli.diagnose import DiagnoseOptions, Found
    from diagnostics.diagnosis import Diagnosis


def _output(*forms: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return the option for the form of what a command prints; the first form is the default."""
    return click.option(
        "-o", "--output", type=click.Choice(forms), default=forms[0], show_default=True, help="Output format."
    )


_HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(epilog=examples.PROGRAM, context_settings=_HELP)
@click.version_option(package_name="crashloop", prog_name="crashloop", message="%(prog)s %(version)s")
def cli() -> None:
    """Find why a pod is crash looping."""


@cli.command(epilog=examples.DIAGNOSE, context_settings=_HELP)
@click.argument("target", nargs=-1, shell_complete=completers.targets)
@click.option(
    "-n",
    "--namespace",
    metavar="NS",
    shell_complete=completers.namespaces,
    help="Namespace of the target. Default: the kubeconfig's.",
)
@click.option("-A", "--all-namespaces", "everywhere", is_flag=True, help="Without a TARGET: what fails in any.")
@click.option("-c", "--container", metavar="NAME", help="Look at this container.")
@click.option("--context", metavar="CTX", help="Context of the kubeconfig.")
@click.option(
    "--kubeconfig", metavar="FILE", shell_complete=completers.files, help="Kubeconfig to use instead of kubectl's."
)
@_output("text", "json", "slack")
@click.option(
    "--save",
    metavar="FILE",
    shell_complete=completers.files,
    help="Write what was read, secrets redacted, to diagnose it again offline.",
)
@click.option(
    "--from",
    "source",
    metavar="FILE",
    shell_complete=completers.files,
    help="Diagnose a saved snapshot instead of a cluster.",
)
@click.option(
    "--signatures",
    metavar="DIR",
    shell_complete=completers.files,
    envvar="SIGNATURES_DIR",
    help="Folder with log signatures of your own (*.toml).  [env: SIGNATURES_DIR]",
)
def diagnose(output: str, target: tuple[str, ...], *, everywhere: bool, **given: str | None) -> None:
    """Diagnose a pod or workload; without a TARGET, list what fails now.

    TARGET is POD, NS/POD, deployment/NAME (statefulset, daemonset, job, cronjob, replicaset and kubectl's short names
    too), or the bare name of a workload.
    """
    from bot.cli.diagnose import DiagnoseOptions  # noqa: PLC0415 — late, so that help is at once

    if not target and given["source"] is None:
        _list_failures(output, everywhere=everywhere, **given)
    if everywhere:
        raise Problem("-A lists what fails in any namespace, and goes without a TARGET")
    found = _found(DiagnoseOptions(target=_one(target), asked_with=_asked_with(), **given))
    click.echo(_shown(found, output), nl=output != "text")
    sys.exit(_exit_code(found.diagnosis))


@cli.command(epilog=examples.INIT)
@click.argument("folder", default="crashloop-here", type=click.Path())
@click.option("--slack", metavar="socket|http", help="How Slack and the bot speak.  [default: socket]")
@click.option("--public-url", metavar="URL", help="With http: where Slack reaches the bot.")
@click.option("--tls-secret", metavar="NAME", help="With http: make an Ingress, with this TLS Secret.")
@click.option("--ingress-class", metavar="NAME", help="Its IngressClass.")
@click.option("--ingress-namespace", metavar="NS", help="Of the ingress controller.  [default: ingress-nginx]")
@click.option("--alertmanager", metavar="plain|operator|none", help="What sends alerts.  [default: plain]")
@click.option("--monitoring-namespace", metavar="NS", help="Of Alertmanager and Prometheus.  [default: monitoring]")
@click.option("--alertmanager-url", metavar="URL", help="Alertmanager's API, for silences.")
@click.option("--channel", metavar="ID", help="Where alerts are answered: C0123ABCD or #name.")
@click.option("--cluster-name", metavar="NAME", help="What alerts call this cluster (label cluster).")
@click.option("--namespaces", metavar="all|NS,...", help="What it may read.  [default: all]")
@click.option("--act-in", metavar="NS,...", help="Where buttons may restart and roll back.  [default: nowhere]")
@click.option("--email", metavar="EMAIL", help="Yours in Slack, for the people map.")
@click.option("--user", metavar="NAME", help="Who you are to Kubernetes.  [default: the e-mail address]")
@click.option("--groups", metavar="NAME,...", help="Your groups in Kubernetes, where RBAC names them.")
@click.option("--store", metavar="sqlite|postgresql", help="Where incidents are kept.  [default: sqlite]")
@click.option("--database-secret", metavar="[NS/]SECRET:KEY", help="With postgresql: where its URL stands.")
@click.option("--image", metavar="IMAGE", help="REPOSITORY:TAG or REPOSITORY@sha256:DIGEST.")
@click.option("--chart", metavar="PATH", default="deploy/helm/crashloop", show_default=True, help="The Helm chart.")
@click.option("-y", "--yes", is_flag=True, help="Ask nothing: flags, earlier answers and defaults count.")
@click.option("--force", is_flag=True, help="Replace files that say something else; what they said is kept beside.")
@_output("text", "json")
def init(folder: str, output: str, chart: str, *, yes: bool, force: bool, **given: str | None) -> None:
    """Write what an installation needs into FOLDER, and print the commands in order.

    It asks what it must know (without a terminal, or with --yes, it takes flags and defaults): then there are the Slack
    app's manifest with the link that opens it filled in, the Helm chart's values, the people map, and the receiver for
    Alertmanager. Nothing secret is asked for, and no network is needed. Run again, it begins with the earlier answers;
    "-" is none.
    """
    from bot.installation import command, interview, pages  # noqa: PLC0415 — late, so that help is at once

    asked = sys.stdin.isatty() and sys.stderr.isatty() and not yes
    try:
        written = command.run(
            folder,
            {name: answer for name, answer in given.items() if answer is not None},
            ask=interview.ask if asked else None,
            may_replace=lambda names: force or (asked and interview.may_replace(folder, names)),
            chart=chart,
        )
    except command.InitError as error:
        raise Problem(str(error)) from None
    told = (folder, written.outcomes, written.left_over, written.steps)
    if output == "json":
        click.echo(json.dumps(pages.data(*told), ensure_ascii=False, indent=2))
    else:
        click.echo(pages.text(*told, width=_width()), nl=False)


@cli.command()
def serve() -> None:
    """Run the bot on Slack and your cluster.

    Socket Mode when SLACK_APP_TOKEN is set, HTTP otherwise. Settings come from the environment and .env.
    """
    from bot import settings  # noqa: PLC0415 — late, as above

    try:
        loaded = settings.load()
        settings.clusters_of(loaded)
    except settings.SettingsError as error:
        raise Problem(f"{error}; crashloop doctor says what to do, .env.example describes every setting") from None
    import asyncio  # noqa: PLC0415 — late, as above

    from bot.app import run_service  # noqa: PLC0415 — late, and only with settings that can be started with
    from bot.model.errors import BotError  # noqa: PLC0415 — late, as above
    from diagnostics.claims.catalogue import CatalogueError  # noqa: PLC0415 — late, as above

    try:
        _listening(lambda: asyncio.run(run_service(loaded)), "HTTP_PORT", loaded.http_port)
    except (BotError, CatalogueError) as error:
        raise Problem(str(error)) from None


@cli.command(epilog=examples.DOCTOR)
@_output("text", "json")
@click.option("--test-alert", is_flag=True, help="Send one alert to the running service, and wait for its thread.")
@click.option("--test-webhook", is_flag=True, help="Send one signed event to OUTGOING_WEBHOOK_URL.")
@click.option("--url", metavar="URL", help="Where the running service listens.  [default: this machine's HTTP_PORT]")
@click.option(
    "--within",
    "within_s",
    type=click.FloatRange(1, 600),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="How long the thread of the test alert is waited for.",
)
def doctor(output: str, *, test_alert: bool, test_webhook: bool, url: str | None, within_s: float) -> None:
    """Check that everything which is switched on can work, and say what to do where it cannot.

    Reads the settings as serve does, and asks Slack (tokens, scopes, channels), the cluster (version, each right),
    the store, Alertmanager, Prometheus, the outgoing webhook and the clocks. Nothing is changed; --test-alert sends one
    alert about a pod that there is not, --test-webhook one event that says it is a test. Exit code 1 when something
    that is switched on cannot work: each ✗ names one thing to do. A dash is what is switched off, or could not be
    looked at.
    """
    import asyncio  # noqa: PLC0415 — late, so that help is at once

    from bot.doctor import doctor as checks  # noqa: PLC0415 — late, as above
    from bot.doctor import pages  # noqa: PLC0415 — late, as above
    from bot.ops.logging import configure_logging  # noqa: PLC0415 — late, as above

    if (url or within_s != 60) and not test_alert:
        raise Problem("--url and --within are for --test-alert")
    configure_logging("ERROR")
    if sys.stderr.isatty():
        click.echo("Checking; this takes a few seconds, half a minute where nothing answers.", err=True)
    trial = checks.TrialOptions(url or "", within_s) if test_alert else None
    report = asyncio.run(checks.examine(trial, event=test_webhook))
    if output == "json":
        click.echo(pages.as_json(pages.document(report)))
    else:
        click.echo(pages.text(report, colour=_colour(), width=_width()), nl=False, color=True)
    sys.exit(NOT_FAILING if report.sound else FAILING)


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=3000, show_default=True, help="Port of the web page.")
@click.option(
    "--kubeconfig",
    is_flag=False,
    flag_value="",
    metavar="[FILE]",
    help="Use your own cluster instead of recorded ones; without FILE the one that kubectl uses.",
)
def demo(port: int, kubeconfig: str | None) -> None:
    """Try it here: no Slack and no cluster needed.

    Starts the real bot beside a Slack stand-in with a web page and a cluster stand-in that serves recorded failures.
    """
    from bot.cluster.errors import ClusterError, ConfigurationError  # noqa: PLC0415 — late, as above
    from bot.demo import workspace  # noqa: PLC0415 — late, as above

    try:
        _listening(lambda: workspace.run(port, kubeconfig), "--port (make demo: PORT=)", port)
    except ClusterError as error:
        named = isinstance(error, ConfigurationError) and bool(kubeconfig)
        raise Problem(str(error), USAGE if named else NO_CLUSTER) from None


@cli.command()
@click.argument("cause_id", metavar="[ID|WORD]", required=False, shell_complete=completers.causes)
def causes(cause_id: str | None) -> None:
    """Show the reference page of a root cause, those that a word finds, or the list of all."""
    from bot.render import pages  # noqa: PLC0415 — late, as above

    try:
        page = pages.page(cause_id, colour=_colour(), width=_width()) if cause_id else pages.index(colour=_colour())
    except pages.UnknownCause as error:
        raise Problem(str(error)) from None
    click.echo(page, nl=False, color=True)


@cli.command()
@_output("text", "json")
@click.option("--database", metavar="URL", help="Another store than the one of DATABASE_URL or DATA_DIR.")
@click.option("--contains", metavar="HASH", default="", help="Fail unless an entry has this hash (from the log).")
def audit(output: str, database: str | None, contains: str) -> None:
    """Show who did what by button, and verify that nothing was changed afterwards.

    Exit code 1 when the chain of hashes is broken. The hash of each entry stands in the log too, and that of each
    change in the workload's Event: with --contains even a chain that was written anew as a whole is found out.
    """
    import asyncio  # noqa: PLC0415 — late, so that help is at once

    from bot import settings  # noqa: PLC0415 — late, as above
    from bot.cli import audit as audit_command  # noqa: PLC0415 — late, as above
    from bot.cli.store_url import store_url  # noqa: PLC0415 — late, as above
    from bot.model.errors import BotError  # noqa: PLC0415 — late, as above

    try:
        report = asyncio.run(audit_command.read(database or store_url(settings.load_service()), contains))
    except settings.SettingsError as error:
        raise Problem(f"{error}; or name the store with --database") from None
    except BotError as error:
        raise Problem(str(error)) from None
    for row in report.rows:
        click.echo(audit_command.document(row) if output == "json" else audit_command.line(row))
    if report.broken:
        raise Problem(f"the audit trail is BROKEN: {report.broken}", FAILING)
    click.echo(f"{len(report.rows)} entries, the chain holds", err=True)


@cli.command()
@click.option("--since", metavar="TIME", default="30d", show_default=True, help="How far back, as 12h, 30d or 2w.")
@_output("text", "json")
@click.option("--export", "folder", metavar="DIR", help="Write each miss into a folder of its own there.")
@click.option("--database", metavar="URL", help="Another store than the one of DATABASE_URL or DATA_DIR.")
def accuracy(since: str, output: str, folder: str | None, database: str | None) -> None:
    """Show how often the answers were right here, by people's word.

    For each cause: in how many incidents it was said; how often that was right or wrong, by what people answered to
    "Not right?" in Slack; and what ended those incidents: a button of ours, themselves, somebody's change, or nothing
    yet. A miss whose workload still failed when it was judged has a snapshot, redacted: --export writes it with what
    people say is true, for crashloop diagnose --from, and for a test. No Slack token is needed.
    """
    import asyncio  # noqa: PLC0415 — late, so that help is at once

    from bot import settings  # noqa: PLC0415 — late, as above
    from bot.cli import accuracy as accuracy_command  # noqa: PLC0415 — late, as above
    from bot.cli.store_url import store_url  # noqa: PLC0415 — late, as above
    from bot.model.errors import BotError  # noqa: PLC0415 — late, as above

    try:
        since_s = accuracy_command.period(since)
        url = database or store_url(settings.load_service())
        report = asyncio.run(accuracy_command.read(url, since_s, Path(folder) if folder else None))
    except settings.SettingsError as error:
        raise Problem(f"{error}; or name the store with --database") from None
    except BotError as error:
        raise Problem(str(error)) from None
    if output == "json":
        click.echo(accuracy_command.as_json(accuracy_command.document(report)))
    else:
        click.echo(accuracy_command.text(report), nl=False)
    if report.exported is not None:
        click.echo(accuracy_command.exported(report.exported), err=True)


@cli.command()
@click.argument("target", required=False)
@click.option("-n", "--namespace", metavar="NS", help="Namespace of the target. Default: any.")
@click.option("--cluster", metavar="NAME", help="One of several clusters (CLUSTERS_FILE). Default: any.")
@click.option("--database", metavar="URL", help="Another store than the one of DATABASE_URL or DATA_DIR.")
def report(target: str | None, namespace: str | None, cluster: str | None, database: str | None) -> None:
    """Print the report of an incident that is over, as Markdown.

    The newest one of TARGET (POD, NS/POD, deployment/NAME, or a workload's name), or the newest of all: time line,
    cause, evidence, who did what. It is made of the store's rows alone; no cluster and no Slack is asked. Exit code 3
    when there is none.
    """
    import asyncio  # noqa: PLC0415 — late, so that help is at once

    from bot import settings  # noqa: PLC0415 — late, as above
    from bot.cli import report as report_command  # noqa: PLC0415 — late, as above
    from bot.cli.store_url import store_url  # noqa: PLC0415 — late, as above
    from bot.model.errors import BotError  # noqa: PLC0415 — late, as above
    from bot.model.target import TargetError, parse_target  # noqa: PLC0415 — late, as above

    try:
        about = parse_target(target, namespace) if target else None
        url, called = database or "", ""
        if not url:
            url, called = store_url(settings.load_service()), next(iter(settings.load_alerts().cluster_name), "")
        click.echo(asyncio.run(report_command.read(url, about, called, cluster)), nl=False)
    except settings.SettingsError as error:
        raise Problem(f"{error}; or name the store with --database") from None
    except report_command.NoReport as error:
        raise Problem(str(error), NOT_FOUND) from None
    except (BotError, TargetError) as error:
        raise Problem(str(error)) from None


@cli.command(epilog=examples.COMPLETION)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]), required=False)
@click.option("--install", is_flag=True, help="Put it where the shell looks for it.")
def completion(shell: str | None, *, install: bool) -> None:
    """Print or install the completion of a shell: bash (4.4 or newer), zsh or fish.

    Without SHELL it is yours, by the variable SHELL. Commands, options, causes, and the names of the cluster are
    completed: what fails first. kubectl crashloop is completed by kubectl's own completion, with nothing to install.
    """
    from bot.cli import completion as scripts  # noqa: PLC0415 — late, so that help is at once

    try:
        chosen = shell or scripts.shell_of(os.environ)
        if not install:
            click.echo(scripts.script(chosen, cli), nl=False)
            return
        done = scripts.install(chosen, cli, os.environ)
    except scripts.CompletionError as error:
        raise Problem(str(error)) from None
    for path in done.changed:
        click.echo(f"wrote {path}")
    click.echo("Open a new shell to use it." if done.changed else f"Completion for {chosen} is installed already.")


@cli.command(epilog=examples.MCP)
@click.option("--context", metavar="NAME", help="Context of the kubeconfig.")
@click.option(
    "--kubeconfig", metavar="FILE", shell_complete=completers.files, help="Kubeconfig to use instead of kubectl's."
)
def mcp(context: str | None, kubeconfig: str | None) -> None:
    """Serve agents: read-only tools of the Model Context Protocol, over standard input and output.

    Tools: diagnose a pod or workload, list what fails now, explain a cause. It reads with your kubeconfig, as
    crashloop diagnose does, and quotes logs redacted.
    """
    try:
        from bot.cli import mcp_server  # noqa: PLC0415 — late: an extra, which few want
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "mcp":
            raise
        raise Problem("crashloop mcp needs the package mcp: pipx inject crashloop mcp, or pip install mcp") from None
    mcp_server.server(mcp_server.Cluster(kubeconfig=kubeconfig, context=context)).run()


@cli.command("explain-alert")
@click.argument("file", type=click.File("r", encoding="utf-8", errors="replace"))
def explain_alert(file: TextIO) -> None:
    """Show what is understood of an alert, and why.

    FILE (or - for standard input) holds the body of a webhook or a Slack message as JSON, or a message's text. The
    settings that count are read as serve reads them; no cluster and no Slack is asked.
    """
    from bot import settings  # noqa: PLC0415 — late, so that help is at once
    from bot.alerts.policy import Policy  # noqa: PLC0415 — late, as above
    from bot.alerts.reading import Vocabulary  # noqa: PLC0415 — late, as above
    from bot.cli.explain_alert import NotAnAlertError, explain  # noqa: PLC0415 — late, as above

    try:
        given = settings.load_alerts()
        names, must_say = given.cluster_name, False
        if several := settings.load_cluster().clusters_file:
            names, has_default = settings.alert_names(several)
            must_say = not has_default
        policy = Policy.of(given.alert_severities, given.alert_quiet, names, must_say=must_say)
        lines = explain(file.read(), policy, Vocabulary.of(given.alert_labels))
    except (settings.SettingsError, NotAnAlertError) as error:
        raise Problem(str(error)) from None
    click.echo("\n".join(lines))


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit: never with a traceback, unless CRASHLOOP_DEBUG is set."""
    run(cli, arguments, "crashloop")


def kubectl_plugin() -> NoReturn:
    """Run ``kubectl crashloop``: ``crashloop diagnose`` by another name. kubectl hands on its environment alone."""
    run(diagnose, None, "kubectl crashloop")


def kubectl_completion() -> NoReturn:
    """Answer kubectl, which asks what may come next after ``kubectl crashloop`` (``kubectl_complete-crashloop``)."""
    from bot.cli import completion as scripts  # noqa: PLC0415 — late, as above

    click.echo(scripts.for_kubectl(diagnose, sys.argv[1:]), nl=False)
    sys.exit(0)


def _one(words: tuple[str, ...]) -> str | None:
    """Return the target of one word, or of a kind and a name as kubectl takes them."""
    from bot.model.target import TargetError, joined  # noqa: PLC0415 — late, as above

    try:
        return joined(words)
    except TargetError as error:
        raise Problem(str(error)) from None


def _asked_with() -> str:
    """Return how this was called, for the commands that an answer names."""
    return click.get_current_context().command_path


def _list_failures(output: str, *, everywhere: bool, **given: str | None) -> NoReturn:
    import asyncio  # noqa: PLC0415 — late, as above

    from bot.cli import failing  # noqa: PLC0415 — late, as above
    from bot.cluster.errors import ClusterError, ConfigurationError  # noqa: PLC0415 — late, as above

    named = next((f"--{name}" for name in ("container", "save") if given[name]), "-o slack" * (output == "slack"))
    if named:
        raise Problem(f"no TARGET was given, and {named} needs one; say POD, NAMESPACE/POD or deployment/NAME")
    if everywhere and given["namespace"]:
        raise Problem("-A is all namespaces: leave -n out")
    chosen = {name: given[name] for name in ("kubeconfig", "context")}
    try:
        found = asyncio.run(failing.failures(given["namespace"], everywhere=everywhere, **chosen))
    except failing.NoNamespace as error:
        raise Problem(str(error), NOT_FOUND) from None
    except ClusterError as error:
        asked = isinstance(error, ConfigurationError) and any(chosen.values())
        raise Problem(str(error), USAGE if asked else NO_CLUSTER) from None
    if output == "json":
        click.echo(json.dumps(failing.document(found), ensure_ascii=False, indent=2))
    else:
        click.echo(failing.text(found, _asked_with()), nl=False)
    sys.exit(FAILING if found.found.failing else NOT_FAILING)


def _found(options: DiagnoseOptions) -> Found:
    import asyncio  # noqa: PLC0415 — late, as above

    from bot.cli.diagnose import Found, OptionsError, ambiguous, run  # noqa: PLC0415 — late, as above
    from bot.cluster.errors import AmbiguousTarget, ClusterError  # noqa: PLC0415 — late, as above

    try:
        return asyncio.run(run(options))
    except OptionsError as error:
        raise Problem(str(error)) from None
    except AmbiguousTarget as error:
        return Found(ambiguous(options, error))
    except ClusterError as error:
        raise Problem(str(error), NO_CLUSTER) from None


def _shown(found: Found, output: str) -> str:
    if output == "json":
        return found.diagnosis.to_json()
    if output == "slack":
        from bot.render.preview import slack_json  # noqa: PLC0415 — late, as above

        return slack_json(found.diagnosis, found.links)
    from bot.render.terminal import render  # noqa: PLC0415 — late, as above

    return render(
        found.diagnosis, found.links, colour=_colour(), width=_width(), wrap_quotes=sys.stdout.isatty(), zone=None
    )


def _exit_code(diagnosis: Diagnosis) -> int:
    if diagnosis.cause == "not-found":
        return NOT_FOUND
    return FAILING if diagnosis.failing else NOT_FAILING


def _listening(run: Callable[[], None], name: str, port: int) -> None:
    try:
        run()
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
            raise
        why = "is already in use" if error.errno == errno.EADDRINUSE else "cannot be listened on"
        raise Problem(f"port {port} {why}; choose another with {name}") from None


def _colour() -> bool:
    # https://no-color.org: any value that is not empty.
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _width() -> int:
    return shutil.get_terminal_size((100, 24)).columns


if __name__ == "__main__":
    main()
