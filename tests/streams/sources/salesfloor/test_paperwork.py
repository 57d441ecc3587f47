"""Quotes, content, prices, costs."""

from tests.streams.sources.salesfloor.listening import by, three_weeks, what


def test_quotes_are_asked_for_then_sent() -> None:
    """Drafts before the final one; most are sent in the end."""
    quotes = by("quote", "quote.").values()
    for events in quotes:
        finals = [event.get("final", True) for event in events if what(event) == "sent"]
        assert what(events[0]) == "requested"
        assert finals in ([], [True], [False], [False, True])

    sent = sum(any(event.get("final", True) for event in events[1:]) for events in quotes)
    assert 0.8 < sent / len(quotes) < 1


def test_prices_are_ours_and_others_for_every_product() -> None:
    """So that there is something to compare."""
    prices = [event for event in three_weeks() if event["type"] == "crm.price.observed"]

    for product in {price["product"] for price in prices}:
        sellers = {price["seller"] for price in prices if price["product"] == product}
        assert "own" in sellers
        assert len(sellers) > 2
    assert not any("account" in price for price in prices)


def test_costs_belong_to_a_campaign_or_an_account() -> None:
    """Never to both, never to none."""
    costs = [event for event in three_weeks() if event["type"] == "crm.cost.recorded"]

    assert {cost["kind"] for cost in costs} == {"acquisition", "retention", "campaign"}
    assert all(("campaign" in cost) != ("account" in cost) for cost in costs)


def test_content_is_viewed_after_it_was_shared() -> None:
    """About half of it."""
    shared = by("account", "content.shared")
    viewed = [event for event in three_weeks() if event["type"] == "crm.content.viewed"]

    assert all(shared[view["account"]][0]["t_us"] < view["t_us"] for view in viewed)
    assert 0.35 < len(viewed) / sum(map(len, shared.values())) < 0.7
