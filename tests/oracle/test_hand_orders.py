"""Purchases, revenue, what customers are worth, and what campaigns bring, counted by hand."""

from typing import Any

import pytest

from tests.oracle.telling import ask, count, event

Event = dict[str, Any]


def order(time: str, name: str, amount: float, **data: Any) -> Event:
    """An order placed."""
    return event("order.placed", time, order=name, amount=amount, **data)


def refund(time: str, name: str, amount: float, **data: Any) -> Event:
    """An order refunded."""
    return event("order.refunded", time, order=name, amount=amount, **data)


def test_a_refund_counts_at_its_own_time_and_takes_no_purchase_away() -> None:
    """Yesterday 100 and 50 bought, today 30 given back: today's revenue is -30 of no purchase."""
    counted = count(
        [
            order(
                "2026-03-03T09:00:00Z", "o", 100, rep="ann", product="crm", channel="web", campaign="spring"
            ),
            order("2026-03-03T10:00:00Z", "p", 50, rep="ann"),
            refund("09:00", "o", 30, channel="phone"),
        ],
        periods="all",
    )

    assert ask(counted, "purchases") == (2, 2)
    assert ask(counted, "revenue") == (120.0, 3)
    assert ask(counted, "revenue", rep="ann") == (150.0, 2)  # nobody gave the money back
    assert ask(counted, "revenue", product="crm") == (70.0, 2)  # the refund has its order's product
    assert ask(counted, "revenue", campaign="spring") == (70.0, 2)
    assert ask(counted, "revenue", channel="web") == (100.0, 1)
    assert ask(counted, "revenue", channel="phone") == (-30.0, 1)
    assert ask(counted, "purchases", channel="phone") is None
    assert ask(counted, "average_purchase_value") == (60.0, 2)
    assert ask(counted, "revenue", "day", "2026-03-04") == (-30.0, 1)
    assert ask(counted, "purchases", "day", "2026-03-04") is None
    assert ask(counted, "average_purchase_value", "day", "2026-03-04") == (None, 0)
    assert ask(counted, "arpu", "day", "2026-03-04") == (None, 0)
    assert ask(counted, "active_customers", "day", "2026-03-04") is None


def test_a_refund_before_its_order_knows_nothing_of_it() -> None:
    """What comes later says nothing of what was before; and the same order placed twice is two purchases."""
    counted = count(
        [
            refund("08:00", "o", 10),
            order("09:00", "o", 100, product="crm"),
            order("10:00", "o", 100),
        ]
    )

    assert ask(counted, "revenue", product="crm") == (200.0, 2)
    assert ask(counted, "revenue") == (190.0, 3)
    assert ask(counted, "purchases") == (2, 2)


def test_customers_are_different_accounts_in_each_group() -> None:
    """Acme buys twice from Ann and once from Bob, Best once from Bob; costs go off, a refund gives its cost back."""
    counted = count(
        [
            order("09:00", "a1", 100, rep="ann", segment="smb", cost=40),
            order("09:10", "a2", 100, rep="ann", segment="big"),
            order("09:20", "a3", 100, rep="bob", segment="smb", cost=10),
            order("09:30", "b1", 60, rep="bob", account="best", segment="smb"),
            refund("10:00", "a1", 100, rep="bob", cost=25),
        ]
    )

    assert ask(counted, "active_customers") == (2, 2)
    assert ask(counted, "active_customers", rep="ann") == (1, 1)
    assert ask(counted, "active_customers", rep="bob") == (2, 2)
    assert ask(counted, "active_customers", segment="smb") == (2, 2)
    assert ask(counted, "active_customers", segment="big") == (1, 1)
    assert ask(counted, "purchase_frequency") == (2.0, 2)
    assert ask(counted, "purchase_frequency", rep="ann") == (2.0, 1)
    assert ask(counted, "purchase_frequency", segment="smb") == (1.5, 2)
    assert ask(counted, "arpu") == (130.0, 2)  # 260 / 2
    assert ask(counted, "arpu", rep="bob") == (30.0, 2)  # (100 + 60 - 100) / 2
    assert ask(counted, "margin_per_customer") == (117.5, 2)  # (260 - 40 - 10 + 25) / 2
    assert ask(counted, "margin_per_customer", rep="ann") == (160.0, 1)
    assert ask(counted, "margin_per_customer", segment="smb") == (67.5, 2)  # (260 - 100 - 25) / 2


def test_ltv_is_all_revenue_less_all_costs_by_account() -> None:
    """Acme: 300 - 100 order costs - 20; Best has not bought, and cost 30; a campaign's cost is nobody's."""
    counted = count(
        [
            order("2020-03-03T09:00:00Z", "a", 300, rep="ann", segment="smb", cost=100),
            event("cost.recorded", "09:00", amount=20, kind="retention", rep="bob", team="north"),
            event("cost.recorded", "09:00", amount=30, kind="campaign", account="best", campaign="spring"),
            event("cost.recorded", "09:00", amount=999, kind="campaign", account=None, campaign="spring"),
            event("feedback.received", "10:00", sentiment="neutral", segment="big"),
            event("feedback.received", "10:00", sentiment="neutral", segment="smb", account="best"),
        ]
    )

    assert ask(counted, "ltv") == (150.0, 1)
    assert ask(counted, "ltv", rep="ann") == (200.0, 1)
    assert ask(counted, "ltv", rep="bob") == (None, 0)  # costs of no customer of his
    assert ask(counted, "ltv", team="north") == (None, 0)
    assert ask(counted, "ltv", segment="big") == (180.0, 1)  # Acme's latest segment, by its feedback
    assert ask(counted, "ltv", segment="smb") == (None, 0)  # Best's
    assert ask(counted, "ltv", "year", "2026") is None


