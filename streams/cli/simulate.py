"""`crm-pulse simulate`: a sales floor that does not exist, as a stream of events."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from itertools import islice
from typing import Annotated, Final, Protocol

import typer

from schemas.duration import DAY_US
from schemas.files.given_time import FIRST_YEAR, LAST_YEAR, in_given_years
from streams.cli.event_publisher import event_publisher
from streams.cli.failure import CommandError
from streams.cli.finite import finite
from streams.cli.moment import moment_us
from streams.cli.reaching import reaching
from streams.cli.start import start
from streams.cli.units import counted
from streams.clock import now_us
from streams.kafka.topic_admin import ensure
from streams.sources.simulate import Arrival, FloorPlan
from streams.sources.simulate import simulate as events_of

#: Written in one go when there is nothing to wait for.
BLOCK_EVENTS: Final = 2_000
#: The least pause of a live stream: what arrives within it leaves together.
PAUSE_S: Final = 0.05
#: More than all years that moments may lie in.
DAYS_MAX: Final = 366.0 * (LAST_YEAR + 1 - FIRST_YEAR)


class Sink(Protocol):
    """Where events go."""

    async def publish(self, values: list[bytes]) -> None:
        """Take events; return when they are there."""
        ...


def simulate(
    seed: Annotated[int, typer.Option(help="The same seed, start and floor give the same events.")] = 1,
    days: Annotated[
        float,
        typer.Option(
            help="How much to tell, in days; with --live, how much of the past, before it goes on from now.",
            min=0.0,
            max=DAYS_MAX,
            callback=finite,
        ),
    ] = 1.0,
    start: Annotated[
        str | None, typer.Option(help="When it begins (2026-11-02T00:00:00Z); default: so that it ends now.")
    ] = None,
    live: Annotated[
        bool,
        typer.Option(
            "--live",
            help="Write what is past, a whole day if you say nothing else (--days 0.01: a quarter of an hour), at "
            "once; then go on from now, as fast as life, until stopped.",
        ),
    ] = False,
    kafka: Annotated[
        bool, typer.Option("--kafka", help="Publish to the configured Kafka, not to standard output.")
    ] = False,
    teams: Annotated[int, typer.Option(help="Teams.")] = 5,
    reps: Annotated[int, typer.Option(help="Sales reps.")] = 30,
    accounts: Annotated[int, typer.Option(help="Customers.")] = 600,
    events_per_s: Annotated[
        float | None,
        typer.Option(help="Mean rate in working hours; default: what so many reps do.", callback=finite),
    ] = None,
    timezone: Annotated[str, typer.Option(help="Where the floor is.")] = "Europe/Berlin",
) -> None:
    """Write the events of a simulated sales floor, in the order in which they would arrive."""
    start_us = now_us() - round(days * DAY_US) if start is None else moment_us("--start", start)
    until_us = None if live else start_us + round(days * DAY_US)
    if not (in_given_years(start_us) and in_given_years(start_us if until_us is None else until_us)):
        raise CommandError(f"--days {days:g}: begins or ends outside the years {FIRST_YEAR} to {LAST_YEAR}")
    try:
        plan = FloorPlan(
            teams=teams, reps=reps, accounts=accounts, events_per_s=events_per_s, timezone=timezone
        )
    except (ValueError, LookupError, OSError) as error:
        raise CommandError(f"no such floor: {error}") from None
    arrivals = events_of(seed, start_us, plan, until_us=until_us)
    asyncio.run(_write(arrivals, live, kafka))


async def _write(arrivals: Iterator[Arrival], live: bool, kafka: bool) -> None:
    async with _sink(kafka) as sink:
        if live:
            await pour_live(arrivals, sink, now_us, asyncio.sleep)
        else:
            while block := [arrival.value for arrival in islice(arrivals, BLOCK_EVENTS)]:
                await sink.publish(block)


async def pour_live(
    arrivals: Iterator[Arrival],
    sink: Sink,
    clock_us: Callable[[], int],
    sleep: Callable[[float], Awaitable[None]],
) -> None:
    """Hand over each event when it arrives by the clock; what arrived before now, at once."""
    due: list[bytes] = []
    for arrival in arrivals:
        wait_s = (arrival.t_us - clock_us()) / 1e6
        if wait_s > 0 or len(due) >= BLOCK_EVENTS:
            await sink.publish(due)
            due = []
            if wait_s > 0:
                await sleep(max(wait_s, PAUSE_S))
        due.append(arrival.value)
    await sink.publish(due)


class _StandardOutput:
    async def publish(self, values: list[bytes]) -> None:
        if values:
            sys.stdout.buffer.write(b"\n".join(values) + b"\n")
            sys.stdout.buffer.flush()
        # Ctrl-C is delivered where something is waited for, and writing here waits for nothing.
        await asyncio.sleep(0)


@asynccontextmanager
async def _sink(kafka: bool) -> AsyncIterator[Sink]:
    if not kafka:
        yield _StandardOutput()
        return
    settings = start()
    with reaching(settings):
        await ensure(settings, None)
        async with event_publisher(settings, "simulated") as publisher:
            try:
                yield publisher
            finally:  # a live stream ends no other way than by Ctrl-C
                typer.echo(f"{counted(publisher.tally.events, 'event')} published", err=True)
