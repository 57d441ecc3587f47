"""What a notify process says of itself."""

from itertools import product

from prometheus_client.parser import text_string_to_metric_families

from processors.notify.queue import FAILURES_MAX
from schemas.message import Occasion
from schemas.notified import Fault, Undelivered
from streams.notify.metrics import METRICS
from streams.notify.sender import Fate
from streams.notify.status import NotifyStatus
from streams.owning.membership import UNHEARD, Lease
from tests.processors.notify.timeline import FILE, Installation, alert, at_us


async def page(status: NotifyStatus) -> dict[str, dict[tuple[str, ...], float]]:
    """Return the samples of the page, by name and the labels' values."""
    body, _ = await status.render("")
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(body.decode()):
        name = family.name + ("_total" if family.type == "counter" else "")
        if name.startswith("crm_"):
            assert family.documentation == METRICS[name].help  # type: ignore[index]
            labels = METRICS[name].labels  # type: ignore[index]
            found[name] = {tuple(one.labels[label] for label in labels): one.value for one in family.samples}
    return found


async def test_page_and_catalogue_agree() -> None:
    """Every metric is there from the first scrape on, with the values of what happened."""
    own = Installation(
        FILE.replace("[rule, team]", "[id]") + "  routes: {no: {match: {rule: x}, receivers: []}}\n"
    )
    status = NotifyStatus(own.file.receivers)
    assert set(await page(status)) == set(METRICS)

    status.begins(own.notifier)
    own.publish(alert("a"))
    own.publish(alert("b"))
    own.publish(alert("x"))
    own.now_us = at_us(1)
    own.decide()
    own.save()
    for _ in range(FAILURES_MAX):
        item = own.attempt("sales")
        assert item is not None
        own.notifier.fates.later("sales", item, "busy", own.now_us - 10**9, 0.0, None)
        status.attempted("sales", Fate.LATER, 0.5)
    shown = await page(status)

    assert shown["crm_pulse_notify_active"] == {(): 1}
    # Each is there before its first: of a series that begins with 1 Prometheus sees no increase.
    none = dict.fromkeys(product(("default", "no"), (occasion.value for occasion in Occasion)), 0)
    assert shown["crm_pulse_notify_messages_total"] == {**none, ("default", "firing"): 2}
    assert shown["crm_pulse_notify_attempts_total"]["sales", "later"] == FAILURES_MAX
    assert shown["crm_pulse_notify_attempt_seconds_total"]["sales",] == FAILURES_MAX / 2
    assert shown["crm_pulse_notify_queued_messages"] == {("sales",): 2, ("pager",): 0}
    assert shown["crm_pulse_notify_breaker_open"]["sales",] == 1
    assert shown["crm_pulse_notify_held_alerts"]["not_routed",] == 1
    assert shown["crm_pulse_notify_groups"] == {(): 2}
    # Each is there before its first message is given up: the alert asks for the increase.
    assert shown["crm_pulse_notify_dead_letters_total"] == {
        (receiver, fault.value): 0 for receiver in ("sales", "pager") for fault in Fault
    }


async def test_counters_outlive_turns() -> None:
    """A counter must not fall; what is so now ends with the turn."""
    own = Installation()
    status = NotifyStatus(own.file.receivers)
    status.begins(own.notifier)
    own.publish(alert("a"))
    own.now_us = at_us(1)
    own.decide()
    status.buried(
        Undelivered(receiver="sales", reason=Fault.REFUSED, why="", attempts=1, since="", message=one.message)
        for group in own.notifier._book
        for one in group.memory.queued
    )
    status.ends()
    shown = await page(status)

    assert shown["crm_pulse_notify_active"] == {(): 0}
    assert shown["crm_pulse_notify_messages_total"]["default", "firing"] == 1
    assert shown["crm_pulse_notify_messages_total"]["default", "resolved"] == 0
    letters = shown["crm_pulse_notify_dead_letters_total"]
    assert {labels: count for labels, count in letters.items() if count} == {("sales", "refused"): 1}
    assert shown["crm_pulse_notify_groups"] == {(): 0}


def test_health_is_about_what_can_be_mended_by_a_new_process() -> None:
    """One that stands by is ready; one that failed is to be replaced, and the first failure is told."""
    status = NotifyStatus(["sales"])
    assert len(status.unready()) == 1
    status.joined = True
    assert (status.failures(), status.unready()) == ([], [])
    now_s = 0.0
    status.lease = Lease(6.0, lambda: now_s)
    status.lease.renew(now_s)
    assert status.unready() == []
    now_s = 6.0
    assert status.unready() == [UNHEARD]
    status.lease.renew(now_s)
    status.reading = True
    assert status.unready() == ["what was told is being read"]
    status.fail("following crm.alerts", ValueError("secret"))
    status.fail("later", OSError())

    assert status.failures() == ["following crm.alerts: ValueError"]
    assert status.failed.is_set()
