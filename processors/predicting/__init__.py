"""What accounts are expected to spend."""
