"""A worker process that goes wrong: `python -m tests.streams.faulty_worker raise|refused|hang|print`."""

import sys
import time
from collections.abc import Sequence
from typing import NoReturn

from aiokafka.errors import TopicAuthorizationFailedError

from processors.partition import Record, Send
from streams.process import logs
from streams.settings import load
from streams.topics import topics
from streams.topology import Stage
from streams.worker import run_worker
from tests.streams.fakes import FakeProcessor


class Faulty(FakeProcessor):
    """Does what it is told with its first slice."""

    def process(self, records: Sequence[Record], now_us: int) -> list[Send]:
        match sys.argv[1]:
            case "raise":
                fail()
            case "refused":
                raise TopicAuthorizationFailedError("crm.facts")
            case "hang":
                print("hanging", flush=True)  # noqa: T201
                time.sleep(60.0)
            case "print":
                print("a processor's own line", flush=True)  # noqa: T201
        return super().process(records, now_us)


def fail() -> NoReturn:
    raise ZeroDivisionError("of a processor")


if __name__ == "__main__":
    settings = load()
    logs.configure(settings.log_level, settings.log_format)
    own = topics(settings)
    stage = Stage("track", own.activity, lambda _: Faulty(), own.changelogs["track"].name)
    sys.exit(run_worker(settings, [stage]))
