"""What is put under chaos: a pipeline in worker processes, its events, and the truth about them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from streams.settings import Settings


class Subject(Protocol):
    """A pipeline under test."""

    @property
    def command(self) -> Sequence[str]:
        """Arguments of Python that run a worker; its settings come by the environment."""
        ...

    @property
    def environ(self) -> Mapping[str, str]:
        """Variables of its own for the workers."""
        ...

    async def prepare(self, settings: Settings, count: int) -> None:
        """Get ready for a stream of so many events; the topics are there, no worker is yet."""
        ...

    def events(self, count: int) -> Iterator[tuple[bytes, bytes]]:
        """Yield (key, value) of so many events for `crm.activity`, without repeats, noting the truth.

        The harness publishes them in this order, and some of them again.
        """
        ...

    async def differences(self, settings: Settings) -> list[str]:
        """Compare what is published now with the truth about all events yielded; empty when equal."""
        ...
