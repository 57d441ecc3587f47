"""A serve process without a server: the application, a store that the test feeds, and people with tokens."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from processors.silences.silencing import Silences
from schemas.catalog import load_catalog
from schemas.silence import Silence
from schemas.token import Token, digest
from streams.serving.store import RepPlace
from streams.web.api.app import create_app
from streams.web.api.context import Context
from streams.web.api.limits import Limits
from streams.web.api.silence_log import SilencesAwayError
from tests.streams.web.api.fed_store import FedStore

NOON_US = 1_795_262_400_000_000
"""2026-11-21T12:00:00Z."""

CATALOG = load_catalog()
LABELS = frozenset({"floor"})
"""Of the rules."""
_apps: dict[object, FastAPI] = {}

BOARDS = {
    "floor": {
        "id": "floor", "title": "Sales floor", "rotate_s": 30,
        "selectors": ["calls|rolling_24h|", "won_revenue|month|team"],
        "tiles": [{"type": "number"}, {"type": "ticker"}],
    },
    "quiet": {"id": "quiet", "title": "Quiet", "selectors": ["calls|day|"], "tiles": [{"type": "number"}]},
}  # fmt: skip


def _token(name: str, *scopes: Any, teams: tuple[str, ...] | None = None, company: bool = False) -> Token:
    return Token(sha256=digest(f"{name}-secret"), scopes=scopes, teams=teams, company=company)


TOKENS = {
    "reader": _token("reader", "read"),
    "keeper": _token("keeper", "read", "acknowledge"),
    "boss": _token("boss", "read", "acknowledge", "admin"),
    "saying": _token("saying", "acknowledge"),
    "north": _token("north", "read", "acknowledge", teams=("north",)),
    "north-hq": _token("north-hq", "read", teams=("north",), company=True),
    "south": _token("south", "read", "acknowledge", "admin", teams=("south",)),
}


def bearer(name: str) -> dict[str, str]:
    """Return the header of somebody's token."""
    return {"Authorization": f"Bearer {name}-secret"}


class Said:
    """What people said, in memory."""

    def __init__(self) -> None:
        self.all = Silences()
        self.away: str | None = None

    def said(self) -> Silences:
        if self.away is not None:
            raise SilencesAwayError(self.away)
        return self.all

    async def say(self, record: Silence) -> None:
        self.said().put(record)


class Served:
    """The application, what it stands on, and who asks it."""

    def __init__(self, app: FastAPI, store: FedStore, said: Said, http: httpx.AsyncClient) -> None:
        self.app = app
        self.store = store
        self.said = said
        self.http = http
        self.now_us = NOON_US

    @property
    def hub(self) -> Any:
        return self.app.state.context.hub

    async def get(self, path: str, who: str | None = None, **params: Any) -> httpx.Response:
        """Ask as somebody."""
        return await self.http.get(
            f"/api/v1{path}", params=params or None, headers=bearer(who) if who else {}
        )

    async def items(self, path: str, who: str | None = None, **params: Any) -> list[Any]:
        """Return the items of a list's first page."""
        response = await self.get(path, who, **params)
        assert response.status_code == 200, response.text
        found: list[Any] = response.json()["items"]
        return found


@asynccontextmanager
async def serving(
    tokens: Mapping[str, Token] | None = None,
    limits: Limits | None = None,
    static: Path = Path("none"),
    boards: Mapping[str, Any] = BOARDS,
) -> AsyncIterator[Served]:
    """Yield an application at noon; its hub does not run by itself."""
    store, said = FedStore(), Said()
    served: Served
    limits = limits or Limits()
    context = Context(
        store, CATALOG, tokens, boards, said, limits=limits, labels=LABELS, now_us=lambda: served.now_us
    )
    # To make the routes takes longer than most tests: they are kept, and work with another context each time.
    key = (tokens is None, limits.body_bytes_max, static)
    app = _apps.get(key)
    if app is None:
        app = _apps[key] = create_app(context, static)
    app.state.context = context
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
        served = Served(app, store, said, http)
        yield served


async def floor(store: FedStore) -> None:
    """Two teams with two reps each, and numbers of company, teams and reps."""
    store.reps |= {
        "ann": RepPlace("north", True), "bob": RepPlace("north", True),
        "cem": RepPlace("south", True), "dee": RepPlace("south", False),
    }  # fmt: skip
    await store.put("calls", 100)
    for team, value in (("north", 60), ("south", 40)):
        await store.put("calls", value, team=team)
        await store.put("won_revenue", value * 10, "month", "2026-11", team=team)
    for rep, value in (("ann", 40), ("bob", 20), ("cem", 40), ("dee", None)):
        await store.put("calls", value, rep=rep)
    await store.put("calls", 7, channel="phone")
    await store.put("won_revenue", 1000, "month", "2026-11")
    await store.put("won_revenue", 900, "month", "2026-10")


def keys(items: list[Any]) -> list[str]:
    """Return what records are of, in short: `calls`, `calls rep=ann`."""
    return [
        " ".join([one["kpi"], *(f"{name}={value}" for name, value in one["dims"].items())]) for one in items
    ]
