"""The parts of a file of wallboards."""
