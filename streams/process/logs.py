"""Log lines: one set-up for our own and every library's, for machines or for people, never with a secret."""

import logging
import re
import sys
from collections.abc import Callable
from typing import Any, TextIO

import orjson
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from streams.kafka import out_of_reach
from streams.kafka.repetition import Repetition

#: Chatty at `info` about every partition, and about every try; they speak from `warning` on and don't repeat
#: themselves, but when we debug.
LIBRARIES = ("aiokafka", "faust", "mode", "asyncio", "redis", "kafka")

SECRET_KEY = re.compile(r"passw|secret|token|api_?key|credential|authori[sz]ation|cookie", re.IGNORECASE)
URL_LOGIN = re.compile(r"""(?<=://)[^\s"']+@""")
"""Up to the last `@` of what may be one URL: a password that was not encoded may have `@` and `/` in it."""
HIDDEN = "***"


class _Handler(logging.StreamHandler[TextIO]):
    """Ours, so that a second `configure` replaces the first and leaves others' handlers alone."""


def configure(
    level: str = "info", format: str = "auto", stream: TextIO | None = None, untold: str | None = None
) -> None:
    """Set up structlog and the standard library's logging; call it once, at the start of a command.

    Faust must be told to leave both alone: `Worker(override_logging=False, redirect_stdouts=False)`.

    Args:
        level: debug, info, warning or error.
        format: json, console, or auto: console on a terminal, else json.
        stream: where lines go; standard error by default, standard output belongs to results.
        untold: a library of which no line is shown.
    """
    stream = sys.stderr if stream is None else stream
    console = format == "console" or (format == "auto" and stream.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        _without_colors,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    handler = _Handler(stream)
    if untold is not None:
        library = logging.Filter(untold)
        handler.addFilter(lambda record: not library.filter(record))
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                hide_secrets,  # here, where the text of a traceback is there too
                *_renderers(console, stream),
            ],
        )
    )
    if level != "debug":
        handler.addFilter(Repetition(LIBRARIES))
    root = logging.getLogger()
    for old in [one for one in root.handlers if isinstance(one, _Handler)]:
        root.removeHandler(old)
    root.addHandler(handler)
    number = logging.getLevelNamesMapping()[level.upper()]
    root.setLevel(number)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(number if level == "debug" else max(number, logging.WARNING))
    out_of_reach.listen()
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _without_colors(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Leave out what uvicorn says a second time, with a terminal's colors in it."""
    event.pop("color_message", None)
    return event


def hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Blank what is called a secret and the log-in part of every URL; a structlog processor."""
    for key, value in event.items():
        if not key.startswith("_"):
            event[key] = HIDDEN if SECRET_KEY.search(key) else _without_logins(value)
    return event


def _without_logins(value: Any) -> Any:
    if isinstance(value, str):
        return URL_LOGIN.sub(f"{HIDDEN}@", value) if "://" in value else value
    if isinstance(value, dict):
        return {
            key: HIDDEN if isinstance(key, str) and SECRET_KEY.search(key) else _without_logins(one)
            for key, one in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without_logins(one) for one in value]
    return value


def _renderers(console: bool, stream: TextIO) -> list[Processor]:
    if console:
        formatter = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=formatter)]
    return [
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(serializer=_json),
    ]


def _json(value: Any, default: Callable[[Any], Any]) -> str:
    return orjson.dumps(value, default=default, option=orjson.OPT_NON_STR_KEYS).decode()
