"""`crm-pulse`: the commands by name. Each lives in a module of its own, loaded only when it is called."""

import importlib
import inspect
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.metadata import version
from typing import Annotated, Any, Final

import typer

from streams.cli import standard_streams
from streams.cli.failure import WRONG_USE, CommandError
from streams.cli.written import flush_output, output_failure
from streams.process.leaving import LEAVING

#: name: (module that has a function, or a group of them, of that name, what the list of commands says of it)
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "demo": ("streams.cli.demo", "A simulated sales floor, live, on this machine alone."),
    "worker": ("streams.cli.worker", "Run the engine against the configured Kafka."),
    "notify": ("streams.cli.notify", "Tell people of alerts: Slack, e-mail, webhooks …"),
    "sink": ("streams.cli.sink", "Keep Redis equal to the topics, for readers of current values."),
    "predict": ("streams.cli.predict", "Fit a model to purchases once a day: what accounts will spend."),
    "serve": ("streams.cli.serve", "Answer over HTTP: current values, alerts, wallboards."),
    "token": ("streams.cli.token", "Make a token for the HTTP API."),
    "rebuild": ("streams.cli.rebuild", "Make state again from the events, under a changed catalog."),
    "load": ("streams.cli.load", "Publish events from files (JSON Lines, XES) to Kafka."),
    "replay": ("streams.cli.replay", "Compute the KPIs of a file, without Kafka."),
    "explain": ("streams.cli.explain", "Show where a KPI's value is from, down to the events."),
    "simulate": ("streams.cli.simulate", "A realistic event stream, on standard output or into Kafka."),
    "kpis": ("streams.cli.kpis", "Show the current KPI values."),
    "alerts": ("streams.cli.alerts", "Show the current alerts, or those of the last 30 days."),
    "ack": ("streams.cli.ack", "Acknowledge an alert: somebody takes care of it."),
    "silence": ("streams.cli.silence", "Hold notifications back: add, list, end."),
    "rules": ("streams.cli.rules", "Try rules on history, without Kafka."),
    "dashboards": ("streams.cli.dashboards", "Grafana dashboards of a catalog, as files."),
    "check": ("streams.cli.check", "Check catalogs, rules and delivery."),
    "test": ("streams.cli.test", "Run declared examples: events in, KPIs and alerts out."),
}

INTERRUPTED: Final = 130


def main(args: Sequence[str] | None = None) -> None:
    """Run the command named in `args` (default: the process's arguments) and exit with its status."""
    standard_streams.prepare()
    LEAVING.is_ours = args is None
    LEAVING.leave(run(sys.argv[1:] if args is None else args))


def run(args: Sequence[str]) -> int:
    """Run a command and return its exit status: 0 done, 1 a check failed, 2 wrong use or configuration."""
    status = _status_of(args)
    failure = flush_output()
    return status if failure is None else status or _told(failure)


def _status_of(args: Sequence[str]) -> int:
    try:
        application(args)(args=list(args), prog_name="crm-pulse", standalone_mode=True)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        failure = output_failure(error) or _as_failure(error)
        if failure is None:
            raise
        return _told(failure)
    return 0


def _told(failure: CommandError) -> int:
    """Say what went wrong and return the status that it is to end with."""
    with suppress(OSError):  # where standard error can't be written either, the status has to do
        if str(failure):
            typer.echo(f"crm-pulse: {failure}", err=True)
    return failure.exit_code


def application(args: Sequence[str]) -> typer.Typer:
    """Return the command line with the command that `args` name; of the others only what help lists."""
    app = typer.Typer(
        name="crm-pulse",
        help="Exact streaming KPIs and alerts for sales organisations, on Kafka.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="rich",
    )
    app.callback()(_options)
    called = next((arg for arg in args if not arg.startswith("-")), None)
    for name, (module, summary) in COMMANDS.items():
        function: Callable[..., Any] | typer.Typer = _not_loaded
        if name == called:
            function = getattr(importlib.import_module(module), name)
        if isinstance(function, typer.Typer):
            app.add_typer(function, name=name, short_help=summary)
        else:
            app.command(name, short_help=summary, help=_in_paragraphs(function.__doc__ or ""))(function)
    return app


def _in_paragraphs(text: str) -> str:
    """Return a docstring with a paragraph a line: Typer keeps the breaks of the source beside its own."""
    return "\n\n".join(" ".join(part.split()) for part in inspect.cleandoc(text).split("\n\n"))


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"crm-pulse {version('crm-pulse')}")
        raise typer.Exit


def _options(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit."),
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def _not_loaded() -> None:
    raise AssertionError("only the command that was named is loaded and run")


def _as_failure(error: Exception) -> CommandError | None:
    """Return what a person can mend about `error`, or None when it is a fault of this program."""
    if isinstance(error, CommandError):
        return error
    # These libraries are loaded if such an error can have been raised; asking for them costs nothing then.
    for module, name in USER_ERRORS:
        kind = getattr(sys.modules.get(module), name, None)
        if kind is not None and isinstance(error, kind):
            return CommandError(str(error), WRONG_USE)
    return None


#: Errors of the layers below whose message is meant for the person who called the command.
USER_ERRORS: Final = (
    ("schemas.files.fault", "Faults"),
    ("streams.settings.load", "SettingsError"),
    ("streams.web.health", "PortTakenError"),
    ("streams.kafka.topic_admin", "TopicsError"),
    ("streams.generations", "CatalogRefusedError"),
    ("streams.generations", "OtherInstallationError"),
    ("streams.rebuild", "LogCutError"),
    ("streams.sources.raw", "SourceFailed"),
    ("streams.kafka.publishing", "PublishError"),
    ("streams.kafka.readers", "ReadError"),
    ("streams.predict.orders", "NothingPredictedError"),
    ("streams.brokers.process", "ServerProcessError"),
)


if __name__ == "__main__":
    main()
