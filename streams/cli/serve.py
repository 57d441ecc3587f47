"""`crm-pulse serve`: current values, alerts and wallboards over HTTP, until it is told to stop."""

import typer

from processors.serving.board_document import BoardDocuments
from schemas.files.fault import Gathering
from streams.cli.failure import CommandError
from streams.clock import now_us
from streams.config_files import read_tokens, read_with_boards, rule_labels
from streams.process import logs
from streams.serving.open_store import open_store
from streams.serving.store import Store
from streams.settings import load
from streams.web.api.context import Context
from streams.web.api.silence_log import SilenceLog
from streams.web.loopback import is_loopback
from streams.web.process import run_serve


def serve() -> None:
    """Answer the HTTP API and show the wallboards.

    Current values are read from Redis where CRM_PULSE_REDIS_URL is set, else from the topics, by this process alone.
    Many may run. SIGTERM or Ctrl-C ends one cleanly, with status 0.
    """
    settings = load()
    logs.configure(settings.log_level, settings.log_format)
    if settings.tokens is None and not is_loopback(settings.http_host):
        raise CommandError(
            f"CRM_PULSE_HTTP_HOST = {settings.http_host} can be reached from other machines, so CRM_PULSE_TOKENS "
            "must say who may read: a file of tokens, each made by `crm-pulse token NAME`"
        )
    gathering = Gathering()
    with gathering:
        tokens = None if settings.tokens is None else read_tokens(settings.tokens)
    with gathering:
        catalog, found = read_with_boards(settings.catalog, settings.boards)
    gathering.tell()
    boards = BoardDocuments(found, catalog, now_us)
    labels = rule_labels(settings.rules, settings.catalog)

    def context(store: Store, silences: SilenceLog) -> Context:
        return Context(store, catalog, tokens, boards, silences, labels=labels)

    raise typer.Exit(run_serve(settings, open_store, context))
