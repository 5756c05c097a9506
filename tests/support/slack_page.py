"""What the web page of the Slack stand-in does, without a browser."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    import aiohttp


class Page:
    """A reader of the page, Anna unless told otherwise, in #alerts unless told otherwise."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self.session = session

    async def state(self, user: str = "U0ANNA") -> dict[str, Any]:
        async with self.session.get("/ui/state", params={"as": user}) as response:
            return await response.json()

    async def messages(self, channel: str = "C0ALERTS", user: str = "U0ANNA") -> list[dict[str, Any]]:
        state = await self.state(user)
        return next(item["messages"] for item in state["channels"] if item["id"] == channel)

    async def post(self, name: str, *, status: int = 200, **body: Any) -> dict[str, Any]:
        body = {"as": "U0ANNA", "channel": "C0ALERTS", **body}
        async with self.session.post(f"/ui/{name}", json=body) as response:
            answer = await response.json()
            assert response.status == status, answer
            return answer


async def until(true: Callable[[], bool]) -> None:
    """Wait until something is true; a busy machine may take long, a minute says that it hangs."""
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 — the condition has no event to wait for
            await asyncio.sleep(0.005)
