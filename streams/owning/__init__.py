"""Partitions of this worker: taken, held by a lease, given up."""
