"""The page can't be made to do what the data say, and is calm over a working day."""

import copy
from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.board_server import BoardServer
from tests.browser.conftest import Floor, OpenPage, serving
from tests.browser.test_values import changed

pytestmark = pytest.mark.embedded
EVIL = [
    "<img src=x onerror=\"window.hurt='img'\">",
    "<script>window.hurt='script'</script>",
    "__proto__",
    "\"><svg onload=window.hurt='svg'>",
    "javascript:window.hurt=1",
]
#: Two changes a second of what a board shows, for eight hours.
CHANGES = 57_600
BATCH = 48
HEAP_GROWTH_MAX = 1_500_000


def test_a_name_is_only_ever_text(floor: Floor, open_page: OpenPage) -> None:
    """Reps, teams and alerts with code in their names are shown letter by letter."""
    boards = """
boards:
  a:
    title: "<b>A</b>"
    tiles:
      - {type: leaderboard, kpi: won_revenue, window: month, size: 6x3}
      - {type: contest, kpi: won_revenue, window: month, size: 6x3, prize: "<i>cake</i>"}
      - {type: aging, by: rep, size: 6x2}
      - {type: distribution, by: rep, size: 6x2}
      - {type: ticker}
"""
    with serving(floor, boards) as server:
        template = server.records["won_revenue|month:2025-11|"]
        for at, name in enumerate(EVIL):
            for kpi, window, period in (
                ("won_revenue", "month", "2025-11"), ("open_inquiries", "now", None), ("response_within_1h", "rolling_24h", None),
            ):  # fmt: skip
                value = 0.5 if kpi.startswith("response") else 9_000_000 + at
                record = {
                    **template,
                    "kpi": kpi,
                    "window": window,
                    "period": period,
                    "dims": {"rep": name},
                    "value": value,
                }
                server.records[f"{kpi} {name}"] = record
            server.directory[name] = (name, True)
        server.alerts["1"] = {
            "id": "1", "rule": "r", "severity": "critical", "state": "firing", "reason": "overdue", "kpi": "calls",
            "window": "day", "dims": {"rep": EVIL[0]}, "summary": EVIL[0], "starts_at": server.as_of, "revision": 1,
        }  # fmt: skip
        page = open_page(server, "/b/a", broken=True)
        expect(page.locator(".leader-name").first).to_be_visible()

        assert {*EVIL[:2]} < {*page.locator(".leaders .leader-name, .step-name").all_inner_texts()}
        expect(page.locator("h1")).to_have_text("<b>A</b>")
        expect(page.locator(".alert-text")).to_have_text(EVIL[0])
        assert None is page.evaluate("window.hurt ?? null")
        assert 0 == page.locator("main img, main script, main b, main i").count()


def test_eight_hours_of_changes_leave_memory_flat(server: BoardServer, open_page: OpenPage) -> None:
    """As many as a board sees in a working day: no more elements than before, and no more memory."""
    page = open_page(server)
    session = page.context.new_cdp_session(page)
    keys = [
        key
        for key in server.records
        if key.startswith(
            ("won_revenue|month:2025-11|rep=", "calls|day:2025-11-14|", "deals_won|week:2025-W46|")
        )
        and ("rep=" in key or key.endswith("|"))
    ]
    _change(server, page, keys, CHANGES // 4, first=0)
    before = _measured(session)
    _change(server, page, keys, CHANGES - CHANGES // 4, first=CHANGES)
    after = _measured(session)

    assert after["Nodes"] <= before["Nodes"] + 20
    assert after["JSEventListeners"] <= before["JSEventListeners"] + 5
    assert after["JSHeapUsedSize"] - before["JSHeapUsedSize"] < HEAP_GROWTH_MAX


def _change(server: BoardServer, page: Any, keys: list[str], count: int, first: int) -> None:
    """Publish so many changes, and wait until the page has seen the last."""
    for batch in range(count // BATCH):
        records = []
        for at in range(BATCH):
            key = keys[(batch * BATCH + at) % len(keys)]
            value = (batch * 7 + at * 13) % 50_000
            records.append(changed(copy.copy(server.records[key]), value=value))
            server.records[key] = records[-1]
        server.publish(*records)
    marker = first + 123_456
    server.publish(changed(server.records["calls|day:2025-11-14|"], value=marker))
    expect(page.locator("[data-key='calls|day:2025-11-14|']")).to_have_text(f"{marker:,}", timeout=60_000)


def _measured(session: CDPSession) -> dict[str, float]:
    session.send("Performance.enable")
    for _ in range(2):
        session.send("HeapProfiler.collectGarbage")
    return {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
