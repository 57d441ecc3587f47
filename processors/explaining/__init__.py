"""Where a number is from."""
