"""`crm-pulse explain`: the parts of a KPI's value, the facts behind it, and their events."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from processors.compile import Plan
from processors.explaining.explain import Explainer
from processors.explaining.inquiry import Question
from processors.publishing.records import rfc3339
from schemas.catalog import Catalog
from schemas.events.directory import PERIODS, is_period
from schemas.files.fault import unknown
from streams.cli.explain_show import as_json, show
from streams.cli.failure import CommandError
from streams.cli.feeding import feed
from streams.cli.horizon import DedupHorizon, horizon_us
from streams.cli.kpis import read_dims
from streams.cli.moment import as_of_moment
from streams.cli.output import print_json_lines
from streams.cli.replay import catalog_for
from streams.cli.unusable import UnusableEvents
from streams.clock import now_us
from streams.config_files import read_mapping

KEYS_MAX = 10
"""So many keys are named where there is no record."""


def explain(
    kpi: Annotated[str, typer.Argument(help="The KPI's id.")],
    files: Annotated[
        list[str], typer.Argument(help="JSON Lines (.gz too), - for standard input, .xes, .xes.gz")
    ],
    dim: Annotated[
        list[str] | None, typer.Option(help="Of whom or what: rep=ann; default: the company.")
    ] = None,
    window: Annotated[
        str | None, typer.Option(help="The window; default: all_time, or the first that the KPI has.")
    ] = None,
    period: Annotated[
        str | None, typer.Option(help="A period of that window, as 2026-11; default: the running one.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="The moment; default: the last event's time.")] = None,
    catalog: Annotated[Path | None, typer.Option(help="The catalog; default: the standard one.")] = None,
    mapping: Annotated[Path | None, typer.Option(help="How an XES log becomes events.")] = None,
    dedup_horizon: DedupHorizon = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object, with every fact.")] = False,
) -> None:
    """Show where a value is from: its parts, the facts in force, the events that gave them, and what was taken back.

    Replays files as of a moment, as `replay` does.
    """
    rules = read_mapping(mapping)
    plan = Plan(catalog_for(rules, catalog))
    question = _question(plan.catalog, kpi, window, period, _dims(dim or []))
    horizon = horizon_us(dedup_horizon)
    explainer = Explainer(plan, arrival_us=now_us(), dedup_horizon_us=horizon, as_of_us=as_of_moment(as_of))
    unusable = feed(files, rules, lambda event: explainer.take(event.value, event.where), explainer.learn)
    part = explainer.explain(question)
    if part is None or part.record is None:
        raise CommandError(_nothing(explainer, question, part.key if part else kpi, unusable))
    as_of_us = explainer.replay.as_of_us
    assert as_of_us is not None
    if json:
        print_json_lines([{**as_json(plan.catalog, part), "as_of": rfc3339(as_of_us)}])
    else:
        show(plan.catalog, part, rfc3339(as_of_us), len(unusable))


def _question(
    catalog: Catalog, kpi: str, window: str | None, period: str | None, dims: Mapping[str, str | None]
) -> Question:
    if kpi not in catalog.kpis:
        raise CommandError(unknown("KPI", kpi, catalog.kpis))
    windows = catalog.windows_of(catalog.kpis[kpi])
    if window is None:
        window = "all_time" if "all_time" in windows and period is None else windows[0]
        if period is not None:
            window = next((one for one in windows if is_period(one, period)), window)
    if window not in windows:
        raise CommandError(unknown(f"window of {kpi}", window, windows))
    if period is not None and not is_period(window, period):
        example = f", as {PERIODS[window][1]}" if window in PERIODS else ": it has none"
        raise CommandError(f"--period {period}: expected one of the window {window}{example}")
    return Question(kpi, window, period, dims)


def _dims(texts: list[str]) -> dict[str, str | None]:
    dims = read_dims(texts)
    for name, value in dims.items():
        if value is None:
            raise CommandError(f"--dim {name}: expected NAME=VALUE, such as rep=ann")
    return {name: value or None for name, value in dims.items()}


def _nothing(explainer: Explainer, question: Question, key: str, unusable: UnusableEvents) -> str:
    said = _none_there(explainer, question, key)
    return f"{said}; not used: {unusable.summary()}" if unusable else said


def _none_there(explainer: Explainer, question: Question, key: str) -> str:
    keys: list[Any] = explainer.keys(question.kpi)
    same = [other for other in keys if other.split("|")[1].partition(":")[0] == question.window] or keys
    if not same:
        return f"no record {key}, nor any other of {question.kpi}"
    more = f" and {len(same) - KEYS_MAX} more" if len(same) > KEYS_MAX else ""
    return f"no record {key}; there are {', '.join(same[:KEYS_MAX])}{more}"
