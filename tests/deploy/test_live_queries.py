"""Every query of the dashboards and every rule, in a real Prometheus that scrapes a real worker."""

import asyncio
import re
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from streams.brokers.embedded import EmbeddedKafka
from streams.brokers.process import free_port
from streams.clock import monotonic_s, now_us
from streams.kafka.readers import read_latest
from streams.kafka.topic_admin import ensure
from streams.settings import Settings
from streams.sources.simulate import FloorPlan, simulate
from streams.topics import topics
from tests.conftest import unavailable
from tests.deploy.prometheus_files import RULES, Asked, boards, filled, queries, rules
from tests.services.prometheus import Prometheus, find_prometheus
from tests.services.redis import RedisServer
from tests.streams.processes import environ_of, own_settings, publish, worker

pytestmark = [pytest.mark.embedded, pytest.mark.slow]

WAIT_S = 150.0
#: So soon Prometheus shows what is on Kafka.
AGREE_S = 30.0
DAY_US = 86_400_000_000
#: A floor's weeks up to a Friday afternoon, moved so that it is now.
START_US = int(datetime(2026, 10, 19, tzinfo=UTC).timestamp()) * 1_000_000
DAYS = 25.65
NOTIFY = """\
receivers:
  hook: {type: webhook, url: "http://127.0.0.1:1/", secret_env: HOOK_SECRET, allow_private: true, timeout: 1s}
route: {receivers: [hook], group_by: [rule], group_wait: 0s, group_interval: 0s}
"""
#: One that fires at once, beside the standard ones that the dashboards are made of.
MORE_RULES = """\
extends: standard
rules:
  busy: {title: Somebody calls, kpi: calls, window: rolling_24h, above: 0}
"""
#: There is nothing where nothing is wrong, or where it has not happened yet; predictions have a test of their own.
MAY_BE_EMPTY = (
    "ALERTS{", "crm_pulse_notify_dead_letters_total", "crm_pulse_predict_", "item!=",
    "increase(crm_pulse_alert_transitions_total[$__rate_interval])",
)  # fmt: skip
#: Of the queries that ask for KPIs so many must have an answer, whatever day and hour it is.
ANSWERED_SHARE = 0.9
WINDOWS = ("rolling_24h", "month", "day")


