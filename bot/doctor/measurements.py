"""Whether Prometheus answers, and holds what is asked of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.doctor.report import broken, off, ok
from bot.network.failures import without_credentials
from bot.prometheus.client import PrometheusError
from bot.prometheus.queries import METRICS, bare
from diagnostics.series import Measure

if TYPE_CHECKING:
    from bot.doctor.report import Result
    from bot.prometheus.client import Prometheus
    from bot.settings import Settings

PROMETHEUS: Final = "Prometheus"

_NEEDED: Final = {
    Measure.MEMORY: "cAdvisor's in the kubelet (/metrics/cadvisor)",
    Measure.RESTARTS: "kube-state-metrics'",
}
"""What every cluster has, and who tells it. CPU counters are there only of containers with a CPU limit."""


async def prometheus(settings: Settings, client: Prometheus | None) -> Result:
    """Return whether Prometheus answers and has series of this cluster."""
    if client is None:
        return off(PROMETHEUS, "PROMETHEUS_URL is not set: no memory, CPU and restart figures in answers")
    url = without_credentials(settings.prometheus_url or "")
    try:
        counts = {
            measure: await client.count(bare(METRICS[measure], settings.prometheus_matchers)) for measure in _NEEDED
        }
    except PrometheusError as error:
        fix = f"set PROMETHEUS_URL right, and let this machine reach it: curl '{url}/api/v1/query?query=1'"
        return broken(PROMETHEUS, f"{url}: {error}", fix)
    missing = next((measure for measure, count in counts.items() if not count), None)
    if missing is not None:
        narrowed = " with the labels of PROMETHEUS_MATCHERS" if settings.prometheus_matchers else ""
        fix = f"let Prometheus scrape {_NEEDED[missing]} metrics" + (
            ", or set PROMETHEUS_MATCHERS right" if narrowed else ""
        )
        return broken(PROMETHEUS, f"{url} has no series {METRICS[missing]}{narrowed}", fix)
    version = await client.version()
    known = f" {version}" if version else ""
    return ok(PROMETHEUS, f"Prometheus{known} at {url}; memory of {counts[Measure.MEMORY]} containers")