def test_clv_is_of_the_accounts_whose_latest_segment_it_is() -> None:
    """Acme bought two years ago and today, Best twice this month; the last 365 days make price and frequency."""
    counted = count(
        [
            order("2024-03-04T12:00:00Z", "a", 500, rep="ann", segment="smb"),
            order("12:00", "b", 100, segment="smb"),
            order("2026-03-01T12:00:00Z", "c", 40, account="best", segment="smb"),
            order("2026-03-02T12:00:00Z", "d", 20, account="best"),
            refund("13:00", "d", 10, account="best"),
            event("call.logged", "14:00", account="best", segment="big"),
        ]
    )

    acme_years, best_years = 730 / 365.25, 1 / 365.25
    both_years = (acme_years + best_years) / 2
    assert ask(counted, "customer_lifetime_years") == pytest.approx((both_years, 2))
    assert ask(counted, "customer_lifetime_years", segment="smb") == pytest.approx((acme_years, 1))
    assert ask(counted, "customer_lifetime_years", segment="big") == pytest.approx((best_years, 1))
    assert ask(counted, "customer_lifetime_years", rep="ann") is None
    assert ask(counted, "clv") == pytest.approx((150 / 3 * (3 / 2) * both_years, 2))
    assert ask(counted, "clv", segment="smb") == pytest.approx((100 * acme_years, 1))
    assert ask(counted, "clv", segment="big") == pytest.approx((50 / 2 * 2 * best_years, 1))
    assert ask(counted, "clv", rep="ann") is None
    assert ask(counted, "clv", "rolling_365d") is None


def test_clv_of_those_who_bought_nothing_this_year_is_null() -> None:
    """An average of no purchases is nothing."""
    counted = count([order("2024-03-04T12:00:00Z", "a", 500, segment="smb")])

    assert ask(counted, "clv") == (None, 0)
    assert ask(counted, "clv", segment="smb") == (None, 0)
    assert ask(counted, "customer_lifetime_years") == (0.0, 1)


def test_what_campaigns_cost_and_bring() -> None:
    """Spring cost 60 + 40 for two leads and 250 of revenue, fall cost 0, one lead came by itself."""
    counted = count(
        [
            event("cost.recorded", "09:00", amount=60, kind="campaign", account=None, campaign="spring"),
            event(
                "cost.recorded",
                "09:00",
                amount=40,
                kind="acquisition",
                campaign="spring",
                rep="ann",
                team="north",
            ),
            event("cost.recorded", "09:00", amount=0, kind="campaign", account=None, campaign="fall"),
            event("cost.recorded", "09:00", amount=999, kind="campaign"),  # of no campaign
            *(event("lead.created", "09:00", lead=lead, contact={}, campaign="spring") for lead in "ab"),
            event("lead.created", "09:00", lead="c", contact={}),
            order("10:00", "o", 200, campaign="spring"),
            order("10:00", "p", 100, campaign="fall"),
            order("10:00", "q", 50, campaign="untold"),
            refund("11:00", "p", 50),
        ]
    )

    assert ask(counted, "campaign_cost") == (100.0, 3)
    assert ask(counted, "campaign_cost", campaign="spring") == (100.0, 2)
    assert ask(counted, "campaign_cost", rep="ann") is None
    assert ask(counted, "campaign_cost", team="north") is None
    assert ask(counted, "cost_per_lead") == pytest.approx((100 / 3, 3))
    assert ask(counted, "cost_per_lead", campaign="spring") == (50.0, 2)
    assert ask(counted, "cost_per_lead", campaign="fall") == (None, 0)
    assert ask(counted, "campaign_return") == (3.0, 3)  # 300 / 100; n: the records of cost
    assert ask(counted, "campaign_return", campaign="spring") == (2.0, 2)
    assert ask(counted, "campaign_return", campaign="fall") == (None, 0)  # cost 0
    assert ask(counted, "campaign_return", campaign="untold") == (None, 0)


def test_the_price_index_compares_latest_prices() -> None:
    """Ours 110; Nord's latest 100, Ost's 120: 110 / 110. A product of one side only says null."""
    counted = count(
        [
            event("price.observed", "09:00", product="pump", seller="own", price=90),
            event("price.observed", "10:00", product="pump", seller="own", price=110),
            event("price.observed", "10:00", product="pump", seller="Nord", price=100),
            event("price.observed", "09:00", product="pump", seller="Nord", price=500),
            event("price.observed", "09:00", product="pump", seller="Ost", price=120),
            event("price.observed", "09:00", product="ours alone", seller="own", price=90),
            event("price.observed", "09:00", product="theirs alone", seller="Nord", price=90),
            event("price.observed", "09:00", product="gift", seller="Nord", price=0),
            event("price.observed", "09:00", product="gift", seller="own", price=1),
        ]
    )

    assert ask(counted, "price_index", "now", product="pump") == (1.0, 2)
    for product in ("ours alone", "theirs alone", "gift"):
        assert ask(counted, "price_index", "now", product=product) == (None, 0)
    assert {key[1:] for key in counted if key[0] == "price_index" and not key[3]} == set()
