"""A server that speaks the protocol of `crm-pulse serve` to the page, with records that a test chooses."""

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final, Self

from aiohttp import web

from processors.publishing.records import rfc3339
from processors.reading.event_time import decode_time
from processors.serving.board_document import BoardDocuments
from processors.serving.board_seen import seen_by
from processors.serving.viewing import Viewer
from schemas.board import load_boards
from schemas.catalog import load_catalog
from schemas.kpi import dims_of, dims_text, kpi_key
from schemas.selector import Selector
from streams.brokers.process import free_port
from streams.clock import monotonic_s

STATIC: Final = Path(__file__).parents[2] / "streams" / "web" / "static"
CSP: Final = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS: Final = {"Content-Security-Policy": CSP, "X-Content-Type-Options": "nosniff"}
HEARTBEAT_S: Final = 1.0
Record = dict[str, Any]


def key_of(record: Record) -> str:
    """Return a record's key."""
    return kpi_key(record["kpi"], record["window"], record["period"], record["dims"])


class BoardServer:
    """In a thread of its own; what it serves is changed by `publish`, from the test's."""

    def __init__(self, records: list[Record], boards: str | None = None, token: str | None = None) -> None:
        self.catalog = load_catalog()
        self.records = {key_of(record): record for record in records}
        self.alerts: dict[str, Record] = {}
        self.directory: dict[str, tuple[str, bool]] = {}
        self.series: dict[str, list[Record]] = {}
        self.state = "live"
        self.requests: list[str] = []
        self.powerless: str | None = None
        """A token that it knows, and that may not read."""
        self.viewer = Viewer()
        """What its readers see."""
        self.silent = False
        """Whether it says nothing any more, with the connections left open."""
        self.as_of = max((record["as_of"] for record in records), default="2025-11-28T15:00:00Z")
        self._start_us = decode_time(self.as_of)
        self._started_s = monotonic_s()
        file = "schemas/boards.yaml" if boards is None else "boards.yaml"
        self.boards = BoardDocuments(load_boards(self.catalog, boards, file), self.catalog, self.now_us)
        self.port = free_port()
        self._token = token
        self._selectors: dict[str, list[tuple[Selector, dict[str, str]]]] = {}
        self._id = 0
        self._clients: set[tuple[asyncio.Queue[bytes], str]] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def now_us(self) -> int:
        """Return the time on the floor: it goes on from the records'."""
        return self._start_us + int((monotonic_s() - self._started_s) * 1_000_000)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Serve, on the port of before."""
        ready = Event()
        self._thread = Thread(target=lambda: asyncio.run(self._serve(ready)), daemon=True)
        self._thread.start()
        assert ready.wait(10)

    def stop(self) -> None:
        """Cut all connections, and be gone."""
        if self._loop is None or self._thread is None:
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)
        self._loop = self._thread = None

    def publish(self, *records: Record, gone: tuple[str, ...] = ()) -> None:
        """Tell of changed records, as the API does."""
        for record in records:
            self.records[key_of(record)] = record
        for key in gone:
            self.records.pop(key, None)
        self._tell("kpis", {"records": list(records), "gone": list(gone)})

    def change_unheard(self, record: Record) -> None:
        """Change a record while nobody follows: who comes back must be told all anew."""
        self.records[key_of(record)] = record
        self._id += 1

    def raise_alerts(self, *alerts: Record, gone: tuple[str, ...] = ()) -> None:
        """Tell of changed alerts."""
        for alert in alerts:
            self.alerts[alert["id"]] = alert
        for id in gone:
            self.alerts.pop(id, None)
        self._tell("alerts", {"alerts": list(alerts), "gone": list(gone)})

    def tell_status(self) -> None:
        """Tell of the state now, not at the next heartbeat."""
        self._tell("status", self._status(), with_id=False)

    @property
    def clients(self) -> int:
        """How many pages follow."""
        return len(self._clients)

    async def _serve(self, ready: Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        app = web.Application(middlewares=[self._counted])
        routes: dict[str, Callable[[web.Request], Coroutine[Any, Any, web.StreamResponse]]] = {
            "/": self._page, "/b/{board}": self._page, "/api/v1/boards": self._list,
            "/api/v1/boards/{board}": self._board, "/api/v1/directory": self._reps,
            "/api/v1/series": self._histories, "/api/v1/events/stream": self._stream,
        }  # fmt: skip
        for path, answer in routes.items():
            app.router.add_get(path, answer)
        app.router.add_static("/static", STATIC)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", self.port, reuse_address=True).start()
        ready.set()
        await self._stopping.wait()
        self._clients.clear()
        await runner.cleanup()

    @web.middleware
    async def _counted(self, request: web.Request, handler: Any) -> web.StreamResponse:
        self.requests.append(request.path)
        wanted = f"Bearer {self._token}"
        if request.headers.get("Authorization") == f"Bearer {self.powerless}":
            detail = "the token 'x' has acknowledge, this needs read"
            return web.json_response({"title": "Forbidden", "detail": detail}, status=403)
        if request.path.startswith("/api") and self._token and request.headers.get("Authorization") != wanted:
            return web.json_response({"title": "Unauthorized", "detail": "a token is needed"}, status=401)
        response: web.StreamResponse = await handler(request)
        if not response.prepared:
            response.headers.update(HEADERS)
        return response

    async def _page(self, request: web.Request) -> web.StreamResponse:
        known = request.path == "/" or request.match_info["board"] in self.boards
        return web.FileResponse(STATIC / "index.html", status=200 if known else 404)

    async def _list(self, _: web.Request) -> web.StreamResponse:
        items = [{"id": name, "title": board["title"]} for name, board in sorted(self.boards.items())]
        return web.json_response({"items": items, "next": None})

    async def _board(self, request: web.Request) -> web.StreamResponse:
        found = seen_by(self.viewer, self._team_of(), self.boards[request.match_info["board"]])
        return web.json_response(found)

    async def _reps(self, _: web.Request) -> web.StreamResponse:
        items = [{"rep": rep, "team": team, "active": on} for rep, (team, on) in self.directory.items()
            if self.viewer.sees_team(team)]  # fmt: skip
        return web.json_response({"items": items, "next": None})

    def _team_of(self) -> dict[str, str]:
        return {rep: team for rep, (team, _) in self.directory.items()}

    async def _histories(self, request: web.Request) -> web.StreamResponse:
        keys = request.query.getall("key")
        if not all(self._sees(key) for key in keys):
            return web.json_response({"title": "Forbidden", "detail": "not of your teams"}, status=403)
        items = [{"key": key, "points": self.series.get(key, [])} for key in keys]
        return web.json_response({"items": items})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", **HEADERS})
        await response.prepare(request)
        board = request.query["board"]
        client = (asyncio.Queue[bytes](), board)
        resumes = request.headers.get("Last-Event-ID") == str(self._id)
        if not resumes:
            snapshot = {
                "records": self._shown(board, list(self.records.values())),
                "alerts": list(self.alerts.values()),
                "status": self._status(),
            }
            await response.write(_event("snapshot", snapshot, self._id))
        self._clients.add(client)
        try:
            while not self._stopping.is_set():
                try:
                    message = await asyncio.wait_for(client[0].get(), HEARTBEAT_S)
                except TimeoutError:
                    message = _event("status", self._status())
                if not self.silent:
                    await response.write(message)
        except ConnectionError:
            pass
        finally:
            self._clients.discard(client)
        return response

    def _shown(self, board: str, records: list[Record]) -> list[Record]:
        if board not in self._selectors:
            document = self.boards[board]
            parsed = [Selector.parse(text) for text in document["selectors"]]
            self._selectors[board] = [(one, document["periods"]) for one in parsed]
        wanted = self._selectors[board]
        return [
            record
            for record in records
            if self._sees(key_of(record)) and any(_takes(one, record, periods) for one, periods in wanted)
        ]

    def _sees(self, key: str) -> bool:
        return self.viewer.sees(dims_of(key.split("|")[2]), self._team_of())

    def _status(self) -> Record:
        return {"state": self.state, "as_of": self.as_of, "now": rfc3339(self.now_us())}

    def _tell(self, event: str, data: Record, *, with_id: bool = True) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._queue, event, data, with_id)

    def _queue(self, event: str, data: Record, with_id: bool) -> None:
        self._id += with_id
        for queue, board in self._clients:
            own = {**data, "records": self._shown(board, data["records"])} if "records" in data else data
            queue.put_nowait(_event(event, own, self._id if with_id else None))


def _takes(selector: Selector, record: Record, periods: dict[str, str]) -> bool:
    period = selector.period or periods.get(selector.window)
    return (selector.kpi, selector.window, period) == (
        record["kpi"],
        record["window"],
        record["period"],
    ) and selector.takes(dims_text(record["dims"]))


def _event(event: str, data: Record, id: int | None = None) -> bytes:
    head = f"event: {event}\n" + ("" if id is None else f"id: {id}\n")
    return f"{head}data: {json.dumps(data, separators=(',', ':'))}\n\n".encode()
