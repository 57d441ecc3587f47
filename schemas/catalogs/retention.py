"""How long what is added up is kept; the contract's section 4."""

from schemas.duration import DAY_US

FINE_H = 26
"""Panes of five minutes: hours behind the watermark or the clock, whichever is later."""
HOURS_D = 46
"""Hours: days behind these."""
DAYS_D = 800
"""Local days: days behind the watermark. Older events count for nothing."""
DAYS_US = DAYS_D * DAY_US
LONGEST_D = DAYS_D - 8
"""The longest that a window or a time limit may be: a key is told of for a week after its last fact left."""
