"""The predictor: reads orders, and once each local day fits a model and publishes what it says."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from typing import Final

import msgspec
import structlog
from aiokafka.errors import KafkaError

from processors.calendar import Calendar
from processors.compile import fingerprint
from processors.predicting.prediction import Model, predict
from processors.predicting.purchases import Purchases
from processors.predicting.records import Said, Told, is_of, say
from schemas.catalog import Catalog
from streams.clock import monotonic_s
from streams.kafka.out_of_reach import out_of_reach
from streams.kafka.publishing import Publisher, PublishError
from streams.kafka.readers import follow, read_latest
from streams.predict.orders import Orders, predicted
from streams.predict.status import PredictStatus
from streams.process.cancellation import heed_cancellation
from streams.settings import Settings
from streams.sources.publish import loading
from streams.topics import topics

log = structlog.get_logger(__name__)

#: The clock is looked at so often: it may be set, and a machine may have slept.
LOOK_S: Final = 30.0


class Revised(msgspec.Struct):
    """What is read of a record that was published before."""

    revision: int


class Predictor:
    """Purchases, and what was published of them. `now_us` is the clock."""

    def __init__(self, settings: Settings, catalog: Catalog, model: Model, now_us: Callable[[], int]) -> None:
        """Raises NothingPredictedError: the catalog has no such KPI."""
        section = catalog.calendar
        self._settings = settings
        self._kpis = predicted(catalog)
        self._model = model
        self._now_us = now_us
        self._calendar = Calendar(section.timezone, section.fiscal_year_start_month, section.week_start)
        self._purchases = Purchases(self._calendar)
        self._orders = Orders(catalog, self._purchases)
        own = topics(settings)
        self._activity = own.activity.name
        self._told = Told(
            own.kpis.name,
            own.kpis_history.name,
            own.kpis.partitions,
            f"{catalog.catalog}@{fingerprint(catalog)}",
        )
        self._reading = asyncio.Lock()
        """Held while purchases are read or looked at."""
        self._known: dict[str, frozenset[bytes]] = {}
        self._revision = 0
        self._day: str | None = None
        self.caught_up = asyncio.Event()
        self.status = PredictStatus(self._orders.counts)

    async def read(self) -> None:
        """Read all activity, then what comes, until canceled.

        Raises:
            ReadError: Kafka can't be reached, or there is no such topic.
        """
        async with aclosing(follow(self._settings, [self._activity])) as batches:
            async for batch in batches:
                async with self._reading:
                    self._orders.take(batch.changes)
                if batch.caught_up and not self.caught_up.is_set():
                    log.info("activity_read", **self._orders.counts, accounts=len(self._purchases))
                    self.status.caught_up = True
                    self.caught_up.set()

    async def resume(self) -> None:
        """Learn which records there are. Raises ReadError."""
        found = await read_latest(
            self._settings,
            self._told.topic,
            lambda key: any(is_of(key.encode(), name) for name in self._kpis),
            Revised,
        )
        for name in self._kpis:
            self._known[name] = frozenset(key.encode() for key in found if is_of(key.encode(), name))
        self._revision = max((record["revision"] for record in found.values()), default=0)

    async def each_day(self, publisher: Publisher) -> None:
        """Predict now, and whenever another local day has begun, until canceled.

        Raises:
            PublishError: records are in doubt.
        """
        while True:
            if self.is_due():
                await self.once(publisher)
            await asyncio.sleep(LOOK_S)

    def is_due(self) -> bool:
        """Say whether it is another day than that of the last prediction."""
        return self._calendar.day_at(self._now_us()).label != self._day

    async def once(self, publisher: Publisher) -> dict[str, Said]:
        """Predict and publish every KPI once.

        Raises:
            PublishError: records are in doubt.
            ModelStoppedError: the model was stopped meanwhile; nothing is published of what it did not finish.
        """
        told: dict[str, Said] = {}
        now_us = self._now_us()
        for name, kpi in self._kpis.items():
            assert kpi.predicted is not None
            began_s = monotonic_s()
            async with self._reading:
                prediction = await asyncio.to_thread(
                    predict, self._purchases, self._calendar, kpi.predicted, self._model, now_us
                )
                said_us = self._now_us()
                self._revision = max(self._revision + 1, said_us // 1_000)
                known = self._known.get(name, frozenset())
                said = say(name, kpi, prediction, self._purchases, self._told, known, said_us, self._revision)
            await publisher.publish(said.sends)
            self._known[name] = said.keys
            told[name] = said
            seconds = monotonic_s() - began_s
            self.status.predicted(name, prediction, said, seconds, said_us)
            log.info(
                "predicted", kpi=name, day=prediction.day, accounts=len(prediction.states),
                repeat_accounts=prediction.repeat_accounts, records=said.records, cut=said.cut,
                tombstones=said.tombstones, seconds=round(seconds, 1),
                holdout=None if prediction.holdout is None else prediction.holdout._asdict(),
                no_value=prediction.no_value, no_error=prediction.no_error, detail=prediction.detail,
                **prediction.parameters,
            )  # fmt: skip
        self._day = self._calendar.day_at(now_us).label
        return told


@asynccontextmanager
async def publisher(settings: Settings) -> AsyncIterator[Publisher]:
    """Yield what publishes records. Raises PublishError."""
    async with AsyncExitStack() as stack:
        try:
            producer = await stack.enter_async_context(loading(settings))
            heed_cancellation()
        except KafkaError as error:
            raise PublishError(out_of_reach(settings, error)) from error
        yield Publisher(lambda: producer)
