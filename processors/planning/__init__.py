"""A catalog made ready: what a fact adds to which sums, and how sums become values."""
