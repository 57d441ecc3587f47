"""A real redis-server, as the distribution has it, run by the tests."""

import os
import shutil
from pathlib import Path

from streams.brokers.embedded import EmbeddedRedis, redis_arguments


class RedisServer(EmbeddedRedis):
    """The redis-server on the PATH; where there is none, the embedded one."""

    def command(self, directory: Path) -> list[str]:
        found = find_redis()
        return [found, *redis_arguments(self.port, directory)] if found else super().command(directory)


def find_redis() -> str | None:
    """Return the path of a Redis or Valkey server, None where none is installed."""
    # Debian keeps servers where a user's PATH may not reach.
    path = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
    return shutil.which("redis-server", path=path) or shutil.which("valkey-server", path=path)
