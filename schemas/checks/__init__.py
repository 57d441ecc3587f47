"""What a catalog's grammar can't say: whether its names mean something, and fit together. A subject a file."""