class Floor:
    """What the tests look at: a Prometheus, and the records on Kafka."""

    def __init__(
        self, prometheus: Prometheus, settings: Settings, records: dict[str, Any], team: str, rep: str
    ) -> None:
        self.prometheus = prometheus
        self.settings = settings
        self.records = records
        self.variables = {
            "window": WINDOWS[0], "team": team, "rep": rep, "__rate_interval": "30s", "__range": "1h",
        }  # fmt: skip


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the processes of this module write."""
    return tmp_path_factory.mktemp("live-queries")


@pytest.fixture(scope="module")
async def floor(
    embedded_kafka: EmbeddedKafka, redis_server: RedisServer, directory: Path
) -> AsyncIterator[Floor]:
    """All processes over weeks of a simulated floor with targets, scraped for a while."""
    if find_prometheus() is None:
        unavailable("prometheus is not installed")
    (directory / "notify.yaml").write_text(NOTIFY)
    (directory / "rules.yaml").write_text(MORE_RULES)
    for name in ("worker", "notify", "sink", "serve", "prometheus"):
        (directory / name).mkdir()
    settings = own_settings(
        embedded_kafka.bootstrap, metrics_port=free_port(), partitions=2, notify=directory / "notify.yaml",
        rules=directory / "rules.yaml", redis_url=redis_server.url, http_port=free_port(),
    )  # fmt: skip
    notify, sink = (settings.model_copy(update={"metrics_port": free_port()}) for _ in range(2))
    await ensure(settings)
    events = [
        arrival.value
        for arrival in simulate(
            3, START_US, FloorPlan(teams=2, reps=8, accounts=120), until_us=START_US + round(DAYS * DAY_US)
        )
    ]
    (directory / "events.jsonl").write_bytes(b"\n".join(events))
    ports = (settings.metrics_port, notify.metrics_port, sink.metrics_port, settings.http_port)
    targets = [f"127.0.0.1:{port}" for port in ports]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOOK_SECRET", "at-least-sixteen-bytes")
        async with (
            worker(("streams.cli.main", "worker"), settings, directory / "worker"),
            worker(("streams.cli.main", "notify"), notify, directory / "notify"),
            worker(("streams.cli.main", "sink"), sink, directory / "sink"),
            worker(("streams.cli.main", "serve"), settings, directory / "serve"),
            Prometheus(directory / "prometheus", targets, [RULES]) as prometheus,
        ):
            await asyncio.to_thread(load, settings, directory / "events.jsonl")
            await publish(settings, [(b"bad", b"{"), *target_events(events), *alert_events(events)])
            yield await settled(settings, prometheus)


def load(settings: Settings, path: Path) -> None:
    """Load the events so that the last of them happens now."""
    subprocess.run(
        [sys.executable, "-m", "streams.cli.main", "load", str(path), "--rebase-to-now"],
        env=environ_of(settings), check=True, capture_output=True,
    )  # fmt: skip


def target_events(events: Iterable[bytes]) -> list[tuple[bytes, bytes]]:
    """Return targets of the running day and month, for the company, each team and each rep."""
    now = datetime.fromtimestamp(now_us() / 1e6, UTC)
    reps = directory_of(events)
    everybody = [{}, *({"team": team} for team in {*reps.values()}), *({"rep": rep} for rep in reps)]
    found = []
    for kpi, window, period in (
        ("won_revenue", "month", f"{now:%Y-%m}"),
        ("calls", "day", f"{now:%Y-%m-%d}"),
    ):
        for dims in everybody:
            body = {
                "specversion": "1.0", "source": "test", "id": f"{kpi} {dims}", "type": "crm.target.set",
                "time": f"{now:%Y-%m-%dT%H:%M:%SZ}",
                "data": {"kpi": kpi, "window": window, "period": period, "dims": dims, "value": 50},
            }  # fmt: skip
            found.append((kpi.encode(), orjson.dumps(body)))
    return found


def alert_events(events: Iterable[bytes]) -> list[tuple[bytes, bytes]]:
    """Return what `notify` says when each rep has had an alert, somebody took care, and it was resolved."""
    found = []
    for rep, team in directory_of(events).items():
        for what, duration_s in (("acknowledged", 60), ("resolved", 600)):
            body = {
                "specversion": "1.0", "source": "test", "id": f"{rep} {what}", "type": f"crm.alert.{what}",
                "time": f"{datetime.fromtimestamp(now_us() / 1e6, UTC):%Y-%m-%dT%H:%M:%SZ}",
                "data": {
                    "alert": rep, "alert_rule": "quiet-rep", "severity": "info", "duration_s": duration_s,
                    "rep": rep, "team": team,
                },
            }  # fmt: skip
            found.append((rep.encode(), orjson.dumps(body)))
    return found


def directory_of(events: Iterable[bytes]) -> dict[str, str]:
    """Return the team of each active rep of the floor."""
    updates = [orjson.loads(value) for value in events]
    found = [one["data"] for one in updates if one["type"] == "crm.rep.updated"]
    return {data["rep"]: data["team"] for data in found if data["active"]}


async def settled(settings: Settings, prometheus: Prometheus) -> Floor:
    """Wait until all is counted and Prometheus has seen it often enough for rates."""
    deadline_s = monotonic_s() + WAIT_S
    conditions = (
        'count_over_time(crm_kpi_target{kpi="won_revenue",rep!=""}[1m]) > 2',
        "sum(crm_pulse_consumer_lag_records) == 0",
        "sum(crm_pulse_notify_attempts_total) > 0",
    )
    while missing := [one for one in conditions if not await prometheus.query(one)]:
        assert monotonic_s() < deadline_s, (missing, await prometheus.query("scrape_duration_seconds"))
        await asyncio.sleep(0.5)
    records = await kpi_records(settings)
    # Who has most to show.
    shown = Counter(
        tuple(record["dims"].items()) for record in records.values() if record["value"] is not None
    )
    team, rep = (
        max((n, dims[0][1]) for dims, n in shown.items() if dict(dims).keys() == {name})[1]
        for name in ("team", "rep")
    )
    return Floor(prometheus, settings, records, team, rep)


async def kpi_records(settings: Settings) -> dict[str, Any]:
    """Return what is on Kafka now."""
    latest = await read_latest(settings, topics(settings).kpis.name)
    return {key: dict(record) for key, record in latest.items()}


@pytest.mark.parametrize("name", boards())
async def test_every_query_has_an_answer(floor: Floor, name: str) -> None:
    """Where Kafka has a value, the panel shows one."""
    asked = list(queries(boards()[name]))
    deadline_s = monotonic_s() + AGREE_S
    while True:
        empty = asked
        for window in WINDOWS:
            empty = await unanswered(floor, empty, floor.variables | {"window": window})
        empty = [one for one in empty if not any(word in one.expr for word in MAY_BE_EMPTY)]
        lacking = [one for one in empty if not nothing_to_show(one.expr, floor)]
        if not lacking or monotonic_s() > deadline_s:
            break
        # What was open when all had been read may be closed by the next publication.
        await asyncio.sleep(1)
        floor.records = await kpi_records(floor.settings)

    assert [] == lacking
    assert len(empty) <= (1 - ANSWERED_SHARE) * len(asked), [one.expr for one in empty]


async def unanswered(floor: Floor, asked: list[Asked], variables: dict[str, str]) -> list[Asked]:
    """Return the queries without an answer. After a scrape that took too long there is none for a moment."""
    for _ in range(3):
        answers = await asyncio.gather(
            *(floor.prometheus.query(filled(one.expr, variables)) for one in asked)
        )
        asked = [one for one, answer in zip(asked, answers, strict=True) if not answer]
        if not await floor.prometheus.query("up == 0"):
            break
        await asyncio.sleep(4)
    return asked


def nothing_to_show(expr: str, floor: Floor) -> bool:
    """Say whether no record on Kafka has what an expression asks for: such a thing as a month of one day."""
    wanted = re.search(r'kpi="(\w+)",window="(\$?\w+)"', expr)
    if wanted is None:
        return False
    window = filled(wanted[2], floor.variables)
    now = f"{datetime.fromtimestamp(now_us() / 1e6, UTC):%Y-%m-%dT%H:%M:%SZ}"
    if "crm_rep_info" in expr or "crm_kpi_expected" in expr:
        return True
    for record in floor.records.values():
        same = (record["kpi"], record["window"]) == (wanted[1], window) and record["value"] is not None
        if (
            same
            and (record["period"] is None or record["end"] > now)
            and _asks_for(expr, record["dims"], floor)
        ):
            return "target" not in record and "crm_kpi_target" in expr
    return True


def _asks_for(expr: str, dims: dict[str, str | None], floor: Floor) -> bool:
    if "dimension=" in expr:
        beside = {name: value for name, value in dims.items() if name not in ("team", "rep")}
        item = re.search(r'item="([^"]*)"', expr)
        named = re.search(r'dimension="([^"]*)"', expr)
        text = " → ".join(value or "–" for value in beside.values())
        return named is not None and named[1] == ",".join(beside) and (item is None or item[1] == text)
    if 'team="$team"' in expr or 'team=~"$team"' in expr:
        return dims == {"team": floor.variables["team"]}
    if 'rep="$rep"' in expr:
        return dims == {"rep": floor.variables["rep"]}
    return list(dims) == (["team"] if 'team!=""' in expr else ["rep"] if 'rep!=""' in expr else [])


async def test_the_company_is_shown_where_no_team_is_chosen(floor: Floor) -> None:
    """ "All" of a dashboard with an optional team means the company's own series, not the sum of teams."""
    # Of the day, which stands still while nothing happens; calls leave a rolling window every five minutes.
    expr = 'max(crm_kpi_value{kpi="calls",window="day",team=~"()",rep=""})'
    deadline_s = monotonic_s() + AGREE_S
    while True:
        records = await kpi_records(floor.settings)
        day = max(key for key in records if re.fullmatch(r"calls\|day:[-0-9]+\|", key))
        company = [str(records[day]["value"])]
        shown = [one["value"][1] for one in await floor.prometheus.query(expr)]
        # All may be counted before all is published, and published before it is scraped.
        if company == shown or monotonic_s() > deadline_s:
            break
        await asyncio.sleep(1)

    assert company == shown


async def test_every_rule_is_evaluated_and_records(floor: Floor) -> None:
    """Prometheus finds no fault with any, and every recorded series is there."""
    deadline_s = monotonic_s() + WAIT_S
    while any(rule["health"] == "unknown" for rule in await floor.prometheus.rules()):
        assert monotonic_s() < deadline_s
        await asyncio.sleep(0.5)
    found = await floor.prometheus.rules()

    assert len(found) == len(rules())
    assert {} == {rule["name"]: rule.get("lastError") for rule in found if rule["health"] != "ok"}
    missing = [rule["record"] for rule in rules() if "record" in rule]
    # A rate has a value from the second scrape on, and a share of rates where something came between the two:
    # everything else may have been read before the first.
    while missing := [name for name in missing if not await floor.prometheus.query(name)]:
        assert monotonic_s() < deadline_s, missing
        await publish(floor.settings, [(b"bad", b"{")])
        await asyncio.sleep(0.5)


async def test_of_a_healthy_engine_no_alert_is_critical(floor: Floor) -> None:
    """What fires is about the receiver that this test made up, and the broken record; a start may be pending."""
    found = await floor.prometheus.query('ALERTS{severity="critical",alertstate="firing"}')

    assert [] == [one["metric"]["alertname"] for one in found]
