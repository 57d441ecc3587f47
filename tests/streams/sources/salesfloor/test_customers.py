"""What customers do by themselves."""

from tests.streams.sources.salesfloor.listening import by, three_weeks, what


def test_what_is_sent_back_was_ordered() -> None:
    """Once, and not for more than it cost."""
    orders = by("order", "order.")

    refunded = [events for events in orders.values() if what(events[-1]) == "refunded"]
    assert 0 < len(refunded) < 0.15 * len(orders)
    for placed, refund in refunded:
        assert (what(placed), placed["account"]) == ("placed", refund["account"])
        assert 0 < refund["amount"] <= placed["amount"]


def test_who_registers_becomes_active_first_of_all() -> None:
    """Most do, and nobody before."""
    for events in by("account", "customer.").values():
        kinds = [what(event) for event in events]
        if "registered" in kinds:
            assert kinds.index("registered") == 0
    registered = {e["account"] for e in three_weeks() if e["type"] == "crm.customer.registered"}
    activated = {e["account"] for e in three_weeks() if e["type"] == "crm.customer.activated"}
    assert 0.6 < len(registered & activated) / len(registered) < 0.9


def test_marks_are_from_0_to_10_and_good_on_the_whole() -> None:
    """Both kinds of survey."""
    scores = [e["score"] for e in three_weeks() if e["type"] == "crm.survey.answered"]

    assert set(scores) <= set(range(11))
    assert 7 < sum(scores) / len(scores) < 8.5
    assert {e["kind"] for e in three_weeks() if e["type"] == "crm.survey.answered"} == {"nps", "csat"}
