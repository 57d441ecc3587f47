"""The broker under contract: the embedded one and a real one, with what each promises."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from streams.brokers.embedded import EmbeddedKafka
from tests.contracts.cluster import Cluster
from tests.contracts.features import APACHE, EMBEDDED
from tests.services.kafka import ApacheKafka


@pytest.fixture
async def cluster(broker: EmbeddedKafka | ApacheKafka) -> AsyncIterator[Cluster]:
    """The broker with its features; clients made through it are closed after the test."""
    features = EMBEDDED if isinstance(broker, EmbeddedKafka) else APACHE
    async with AsyncExitStack() as clients:
        yield Cluster(broker, features, clients)
