"""`crm-pulse alerts --history`: every time that an alert fired, and the times to acknowledge and to resolve."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from typing import Any

import msgspec
from rich.text import Text

from processors.alerts.history import Episode, Told, episodes, read_told
from processors.alerts.times import Spread, Times, times
from processors.reading.event_time import decode_time
from processors.silences.silencing import Silences
from schemas.kpi import dims_fit
from streams.cli.failure import CommandError
from streams.cli.filter_names import AlertNames, check_alert_filters
from streams.cli.kpis import Dims
from streams.cli.moment import length_us, moment_us
from streams.cli.output import dims_label, new_table, print_json_lines, print_lines, print_table
from streams.cli.units import duration
from streams.kafka.readers import follow
from streams.kafka.silence_topic import silences_if_any
from streams.settings import Settings
from streams.topics import topics


def show(
    settings: Settings, since: str | None, rules: Sequence[str], dims: Dims, json: bool, at_us: int
) -> None:
    """Print the episodes and their times, or both as JSON Lines."""
    since_us = None if since is None else read_since(since, at_us)
    (told, unreadable), said = asyncio.run(_read(settings))
    seen = AlertNames()
    for one in told:
        seen.note(one.rule, one.dims)
    check_alert_filters(settings, seen, rules, dims)
    found = [
        one
        for one in episodes(told, said)
        if (since_us is None or decode_time(one.fired_at) >= since_us)
        and (not rules or one.rule in rules)
        and dims_fit(one.dims, dims)
    ]
    by_rule = times(found)
    if json:
        print_json_lines([*map(episode_json, found), *map(times_json, by_rule)])
        return
    if not found:
        print_lines("No alert fired.")
        return
    print_table(episodes_table(found))
    print_lines("")
    notes = [f"{unreadable} records that can't be read"] if unreadable else []
    print_table(
        times_table(by_rule), "resolved: it recovered; closed: it ended otherwise; ack: acknowledged", *notes
    )


def read_since(text: str, at_us: int) -> int:
    """Read `7d` or a time. Raises CommandError."""
    if text[:1].isdigit() and "-" not in text:
        return at_us - length_us("--since", text, 3650)
    if "-" not in text:
        raise CommandError(f"--since {text}: expected a length, as 7d, or a time, as 2026-11-21T09:00:00Z")
    return moment_us("--since", text)


def episode_json(one: Episode) -> dict[str, Any]:
    """Return an episode for a program."""
    return {"kind": "episode", **msgspec.to_builtins(one)}


def times_json(one: Times) -> dict[str, Any]:
    """Return a rule's times for a program."""
    return {"kind": "times", **msgspec.to_builtins(one)}


def episodes_table(found: Iterable[Episode]) -> Any:
    """Return the table of episodes that people see, in the order in which they fired."""
    table = new_table("fired", "severity", "rule", "of", "acknowledged", "ended", "lasted", "summary")
    for one in found:
        what = dims_label(one.dims) + (f" {one.account or ''} {one.entity}" if one.entity else "")
        taken = "–"
        if one.to_acknowledge_s is not None:
            taken = f"after {duration(one.to_acknowledge_s)} by {one.acknowledged_by}"
        table.add_row(
            one.fired_at,
            Text(one.severity),
            Text(one.rule),
            Text(what),
            Text(taken),
            f"{one.ended_by}" if one.ended_by else Text(one.state, style="bold red"),
            "–" if one.lasted_s is None else duration(one.lasted_s),
            Text(one.summary),
        )
    return table


def times_table(found: Iterable[Times]) -> Any:
    """Return the table of times that people see."""
    counts = ("fired", "open", "reopened", "ack", "resolved", "closed")
    table = new_table(
        "rule", "team", *counts, "to ack: mean", "p50", "p90", "to resolve: mean", "p50", "p90", right=counts
    )
    for one in found:
        numbers = (one.fired, one.open, one.reopened, one.acknowledged, one.resolved, one.closed)
        table.add_row(
            Text(one.rule),
            Text(one.team or "–"),
            *map(str, numbers),
            *_durations(one.to_acknowledge),
            *_durations(one.to_resolve),
        )
    return table


def _durations(of: Spread) -> list[str]:
    return ["–" if one is None else duration(one) for one in (of.mean_s, of.p50_s, of.p90_s)]


async def _read(settings: Settings) -> tuple[tuple[list[Told], int], Silences]:
    return await asyncio.gather(read_history(settings), silences_if_any(settings))


async def read_history(settings: Settings) -> tuple[list[Told], int]:
    """Return every record of the history that can be read, and how many can't. Raises ReadError."""
    told: list[Told] = []
    unreadable = 0
    async with aclosing(follow(settings, [topics(settings).alerts_history.name])) as batches:
        async for batch in batches:
            for change in batch.changes:
                try:
                    told.append(read_told(change.value or b""))
                except msgspec.MsgspecError:
                    unreadable += 1
            if batch.caught_up:
                break
    return told, unreadable
