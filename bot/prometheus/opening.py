"""Opens what the settings name."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Protocol

from bot.prometheus.client import prometheus
from bot.prometheus.measuring import Measuring

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from bot.prometheus.client import Prometheus


class Named(Protocol):
    """Where a Prometheus is and how it is asked: ``bot.settings.measuring.MeasuringSettings``."""

    @property
    def prometheus_url(self) -> str | None:
        """Its address."""
        ...

    @property
    def prometheus_token_file(self) -> Path | None:
        """The file with its token."""
        ...

    @property
    def prometheus_ca_file(self) -> Path | None:
        """The file with what its certificate is trusted by."""
        ...

    @property
    def prometheus_headers_sent(self) -> Mapping[str, str]:
        """Further headers."""
        ...

    @property
    def prometheus_matchers(self) -> Mapping[str, str]:
        """The labels of this cluster."""
        ...


@asynccontextmanager
async def open_prometheus(named: Named) -> AsyncIterator[Prometheus | None]:
    """Open a client; None where no address is set."""
    async with prometheus(
        named.prometheus_url,
        token_file=named.prometheus_token_file,
        ca_file=named.prometheus_ca_file,
        headers=named.prometheus_headers_sent,
    ) as client:
        yield client


@asynccontextmanager
async def open_measuring(named: Named) -> AsyncIterator[Measuring | None]:
    """Open what measures for diagnoses; None where no address is set."""
    async with open_prometheus(named) as client:
        yield None if client is None else Measuring(client, named.prometheus_matchers)
