"""A simulated sales floor: people, customers and what they do, as a function of a seed and time.

`floor` runs it; each other module is one behaviour (how inquiries are answered, how deals go on, …).
Pure: no clock, and all chance comes from the seed.
"""
