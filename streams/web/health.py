"""What a worker says of itself over HTTP: /metrics for Prometheus, /healthz and /readyz for supervisors."""

from types import TracebackType
from typing import Final, Protocol, Self

from aiohttp import web

#: How long a request in hand may take when the server stops.
SHUTDOWN_S: Final = 1.0


class Health(Protocol):
    """What the worker knows of its own state. Called in the worker's event loop; must not block."""

    def failures(self) -> list[str]:
        """Why this process should be replaced; empty while it is well."""
        ...

    def unready(self) -> list[str]:
        """Why its numbers are not up to date yet; empty when it is ready."""
        ...


class Exposition(Protocol):
    """The text of /metrics."""

    async def render(self, accept: str) -> tuple[bytes, str]:
        """Return the page and its content type, for an Accept header."""
        ...


class PortTakenError(RuntimeError):
    """The address can't be bound; the message says which, why, and what to set."""


class HealthServer:
    """Serves the three pages in the running event loop, from entering the context to leaving it.

    That a page is answered at all shows that the loop runs: a supervisor's time-out on /healthz finds a
    worker that hangs.
    """

    def __init__(self, host: str, port: int, health: Health, exposition: Exposition) -> None:
        self._host = host
        self._port = port
        self._health = health
        self._exposition = exposition
        self._runner: web.AppRunner | None = None

    @property
    def port(self) -> int:
        """The port that is served, also when 0 was asked for. Raises RuntimeError when not started."""
        if self._runner is None or not self._runner.addresses:
            raise RuntimeError("the server is not started")
        return int(self._runner.addresses[0][1])

    @property
    def url(self) -> str:
        """Where it is served, without a path."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self.port}"

    async def __aenter__(self) -> Self:
        """Bind and serve.

        Raises:
            PortTakenError: the address is in use, not ours or not allowed.
        """
        app = web.Application()
        app.router.add_get("/metrics", self._metrics)
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/readyz", self._readyz)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_S)
        await runner.setup()
        try:
            await web.TCPSite(runner, self._host, self._port).start()
        except OSError as error:
            await runner.cleanup()
            raise PortTakenError(
                f"can't serve /metrics on {self._host}:{self._port}: {error.strerror or error}; set "
                "CRM_PULSE_METRICS_PORT to a free port (0 takes any), or CRM_PULSE_METRICS_HOST"
            ) from error
        self._runner = runner
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def _metrics(self, request: web.Request) -> web.Response:
        page, content_type = await self._exposition.render(request.headers.get("Accept", ""))
        return web.Response(body=page, headers={"Content-Type": content_type})

    async def _healthz(self, _: web.Request) -> web.Response:
        return _answer("ok", "failed", self._health.failures())

    async def _readyz(self, _: web.Request) -> web.Response:
        return _answer("ready", "not ready", [*self._health.failures(), *self._health.unready()])


def _answer(good: str, bad: str, reasons: list[str]) -> web.Response:
    if not reasons:
        return web.json_response({"status": good})
    return web.json_response({"status": bad, "reasons": reasons}, status=503)
