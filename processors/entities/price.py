"""What the prices of a product are: the latest of each seller."""

from processors.entities.timeline import Fact

OWN = "own"

Price = tuple[int, str, str, int, str]
"""time (microseconds), source, id of the event, price (millionths), marks."""


class Prices:
    """The latest prices of one product, by seller. An event taken twice changes nothing."""

    __slots__ = ("latest",)

    def __init__(self) -> None:
        self.latest: dict[str, Price] = {}

    def take(self, product: str, seller: str, price: Price, facts: list[Fact]) -> bool:
        """Take a price; append the facts that it gives or takes back, and return whether it is the latest."""
        before = self.latest.get(seller)
        if before is not None and price[:3] <= before[:3]:
            return False
        self.latest[seller] = price
        kind = "own_price" if seller == OWN else "competitor_price"
        if before is not None:
            facts.append(_fact(kind, -1, before, product))
        facts.append(_fact(kind, 1, price, product))
        return True


def _fact(kind: str, sign: int, price: Price, product: str) -> Fact:
    """A price is of its product, and of no rep and no team."""
    return (kind, sign, price[0], price[3], None, "", price[4], product)
