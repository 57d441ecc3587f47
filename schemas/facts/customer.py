"""Customers and the market: orders, costs, life and prices."""

from schemas.facts.kind import FactKind

_ORDER = ("product", "channel", "campaign", "segment")
_SEGMENT = ("segment",)
_ORDERS = ("crm.order.placed", "crm.order.refunded")
_ACTIVE = ("crm.customer.activated", "crm.order.placed")

CUSTOMER_FACTS = {
    "order_placed": FactKind("An order was placed.", _ORDER, completed_by=("crm.order.placed",)),
    "revenue": FactKind(
        "An order was placed for so much, or so much refunded, which is negative.",
        _ORDER,
        "money",
        completed_by=_ORDERS,
    ),
    "order_cost": FactKind(
        "An order costs so much, or a refund saves so much, which is negative.",
        _ORDER,
        "money",
        completed_by=_ORDERS,
    ),
    "account_cost": FactKind(
        "So much was spent on an account.", (), "money", completed_by=("crm.cost.recorded",)
    ),
    "campaign_cost": FactKind(
        "So much was spent on a campaign.", ("campaign",), "money", completed_by=("crm.cost.recorded",)
    ),
    "customer_registered": FactKind(
        "A customer signed up.", _SEGMENT, completed_by=("crm.customer.registered",)
    ),
    "customer_activated": FactKind(
        "A customer became active.", _SEGMENT, completed_by=("crm.customer.activated",)
    ),
    "customer_canceled": FactKind("A customer left.", _SEGMENT, completed_by=("crm.customer.canceled",)),
    "customer_active": FactKind(
        "An account is active, activated or with an order and not canceled since; at the event that made it so.",
        _SEGMENT,
        gauge=True,
        completed_by=_ACTIVE,
    ),
    **{
        f"customer_churned_{period}": FactKind(
            f"An account that was active at the start of the {period} canceled in it; at the first cancel in it.",
            _SEGMENT,
            completed_by=("crm.customer.canceled",),
        )
        for period in ("day", "week", "month", "quarter", "year")
    },
    "customer_span": FactKind(
        "An account has orders, so long from the first to the last.",
        _SEGMENT,
        "duration",
        completed_by=("crm.order.placed",),
        now_only=True,
    ),
    "account_order": FactKind(
        "An order was placed, in the account's latest segment.", _SEGMENT, completed_by=("crm.order.placed",)
    ),
    "account_revenue": FactKind(
        "An order was placed for so much, or so much refunded, which is negative; in the account's latest segment.",
        _SEGMENT,
        "money",
        completed_by=_ORDERS,
    ),
    "account_margin": FactKind(
        "So much revenue of an account, less its orders' costs and its own; in the account's latest segment.",
        _SEGMENT,
        "money",
        completed_by=(*_ORDERS, "crm.cost.recorded"),
        now_only=True,
    ),
}

MARKET_FACTS = {
    "own_price": FactKind(
        "Our latest price of a product.",
        ("product",),
        "money",
        gauge=True,
        completed_by=("crm.price.observed",),
        now_only=True,
    ),
    "competitor_price": FactKind(
        "A competitor's latest price of a product.",
        ("product",),
        "money",
        gauge=True,
        completed_by=("crm.price.observed",),
        now_only=True,
    ),
}
