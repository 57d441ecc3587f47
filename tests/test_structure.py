"""Rules of the project's layout that no other tool checks."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("schemas", "processors", "streams")
LINES_MAX = 250
TESTED_ELSEWHERE = {
    # A port: its suite runs on both kinds.
    "streams/serving/store.py": "tests/contracts/test_store.py",
    # What is shown and where, proven on the dashboards that are made of it.
    "streams/grafana/__main__.py": "tests/streams/grafana/test_generate.py",
    "streams/grafana/boards.py": "tests/deploy/test_dashboards.py",
    "streams/grafana/engine.py": "tests/deploy/test_dashboards.py",
    "streams/grafana/panels.py": "tests/deploy/test_dashboards.py",
    "streams/grafana/parts.py": "tests/streams/grafana/test_generate.py",
    "streams/serving/memory.py": "tests/contracts/test_store.py",
    "streams/serving/redis_store.py": "tests/contracts/test_store.py",
    "streams/kafka/topic_admin.py": "tests/contracts/test_topics.py",
    "streams/sinks/redis_commands.py": "tests/contracts/test_store.py",
    "streams/sinks/redis_difference.py": "tests/contracts/test_store.py",
    "streams/serving/redis_keys.py": "tests/docs/test_redis.py",
    "streams/sinks/redis_fence.py": "tests/streams/sinks/test_redis_sink.py",
    "streams/sinks/metrics.py": "tests/streams/sinks/test_status.py",
    "streams/predict/metrics.py": "tests/streams/predict/test_status.py",
    "streams/predict/process.py": "tests/streams/cli/test_predict.py",
    "streams/sinks/process.py": "tests/streams/cli/test_sink.py",
    # The application's parts that show in its answers.
    "streams/web/api/context.py": "tests/streams/web/api/test_app.py",
    "streams/web/api/documented.py": "tests/streams/web/api/test_openapi.py",
    "streams/web/api/generate.py": "tests/streams/web/api/test_openapi.py",
    "streams/web/api/limits.py": "tests/streams/web/api/test_hub.py",
    "streams/web/api/metrics.py": "tests/streams/web/api/test_exposition.py",
    "streams/web/api/models.py": "tests/streams/web/api/test_openapi.py",
    "streams/web/api/said.py": "tests/streams/web/api/routes/test_alerts.py",
    # Declarations, proven where they are used.
    "streams/measuring/process_status.py": "tests/streams/notify/test_status.py",
    "processors/alerts/restored.py": "tests/processors/judging/test_cell.py",
    "schemas/generators/file_schema.py": "tests/schemas/generators/test_catalog_schema.py",
    "processors/planning/look.py": "tests/processors/valuing/test_view.py",
    "processors/publishing/outflow.py": "tests/processors/publishing/test_emission.py",
    "processors/partition.py": "tests/processors/test_track.py",
    "schemas/events/alert.py": "tests/processors/test_decode.py",
    "schemas/events/activity.py": "tests/processors/test_decode.py",
    "schemas/events/customer.py": "tests/processors/test_decode.py",
    "schemas/events/deal.py": "tests/processors/test_decode.py",
    "schemas/events/fields.py": "tests/processors/test_decode.py",
    "schemas/events/inquiry.py": "tests/processors/test_decode.py",
    "schemas/events/market.py": "tests/processors/test_decode.py",
    "schemas/events/opinion.py": "tests/processors/test_decode.py",
    "schemas/events/quote.py": "tests/processors/test_decode.py",
    "schemas/facts/alert.py": "tests/schemas/test_fact.py",
    "schemas/facts/activity.py": "tests/schemas/test_fact.py",
    "schemas/facts/conversation.py": "tests/schemas/test_fact.py",
    "schemas/facts/customer.py": "tests/schemas/test_fact.py",
    "schemas/facts/deal.py": "tests/schemas/test_fact.py",
    "schemas/facts/kind.py": "tests/schemas/test_fact.py",
    "schemas/facts/lead.py": "tests/schemas/test_fact.py",
    "schemas/delivery/receiver_base.py": "tests/schemas/delivery/test_receiver.py",
    "schemas/catalogs/calendar_section.py": "tests/schemas/test_catalog_mistakes.py",
    "schemas/boards/grammar.py": "tests/schemas/test_board.py",
    "schemas/boards/tile.py": "tests/schemas/test_board.py",
    "schemas/catalogs/grammar.py": "tests/schemas/test_catalog.py",
    "schemas/catalogs/kpi.py": "tests/schemas/test_catalog.py",
    "schemas/catalogs/sections.py": "tests/schemas/test_catalog_mistakes.py",
    "schemas/waiting.py": "tests/processors/tracking/test_tell_waiting.py",
    "schemas/generators/event_docs_text.py": "tests/schemas/generators/test_event_docs.py",
    "schemas/delivery/route.py": "tests/schemas/test_notify.py",
    "streams/cli/failure.py": "tests/streams/cli/test_main.py",
    "streams/settings/names.py": "tests/streams/settings/test_load.py",
    "streams/settings/model.py": "tests/streams/settings/test_load.py",
    "streams/settings/types.py": "tests/streams/settings/test_load.py",
    "streams/sources/raw.py": "tests/streams/sources/test_jsonl.py",
    # Parts of one thing that is tested as a whole.
    "processors/virtual_time/example_alerts.py": "tests/processors/virtual_time/test_examples.py",
    "processors/virtual_time/example_story.py": "tests/processors/virtual_time/test_examples.py",
    "processors/waiting/case.py": "tests/processors/test_overdue.py",
    "processors/waiting/ledger.py": "tests/processors/test_overdue.py",
    "processors/waiting/steps.py": "tests/processors/test_overdue.py",
    "processors/rebuilding.py": "tests/exactness/test_rebuilds_equal_oracle.py",
    "streams/owning/leftovers.py": "tests/streams/owning/test_takeover.py",
    "processors/adding/tiers.py": "tests/processors/test_panes.py",
    "processors/subjects/conversations.py": "tests/processors/test_track.py",
    "processors/tracking/account_history.py": "tests/processors/tracking/test_distinct_accounts.py",
    "schemas/catalogs/distinct.py": "tests/processors/tracking/test_distinct_accounts.py",
    "processors/planning/beyond.py": "tests/processors/test_compile.py",
    "processors/planning/tracking.py": "tests/processors/test_compile.py",
    "processors/subjects/deals.py": "tests/processors/test_track.py",
    "processors/subjects/leads.py": "tests/processors/test_activity.py",
    "processors/entities/linked.py": "tests/processors/entities/test_span.py",
    "processors/subjects/links.py": "tests/processors/subjects/test_spans.py",
    "processors/subjects/owner_team.py": "tests/processors/subjects/test_spans.py",
    "processors/subjects/market.py": "tests/processors/subjects/test_customers.py",
    "processors/subjects/plain.py": "tests/processors/test_track.py",
    "processors/subjects/quotes.py": "tests/processors/test_activity.py",
    "processors/subjects/subject.py": "tests/processors/test_track.py",
    "processors/subjects/timelines.py": "tests/processors/test_activity.py",
    "schemas/checks/caps.py": "tests/schemas/test_catalog_warnings.py",
    "schemas/checks/conditions.py": "tests/schemas/test_catalog_mistakes.py",
    "schemas/checks/context.py": "tests/schemas/test_catalog_mistakes.py",
    "schemas/checks/dimensions.py": "tests/schemas/test_catalog_mistakes.py",
    "schemas/checks/dropped.py": "tests/schemas/test_catalog_mistakes.py",
    "schemas/checks/facts.py": "tests/schemas/test_catalog_mistakes.py",
    "schemas/checks/inherited.py": "tests/schemas/test_catalog_warnings.py",
    "schemas/checks/parts.py": "tests/schemas/test_catalog_mistakes.py",
    "schemas/checks/sections.py": "tests/schemas/test_catalog_mistakes.py",
    "schemas/checks/conversions.py": "tests/schemas/test_catalog_warnings.py",
    "schemas/checks/units.py": "tests/schemas/test_catalog_warnings.py",
    "schemas/checks/unused.py": "tests/schemas/test_catalog_warnings.py",
    "schemas/checks/windows.py": "tests/schemas/test_catalog_mistakes.py",
    "streams/cli/demo_servers.py": "tests/streams/cli/test_demo.py",
    "streams/cli/rules_show.py": "tests/streams/cli/test_rules.py",
    "streams/cli/explain_show.py": "tests/streams/cli/test_explain.py",
    "streams/cli/demo_show.py": "tests/streams/cli/test_demo.py",
    "streams/cli/event_publisher.py": "tests/streams/cli/test_simulate.py",
    "streams/cli/start.py": "tests/streams/cli/test_load.py",
    "streams/settings/contradictions.py": "tests/streams/settings/test_load.py",
    "streams/settings/file.py": "tests/streams/settings/test_load.py",
    "streams/settings/tls.py": "tests/streams/settings/test_load.py",
    # Time lines show what notify's parts make together.
    "processors/notify/book.py": "tests/processors/notify/test_notifier_properties.py",
    "processors/notify/deciding.py": "tests/processors/notify/test_notifier.py",
    "processors/notify/digest.py": "tests/processors/notify/test_notifier.py",
    "processors/notify/filing.py": "tests/processors/notify/test_notifier.py",
    "processors/notify/group.py": "tests/processors/notify/test_notifier.py",
    "processors/notify/matching.py": "tests/processors/notify/test_routing.py",
    "processors/notify/posting.py": "tests/processors/notify/test_notifier_properties.py",
    "processors/notify/timing.py": "tests/processors/notify/test_many_alerts.py",
    "streams/notify/metrics.py": "tests/streams/notify/test_status.py",
    "streams/notify/process.py": "tests/streams/cli/test_notify.py",
    "streams/notify/reading.py": "tests/streams/cli/test_notify.py",
    # What records say of each other, recomputed from their values.
    "processors/publishing/dues.py": "tests/processors/comparing/test_comparing.py",
    "processors/comparing/ranking_table.py": "tests/processors/comparing/test_comparing.py",
    "processors/adding/values.py": "tests/processors/comparing/test_comparing.py",
    # What restarts from any prefix of written state show.
    "processors/adding/fences.py": "tests/processors/adding/test_rollup_state.py",
    "processors/publishing/resuming.py": "tests/processors/adding/test_rollup_state.py",
    # All that knows Faust; a test for each fact that it leans on.
    "streams/faust_app.py": "tests/streams/test_faust_facts_settings.py",
    "streams/folding.py": "tests/streams/test_faust_facts_fetch.py",
    "streams/owning/member_thread.py": "tests/streams/owning/test_membership.py",
    # How a process ends and what its collector does show in the process only.
    "streams/process/garbage.py": "tests/streams/test_worker.py",
    "streams/process/stopping.py": "tests/streams/test_worker.py",
}
"""Modules without a mirrored test file, and where they are tested instead."""

TEXT = {
    ".py",
    ".md",
    ".yaml",
    ".yml",
    ".toml",
    ".json",
    ".cfg",
    ".ini",
    ".sh",
    ".txt",
    ".html",
    ".js",
    ".css",
}
SLEEP = re.compile(r"\b(?:time|asyncio)\.sleep\b|\bfrom (?:time|asyncio) import .*\bsleep\b")


def modules(*rooms: str) -> Iterator[Path]:
    """Yield the modules of these packages, relative to the root."""
    for room in rooms:
        yield from sorted(
            path.relative_to(ROOT) for path in (ROOT / room).rglob("*.py") if path.name != "__init__.py"
        )


@pytest.mark.parametrize("path", modules(*ROOMS), ids=str)
def test_files_are_short(path: Path) -> None:
    """One behaviour a file, on a few screens."""
    assert len((ROOT / path).read_text("utf-8").splitlines()) <= LINES_MAX


@pytest.mark.parametrize("path", modules(*ROOMS), ids=str)
def test_tests_mirror_the_rooms(path: Path) -> None:
    """Each module has a test file of its name in the same place, or is tested where the table above says."""
    mirrored = Path("tests") / path.with_name(f"test_{path.name}")
    elsewhere = TESTED_ELSEWHERE.get(path.as_posix())

    assert (ROOT / mirrored).is_file() != (elsewhere is not None), (
        f"{mirrored}, or a line in TESTED_ELSEWHERE"
    )
    assert elsewhere is None or (ROOT / elsewhere).is_file()


def test_the_table_has_no_ghosts() -> None:
    """What was renamed or removed leaves the table."""
    assert [] == [path for path in TESTED_ELSEWHERE if not (ROOT / path).is_file()]


@pytest.mark.parametrize("path", modules("tests/processors", "tests/schemas"), ids=str)
def test_unit_tests_do_not_sleep(path: Path) -> None:
    """Time is in the data: what has no clock need not wait for one."""
    assert [] == SLEEP.findall((ROOT / path).read_text("utf-8"))


def test_no_path_of_one_machine() -> None:
    """Nothing that is published names a directory of the place where it was written."""
    place = re.compile("(?<![A-Za-z0-9_.~})>-])/" + "work/")
    rooms = [*ROOMS, "tests", "docs", "deploy", "benchmarks", ".github"]
    files = [path for room in rooms for path in (ROOT / room).rglob("*") if path.suffix in TEXT]
    files += [path for path in ROOT.iterdir() if path.is_file() and not path.name.startswith(".")]

    assert [] == [
        str(path.relative_to(ROOT)) for path in files if place.search(path.read_text("utf-8", "replace"))
    ]


def test_consumers_are_made_in_one_place() -> None:
    """One that is made elsewhere is not resilient, and is not ended when its task is cancelled; notify's is a member."""
    made = {
        path.as_posix()
        for path in modules("streams")
        if "AIOKafkaConsumer(" in (ROOT / path).read_text("utf-8")
    }
    assert made == {"streams/kafka/consuming.py", "streams/notify/turn.py"}
