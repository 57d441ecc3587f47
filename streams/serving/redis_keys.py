"""Names of the keys in Redis: docs/redis.md says what is in them."""

from dataclasses import dataclass
from typing import Final

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from streams.serving.store import StoreAwayError
from streams.settings import Settings

#: A call that takes longer counts as failed, and its connection is given up.
TIMEOUT_S: Final = 5.0
ALERT: Final = "alert:"
"""What ids of alerts begin with where they stand beside keys of KPIs, which have no colon before their first bar."""
FILLED: Final = "filled"
"""The only field of the change that a generation begins with: an entry of a stream can't be without."""

AWAY: Final = (RedisError, OSError, TimeoutError)


@dataclass(frozen=True, slots=True)
class RedisKeys:
    """The keys of one installation; `namespace` keeps several apart."""

    namespace: str = "crm"

    def kpis(self, bucket: str) -> str:
        """Hash: last part of a record's key → record."""
        return f"{self.namespace}:kpis:{bucket}"

    def periods(self, kpi_and_window: str) -> str:
        """Set: periods that have records."""
        return f"{self.namespace}:periods:{kpi_and_window}"

    def leaderboard(self, bucket: str) -> str:
        """Sorted set: rep → value."""
        return f"{self.namespace}:leaderboard:{bucket}"

    def series(self, key: str) -> str:
        """Hash: number of a slot → time and value."""
        return f"{self.namespace}:series:{key}"

    @property
    def buckets(self) -> str:
        """Set: every bucket that has records."""
        return f"{self.namespace}:buckets"

    @property
    def alerts(self) -> str:
        """Hash: id → record."""
        return f"{self.namespace}:alerts"

    @property
    def directory(self) -> str:
        """Hash: rep → team and activity."""
        return f"{self.namespace}:directory"

    @property
    def changes(self) -> str:
        """Stream: records as they changed."""
        return f"{self.namespace}:changes"

    @property
    def changed(self) -> str:
        """Channel: names of what changed."""
        return f"{self.namespace}:changed"

    @property
    def status(self) -> str:
        """Hash: how far all this can be believed, and whose it is to write."""
        return f"{self.namespace}:status"

    @property
    def sink(self) -> str:
        """The sink whose turn it is; it vanishes when that falls silent."""
        return f"{self.namespace}:sink"


def keys_of(settings: Settings) -> RedisKeys:
    """Return the keys of an installation: they begin as its topics do, `crm.` as `crm:`."""
    return RedisKeys(settings.topic_prefix.rstrip(".") or "crm")


def connect(url: str) -> "Redis":
    """Return a client for `url`, not connected yet, whose calls fail at once where they fail, and never hang."""
    return Redis.from_url(
        url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=Retry(NoBackoff(), 0)
    )


def away(error: BaseException) -> StoreAwayError:
    """Return what to raise for one of the `AWAY` errors."""
    return StoreAwayError(f"Redis is away: {str(error) or type(error).__name__}")
