"""The batch oracle: every KPI by plain SQL over the distinct events, as an analyst would count it afterwards.

It shares no code with the engine, only the contract. `kpis` counts, `compare` says in words where an engine's
records differ, `histories` makes up events for both.
"""

from tests.oracle.batch import Expectations, Expected, Key, kpis
from tests.oracle.difference import aged, compare

__all__ = ["Expectations", "Expected", "Key", "aged", "compare", "kpis"]
