"""What Tab offers for an argument or an option: click's callbacks, which import only what the word needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Coroutine

    import click
    from click.shell_completion import CompletionItem

    from bot.cli.names import Name


def targets(context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return the targets that begin with what was typed, what fails first."""
    from bot.cli import names  # noqa: PLC0415 — late: it brings the cluster's client

    given = context.params
    where = {"kubeconfig": given.get("kubeconfig"), "context": given.get("context")}
    return _words(names.names(typed, given.get("namespace"), **where))


def namespaces(context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Return the namespaces that begin with what was typed."""
    from bot.cli import names  # noqa: PLC0415 — late, as above

    given = context.params
    return _words(names.namespaces(typed, kubeconfig=given.get("kubeconfig"), context=given.get("context")))


def causes(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[str]:
    """Return the ids of causes that begin with what was typed."""
    from bot.render import pages  # noqa: PLC0415 — late, as above

    return [cause_id for cause_id in pages.ids() if cause_id.startswith(typed)]


def files(_context: click.Context, _parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Leave it to the shell: a file is wanted."""
    from click.shell_completion import CompletionItem  # noqa: PLC0415 — late: help needs none of it

    return [CompletionItem(typed, type="file")]


def _words(asked: Coroutine[None, None, list[Name]]) -> list[CompletionItem]:
    import asyncio  # noqa: PLC0415 — late, as above

    from click.shell_completion import CompletionItem  # noqa: PLC0415 — late, as above

    return [CompletionItem(each.target, help=each.note or None) for each in asyncio.run(asked)]
