"""`crm-pulse notify`: tells people of alerts, until it is told to stop."""

import asyncio
import os
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

import typer

from processors.notify.notifier import Notifier, Working
from processors.working_time.working_hours import at_work
from schemas.catalog import Catalog
from schemas.files.fault import Gathering
from schemas.notify import BUSINESS, NotifyFile
from streams.cli.failure import FAILED, CommandError
from streams.cli.reaching import reaching
from streams.config_files import read_catalog, read_notify
from streams.kafka.topic_admin import ensure
from streams.notify.process import run_notify
from streams.notify.sender import Sender
from streams.notify.senders.make import ReceiverError, make_sender
from streams.process import logs
from streams.settings import load


def notify() -> None:
    """Tell people of alerts, as the file says that CRM_PULSE_NOTIFY names.

    Many may run: one is active, the others stand by. SIGTERM or Ctrl-C ends one cleanly, with status 0; status 1
    means that something was in doubt and it should be started again.
    """
    settings = load()
    logs.configure(settings.log_level, settings.log_format)
    if settings.notify is None:
        raise CommandError(
            "CRM_PULSE_NOTIFY: expected the path of a file that says who is told of which alerts"
        )
    gathering = Gathering()
    with gathering:
        catalog = read_catalog(settings.catalog)
    with gathering:
        file = read_notify(settings.notify)
    gathering.tell()
    # Wrong secrets are told now, not with the first alert.
    make_senders = senders_of(file, os.environ)
    make_senders()
    with reaching(settings, FAILED):
        asyncio.run(ensure(settings, None))
        status = run_notify(settings, notifiers_of(file, catalog), make_senders)
    raise typer.Exit(status)


def notifiers_of(file: NotifyFile, catalog: Catalog) -> Callable[[], Notifier]:
    """Return what makes a notifier for each turn."""
    sections = {BUSINESS: catalog.calendar, **file.hours}
    hours: dict[str, Working] = {name: at_work(section) for name, section in sections.items()}
    zone = ZoneInfo(file.timezone or catalog.calendar.timezone)
    return lambda: Notifier(file, zone, hours)


def senders_of(file: NotifyFile, environ: Mapping[str, str]) -> Callable[[], dict[str, Sender]]:
    """Return what makes the senders of all receivers; that raises CommandError for a secret that is not there."""

    def make() -> dict[str, Sender]:
        made, wrong = {}, []
        for name, receiver in file.receivers.items():
            try:
                made[name] = make_sender(receiver, environ)
            except ReceiverError as error:
                wrong.append(f"receivers.{name}: {error}")
        if wrong:
            raise CommandError("\n".join(wrong))
        return made

    return make
