"""`crm-pulse sink`: keeps Redis equal to the topics, until it is told to stop."""

import asyncio

import typer

from streams.cli.failure import FAILED, CommandError
from streams.cli.reaching import reaching
from streams.kafka.topic_admin import ensure
from streams.process import logs
from streams.settings import load
from streams.sinks.process import run_sink


def sink() -> None:
    """Keep the Redis that CRM_PULSE_REDIS_URL names equal to the KPIs, alerts and directory on the topics.

    Many may run: one is active, the others stand by. SIGTERM or Ctrl-C ends one cleanly, with status 0; status 1
    means that something was in doubt and it should be started again. It goes on through outages of both sides.
    """
    settings = load()
    logs.configure(settings.log_level, settings.log_format)
    if settings.redis_url is None:
        raise CommandError("CRM_PULSE_REDIS_URL: expected the URL of the Redis to fill")
    with reaching(settings, FAILED):
        asyncio.run(ensure(settings, None))
    raise typer.Exit(run_sink(settings))
