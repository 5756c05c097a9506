"""An answer in its thread, as a person meets it: its buttons, its dialog, what the thread and they alone are told."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from bot.demo.cluster.workspace import Workspace
from tests.support.service import hurried, living_world

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from bot.demo.slack.model import Stored
    from bot.store.store import Store
    from tests.support.service import World

CARD = "app-after-rollout"
PEOPLE = "- {slack: U0ANNA, user: anna@example.com}\n- {slack: U0BEN, user: ben@example.com}\n"
CHANNEL = "C0GENERAL"


class Answer:
    """One incident's answer, asked for by Anna."""

    def __init__(self, running: World, line: Stored) -> None:
        self.running = running
        self.line = line

    @property
    def store(self) -> Store:
        return self.running.service.store

    @property
    def thread(self) -> list[Stored]:
        """What stands in the thread below the line."""
        return self.running.slack.workspace.thread(CHANNEL, self.line.ts)[1:]

    def said(self) -> list[str]:
        """What the thread says after the answer, in order."""
        return [stored.message["text"] for stored in self.thread[1:]]

    def told(self, user: str) -> list[str]:
        """What the person alone is told, after the first sign of life."""
        stored = self.running.slack.workspace.history(CHANNEL, user)
        texts = [item.message["text"] for item in stored if item.only_for == user]
        return [text for text in texts if not text.startswith("🔎")]

    def buttons(self, stored: Stored | None = None) -> dict[str, dict[str, Any]]:
        """The buttons of an answer (the newest one with any) by their action_ids, in order."""
        newest = next((each for each in reversed(self.thread) if _rows(each)), self.thread[0])
        rows = _rows(stored or newest)
        return {each["action_id"]: {**each, "block_id": row["block_id"]} for row in rows for each in row["elements"]}

    async def press(self, user: str, action_id: str) -> None:
        stored = next(each for each in reversed(self.thread) if _rows(each))
        button = self.buttons(stored)[action_id]
        action = {key: button[key] for key in ("type", "block_id", "action_id", "value")}
        await self.running.slack.acts.act(user, CHANNEL, stored.ts, action)

    async def dialog(self, user: str, action_id: str) -> dict[str, Any]:
        """Press, and return the dialog once it says more than that it looks."""
        older = {view["id"] for view in self.running.slack.views.stack(user)}
        await self.press(user, action_id)
        return await self.running.dialog(user, besides=older)

    async def audit(self) -> list[dict[str, Any]]:
        return [row.read() async for row in self.store.audit.rows()]


def _rows(stored: Stored) -> list[dict[str, Any]]:
    return [block for block in stored.message["blocks"] or () if block["type"] == "actions"]


@asynccontextmanager
async def answered(folder: Path, card: str = CARD, **more: Any) -> AsyncIterator[Answer]:
    """Run everything over one card of the living cluster, about which Anna asks in #general."""
    workspace = Workspace(hurried(), [card])
    asked = workspace.card(card)
    people = folder / "people.yaml"
    people.write_text(PEOPLE)
    async with living_world(folder, workspace, **({"people_file": people} | more)) as running:
        await running.slack.acts.command("U0ANNA", CHANNEL, f"{asked.namespace}/{asked.target}")
        await running.settled()
        yield Answer(running, running.posts(CHANNEL)[0])
