"""The parts of a catalog, and what its names and changes mean."""
