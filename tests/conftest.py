"""The services that tests share: a process each for the whole session. A test takes topics of its own."""

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

from streams.brokers.embedded import EmbeddedKafka, EmbeddedRedis
from streams.predict.child import is_installed
from tests.services.kafka import ApacheKafka, KafkaUnavailableError
from tests.services.npm import NpmUnavailableError, fetch_packages, find_node
from tests.services.redis import RedisServer, find_redis

# How long an example takes is the machine's matter, and no fault of what is tested.
settings.register_profile("crm-pulse", deadline=None)
settings.load_profile("crm-pulse")

# A shell ignores SIGINT for what it starts in the background, and so would all that a test starts and interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def in_ci() -> bool:
    """Tell whether this is a CI run, by the variable that all of them set."""
    return os.environ.get("CI", "").lower() in ("true", "1")


def unavailable(reason: str) -> NoReturn:
    """Skip a test on a laptop; in CI, where everything must be there, fail it."""
    if in_ci():
        pytest.fail(f"{reason} (CI is set: nothing may be missing)", pytrace=False)
    pytest.skip(reason)


#: What a test that asks for a service is marked as, so that nobody can forget it.
MARK_OF_FIXTURE = {
    "apache_kafka": pytest.mark.kafka,
    "embedded_kafka": pytest.mark.embedded,
    "embedded_redis": pytest.mark.embedded,
    "redis_server": pytest.mark.embedded,
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the services that they ask for."""
    for item in items:
        for fixture in getattr(item, "fixturenames", ()):
            if fixture in MARK_OF_FIXTURE:
                item.add_marker(MARK_OF_FIXTURE[fixture])


def start_or_skip(kafka: ApacheKafka) -> None:
    """Start a real Kafka; where that can't be had, skip the test (in CI, fail it)."""
    problem = None
    try:
        asyncio.run(kafka.start())
    except KafkaUnavailableError as error:
        problem = str(error)
    if problem:
        unavailable(problem)


@pytest.fixture(scope="session")
def apache_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    """A real Apache Kafka of one node."""
    kafka = ApacheKafka(tmp_path_factory.mktemp("apache-kafka"))
    start_or_skip(kafka)
    yield kafka
    asyncio.run(kafka.stop())


@pytest.fixture(scope="session")
def embedded_kafka() -> Iterator[EmbeddedKafka]:
    """The embedded Kafka that `crm-pulse demo` uses."""
    kafka = EmbeddedKafka()
    asyncio.run(kafka.__aenter__())
    yield kafka
    asyncio.run(kafka.__aexit__(None, None, None))


@pytest.fixture(
    scope="session",
    params=[
        pytest.param("embedded", marks=pytest.mark.embedded),
        pytest.param("apache", marks=pytest.mark.kafka),
    ],
)
def broker(request: pytest.FixtureRequest) -> EmbeddedKafka | ApacheKafka:
    """Each Kafka in turn."""
    kafka = request.getfixturevalue(f"{request.param}_kafka")
    assert isinstance(kafka, EmbeddedKafka | ApacheKafka)
    return kafka


@pytest.fixture(scope="session")
def prediction_library() -> None:
    """What `crm-pulse predict` fits; `make test` installs it."""
    if not is_installed():
        unavailable("the extra `predict` is not installed")


@pytest.fixture(scope="session")
def embedded_redis() -> Iterator[EmbeddedRedis]:
    """The embedded Redis that `crm-pulse demo` uses."""
    redis = EmbeddedRedis()
    asyncio.run(redis.__aenter__())
    yield redis
    asyncio.run(redis.__aexit__(None, None, None))


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    """The distribution's Redis; on a laptop without one, the embedded."""
    if find_redis() is None and in_ci():
        unavailable("no redis-server on the PATH")
    redis = RedisServer()
    asyncio.run(redis.__aenter__())
    yield redis
    asyncio.run(redis.__aexit__(None, None, None))


@pytest.fixture(scope="session")
def npm_packages() -> Path:
    """The directory `node_modules` with what tests take from npm."""
    try:
        return fetch_packages()
    except NpmUnavailableError as error:
        unavailable(str(error))


@pytest.fixture(scope="session")
def node() -> str:
    """The path of a Node.js."""
    try:
        return find_node()
    except NpmUnavailableError as error:
        unavailable(str(error))
