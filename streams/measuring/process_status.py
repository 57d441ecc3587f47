"""What a process that is no worker knows of its health, and its /metrics page made of what it counts."""

from prometheus_client.registry import Collector

from streams.measuring.metric import page


class ProcessStatus(Collector):
    """Health. What was counted since the start is for subclasses to `collect`."""

    def __init__(self) -> None:
        self.failure: BaseException | None = None
        self.failed_in = ""

    def fail(self, where: str, error: BaseException) -> None:
        """Something is in doubt: the process is to end."""
        if self.failure is None:
            self.failure, self.failed_in = error, where

    def failures(self) -> list[str]:
        """Why this process should be replaced."""
        return [] if self.failure is None else [f"{self.failed_in}: {type(self.failure).__name__}"]

    async def render(self, accept: str) -> tuple[bytes, str]:
        """Return the page and its content type."""
        return page(self, accept)
