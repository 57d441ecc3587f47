"""`crm-pulse predict`: what accounts will spend, by a model fitted once a day."""

import asyncio
from typing import Annotated

import typer

from streams.cli.failure import FAILED, CommandError
from streams.cli.reaching import reaching
from streams.config_files import read_catalog
from streams.kafka.topic_admin import ensure
from streams.predict.child import is_installed
from streams.predict.orders import predicted
from streams.predict.process import run_predict
from streams.process import logs
from streams.settings import load


def predict(
    once: Annotated[bool, typer.Option("--once", help="Predict once and end, for a scheduler.")] = False,
) -> None:
    """Fit a model to all purchases, at the start and once each day, and publish what it expects of every account.

    One is enough; a second one does the same work again. SIGTERM or Ctrl-C ends it cleanly, with status 0 (with --once
    1: nothing was published); status 1 means that something was in doubt and it should be started again.
    """
    settings = load()
    logs.configure(settings.log_level, settings.log_format)
    catalog = read_catalog(settings.catalog)
    predicted(catalog)
    if not is_installed():
        raise CommandError("PyMC-Marketing is not installed: pip install 'crm-pulse[predict]'")
    with reaching(settings, FAILED):
        asyncio.run(ensure(settings, None))
    raise typer.Exit(run_predict(settings, catalog, once))
