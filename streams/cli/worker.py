"""`crm-pulse worker`: the engine against the configured Kafka, until it is told to stop."""

import asyncio
import os
import sys
from contextlib import AbstractAsyncContextManager
from typing import Any

import structlog
import typer

from processors.compile import Plan
from processors.generations import Generations
from processors.targets import Targets
from schemas.catalog import Catalog
from schemas.catalogs.exported import Exported, exported
from streams.cli.failure import FAILED
from streams.cli.reaching import reaching
from streams.config_files import read_with_rules
from streams.generations import enter, read_generations
from streams.kafka.topic_admin import ensure
from streams.measuring.exposition import WorkerCollector
from streams.measuring.kpi_export import KpiExport
from streams.measuring.measures import Measures
from streams.owning.beside_targets import following_targets
from streams.process import logs
from streams.settings import Settings, load
from streams.status import WorkerStatus
from streams.topics import REBUILT, topics
from streams.topology import stages
from streams.web.health import HealthServer
from streams.worker import START_AGAIN, run_worker

log = structlog.get_logger(__name__)


def worker() -> None:
    """Run the engine. It is configured by CRM_PULSE_* variables and the file that CRM_PULSE_CONFIG names.

    Many workers may run; they share the partitions. SIGTERM or Ctrl-C ends one cleanly, with status 0;
    status 1 means that something was in doubt and it should be started again. When `crm-pulse rebuild` has
    switched to new state, it starts itself again, and reads its configuration and catalog anew.
    """
    settings = load()
    logs.configure(settings.log_level, settings.log_format)
    catalog, rules, absences = read_with_rules(settings.catalog, settings.rules)
    plan = Plan(catalog)
    with reaching(settings, FAILED):
        generations = asyncio.run(_enter(settings, catalog))

    def pages(status: WorkerStatus) -> AbstractAsyncContextManager[Any]:
        return health_pages(settings, exported(catalog, rules.values()), plan.name, status)

    targets = Targets(plan.calendar, plan.targets, plan.usable_target)
    beside = [pages, following_targets(settings, targets)] if "rollup" in settings.stages else [pages]
    row = stages(settings, plan, rules, targets, generations.chain, absences)
    with reaching(settings, FAILED):
        status = run_worker(settings, row, beside=beside, generation=generations.current)
    if status == START_AGAIN:
        _start_again()
    raise typer.Exit(status)


async def _enter(settings: Settings, catalog: Catalog) -> Generations:
    """See that there are topics, and that the state can be gone on with under the catalog."""
    await ensure(settings, None)
    # Alerts are judged by rules, not by the catalog: who does nothing else writes no state under it.
    writes = set(REBUILT) & set(settings.stages)
    generations = await (enter(settings, catalog) if writes else read_generations(settings))
    await ensure(settings, generations.current)
    return generations


def _start_again() -> None:
    """Put a new process in the place of this one, with the same arguments and environment, and nothing in memory."""
    log.info("worker_starts_again")
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os.execv(sys.executable, sys.orig_argv)


def health_pages(settings: Settings, choice: Exported, version: str, status: WorkerStatus) -> HealthServer:
    """Return the server of a worker's /metrics, /healthz and /readyz; it hears of everything from now on."""
    measures = Measures(status, KpiExport(choice, topics(settings).kpis.name))
    status.observer = measures
    collector = WorkerCollector(status, measures, version)
    return HealthServer(settings.metrics_host, settings.metrics_port, status, collector)
