"""What was understood of alerts, in words: for ``crashloop explain-alert`` and the log, whatever the cluster says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diagnostics.sanitize import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.alerts.model import Alert, Reading, Target
    from bot.alerts.policy import Policy


def explained(reading: Reading, policy: Policy) -> list[str]:
    """Return the lines: each alert, what it is about and why, what was set aside and why, what would be done."""
    lines: list[str] = []
    for number, alert in enumerate(reading.alerts, start=1):
        head, *about = sentences(alert, policy)
        lines += [f"{number}. {head}", *(f"   {line}" for line in about)]
    if not reading.alerts:
        lines.append("no alert in it")
    if reading.receiver:
        lines.append(
            f"its labels are asked of Alertmanager (receiver {reading.receiver}) where ALERTMANAGER_URL is set"
        )
    if reading.left_out:
        lines.append(f"{reading.left_out} more were left out")
    return [clean_line(line) for line in lines]


def sentences(alert: Alert, policy: Policy) -> list[str]:
    """Return the lines about one alert."""
    return [clean_line(line) for line in (_head(alert), *_about(alert, policy))]


def _head(alert: Alert) -> str:
    parts = [alert.name or "an alert without a name", "firing" if alert.firing else "resolved"]
    parts += [f"severity {alert.severity}"] if alert.severity else []
    parts += [f"cluster {alert.cluster}"] if alert.cluster else []
    return ", ".join(parts)


def _about(alert: Alert, policy: Policy) -> Iterator[str]:
    for target in alert.targets:
        yield from _target(target)
    if not alert.targets:
        yield "about: nothing that names a pod, a workload or a node"
    for aside in alert.aside:
        yield f"set aside: {aside.what} ({aside.why})"
    for what, url in alert.links.items():
        yield f"link: {what} {url}"
    yield f"then: {_then(alert, policy)}"


def _target(target: Target) -> Iterator[str]:
    sure = "" if target.sure else "; only if the cluster knows it"
    cut = "; the cluster completes the name" if target.cut else ""
    container = f", container {target.container}" if target.container else ""
    yield f"about: {target}{container} ({target.why}{sure}{cut})"
    for other in target.instead:
        yield f"else: {other} ({other.why})"


def _then(alert: Alert, policy: Policy) -> str:
    quiet, elsewhere = policy.why_quiet(alert), policy.elsewhere(alert)
    if quiet:
        return f"quiet: {quiet}"
    if elsewhere:
        names = f"{'known here:' if policy.must_say else 'this one is'} {', '.join(sorted(policy.clusters))}"
        known = names if policy.clusters else "CLUSTER_NAME is not set"
        return f"not answered from here: it is about cluster {elsewhere} ({known})"
    if policy.must_say and not alert.cluster:
        return f"said once: it names none of the clusters {', '.join(sorted(policy.clusters))}, and none is the default"
    if not alert.firing:
        return "what is known of it is checked again; nothing new begins"
    return "looked into" if alert.targets else "said once to those who own the rule"
