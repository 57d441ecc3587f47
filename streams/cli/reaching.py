"""How a command says that Kafka can't be reached, or refuses: where that is, and which setting says so."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka.errors import KafkaError

from streams.cli.failure import WRONG_USE, CommandError
from streams.kafka.follower import FollowError
from streams.kafka.kafka_clients import client_options
from streams.kafka.out_of_reach import out_of_reach
from streams.settings import Settings
from streams.tables import RestoreError


@contextmanager
def reaching(settings: Settings, exit_code: int = WRONG_USE) -> Iterator[None]:
    """Raise CommandError with `exit_code` where Kafka fails inside; with 2 where its settings can't be used.

    A process that a supervisor starts again says FAILED: Kafka may be back in a moment.
    """
    try:
        client_options(settings)
    except (OSError, ValueError) as error:
        raise CommandError(f"can't use the Kafka settings: {error}") from None
    try:
        yield
    except (KafkaError, RestoreError, FollowError) as error:
        raise unreachable(settings, error, exit_code) from None


def unreachable(settings: Settings, error: Exception, exit_code: int, more: str = "") -> CommandError:
    """Return the sentence, with `more` on a line of its own."""
    said = out_of_reach(settings, error)
    return CommandError(said + (f"\n{more}" if more else ""), exit_code)
