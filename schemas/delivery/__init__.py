"""The parts of a delivery file: routes and receivers."""
