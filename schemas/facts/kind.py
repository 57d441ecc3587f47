"""What a kind of fact declares."""

from typing import NamedTuple


class FactKind(NamedTuple):
    """One kind of fact."""

    says: str
    """What one such fact says, and when it is said to have happened."""
    dimensions: tuple[str, ...] = ()
    value: str | None = None
    """What its value is: `duration` (microseconds), `money` or `score` (millionths); None where it only counts."""
    gauge: bool = False
    """Taken back when what it says ends, so that the sum is what is open now."""
    completed_by: tuple[str, ...] = ()
    """The types of event that complete such a fact: the catalog's filters look at their fields. Of a fact that is
    told later than it counts (a conversion), the events at which it counts."""
    optional_value: bool = False
    """Not every such fact has its value; a mean is over those that do."""
    now_only: bool = False
    """Means something as of now only: nothing but the sum of all time is asked for."""
    whole: int = 1
    """Of how many parts the value is: sums are divided by it. So a third stays exact."""
    counts_with: str | None = None
    """The kind of fact of which each such fact is one more, at the same time and in the same groups: what reached
    something, of what came to where it began."""
