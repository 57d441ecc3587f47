"""`crm-pulse demo`: a simulated sales floor, the engine and its numbers, on this machine alone."""

import asyncio
import os
import signal
import sys
import webbrowser
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from typing import Annotated, Any

import typer
from rich.console import Console

from streams.brokers.process import ServerProcessError
from streams.cli.demo_servers import ROOMS, DemoServers
from streams.cli.demo_show import DemoShow
from streams.cli.failure import FAILED, CommandError
from streams.cli.finite import finite
from streams.cli.screen import screen
from streams.cli.units import counted
from streams.cli.writable import make_usable
from streams.clock import monotonic_s
from streams.process import logs
from streams.process.leaving import LEAVING
from streams.settings import load

WELCOME = """\
CRM Pulse demo: a simulated sales floor, on this machine alone.
Wallboards on {page} in a moment
Kafka on {kafka}, Redis on {redis}, metrics on {metrics}/metrics

While it runs, try in another terminal:
  {prefix}crm-pulse kpis --dim team --window rolling_24h
  {prefix}crm-pulse alerts
  curl '{page}/api/v1/kpis?select=calls|rolling_24h|team'
"""
GOODBYE = """\
{records}, the first after {first}, and {alerts} in {seconds:.0f} s.
Everything is stopped and cleaned up. Next: point CRM_PULSE_KAFKA_BOOTSTRAP at a Kafka of yours, then
run `crm-pulse worker`, and `crm-pulse load FILE` or your own producer.
"""


def demo(
    seed: Annotated[int, typer.Option(help="Another seed is another floor.")] = 1,
    rate: Annotated[
        float, typer.Option(help="Events per second.", min=0.1, max=5_000.0, callback=finite)
    ] = 40.0,
    duration: Annotated[
        float | None, typer.Option(help="Stop after so many seconds.", min=1.0, callback=finite)
    ] = None,
    plain: Annotated[
        bool, typer.Option("--plain", help="Lines instead of a live screen, as without a terminal.")
    ] = False,
    browser: Annotated[bool, typer.Option(help="Open the wallboards in a browser.")] = True,
) -> None:
    """Show KPIs per team and rep, a leaderboard and alerts, live, from a simulated sales floor.

    Starts an embedded Kafka and Redis, a worker and the wallboards; Ctrl-C stops and removes everything.
    """
    # Its own words go to standard output; a log line would tear the live screen apart.
    logs.configure("error", "auto")
    settings = load()
    if settings.data_dir is not None:
        make_usable("CRM_PULSE_DATA_DIR", settings.data_dir, ROOMS)
    show = DemoShow(seed, rate)
    session = _session(DemoServers(settings), show, Console(), duration, plain, browser)
    problem = asyncio.run(_until_stopped(session))
    if problem is not None:
        raise CommandError(problem, FAILED)


async def _until_stopped(running: Coroutine[Any, Any, str | None]) -> str | None:
    """Run until stopped; return what went wrong, if anything did."""
    session = asyncio.create_task(running)

    def stop() -> None:
        session.cancel()
        # A second Ctrl-C must not cut the cleaning up short, nor be what the process ends by: that all signals are
        # ignored is not left to the loop, which makes them deadly again when it is closed.
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)
        LEAVING.deafen(STOP_SIGNALS)

    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, stop)
    with suppress(asyncio.CancelledError):
        return await session
    return None


async def _open_page(servers: DemoServers, wanted: bool) -> None:
    if wanted and has_screen(os.environ, sys.platform):
        with suppress(ServerProcessError):  # the show says so
            await servers.page_is_served()
            await asyncio.to_thread(webbrowser.open, servers.page_url)


def has_screen(environ: Mapping[str, str], platform: str) -> bool:
    """Tell whether a browser would be a window: one in the terminal would fight with the live view for it."""
    return platform in ("darwin", "win32") or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def _session(
    servers: DemoServers,
    show: DemoShow,
    console: Console,
    duration_s: float | None,
    plain: bool,
    browser: bool,
) -> str | None:
    began_s = monotonic_s()
    console.print("Starting Kafka, Redis and the engine …", style="dim")
    try:
        async with servers:
            console.print(
                WELCOME.format(
                    kafka=servers.kafka_address,
                    redis=servers.redis_url or "none",
                    metrics=servers.metrics_url,
                    page=servers.page_url,
                    prefix=servers.command_prefix,
                ),
                markup=False, highlight=False, soft_wrap=True,
            )  # fmt: skip
            opening = asyncio.create_task(_open_page(servers, browser and console.is_terminal))
            try:
                with screen(console, plain) as where:
                    async with asyncio.timeout(duration_s):
                        return await show.run(servers, where)
            finally:
                opening.cancel()
                console.print("Stopping …", style="dim")
    except TimeoutError:
        return None
    finally:
        first = "never" if show.first_kpi_s is None else f"{show.first_kpi_s - began_s:.1f} s"
        text = GOODBYE.format(
            records=counted(show.model.kpi_records, "KPI record"),
            first=first,
            alerts=counted(show.alert_changes, "alert change"),
            seconds=monotonic_s() - began_s,
        )
        console.print(text, markup=False, highlight=False, soft_wrap=True)
