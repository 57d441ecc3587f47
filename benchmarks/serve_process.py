"""A serve process for the benchmark: the application over a store whose records change all the time.

    python -m benchmarks.serve_process PER_S

Prints its port. Every record carries when it was made, so that whoever reads it knows how long it took.
"""

import asyncio
import random
import sys
from itertools import count

import orjson

from processors.silences.silencing import Silences
from schemas.catalog import load_catalog
from schemas.kpi import kpi_key
from schemas.silence import Silence
from streams.clock import now_us
from streams.web.api.app import create_app
from streams.web.api.context import Context
from streams.web.api.limits import Limits
from streams.web.server import HttpServer, listening
from tests.streams.web.api.fed_store import FedStore

BATCH_S = 0.1
"""How often the engine publishes."""
REPS, TEAMS = 200, 10
KPIS = ("calls", "activities", "deals_won", "won_revenue")
LIMITS = Limits(requests_burst=5_000, requests_per_s=5_000)
"""All clients are at one address; the streams are as many as in any other installation."""


class NothingSaid:
    """No silences."""

    def said(self) -> Silences:
        """Return none."""
        return Silences()

    async def say(self, record: Silence) -> None:
        """Take none."""
        raise NotImplementedError


def record(rng: random.Random, revision: int) -> tuple[str, bytes]:
    """Return a change: of a rep mostly, sometimes of a team or the company."""
    kpi, of = rng.choice(KPIS), rng.random()
    dims: dict[str, str | None] = {"rep": f"rep-{rng.randrange(REPS)}"}
    if of < 0.2:
        dims = {"team": f"team-{rng.randrange(TEAMS)}"} if of < 0.15 else {}
    document = {
        "kpi": kpi, "window": "rolling_24h", "period": None, "dims": dims, "value": revision, "n": 40,
        "unit": "count", "start": "2026-11-20T09:05:00Z", "end": "2026-11-21T09:05:00Z",
        "as_of": "2026-11-21T09:03:10Z", "final": False, "revision": revision, "rank": 3, "of": 12,
        "team_value": 36.2, "catalog": "crm-standard@3f2a", "made_us": now_us(),
    }  # fmt: skip
    return kpi_key(kpi, "rolling_24h", None, dims), orjson.dumps(document)


async def publish(store: FedStore, per_s: int) -> None:
    """Change records for ever."""
    rng, revisions = random.Random(1), count(1)
    while True:
        await store.change([record(rng, next(revisions)) for _ in range(round(per_s * BATCH_S))])
        store.at = store.at._replace(written_ms=now_us() // 1000)
        await asyncio.sleep(BATCH_S)


async def main(per_s: int) -> None:
    """Serve until killed."""
    store = FedStore()
    context = Context(store, load_catalog(), None, {}, NothingSaid(), limits=LIMITS)
    with listening("127.0.0.1", 0) as sock:
        server = HttpServer(create_app(context), sock, LIMITS.streams_max + 500)
        context.abort = server.abort
        print(sock.getsockname()[1], flush=True)
        await asyncio.gather(server.run(asyncio.Event()), publish(store, per_s))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
