"""Kafka's clients, and how one reads and writes topics with them."""
