"""The parts of a file of rules."""
