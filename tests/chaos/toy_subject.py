"""The toy pipeline under chaos: counts and sums by team must equal those of the distinct events."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from zlib import crc32

import orjson

from processors.partition import StateItem
from streams.kafka.kafka_clients import client_options
from streams.settings import Settings
from streams.tables import read_changelog
from streams.topics import topics

CASES = 3_000
TEAMS = 40


class ToySubject:
    """See tests/streams/toy.py; a `Subject`."""

    command: Sequence[str] = ("-m", "tests.streams.toy_worker")
    environ: Mapping[str, str] = {}

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._opened: dict[str, int] = {}
        self._truth: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])

    async def prepare(self, settings: Settings, count: int) -> None:
        """Nothing to do."""

    def events(self, count: int, first: int = 0) -> Iterator[tuple[bytes, bytes]]:
        opened = self._opened
        for number in range(first, first + count):
            case = f"case-{self._random.randrange(CASES)}"
            team = f"team-{crc32(case.encode()) % TEAMS}"
            event = {"id": f"e{number}", "team": team, "case": case, "t": number // 10}
            if case in opened and self._random.random() < 0.5:
                self._add("responses", team, number // 10 - opened.pop(case))
                event["kind"] = "close"
            elif case not in opened and self._random.random() < 0.3:
                opened[case] = number // 10
                event["kind"] = "open"
            else:
                self._add("calls", team, 1)
                event["kind"] = "call"
            yield case.encode(), orjson.dumps(event)

    def _add(self, fact: str, team: str, value: int) -> None:
        total = self._truth[f"{fact}|{team}"]
        total[0] += 1
        total[1] += value

    async def differences(self, settings: Settings) -> list[str]:
        kpis = topics(settings).kpis
        found: dict[str, list[int]] = {}

        def take(items: Iterable[StateItem]) -> None:
            for key, value in items:
                assert key is not None and value is not None
                record = orjson.loads(value)
                found[key.decode()] = [record["count"], record["sum"]]

        for partition in range(kpis.partitions):
            await read_changelog(client_options(settings), kpis.name, partition, take)
        return [
            f"{key}: published {found.get(key)}, true {self._truth.get(key)}"
            for key in sorted(found.keys() | self._truth.keys())
            if found.get(key) != self._truth.get(key)
        ]
