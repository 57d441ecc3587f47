"""How much of the time between two moments was working time."""
